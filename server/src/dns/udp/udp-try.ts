import type { QuestionType } from '../../core/answers/dns-answer.ts';
import type { Fault } from '../../core/answers/failure.ts';
import type { Contact } from '../back-off.ts';
import type { Budget } from '../budget.ts';
import type { Deadlines, Waiting } from '../deadlines.ts';
import type { Listener } from '../listener.ts';
import { compareQuestion, decodeHeader, decodeMessage, type EncodedQuery, encodeQuery, type Message } from '../wire.ts';
import type { Target, UdpListener, UdpPool, UdpSlot } from './sockets.ts';

/** What is asked. */
export interface SentQuestion {
  readonly name: string;
  readonly type: QuestionType;
  readonly recursionDesired: boolean;
  /** Tells a resolver not to validate (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
}

/** What a question goes out with. */
export interface Way {
  readonly edns: boolean;
  readonly mixedCase: boolean;
}

/** What a try works with. */
export interface UdpTools {
  readonly pool: UdpPool;
  readonly deadlines: Deadlines;
  readonly timeouts: {
    /** For each of the two tries over UDP. */
    readonly tryMs: number;
    /** How long the true answer may still come after one whose name has another case. */
    readonly caseGraceMs: number;
  };
  readonly randomOctet: () => number;
}

/** What came of one try. */
export type UdpOutcome =
  | { readonly kind: 'message'; readonly message: Message; readonly contact: 'answered' }
  | { readonly kind: 'truncated' | 'no-edns' | 'other-case' | 'timeout' }
  | CannotAsk;

/** No answer that can be used, and none to be hoped for. */
export interface CannotAsk {
  readonly kind: 'failed';
  readonly fault: Fault;
  readonly contact: Contact;
}

const RCODE_FORMERR = 1;
const RCODE_NOTIMP = 4;
const RCODE_BADVERS = 16;

/** Sends a question once, and waits for what can be taken as its answer. */
export function tryUdp(
  tools: UdpTools,
  target: Target,
  question: SentQuestion,
  way: Way,
  budget: Budget,
  listener: Listener<UdpOutcome>,
): void {
  const udpTry = new UdpTry(tools, question, way, budget, listener);
  const slot = tools.pool.open(target, udpTry);
  if (slot instanceof Promise) slot.then((opened) => udpTry.start(opened)).catch((error) => listener.onFault(error));
  else udpTry.start(slot);
}

/** The failure of a question that could not be sent: it says nothing about the server. */
export function cannotAsk(fault: Fault): CannotAsk {
  return { kind: 'failed', fault, contact: 'unclear' };
}

/** One question on its way. A class, since one is made for each: its functions are made once, and nothing awaits in between (docs/performance.md, `dns-client`). */
class UdpTry implements UdpListener, Waiting {
  endsAtMs = 0;
  place = -1;
  readonly #tools: UdpTools;
  readonly #question: SentQuestion;
  readonly #way: Way;
  readonly #budget: Budget;
  readonly #listener: Listener<UdpOutcome>;
  #slot: UdpSlot | null = null;
  #sent: EncodedQuery | null = null;
  #otherCase: UdpOutcome | null = null;
  #withdraw: (() => void) | null = null;

  constructor(tools: UdpTools, question: SentQuestion, way: Way, budget: Budget, listener: Listener<UdpOutcome>) {
    this.#tools = tools;
    this.#question = question;
    this.#way = way;
    this.#budget = budget;
    this.#listener = listener;
  }

  /** @param slot null where there was no socket */
  start(slot: UdpSlot | null): void {
    this.#slot = slot;
    const problem = slot ? this.#send(slot) : cannotAsk({ kind: 'no_socket' });
    if (problem) this.#end(problem);
  }

  #send(slot: UdpSlot): UdpOutcome | null {
    const remainingMs = this.#budget.remainingMs();
    // Opening may have waited, or the whole process stood still: nothing goes out after the end.
    if (remainingMs <= 0) return { kind: 'timeout' };
    const { name, type, recursionDesired, checkingDisabled = false } = this.#question;
    const { edns, mixedCase } = this.#way;
    const caseBits = mixedCase ? drawCase(this.#tools.randomOctet, name) : null;
    this.#sent = encodeQuery({ id: slot.id, name, type, recursionDesired, checkingDisabled, edns, caseBits });
    if (!this.#sent) return cannotAsk({ kind: 'not_a_name' });
    this.#wait(Math.min(this.#tools.timeouts.tryMs, remainingMs));
    this.#withdraw = this.#budget.onCancel(() => this.#end({ kind: 'timeout' }));
    slot.send(this.#sent.message);
    return null;
  }

  onDatagram(datagram: Buffer): void {
    if (!this.#sent) return;
    const outcome = judgeDatagram(datagram, this.#sent.question, this.#question.name, this.#way);
    if (outcome === 'ignore') return;
    if (outcome.kind !== 'other-case') this.#end(outcome);
    else if (!this.#otherCase) {
      // Someone guessed port and id but not the case, or the server folds it: the true answer may still be on its way.
      this.#otherCase = outcome;
      this.#tools.deadlines.delete(this);
      this.#wait(Math.min(this.#tools.timeouts.caseGraceMs, this.#budget.remainingMs()));
    }
  }

  onError(error: NodeJS.ErrnoException): void {
    // Where the socket breaks before it is open, `start` is told so.
    if (this.#slot) this.#end(cannotAsk({ kind: 'unreachable', transport: 'udp', error: error.code ?? error.message }));
  }

  expire(): void {
    this.#end(this.#otherCase ?? { kind: 'timeout' });
  }

  #wait(forMs: number): void {
    this.endsAtMs = performance.now() + forMs;
    this.#tools.deadlines.add(this);
  }

  #end(outcome: UdpOutcome): void {
    this.#tools.deadlines.delete(this);
    this.#withdraw?.();
    this.#slot?.release();
    this.#listener.onResult(outcome);
  }
}

/** What a datagram with the right source and id is worth. Whatever does not answer our question is passed over in silence. */
function judgeDatagram(datagram: Buffer, sent: Buffer, name: string, way: Way): UdpOutcome | 'ignore' {
  const header = decodeHeader(datagram);
  if (!header?.isResponse || header.opcode !== 0) return 'ignore';
  const dislikesEdns = header.rcode === RCODE_FORMERR || header.rcode === RCODE_NOTIMP;
  if (header.questions === 0) {
    // A server that cannot read EDNS may send back nothing but a header.
    return way.edns && dislikesEdns ? { kind: 'no-edns' } : 'ignore';
  }
  const question = compareQuestion(datagram, sent);
  if (question === 'different') return 'ignore';
  if (question === 'other-case' && way.mixedCase) return { kind: 'other-case' };
  if (header.truncated) return { kind: 'truncated' };
  const message = decodeMessage(datagram, sent, header, name);
  if ('kind' in message) return { kind: 'failed', fault: message, contact: 'answered' };
  if (way.edns && (dislikesEdns || message.rcode === RCODE_BADVERS)) return { kind: 'no-edns' };
  return { kind: 'message', message, contact: 'answered' };
}

/** Used for one question after the other: enough for the longest name. */
const CASE_BITS = new Uint8Array(32);

/** Draws a bit for each octet of a name; they hold until the next are drawn. */
export function drawCase(randomOctet: () => number, name: string): Uint8Array {
  const octets = Math.ceil((name.length + 2) / 8);
  for (let i = 0; i < octets && i < CASE_BITS.length; i++) CASE_BITS[i] = randomOctet();
  return CASE_BITS;
}
