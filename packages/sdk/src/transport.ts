import { AutosendError, type ErrorDetail } from './autosend-error.ts';

/** How to reach the service. */
export interface ClientOptions {
  /** An API key of the project: `as_…`. */
  readonly apiKey: string;
  /** Where the service is, such as `https://domains.example.com`. */
  readonly baseUrl: string;
  /** How often a request is repeated after 429, 503 and network errors. Defaults to 3; 0 never repeats. */
  readonly maxRetries?: number;
  /** How long one try may take. Defaults to 30 seconds. */
  readonly timeoutMs?: number;
  /** Another `fetch`, such as one that goes through a proxy. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, also while it waits to try again; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What every call that creates something takes. */
export interface CreateOptions extends CallOptions {
  /** Left out, one is made: a repeat after a network error never creates a second thing. Give your own to repeat a call of an earlier process. */
  readonly idempotencyKey?: string | undefined;
}

/** A query as a call takes it; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request. */
export interface Request extends CreateOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** Creates something: carries an `Idempotency-Key`. */
  readonly creates?: boolean;
  /** Does a thing once more each time: repeated only where the service refused it. */
  readonly once?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests, repeats them where that helps, and reads the answers. */
export interface Transport {
  /** Sends a request and gives back `data` of its answer. @throws AutosendError */
  call<T>(method: string, path: string, request?: Request): Promise<T>;
  /** The same with the headers of the answer. @throws AutosendError */
  send<T>(method: string, path: string, request?: Request): Promise<{ data: T; headers: Headers }>;
  /** Opens a stream of server-sent events. @throws AutosendError */
  open(path: string, request?: Request): Promise<Response>;
}

interface Envelope {
  readonly data?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly details?: readonly ErrorDetail[] };
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** A longer wait is the caller's to decide on: the error says how long it is. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

/** Creates it. @throws AutosendError where an option cannot be right */
export function createTransport(options: ClientOptions): Transport {
  const { apiKey, maxRetries = 3, timeoutMs = 30_000 } = options;
  const base = readBaseUrl(options.baseUrl);
  if (typeof apiKey !== 'string' || apiKey === '') throw new AutosendError('INVALID_OPTION', 'apiKey is missing.');
  const fetch = options.fetch ?? globalThis.fetch;

  const tryOnce = async (method: string, url: string, headers: Headers, request: Request, isStream: boolean) => {
    const { signal } = request;
    const limits = [...(isStream ? [] : [AbortSignal.timeout(timeoutMs)]), ...(signal ? [signal] : [])];
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    try {
      // `manual`, because a key is for the address that it was given for; `error` is not known everywhere.
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any(limits),
        ...(body !== undefined && { body }),
      });
      if (isStream && response.ok) return { response, text: '' };
      return { response, text: await response.text() };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const isLate = cause instanceof Error && cause.name === 'TimeoutError';
      return isLate
        ? new AutosendError('TIMEOUT', `${base.origin} didn't answer within ${timeoutMs / 1000} seconds.`, { cause })
        : new AutosendError('NETWORK_ERROR', `${base.origin} can't be reached.`, { cause });
    }
  };

  const request = async (method: string, path: string, given: Request, isStream = false) => {
    const url = buildUrl(base, path, given.query);
    const headers = new Headers({ accept: isStream ? 'text/event-stream' : 'application/json', ...given.headers });
    headers.set('authorization', `Bearer ${apiKey}`);
    if (given.body !== undefined) headers.set('content-type', 'application/json');
    if (given.creates) headers.set('idempotency-key', given.idempotencyKey ?? crypto.randomUUID());
    given.signal?.throwIfAborted();
    for (let retries = 0; ; retries += 1) {
      const outcome = await tryOnce(method, url, headers, given, isStream);
      const failure = outcome instanceof AutosendError ? outcome : readFailure(base, outcome.response, outcome.text);
      if (!failure) return outcome as Exclude<typeof outcome, AutosendError>;
      const pauseMs = retries < maxRetries ? findPause(failure, retries, given.once === true) : null;
      if (pauseMs === null) throw failure;
      await sleep(pauseMs, given.signal);
    }
  };

  return {
    async call(method, path, given = {}) {
      const { text, response } = await request(method, path, given);
      return readData(base, response, text);
    },
    async send(method, path, given = {}) {
      const { text, response } = await request(method, path, given);
      return { data: readData(base, response, text), headers: response.headers };
    },
    async open(path, given = {}) {
      return (await request('GET', path, given, true)).response;
    },
  };
}

function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new AutosendError('INVALID_OPTION', 'baseUrl must be a URL such as https://domains.example.com.');
  return url;
}

function buildUrl(base: URL, path: string, query: Query = {}): string {
  const url = new URL(base.pathname.replace(/\/+$/, '') + path, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

/** How long to wait before the next try; null where there is none. */
function findPause({ code, status, retryAfterSeconds }: AutosendError, retries: number, once: boolean): number | null {
  const isRefused = status === 429 || code === 'IDEMPOTENCY_KEY_IN_USE';
  // Without an answer, or with 503, it may have been done.
  const isLost = status === 503 || code === 'NETWORK_ERROR' || code === 'TIMEOUT';
  if (!isRefused && (!isLost || once)) return null;
  if (retryAfterSeconds !== undefined)
    return retryAfterSeconds <= LONGEST_RETRY_AFTER_SECONDS ? retryAfterSeconds * 1000 : null;
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retries);
  return longest * (0.5 + Math.random() / 2);
}

function readFailure(base: URL, response: Response, text: string): AutosendError | null {
  if (response.ok) return null;
  const { status, headers, type } = response;
  const facts = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: readRetryAfter(headers.get('retry-after')),
  };
  const { error } = readEnvelope(text) ?? {};
  if (typeof error?.code === 'string' && typeof error.message === 'string')
    return new AutosendError(error.code, error.message, { ...facts, details: error.details ?? [] });
  const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
  const what = isRedirect
    ? 'redirects elsewhere, where an API key must not go'
    : `answered ${status} without saying why`;
  return new AutosendError('INVALID_RESPONSE', `${base.origin} ${what}. Check baseUrl.`, facts);
}

function readData<T>(base: URL, response: Response, text: string): T {
  const envelope = readEnvelope(text);
  if (envelope && 'data' in envelope) return envelope.data as T;
  throw new AutosendError('INVALID_RESPONSE', `${base.origin} didn't answer as the service does. Check baseUrl.`, {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}

function readEnvelope(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
export function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** Waits; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
