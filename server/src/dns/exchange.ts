import type { Fault } from '../core/answers/failure.ts';
import type { Admission, BackOff, Contact } from './back-off.ts';
import { type Budget, MAX_KEPT_OCTETS, spentFault } from './budget.ts';
import type { Entrant, InFlightLimiter, Leave } from './in-flight.ts';
import { type Listener, toPromise } from './listener.ts';
import type { createLongMessageReader } from './long-messages.ts';
import { exchangeTcp } from './tcp.ts';
import type { Target } from './udp/sockets.ts';
import {
  cannotAsk,
  drawCase,
  type SentQuestion,
  tryUdp,
  type UdpOutcome,
  type UdpTools,
  type Way,
} from './udp/udp-try.ts';
import { compareQuestion, decodeHeader, encodeQuery, type Message } from './wire.ts';

/** One question to one address. */
export interface ExchangeQuestion extends SentQuestion {
  /** Asks an address all the same that is left alone because it did not answer. */
  readonly evenBackingOff?: boolean;
}

/** A readable answer to the very question, or why there is none. */
export type ExchangeResult =
  | { readonly ok: true; readonly message: Message; readonly rttMs: number }
  | { readonly ok: false; readonly fault: Fault; readonly rttMs: number };

/** What an exchange works with. */
export interface ExchangeTools extends UdpTools {
  readonly limiter: InFlightLimiter;
  readonly backOff: BackOff;
  readonly timeouts: UdpTools['timeouts'] & {
    /** For a whole exchange over TCP. */
    readonly tcpMs: number;
  };
  /** Reads what came over TCP. */
  readonly readLong: ReturnType<typeof createLongMessageReader>;
}

const UDP_TRIES = 2;
const FULL_WAY: Way = { edns: true, mixedCase: true };

type Final = Extract<UdpOutcome, { kind: 'message' | 'failed' }>;

/**
 * Asks one address one question and waits for the answer to exactly that question. Falls back once each from EDNS, from
 * 0x20 and from UDP; everything else that could be wrong is a `failed` with its reason.
 */
export function exchange(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  budget: Budget,
  listener: Listener<ExchangeResult>,
): void {
  new Exchange(tools, target, question, budget, listener).start();
}

/** A class, since one is made for each question: its functions are made once (docs/performance.md, `dns-client`). */
class Exchange implements Entrant, Listener<UdpOutcome> {
  readonly budget: Budget;
  readonly #tools: ExchangeTools;
  readonly #target: Target;
  readonly #question: ExchangeQuestion;
  readonly #listener: Listener<ExchangeResult>;
  readonly #startedAt = performance.now();
  #leave: Leave | null = null;
  #admission: Admission = 'free';

  constructor(
    tools: ExchangeTools,
    target: Target,
    question: ExchangeQuestion,
    budget: Budget,
    listener: Listener<ExchangeResult>,
  ) {
    this.#tools = tools;
    this.#target = target;
    this.#question = question;
    this.budget = budget;
    this.#listener = listener;
  }

  get #isForced(): boolean {
    return this.budget.force || this.#question.evenBackingOff === true;
  }

  start(): void {
    const { backOff, limiter } = this.#tools;
    const { address } = this.#target;
    if (!this.#isForced && backOff.isBackingOff(address)) this.#tell({ kind: 'backing_off' });
    else limiter.enter(address, this);
  }

  onPlace(leave: Leave | null): void {
    this.#leave = leave;
    const problem = leave ? this.#findProblem() : null;
    if (!leave) this.#tell({ kind: 'out_of_time' });
    else if (problem) this.#end(problem);
    else this.#try();
  }

  #findProblem(): Final | null {
    return this.#isAdmitted() ? checkBudget(this.budget) : cannotAsk({ kind: 'backing_off' });
  }

  /** In the turn of whoever left its place: a mistake here must end neither the process nor the handing on of places. */
  #try(): void {
    try {
      tryUdp(this.#tools, this.#target, this.#question, FULL_WAY, this.budget, this);
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Those who were asked before us may have learned in the meantime that nobody answers there. */
  #isAdmitted(): boolean {
    this.#admission = this.#tools.backOff.admit(this.#target.address);
    return this.#admission !== 'resting' || this.#isForced;
  }

  onResult(outcome: UdpOutcome): void {
    if (isFinal(outcome)) this.#end(outcome);
    // The first try is nearly always the only one, and so waits for nothing else.
    else
      fallBack(this.#tools, this.#target, this.#question, outcome, this.budget).then(
        (last) => this.#end(last),
        (error) => this.onFault(error),
      );
  }

  onFault(error: unknown): void {
    this.#giveBack('unclear');
    this.#listener.onFault(error);
  }

  #end(outcome: Final): void {
    this.#giveBack(outcome.contact);
    if (outcome.kind === 'failed') this.#tell(outcome.fault);
    else if (this.budget.keepOctets(outcome.message.octets))
      this.#listener.onResult({ ok: true, message: outcome.message, rttMs: measureSince(this.#startedAt) });
    else this.#tell({ kind: 'too_much_kept', limit: MAX_KEPT_OCTETS });
  }

  #giveBack(contact: Contact): void {
    this.#tools.backOff.report(this.#target.address, contact, this.#admission);
    this.#leave?.();
  }

  #tell(fault: Fault): void {
    this.#listener.onResult({ ok: false, fault, rttMs: measureSince(this.#startedAt) });
  }
}

function measureSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

function isFinal(outcome: UdpOutcome): outcome is Final {
  return outcome.kind === 'message' || outcome.kind === 'failed';
}

async function fallBack(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  first: Exclude<UdpOutcome, Final>,
  budget: Budget,
): Promise<Final> {
  let way: Way = FULL_WAY;
  let outcome: UdpOutcome = first;
  let timeouts = 0;
  // Each turn but the last gives something up (EDNS, 0x20, a try, UDP), so the turns are bounded: at most five.
  for (;;) {
    switch (outcome.kind) {
      case 'message':
      case 'failed':
        return outcome;
      case 'truncated':
        return checkBudget(budget) ?? askTcp(tools, target, question, way, budget);
      case 'no-edns':
        way = { ...way, edns: false };
        break;
      case 'other-case':
        way = { ...way, mixedCase: false };
        break;
      case 'timeout':
        timeouts += 1;
        if (timeouts === UDP_TRIES) {
          // Cut short by the end of the budget, the silence may have been ours.
          const contact = budget.remainingMs() > 0 ? 'silent' : 'unclear';
          return { kind: 'failed', fault: { kind: 'silent', transport: 'udp' }, contact };
        }
        // A firewall that drops what it does not know is silent about EDNS too (RFC 6891 §6.2.6).
        way = { ...way, edns: false };
    }
    const problem = checkBudget(budget);
    outcome =
      problem ?? (await toPromise<UdpOutcome>((listener) => tryUdp(tools, target, question, way, budget, listener)));
  }
}

function checkBudget(budget: Budget): Final | null {
  return budget.remainingMs() > 0 && budget.takeQuery() ? null : cannotAsk(spentFault(budget));
}

async function askTcp(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  way: Way,
  budget: Budget,
): Promise<Final> {
  const fail = (fault: Fault): Final => ({ kind: 'failed', fault, contact: 'answered' });
  const id = tools.randomOctet() * 256 + tools.randomOctet();
  const caseBits = way.mixedCase ? drawCase(tools.randomOctet, question.name) : null;
  const encoded = encodeQuery({ ...question, id, edns: way.edns, caseBits });
  if (!encoded) return cannotAsk({ kind: 'not_a_name' });
  const outcome = await exchangeTcp(target, encoded.message, tools.timeouts.tcpMs, budget);
  // Whoever is asked over TCP has answered over UDP.
  if (!outcome.ok) return fail(outcome.fault);
  const header = decodeHeader(outcome.message);
  if (!header?.isResponse || header.id !== id || compareQuestion(outcome.message, encoded.question) === 'different') {
    return fail({ kind: 'other_question' });
  }
  if (header.truncated) return fail({ kind: 'truncated_over_tcp' });
  const message = tools.readLong(outcome.message, encoded.question);
  return 'kind' in message ? fail(message) : { kind: 'message', message, contact: 'answered' };
}
