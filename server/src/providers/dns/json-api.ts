import type { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type {
  DnsProviderFault,
  DnsProviderProblem,
  ProviderReply,
  ProviderRequest,
  ProviderTools,
} from '../../core/publishing/dns-provider.ts';
import { parseRetryAfter } from '../../core/retry-after.ts';
import { leavesOpen } from './leaves-open.ts';

/** What a provider says of a request that it refused. */
export interface Refusal {
  /** Its own code of the reason, where it has one. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Which part of a request for several changes it is about, from 0. */
  readonly part?: number | undefined;
}

/** A fault, as an API tells it. */
interface JsonProblem extends DnsProviderProblem {
  readonly part?: number;
}

/** An answer that says yes. */
interface JsonReply {
  readonly outcome: 'done';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What every API that speaks JSON over HTTP has in common, with what is one provider's own. */
export interface JsonApiSettings {
  readonly tools: ProviderTools;
  /** Where the API begins. */
  readonly baseUrl: string;
  /** Headers that carry the credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Never repeated, whatever a provider's words contain. */
  readonly secret: string;
  /** Finds the provider's words in the body of a refusal. */
  readRefusal(body: unknown): Refusal;
  /** Faults by the provider's own codes or its statuses, where they mean something else than elsewhere. */
  readonly faults?: Readonly<Record<string, DnsProviderFault>>;
  /** What a fault, or a code of the provider's own, means beyond what everybody is told of it; the provider's words follow. */
  readonly words?: Readonly<Record<string, string>>;
}

/** One provider's API, with the credentials of one account. */
export interface JsonApi {
  /** Sends a request; whatever isn't a success comes back as a fault. */
  send(method: ProviderRequest['method'], path: string, options: SendOptions): Promise<JsonReply | JsonProblem>;
  /** The same, with the body read by a schema. */
  read<T>(
    method: ProviderRequest['method'],
    path: string,
    options: SendOptions & { readonly schema: z.ZodType<T> },
  ): Promise<JsonValue<T> | DnsProviderProblem>;
}

/** What an answer says, with its headers. */
interface JsonValue<T> {
  readonly outcome: 'done';
  readonly value: T;
  readonly headers: Readonly<Record<string, string>>;
}

interface SendOptions {
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

const MOST_CHARACTERS = 300;
/** From here on a wait is told instead of waited for. */
const LONG_WAIT_SECONDS = 3;
const MOST_REPEATS = 3;
const BY_STATUS: Readonly<Record<number, DnsProviderFault>> = {
  400: 'refused_record',
  401: 'unauthorized',
  402: 'quota',
  403: 'forbidden',
  404: 'no_such_zone',
  408: 'unavailable',
  409: 'changed',
  413: 'refused_record',
  422: 'refused_record',
  423: 'throttled',
  429: 'throttled',
};

/**
 * Creates the client of an API that speaks JSON over HTTP. It repeats only what was refused for coming too soon, and only where
 * the wait is short: when to repeat anything else is decided by whoever calls.
 */
export function createJsonApi(settings: JsonApiSettings): JsonApi {
  const { tools, headers } = settings;
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');

  const ask = async (method: ProviderRequest['method'], path: string, { body, signal }: SendOptions) => {
    const reply = await tools.send({
      method,
      url: `${baseUrl}${path}`,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    const isWrite = method !== 'GET';
    if (reply.outcome !== 'done') return leaveOpen(reply, isWrite);
    if (reply.status >= 200 && reply.status < 300) return reply;
    return leaveOpen(readProblem(settings, reply), isWrite);
  };
  const send: JsonApi['send'] = async (method, path, options) => {
    for (let repeats = 0; ; repeats += 1) {
      const reply = await ask(method, path, options);
      const isSoon =
        reply.outcome === 'throttled' && (reply.retryAfterSeconds ?? LONG_WAIT_SECONDS) < LONG_WAIT_SECONDS;
      if (!isSoon || repeats >= MOST_REPEATS || options.signal.aborted) return reply;
      await tools.clock.sleep((reply.retryAfterSeconds ?? 0) * 1000, options.signal);
    }
  };

  return {
    send,
    async read(method, path, { schema, ...options }) {
      const reply = await send(method, path, options);
      if (reply.outcome !== 'done') return reply;
      const parsed = schema.safeParse(parseJson(reply.body));
      if (parsed.success) return { outcome: 'done', value: parsed.data, headers: reply.headers };
      const part = parsed.error.issues[0]?.path.join('.') ?? '';
      const detail = `The response doesn't match the provider's documentation${part === '' ? '' : `: ${part}`}.`;
      return leaveOpen({ outcome: 'bad_answer', detail: cleanWords(detail, settings.secret) }, method !== 'GET');
    },
  };
}

/** Says of a write without a clear answer that it may have been carried out. */
function leaveOpen<T extends DnsProviderProblem>(problem: T, isWrite: boolean): T {
  return isWrite && leavesOpen(problem.outcome) ? { mayBeWritten: true, ...problem } : problem;
}

function readProblem(settings: JsonApiSettings, reply: ProviderReply): JsonProblem {
  const { code, message, part } = settings.readRefusal(parseJson(reply.body));
  const outcome = settings.faults?.[code ?? ''] ?? settings.faults?.[reply.status] ?? judgeStatus(reply.status);
  const theirs = message ?? code ?? `HTTP status ${reply.status}`;
  const ours = settings.words?.[code ?? ''] ?? settings.words?.[outcome];
  const detail = cleanWords(ours === undefined ? theirs : `${ours} (${theirs})`, settings.secret);
  const retryAfterSeconds =
    outcome === 'throttled' || outcome === 'unavailable'
      ? readRetryAfter(reply.headers, settings.tools.clock)
      : undefined;
  return {
    outcome,
    detail,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(part !== undefined && { part }),
  };
}

function judgeStatus(status: number): DnsProviderFault {
  if (status >= 500) return 'unavailable';
  return BY_STATUS[status] ?? 'bad_answer';
}

/**
 * Reads how long to wait: `Retry-After`, or when the limit starts anew as seconds since 1970 (`RateLimit-Reset`). Limits refill
 * steadily, so nobody is sent away for more than an hour.
 */
function readRetryAfter(headers: Readonly<Record<string, string>>, clock: Clock): number | undefined {
  const now = clock.now();
  const reset = headers['ratelimit-reset']?.trim() ?? '';
  const seconds =
    parseRetryAfter(headers['retry-after'], now) ??
    (/^\d{9,}$/.test(reset) ? Math.ceil(Number(reset) - now.getTime() / 1000) : undefined);
  return seconds === undefined ? undefined : Math.min(Math.max(seconds, 1), 3600);
}

/** Makes a stranger's words fit to be shown: one line, bounded, without the secret. */
function cleanWords(text: string, secret: string): string {
  const hidden = secret === '' ? text : text.replaceAll(secret, '…');
  const line = hidden.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}

/** Parses JSON; undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
