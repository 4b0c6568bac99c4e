import type { Fault } from '../core/answers/failure.ts';
import type { BackOff, Contact } from './back-off.ts';
import { type Budget, MAX_KEPT_OCTETS, spentFault } from './budget.ts';
import type { InFlightLimiter } from './in-flight.ts';
import type { createLongMessageReader } from './long-messages.ts';
import type { Target } from './sockets.ts';
import { exchangeTcp } from './tcp.ts';
import { cannotAsk, drawCase, type SentQuestion, tryUdp, type UdpOutcome, type UdpTools, type Way } from './udp-try.ts';
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
 * 0x20 and from UDP; everything else that could be wrong is a `failed` with its reason. Never throws.
 */
export async function exchange(
  tools: ExchangeTools,
  target: Target,
  question: ExchangeQuestion,
  budget: Budget,
): Promise<ExchangeResult> {
  const startedAt = performance.now();
  const { backOff } = tools;
  const { address } = target;
  const isForced = budget.force || question.evenBackingOff === true;
  if (!isForced && backOff.isBackingOff(address)) return fail({ kind: 'backing_off' }, startedAt);
  const entered = tools.limiter.enter(address, budget);
  const leave = typeof entered === 'function' ? entered : await entered;
  if (!leave) return fail({ kind: 'out_of_time' }, startedAt);
  // Those who were asked before us may have learned in the meantime that nobody answers there.
  const admission = backOff.admit(address);
  let contact: Contact = 'unclear';
  try {
    if (admission === 'resting' && !isForced) return fail({ kind: 'backing_off' }, startedAt);
    const first = checkBudget(budget) ?? (await tryUdp(tools, target, question, FULL_WAY, budget));
    const outcome = isFinal(first) ? first : await fallBack(tools, target, question, first, budget);
    contact = outcome.contact;
    if (outcome.kind === 'failed') return fail(outcome.fault, startedAt);
    if (!budget.keepOctets(outcome.message.octets)) {
      return fail({ kind: 'too_much_kept', limit: MAX_KEPT_OCTETS }, startedAt);
    }
    return { ok: true, message: outcome.message, rttMs: measureSince(startedAt) };
  } finally {
    backOff.report(address, contact, admission);
    leave();
  }
}

function fail(fault: Fault, startedAt: number): ExchangeResult {
  return { ok: false, fault, rttMs: measureSince(startedAt) };
}

function measureSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

function isFinal(outcome: UdpOutcome): outcome is Final {
  return outcome.kind === 'message' || outcome.kind === 'failed';
}

/** Apart from the first try, which is nearly always the only one and so waits for nothing else. */
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
    outcome = checkBudget(budget) ?? (await tryUdp(tools, target, question, way, budget));
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
