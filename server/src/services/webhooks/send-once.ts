import packageJson from '../../../package.json' with { type: 'json' };
import { parseRetryAfter } from '../../core/retry-after.ts';
import type { SentRequest, TryOutcome, TryProblem } from '../../core/webhooks/delivery.ts';
import { signHex, signStandard } from '../../crypto/webhook-secrets.ts';
import type { StoredWebhook } from '../../db/queries/webhooks.ts';
import type { Context } from '../context.ts';
import { type OutgoingReply, sendOutgoing } from '../outgoing/send.ts';
import { openSecrets } from './secrets.ts';

/** What is sent. */
export interface Message {
  /** The receiver's idempotency key: the same over all tries. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** A webhook as a sender needs it. */
export type Receiver = Pick<StoredWebhook, 'id' | 'url' | 'secretSealed' | 'previousSealed' | 'previousUntil'>;

/** So long a receiver has for an answer, with all that goes before it. */
const TRY_MS = 15_000;
const USER_AGENT = `AutoSend-Domains/${packageJson.version}`;
/** The answers whose `Retry-After` is kept. */
const ASKING_FOR_TIME = [429, 503];
/** So much of an answer is read, so that a receiver may finish. */
const MAX_READ_OCTETS = 64 * 1024;
/** So much of it is kept. */
const KEPT_OCTETS = 1024;

/** Makes one try: looks up the host, signs, sends, and tells what came of it. Never throws for what the receiver does. */
export async function sendOnce(
  ctx: Pick<Context, 'clock' | 'realClock' | 'dns' | 'dnsSettings' | 'webhookPolicy' | 'sendHttp' | 'secretBox'>,
  receiver: Receiver,
  message: Message,
  signal: AbortSignal,
): Promise<{ request: SentRequest; outcome: TryOutcome }> {
  // A try is stored in the time of its project. What the receiver compares with its own clock is real time.
  const at = ctx.clock.now();
  const realAt = ctx.realClock.now();
  const beganAtMs = ctx.clock.monotonicMs();
  const headers = buildHeaders(ctx, receiver, message, realAt);
  const limits = { timeoutMs: TRY_MS, maxOctets: MAX_READ_OCTETS, signal };
  const sent = { method: 'POST', url: receiver.url, headers, body: message.body, ...limits } as const;
  const answer = await sendOutgoing(ctx, sent, ctx.webhookPolicy);
  const durationMs = Math.round(ctx.clock.monotonicMs() - beganAtMs);
  return { request: { url: receiver.url, headers }, outcome: describeAnswer(answer, { at, realAt }, durationMs) };
}

/** The headers of Standard Webhooks, and those of the documented AutoSend service. */
function buildHeaders(
  ctx: Pick<Context, 'secretBox'>,
  receiver: Receiver,
  { id, type, body }: Message,
  at: Date,
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const secrets = openSecrets(ctx, receiver, at);
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => signStandard(secret, { id, timestamp, body })).join(' '),
    'X-Webhook-Event': type,
    'X-Webhook-Delivery-Id': id,
    'X-Webhook-Timestamp': String(at.getTime()),
    // There is room for one here: that of the secret which the receiver is to have.
    'X-Webhook-Signature': signHex(secrets[0], body),
  };
}

function describeAnswer(
  answer: OutgoingReply,
  { at, realAt }: { readonly at: Date; readonly realAt: Date },
  durationMs: number,
): TryOutcome {
  const made = { at: at.toISOString(), durationMs };
  if ('problem' in answer) {
    const problem: TryProblem = answer.problem;
    return { ...made, status: null, answer: '', problem, retryAfterSeconds: null };
  }
  const { status, headers, body } = answer;
  const isAsked = ASKING_FOR_TIME.includes(status);
  const retryAfterSeconds = isAsked ? parseRetryAfter(headers['retry-after'], realAt) : null;
  const kept = Buffer.from(body).subarray(0, KEPT_OCTETS).toString('utf8');
  return { ...made, status, answer: kept, problem: null, retryAfterSeconds };
}
