import type { QuestionType } from '../core/answers/dns-answer.ts';
import type { Fault } from '../core/answers/failure.ts';
import type { BackOff, Contact } from './back-off.ts';
import { type Budget, MAX_KEPT_OCTETS, spentFault } from './budget.ts';
import type { InFlightLimiter } from './in-flight.ts';
import type { createLongMessageReader } from './long-messages.ts';
import type { Target, UdpPool } from './sockets.ts';
import { exchangeTcp } from './tcp.ts';
import { compareQuestion, decodeHeader, decodeMessage, encodeQuery, type Message } from './wire.ts';

/** One question to one address. */
export interface ExchangeQuestion {
  readonly name: string;
  readonly type: QuestionType;
  readonly recursionDesired: boolean;
  /** Tells a resolver not to validate (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
  /** Asks an address all the same that is left alone because it did not answer. */
  readonly evenBackingOff?: boolean;
}

/** A readable answer to the very question, or why there is none. */
export type ExchangeResult =
  | { readonly ok: true; readonly message: Message; readonly rttMs: number }
  | { readonly ok: false; readonly fault: Fault; readonly rttMs: number };

/** How long a server is waited for. */
export interface ExchangeTimeouts {
  /** For each of the two tries over UDP. */
  readonly tryMs: number;
  /** For a whole exchange over TCP. */
  readonly tcpMs: number;
  /** How long the true answer may still come after one whose name has another case. */
  readonly caseGraceMs: number;
}

/** What an exchange works with. */
export interface ExchangeTools {
  readonly pool: UdpPool;
  readonly limiter: InFlightLimiter;
  readonly backOff: BackOff;
  readonly timeouts: ExchangeTimeouts;
  readonly randomOctet: () => number;
  /** Reads what came over TCP. */
  readonly readLong: ReturnType<typeof createLongMessageReader>;
}

const UDP_TRIES = 2;
const RCODE_FORMERR = 1;
const RCODE_NOTIMP = 4;
const RCODE_BADVERS = 16;

type UdpOutcome =
  | { readonly kind: 'message'; readonly message: Message; readonly contact: 'answered' }
  | { readonly kind: 'truncated' | 'no-edns' | 'other-case' | 'timeout' }
  | { readonly kind: 'failed'; readonly fault: Fault; readonly contact: Contact };

interface Way {
  readonly edns: boolean;
  readonly mixedCase: boolean;
}

/**
 * Asks one address one question and waits for the answer to exactly that question. Falls back once each from EDNS, from
 * 0x20 and from UDP; everything else that could be wrong is a `failed` with its reason. Never throws.
 */
export async function exchange(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  budget: Budget,
): Promise<ExchangeResult> {
  const startedAt = performance.now();
  const rtt = () => Math.round((performance.now() - startedAt) * 10) / 10;
  const fail = (fault: Fault): ExchangeResult => ({ ok: false, fault, rttMs: rtt() });
  const { backOff } = tools;
  const { address } = target;
  const isForced = budget.force || question.evenBackingOff === true;
  if (!isForced && backOff.isBackingOff(address)) return fail({ kind: 'backing_off' });
  const leave = await tools.limiter.enter(address, budget);
  if (!leave) return fail({ kind: 'out_of_time' });
  // Those who were asked before us may have learned in the meantime that nobody answers there.
  const admission = backOff.admit(address);
  let contact: Contact = 'unclear';
  try {
    if (admission === 'resting' && !isForced) return fail({ kind: 'backing_off' });
    const outcome = await askWithFallbacks(tools, target, question, budget);
    contact = outcome.contact;
    if (outcome.kind === 'failed') return fail(outcome.fault);
    if (!budget.keepOctets(outcome.message.octets)) {
      return fail({ kind: 'too_much_kept', limit: MAX_KEPT_OCTETS });
    }
    return { ok: true, message: outcome.message, rttMs: rtt() };
  } finally {
    backOff.report(address, contact, admission);
    leave();
  }
}

type Final = Extract<UdpOutcome, { kind: 'message' | 'failed' }>;

async function askWithFallbacks(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  budget: Budget,
): Promise<Final> {
  let way: Way = { edns: true, mixedCase: true };
  let timeouts = 0;
  // Each turn but the last gives something up (EDNS, 0x20, a try, UDP), so the turns are bounded: at most five.
  for (;;) {
    const spent = checkBudget(budget);
    if (spent) return spent;
    const outcome = await askUdp(tools, target, question, way, budget);
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
  }
}

function checkBudget(budget: Budget): Final | null {
  return budget.remainingMs() > 0 && budget.takeQuery() ? null : cannotAsk(spentFault(budget));
}

async function askUdp(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  way: Way,
  budget: Budget,
): Promise<UdpOutcome> {
  let settle: (outcome: UdpOutcome) => void = () => undefined;
  const settled = new Promise<UdpOutcome>((resolve) => {
    settle = resolve;
  });
  let sent: Buffer = Buffer.alloc(0);
  let sawOtherCase = false;
  let timer: NodeJS.Timeout | undefined;
  const slot = await tools.pool.open(target, {
    onDatagram: (datagram) => {
      const outcome = judgeDatagram(datagram, sent, way);
      if (outcome === 'ignore') return;
      if (outcome.kind !== 'other-case') return settle(outcome);
      // Someone guessed port and id but not the case, or the server folds it: the true answer may still be on its way.
      if (sawOtherCase) return;
      sawOtherCase = true;
      clearTimeout(timer);
      timer = setTimeout(() => settle(outcome), Math.min(tools.timeouts.caseGraceMs, budget.remainingMs()));
    },
    onError: (error: NodeJS.ErrnoException) =>
      settle(cannotAsk({ kind: 'unreachable', transport: 'udp', error: error.code ?? error.message })),
  });
  if (!slot) return cannotAsk({ kind: 'no_socket' });
  // Opening may have waited, or the whole process stood still: nothing goes out after the end.
  if (budget.remainingMs() <= 0) {
    slot.release();
    return { kind: 'timeout' };
  }
  const encoded = encodeQuery({
    ...question,
    id: slot.id,
    edns: way.edns,
    caseBits: drawCase(tools, question.name, way),
  });
  if (!encoded) {
    slot.release();
    return cannotAsk({ kind: 'not_a_name' });
  }
  sent = encoded.question;
  timer = setTimeout(() => settle({ kind: 'timeout' }), Math.min(tools.timeouts.tryMs, budget.remainingMs()));
  const withdraw = budget.onCancel(() => settle({ kind: 'timeout' }));
  slot.send(encoded.message);
  const outcome = await settled;
  clearTimeout(timer);
  withdraw();
  slot.release();
  return outcome;
}

function cannotAsk(fault: Fault): Extract<Final, { kind: 'failed' }> {
  return { kind: 'failed', fault, contact: 'unclear' };
}

/** What a datagram with the right source and id is worth. Whatever does not answer our question is passed over in silence. */
function judgeDatagram(datagram: Buffer, sent: Buffer, way: Way): UdpOutcome | 'ignore' {
  const header = decodeHeader(datagram);
  if (!header?.isResponse || header.opcode !== 0 || sent.length === 0) return 'ignore';
  const dislikesEdns = header.rcode === RCODE_FORMERR || header.rcode === RCODE_NOTIMP;
  if (header.questions === 0) {
    // A server that cannot read EDNS may send back nothing but a header.
    return way.edns && dislikesEdns ? { kind: 'no-edns' } : 'ignore';
  }
  const question = compareQuestion(datagram, sent);
  if (question === 'different') return 'ignore';
  if (question === 'other-case' && way.mixedCase) return { kind: 'other-case' };
  if (header.truncated) return { kind: 'truncated' };
  const message = decodeMessage(datagram, sent, header);
  if ('kind' in message) return { kind: 'failed', fault: message, contact: 'answered' };
  if (way.edns && (dislikesEdns || message.rcode === RCODE_BADVERS)) return { kind: 'no-edns' };
  return { kind: 'message', message, contact: 'answered' };
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
  const encoded = encodeQuery({ ...question, id, edns: way.edns, caseBits: drawCase(tools, question.name, way) });
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

function drawCase(tools: ExchangeTools, name: string, way: Way): Uint8Array | null {
  if (!way.mixedCase) return null;
  const bits = new Uint8Array(Math.ceil((name.length + 2) / 8));
  for (let i = 0; i < bits.length; i++) bits[i] = tools.randomOctet();
  return bits;
}
