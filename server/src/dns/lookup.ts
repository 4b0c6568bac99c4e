/*
 * The DNS client, and the only folder with DNS sockets. A question passes `shared-lookups.ts`, then either
 * resolvers (`recursive.ts`) or the servers of its zone: `zones/` finds the zone cut and its servers,
 * `nameserver.ts` asks one of them, `exchange.ts` sends and waits (`udp/`, then `tcp.ts`), `interpret.ts` turns the
 * message into an answer, and `validation.ts` asks validators about DNSSEC. The questions of a check go together
 * (`together.ts`). One `budget.ts` limits all of it.
 * Failures are values; nothing here is worded or judged.
 */

import { randomFillSync } from 'node:crypto';
import type { Answer, LookupResult, Question } from '../core/answers/dns-answer.ts';
import type { Clock } from '../core/clock.ts';
import { type AskServer, createAskServer } from './ask-server.ts';
import { createBackOff } from './back-off.ts';
import { type Budget, type BudgetOptions, startBudget } from './budget.ts';
import { createDeadlines } from './deadlines.ts';
import type { ExchangeTools } from './exchange.ts';
import { failedReply } from './failed-reply.ts';
import { distrustAbsence, isSilent, isUnreached, mayBeElsewhere, mayBeKnownToResolvers } from './fallback.ts';
import { createInFlightLimiter, MAX_IN_FLIGHT_PER_ADDRESS } from './in-flight.ts';
import { failCnameChain, failCnameLoop } from './interpret.ts';
import { createLongMessageReader } from './long-messages.ts';
import { createNameServers, isUsable, type ServerReply, toAnswer } from './nameserver.ts';
import { createResolvers, MAX_ALIASES } from './recursive.ts';
import { shareLookups } from './shared-lookups.ts';
import { type Begun, createLookTogether } from './together.ts';
import { bufferRandom, createUdpPool, type FillRandom, type Target, toCanonical } from './udp/sockets.ts';
import { createUnreachable } from './unreachable.ts';
import { createValidation, type Validated } from './validation.ts';
import { createEnclosingZone, type Replied, zoneOfReply } from './zones/enclosing-zone.ts';
import { describeZone, type Zone, type ZoneFailure } from './zones/zone.ts';
import { createZones } from './zones/zones.ts';

/** How this program reaches DNS. All times have defaults that suit the internet. */
export interface DnsSettings {
  readonly mode: 'authoritative' | 'recursive';
  readonly resolvers: readonly Target[];
  readonly authoritativePort: number;
  /** Whether name servers of customers may have loopback and private addresses. Configured resolvers always may. */
  readonly allowPrivate: boolean;
  /** Networks whose addresses are never asked, whatever a delegation says; configured resolvers always are. */
  readonly deny?: readonly string[];
  /** Each of two tries over UDP; 1500. */
  readonly tryMs?: number;
  /** A whole exchange over TCP; 3000. */
  readonly tcpMs?: number;
  /** How long the true answer may still come after one in another case; 250. */
  readonly caseGraceMs?: number;
  /** When the next server is asked beside a silent one, where one answer is enough; 400. */
  readonly staggerMs?: number;
  /** How long an address is first left alone that did not answer; 1000. */
  readonly restMs?: number;
  /** UDP sockets that are kept open for each version of IP; 64. */
  readonly sockets?: number;
  /** Questions under way to one address; 40. */
  readonly maxInFlightPerAddress?: number;
  /** Questions under way to one of the resolvers, which are the operator's; 256. */
  readonly maxInFlightPerResolver?: number;
}

/** DNS as the rest of the program sees it. */
export interface Dns {
  /** Starts the limits that all look-ups of one check share. */
  startBudget(options?: BudgetOptions): Budget;
  /**
   * Asks a question of the servers that hold the name. Never throws for what DNS does.
   * @param options.startAt the domain under test: where the search for the zone begins when the name lies in it
   */
  lookup(question: Question, options: { budget: Budget; startAt: string }): Promise<LookupResult>;
  /**
   * The same for the questions of a check, which have the same start and end together.
   * @param options.lastZone the zone that held all of their names at the previous check; its servers' answers say whether it still does
   */
  lookupAll(
    questions: readonly Question[],
    options: { budget: Budget; startAt: string; lastZone?: string | undefined },
  ): Promise<readonly LookupResult[]>;
  readonly askServer: AskServer;
  /** Closes the sockets; what is under way ends as `failed`. */
  close(): Promise<void>;
}

/** Where servers show different targets of one alias, so many more than one are followed in a whole look-up: a tree of them could grow at each hop. */
const MAX_FORKS = 3;
const ANOTHER_ALIAS = failedReply({ kind: 'too_many_aliases' });

type Resolved = Omit<LookupResult, 'question'>;

type Asked =
  | ({ readonly ok: true; readonly zone: Zone } & Validated)
  | { readonly ok: false; readonly failure: ZoneFailure };

/** Builds the DNS client. Sockets open with the first question. */
export function createDns(
  settings: DnsSettings,
  deps: { clock: Pick<Clock, 'now' | 'monotonicMs'>; fillRandom?: FillRandom },
): Dns {
  const fillRandom: FillRandom = deps.fillRandom ?? ((octets) => void randomFillSync(octets));
  const pool = createUdpPool(fillRandom, { sockets: settings.sockets });
  const staggerMs = settings.staggerMs ?? 400;
  const tryMs = settings.tryMs ?? 1500;
  const monotonicNow = () => deps.clock.monotonicMs();
  const unreachable = createUnreachable(monotonicNow);
  const tools: ExchangeTools = {
    pool,
    deadlines: createDeadlines(),
    limiter: createInFlightLimiter(settings.maxInFlightPerAddress ?? MAX_IN_FLIGHT_PER_ADDRESS),
    backOff: createBackOff(monotonicNow, { firstRestMs: settings.restMs ?? 1000 }),
    timeouts: {
      tryMs,
      tcpMs: settings.tcpMs ?? 3000,
      caseGraceMs: settings.caseGraceMs ?? 250,
    },
    randomOctet: bufferRandom(fillRandom),
    readLong: createLongMessageReader(),
  };
  // A name server that is dead makes resolvers slow: with a small limit its domains would hold up all others there.
  const toResolvers = { ...tools, limiter: createInFlightLimiter(settings.maxInFlightPerResolver ?? 256) };
  const resolvers = createResolvers(toResolvers, settings.resolvers.map(toCanonical), staggerMs);
  const { authoritativePort: port, allowPrivate, deny = [] } = settings;
  const now = () => deps.clock.now().getTime();
  const nameServers = createNameServers({ exchange: tools, resolvers, port, allowPrivate, deny, staggerMs, now });
  const zones = createZones({ resolvers, nameServers, unreachable, tryMs, now, staggerMs });
  const enclosing = createEnclosingZone({ zones, nameServers, staggerMs });
  const validate = createValidation(resolvers);

  /** @param chain the names that led here, the asked one first and this one last */
  async function resolve(
    question: Question,
    chain: readonly string[],
    startAt: string,
    budget: Budget,
    { forks = { left: MAX_FORKS }, replied }: { forks?: { left: number }; replied?: Replied | undefined } = {},
  ): Promise<Resolved> {
    const found = await findAndAsk(question, startAt, budget, { replied });
    if (!found.ok)
      return {
        answers: found.failure.failures,
        aliases: [],
        zone: found.failure.zone && describeZone(found.failure.zone),
      };
    const { replies } = found;
    const zone = found.zone.dnssec === found.dnssec ? found.zone : { ...found.zone, dnssec: found.dnssec };
    const own = replies.filter(({ reply }) => reply.kind !== 'cname').map(toAnswer);
    if (own.length === replies.length) return { answers: own, aliases: [], zone: describeZone(zone) };
    const groups = groupByTarget(replies);
    const followed = groups.slice(0, 1 + forks.left);
    forks.left -= Math.max(0, followed.length - 1);
    const unfollowed = groups[followed.length];
    if (unfollowed) own.push(toAnswer({ reply: ANOTHER_ALIAS, source: unfollowed.source }));
    const [main, ...others] = await Promise.all(
      followed.map(async ({ target, source }): Promise<Resolved> => {
        const isLoop = chain.includes(target);
        if (isLoop || chain.length > MAX_ALIASES) {
          const reply = isLoop ? failCnameLoop([...chain, target]) : failCnameChain(MAX_ALIASES);
          return { answers: [toAnswer({ reply, source })], aliases: [target], zone: undefined };
        }
        const behind = await resolve({ ...question, name: target }, [...chain, target], startAt, budget, { forks });
        return { ...behind, aliases: [target, ...behind.aliases] };
      }),
    );
    if (!main) return { answers: own, aliases: [], zone: describeZone(zone) };
    const answers = [...main.answers, ...others.flatMap((other) => other.answers), ...own];
    return { ...main, answers, askedZone: describeZone(zone) };
  }

  /** Finds the zone and asks it; once more from the start when the answers show that what was remembered of it is old. */
  async function findAndAsk(
    question: Question,
    startAt: string,
    budget: Budget,
    { isRetry = false, replied }: { isRetry?: boolean; replied?: Replied | undefined } = {},
  ): Promise<Asked> {
    const asked = replied ?? (await enclosing.ask(question, startAt, budget));
    if (!asked.ok) return asked;
    const { zone, replies } = asked;
    const isOld = replies.some(
      ({ reply }) => reply.kind === 'referral' || (zoneOfReply(reply) ?? zone.name) !== zone.name,
    );
    const isGone = !replies.some(isUsable) && (budget.force || !unreachable.has(zone.name));
    const isElsewhere = isGone && !isRetry && replies.every(mayBeElsewhere) && !replies.every(isSilent);
    const isCorrected = isElsewhere && (await zones.correct(question.name, describeZone(zone), budget));
    if (isCorrected) return findAndAsk(question, startAt, budget, { isRetry: true });
    if (isOld || isGone) zones.forget(question.name, zone);
    if (isOld && !isRetry) return findAndAsk(question, startAt, budget, { isRetry: true });
    if (zone.dnssec !== 'signed') return { ok: true, zone, replies, dnssec: zone.dnssec };
    return { ok: true, zone, ...(await validate(zone, question, replies, budget)) };
  }

  async function askRecursively(question: Question, budget: Budget): Promise<Resolved> {
    const { reply, aliases, source } = await resolvers.askValidated(question, budget);
    return { answers: [toAnswer({ reply, source })], aliases, zone: undefined };
  }

  /** A quarter of the time is kept for the resolvers, or there would be none left when every server was silent. */
  function branchOf(budget: Budget): Budget {
    return budget.branch(Math.min(budget.totalMs / 4, budget.remainingMs() / 2));
  }

  async function lookup(question: Question, startAt: string, budget: Budget, begun?: Begun): Promise<LookupResult> {
    if (settings.mode === 'recursive') return { question, ...(await askRecursively(question, budget)) };
    const { branch, replied } = begun ?? { branch: branchOf(budget) };
    const direct = await resolve(question, [question.name], startAt, branch, { replied });
    const isAsked = direct.answers.some(({ source }) => source.address !== '');
    if (!isAsked || !direct.answers.every(isUnreached)) {
      const isKnownToResolvers = isAsked && direct.answers.every(mayBeKnownToResolvers);
      return { question, ...(isKnownToResolvers ? await askLastWay(question, direct, budget) : direct) };
    }
    const zone = direct.zone?.name;
    if (zone !== undefined && !budget.force && unreachable.has(zone)) return { question, ...direct };
    const { answers, aliases } = await askRecursively(question, budget);
    if (zone !== undefined && answers.every(isInVain)) unreachable.add(zone);
    // Where receivers find what we did not, the zone may be delegated to others than those that are silent.
    const isFound = answers.some(({ outcome }) => outcome === 'found');
    const name = direct.aliases.at(-1) ?? question.name;
    if (isFound && direct.zone && (await zones.correct(name, direct.zone, budget))) {
      const corrected = await resolve(question, [question.name], startAt, budget);
      if (corrected.answers.some(({ outcome }) => outcome !== 'failed')) return { question, ...corrected };
    }
    return { ...direct, question, aliases, answers: [...answers.map(distrustAbsence), ...direct.answers] };
  }

  /**
   * What no server of the zone could be got to say, the resolvers may know: they are more patient with servers that are set
   * up badly, and what receivers are told is what counts (`verification.md` §1.0). Only a record that is there is taken.
   */
  async function askLastWay(question: Question, direct: Resolved, budget: Budget): Promise<Resolved> {
    const { answers, aliases } = await askRecursively(question, budget);
    return answers.some(({ outcome }) => outcome === 'found')
      ? { ...direct, aliases, answers: [...answers, ...direct.answers] }
      : direct;
  }

  /** Whether a resolver really had its time to answer, and did not. */
  function isInVain(answer: Answer): boolean {
    return answer.outcome === 'failed' && (answer.reason !== 'timeout' || answer.source.rttMs >= tryMs);
  }

  const shared = shareLookups(lookup, now);
  const lookTogether = createLookTogether({ zones, enclosing, look: shared, goOn: lookup, branchOf });
  return {
    startBudget,
    lookup: (question, { startAt, budget }) => shared(question, startAt, budget),
    // What others were told a moment ago serves question by question.
    lookupAll: (questions, { startAt, budget, lastZone }) =>
      settings.mode === 'recursive' || budget.sharing
        ? Promise.all(questions.map((question) => shared(question, startAt, budget)))
        : lookTogether(questions, startAt, budget, lastZone),
    askServer: createAskServer(tools),
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

/** The aliases that servers showed, the one most of them showed first. */
function groupByTarget(replies: readonly ServerReply[]): { target: string; source: ServerReply['source'] }[] {
  const groups = new Map<string, { target: string; source: ServerReply['source']; count: number }>();
  for (const { reply, source } of replies) {
    if (reply.kind !== 'cname') continue;
    const group = groups.get(reply.target);
    if (group) group.count += 1;
    else groups.set(reply.target, { target: reply.target, source, count: 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
