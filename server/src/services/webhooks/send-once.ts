import packageJson from '../../../package.json' with { type: 'json' };
import type { SentRequest, TryOutcome, TryProblem } from '../../core/webhooks/delivery.ts';
import { parseRetryAfter } from '../../core/webhooks/schedule.ts';
import { signHex, signStandard } from '../../crypto/webhook-secrets.ts';
import type { StoredWebhook } from '../../db/queries/webhooks.ts';
import type { HttpAnswer } from '../../delivery/http-post.ts';
import type { Context } from '../context.ts';
import { findDestination } from './destination.ts';
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

/** Makes one try: looks up the host, signs, sends, and tells what came of it. Never throws for what the receiver does. */
export async function sendOnce(
  ctx: Pick<Context, 'clock' | 'realClock' | 'dns' | 'dnsSettings' | 'webhookPolicy' | 'postHttp' | 'secretBox'>,
  receiver: Receiver,
  message: Message,
  signal: AbortSignal,
): Promise<{ request: SentRequest; outcome: TryOutcome }> {
  // A try is stored in the time of its project. What the receiver compares with its own clock is real time.
  const at = ctx.clock.now();
  const realAt = ctx.realClock.now();
  const beganAtMs = ctx.clock.monotonicMs();
  const headers = buildHeaders(ctx, receiver, message, realAt);
  const answer = await reach(ctx, receiver.url, headers, message.body, signal);
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

/** Sends to the first address that a connection can be made to. */
async function reach(
  ctx: Pick<Context, 'clock' | 'dns' | 'dnsSettings' | 'webhookPolicy' | 'postHttp'>,
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const endsAtMs = ctx.clock.monotonicMs() + TRY_MS;
  const destination = await findDestination(ctx, url, TRY_MS / 2);
  if ('problem' in destination) return destination;
  let last: HttpAnswer = { problem: 'connection_failed' };
  for (const address of destination.addresses) {
    const timeoutMs = endsAtMs - ctx.clock.monotonicMs();
    if (timeoutMs <= 0 || signal.aborted) break;
    last = await ctx.postHttp({ url, address, headers, body, timeoutMs, signal });
    if (!('problem' in last) || last.problem !== 'connection_failed') break;
  }
  return last;
}

function describeAnswer(
  answer: HttpAnswer,
  { at, realAt }: { readonly at: Date; readonly realAt: Date },
  durationMs: number,
): TryOutcome {
  const made = { at: at.toISOString(), durationMs };
  if ('problem' in answer) {
    const problem: TryProblem = answer.problem;
    return { ...made, status: null, answer: '', problem, retryAfterSeconds: null };
  }
  const { status, retryAfter } = answer;
  const retryAfterSeconds = ASKING_FOR_TIME.includes(status) ? parseRetryAfter(retryAfter, realAt) : null;
  return { ...made, status, answer: answer.answer, problem: null, retryAfterSeconds };
}
