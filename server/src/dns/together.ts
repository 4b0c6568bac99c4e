import type { LookupResult, Question, ZoneOfName } from '../core/answers/dns-answer.ts';
import { isWithin } from '../core/names/name-wire.ts';
import type { Budget } from './budget.ts';
import type { Listener } from './listener.ts';
import { isUsable, type ServerReply, toAnswer } from './nameserver.ts';
import { type EnclosingZone, isSaidToHold, type Replied, zoneOfReply } from './zones/enclosing-zone.ts';
import { describeZone, type Zone } from './zones/zone.ts';
import type { NearZone, Zones } from './zones/zones.ts';

/** A look-up that was begun: what the servers replied, and the part of its budget that they were asked within. */
export interface Begun {
  readonly branch: Budget;
  readonly replied: Replied;
}

/**
 * Asks the questions of a check. The results are in their order, and those that `look` would give for each.
 * @param lastZone the zone that held all of their names at the previous check
 */
export type LookTogether = (
  questions: readonly Question[],
  startAt: string,
  budget: Budget,
  lastZone?: string,
) => Promise<readonly LookupResult[]>;

/** What it takes. */
export interface TogetherTools {
  readonly zones: Zones;
  readonly enclosing: EnclosingZone;
  /** Looks one up alone. */
  readonly look: (question: Question, startAt: string, budget: Budget) => Promise<LookupResult>;
  /** Goes on with one that was begun. */
  readonly goOn: (question: Question, startAt: string, budget: Budget, begun: Begun) => Promise<LookupResult>;
  /** The part of a budget in which servers are asked. */
  readonly branchOf: (budget: Budget) => Budget;
}

/**
 * Builds it. The questions of a check begin at the same zone, which nearly always holds their names, and whose servers answer: so the
 * zone is found once, and one promise stands for all of it. Whatever is not that plain (another zone, an alias, a server that fails,
 * DNSSEC) goes on as a look-up of its own, with the replies that it has. It takes a fifth off the processor time of a check's questions, and
 * nearly two thirds of their garbage (docs/performance.md, "What helped").
 *
 * Where the previous check's zone is given, no resolver is asked which zone it is now. Its servers' replies have to say that they still
 * hold the names, as with any zone; if none of the replies is usable, or one leads on to another zone, the search starts over.
 */
export function createLookTogether(tools: TogetherTools): LookTogether {
  return async (questions, startAt, budget, lastZone) => {
    const { zones, look, goOn, branchOf } = tools;
    const [first] = questions;
    const isAlike = (question: Question) => question.servers === 'every' && isWithin(question.name, startAt);
    if (!first || questions.length === 1 || !questions.every(isAlike))
      return Promise.all(questions.map((question) => look(question, startAt, budget)));
    const branch = branchOf(budget);
    const known = zones.findKnown(first.name, startAt);
    const mayBeLast = known === null && lastZone !== undefined && isWithin(startAt, lastZone);
    const last = mayBeLast ? await zones.findNamed(lastZone, branch) : null;
    const near = known ?? last ?? (await zones.findNear(first.name, startAt, branch));
    if (!near.ok) {
      const others = questions.slice(1).map((question) => look(question, startAt, budget));
      return Promise.all([goOn(first, startAt, budget, { branch, replied: near }), ...others]);
    }
    return new Promise((resolve, reject) => {
      const asked = { questions, startAt, budget, branch, isOfLastTime: last !== null };
      new Together(tools, asked, resolve, reject).start(near.value);
    });
  };
}

interface Asked {
  readonly questions: readonly Question[];
  readonly startAt: string;
  readonly budget: Budget;
  readonly branch: Budget;
  /** Whether the zone is the previous check's, which nothing has confirmed yet. */
  readonly isOfLastTime: boolean;
}

/** One check's questions on their way. */
class Together {
  readonly #tools: TogetherTools;
  readonly #asked: Asked;
  readonly #resolve: (results: readonly LookupResult[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #results: LookupResult[];
  #left: number;
  /** Mostly all questions have the same one. */
  #described: { readonly zone: Zone; readonly as: ZoneOfName } | null = null;

  constructor(
    tools: TogetherTools,
    asked: Asked,
    resolve: (results: readonly LookupResult[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#tools = tools;
    this.#asked = asked;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#results = new Array(asked.questions.length);
    this.#left = asked.questions.length;
  }

  start(first: NearZone): void {
    const { questions, startAt, budget, branch } = this.#asked;
    for (const [at, question] of questions.entries()) {
      const known = at === 0 ? null : this.#tools.zones.findKnown(question.name, startAt);
      const near = known?.value ?? first;
      // The zone that is known to hold the first name says nothing of another: it may be one of its own, below the domain's.
      if (at > 0 && !known && first.isEnclosing) {
        this.#tools.look(question, startAt, budget).then((result) => this.#take(at, result), this.#reject);
        continue;
      }
      this.#tools.enclosing.askEvery(near.zone, question, branch, this.#expect(at, question, near));
    }
  }

  #expect(at: number, question: Question, near: NearZone): Listener<readonly ServerReply[]> {
    return {
      onResult: (replies) => {
        try {
          const plain = this.#read(question, near, replies);
          if (plain) this.#take(at, plain);
          else this.#goOn(question, near, replies).then((result) => this.#take(at, result), this.#reject);
        } catch (error) {
          // In the turn of the datagram: an exception there would end the process.
          this.#reject(error);
        }
      },
      onFault: this.#reject,
    };
  }

  #take(at: number, result: LookupResult): void {
    this.#results[at] = result;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this.#results);
  }

  /** What a look-up comes to where each server of the zone has an answer of its own; else null. */
  #read(question: Question, near: NearZone, replies: readonly ServerReply[]): LookupResult | null {
    const { zone } = near;
    const isPlain = zone.dnssec !== 'signed' && replies.length > 0 && replies.every((each) => isOwn(each, zone));
    if (!isPlain || !isSaidToHold(near, replies)) return null;
    if (this.#described?.zone !== zone) this.#described = { zone, as: describeZone(zone) };
    return { question, answers: replies.map(toAnswer), aliases: [], zone: this.#described.as };
  }

  async #goOn(question: Question, near: NearZone, replies: readonly ServerReply[]): Promise<LookupResult> {
    const { startAt, budget, branch, isOfLastTime } = this.#asked;
    if (isOfLastTime && hasMoved(replies)) return this.#tools.look(question, startAt, budget);
    const replied = await this.#tools.enclosing.settle(question, startAt, near, replies, branch);
    return this.#tools.goOn(question, startAt, budget, { branch, replied });
  }
}

/** Whether the servers of the previous check's zone have nothing to say about a name any more, or say who has. */
function hasMoved(replies: readonly ServerReply[]): boolean {
  return !replies.some(isUsable) || replies.some(({ reply }) => reply.kind === 'referral');
}

/** Whether a reply is the zone's own word about the name: neither an alias nor a referral, nor of a zone elsewhere. */
function isOwn(each: ServerReply, zone: Zone): boolean {
  const { reply } = each;
  return (
    isUsable(each) &&
    reply.kind !== 'cname' &&
    reply.kind !== 'referral' &&
    (zoneOfReply(reply) ?? zone.name) === zone.name
  );
}
