import type { Absent, AnswerSource, Failed, Found, QuestionType } from '../core/answers/dns-answer.ts';
import { buildDenied, mayAsk } from './address-policy.ts';
import type { Budget } from './budget.ts';
import { type ExchangeResult, type ExchangeTools, exchange } from './exchange.ts';
import { type FailedReply, failedReply, toFailed } from './failed-reply.ts';
import { type Attempt, firstUsable } from './first-usable.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';
import { interpretAuthoritative, type Reply } from './interpret.ts';
import type { Listener } from './listener.ts';
import type { Resolvers } from './recursive.ts';

/** More servers and addresses than these are not asked; no zone needs them. */
const MAX_SERVERS = 13;
const MAX_ADDRESSES = 4;
/** Those of large providers serve many zones. */
const MAX_KNOWN = 5_000;
const MAX_TTL_SECONDS = 300;
/** For how long a server whose address could not be found is taken to have none. */
const UNFOUND_SECONDS = 30;

/** One name server of a zone. `problem` says why it has no address to ask. */
export interface NameServer {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly problem: FailedReply | undefined;
}

/** What one name server said. */
export interface ServerReply {
  readonly reply: Reply;
  readonly source: AnswerSource;
}

/** Asks name servers, and finds their addresses. */
export interface NameServers {
  /** Asks one server of `zone`: its addresses one after the other until one answers. */
  ask(server: NameServer, zone: string, question: Asked, budget: Budget, listener: Listener<ServerReply>): void;
  /**
   * The addresses of the name servers of a zone: `glue` where given, else by the resolvers; IPv4 first. `ttlSeconds` is the lowest seen.
   * `isCutShort`: some are missing only because the budget ran out.
   */
  locate(
    zone: string,
    names: readonly string[],
    glue: readonly { name: string; address: string }[],
    budget: Budget,
  ): Promise<{ servers: readonly NameServer[]; ttlSeconds: number; isCutShort: boolean }>;
  /** Called where none of them answered: they may have moved. */
  forget(servers: readonly NameServer[]): void;
}

interface Asked {
  readonly name: string;
  readonly type: QuestionType;
}

/** The addresses of one name, until the milliseconds at which the first of them is out of date; `problem` is a look-up that failed. */
interface Addresses {
  readonly all: readonly string[];
  readonly problem: FailedReply | undefined;
  readonly until: number;
}

/** What is needed to ask name servers. */
export interface NameServerTools {
  readonly exchange: ExchangeTools;
  readonly resolvers: Pick<Resolvers, 'ask'>;
  readonly port: number;
  readonly allowPrivate: boolean;
  readonly deny: readonly string[];
  readonly staggerMs: number;
  /** Milliseconds, for ages. */
  readonly now: () => number;
}

/** Builds the way to name servers. */
export function createNameServers(tools: NameServerTools): NameServers {
  const denied = buildDenied(tools.deny);
  const addresses = createFlightCache<Addresses, Addresses>(tools.now, MAX_KNOWN, MAX_TTL_SECONDS);

  function askAddress(
    server: NameServer,
    address: string,
    zone: string,
    question: Asked,
    budget: Budget,
    listener: Listener<ServerReply>,
  ): void {
    const asked = { name: question.name, type: question.type, recursionDesired: false };
    const reading = new AddressReply(server.name, address, zone, question, listener);
    exchange(tools.exchange, { address, port: tools.port }, asked, budget, reading);
  }

  function askAddresses(
    server: NameServer,
    zone: string,
    question: Asked,
    budget: Budget,
    listener: Listener<ServerReply>,
  ): void {
    const attempts = server.addresses.map(
      (address): Attempt<ServerReply> =>
        (branch, own) =>
          askAddress(server, address, zone, question, branch, own),
    );
    firstUsable(attempts, isUsable, budget, tools.staggerMs, {
      onResult: ({ usable, results }) => {
        const best = usable ?? results.find(({ reply }) => !isReplyUnreached(reply)) ?? results[0];
        const source: AnswerSource = { server: server.name, address: '', via: 'authoritative', rttMs: 0 };
        listener.onResult(best ?? { reply: server.problem ?? NO_ADDRESS, source });
      },
      onFault: (error) => listener.onFault(error),
    });
  }

  /** IPv4 and IPv6 addresses as the resolvers know them. What one of them could not tell is no answer to be kept. */
  async function loadAddresses(name: string, budget: Budget): Promise<Loaded<Addresses, Addresses>> {
    let ttlSeconds = Number.POSITIVE_INFINITY;
    let problem: NameServer['problem'];
    const all: string[] = [];
    const replies = await Promise.all(
      (['A', 'AAAA'] as const).map((type) => tools.resolvers.ask({ name, type }, budget)),
    );
    for (const { reply } of replies) {
      if (reply.kind === 'failed') problem = failedReply(reply.fault, { at: 'address' });
      if (reply.kind !== 'found') continue;
      ttlSeconds = Math.min(ttlSeconds, reply.ttlSeconds);
      for (const record of reply.records) if (record.type === 'A' || record.type === 'AAAA') all.push(record.address);
    }
    const found: Addresses = { all, problem, until: tools.now() + ttlSeconds * 1000 };
    return problem === undefined && all.length > 0
      ? { ok: true, value: found, ttlSeconds }
      : { ok: false, failure: found };
  }

  async function findAddresses(name: string, budget: Budget): Promise<Addresses> {
    const loaded = await addresses.get(name, budget, () => loadAddresses(name, budget));
    return loaded.ok ? loaded.value : loaded.failure;
  }

  async function locateOne(name: string, glue: readonly string[], budget: Budget) {
    const found = glue.length === 0 ? await findAddresses(name, budget) : null;
    const known = [...new Set(found?.all ?? glue)];
    const allowed = known.filter((address) => mayAsk(address, tools.allowPrivate, denied));
    let problem = found?.problem;
    if (allowed.length > 0) problem = undefined;
    else if (known.length > 0) problem = NOT_PUBLIC;
    else problem ??= NO_ADDRESS;
    const ttlSeconds = found ? (found.until - tools.now()) / 1000 : Number.POSITIVE_INFINITY;
    // One that could not be found is looked for again soon; where only this check ended, others need not believe it at all.
    const isUnfound = known.length === 0;
    return {
      server: { name, addresses: byFamily(allowed).slice(0, MAX_ADDRESSES), problem },
      ttlSeconds: isUnfound ? Math.min(ttlSeconds, UNFOUND_SECONDS) : ttlSeconds,
      isCutShort: isUnfound && budget.isSpent(),
    };
  }

  return {
    ask: (server, zone, question, budget, listener) => {
      const [only] = server.addresses;
      if (only !== undefined && server.addresses.length === 1)
        askAddress(server, only, zone, question, budget, listener);
      else askAddresses(server, zone, question, budget, listener);
    },
    locate: async (zone, names, glue, budget) => {
      const wanted = [...new Set(names)].slice(0, MAX_SERVERS);
      const located = await Promise.all(
        wanted.map((name) => {
          const own = glue.filter((record) => record.name === name).map(({ address }) => address);
          return locateOne(name, own, budget);
        }),
      );
      const servers = located.map(({ server }) => server);
      // One name without an address is a fault of that server; all of them without are the fault of the delegation.
      const noneKnown = servers.every(({ problem }) => problem === NO_ADDRESS);
      return {
        servers: noneKnown ? servers.map((server) => ({ ...server, problem: noNameservers(zone) })) : servers,
        ttlSeconds: Math.min(...located.map((each) => each.ttlSeconds)),
        isCutShort: located.some((each) => each.isCutShort),
      };
    },
    forget: (servers) => {
      for (const { name } of servers) addresses.forget(name);
    },
  };
}

/** Reads what one address answers. */
class AddressReply implements Listener<ExchangeResult> {
  readonly #server: string;
  readonly #address: string;
  readonly #zone: string;
  readonly #question: Asked;
  readonly #listener: Listener<ServerReply>;

  constructor(server: string, address: string, zone: string, question: Asked, listener: Listener<ServerReply>) {
    this.#server = server;
    this.#address = address;
    this.#zone = zone;
    this.#question = question;
    this.#listener = listener;
  }

  onResult(result: ExchangeResult): void {
    let reply: Reply;
    try {
      reply = result.ok
        ? interpretAuthoritative(result.message, this.#question, this.#zone)
        : failedReply(result.fault);
    } catch (error) {
      // In the turn of the datagram: an exception there would end the process.
      this.onFault(error);
      return;
    }
    const source = { server: this.#server, address: this.#address, via: 'authoritative', rttMs: result.rttMs } as const;
    this.#listener.onResult({ reply, source });
  }

  onFault(error: unknown): void {
    this.#listener.onFault(error);
  }
}

const NO_ADDRESS = failedReply({ kind: 'no_address' });
const NOT_PUBLIC = failedReply({ kind: 'not_public' });

/** None of the name servers of a zone has an address. */
export function noNameservers(zone: string): FailedReply {
  return failedReply({ kind: 'no_nameservers', zone });
}

/** Whether a server said anything that can be worked with. */
export function isUsable({ reply }: ServerReply): boolean {
  return reply.kind !== 'failed';
}

function isReplyUnreached(reply: Reply): boolean {
  return reply.kind === 'failed' && (reply.reason === 'timeout' || reply.reason === 'network');
}

function byFamily(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}

/** A reply as the rest of the program sees it. A referral from a server of the very zone is a server that does not hold it. */
export function toAnswer({ reply, source }: ServerReply): Found | Absent | Failed {
  switch (reply.kind) {
    case 'found':
      return { outcome: 'found', records: reply.records, ttlSeconds: reply.ttlSeconds, source };
    case 'absent':
      return { outcome: 'absent', reason: reply.reason, negativeTtlSeconds: reply.negativeTtlSeconds, source };
    case 'failed':
      return toFailed(reply, source);
    case 'referral':
      return toFailed(failedReply({ kind: 'not_authoritative', refersTo: reply.zone }), source);
    case 'cname':
      return toFailed(failedReply({ kind: 'alias', target: reply.target }), source);
  }
}
