import { z } from 'zod';
import type { DnsProviderAnswer, DnsProviderProblem, ProviderTools } from '../../../core/publishing/dns-provider.ts';
import { type CloudflareCodes, readCloudflareFault } from './faults.ts';

const DEFAULT_ENDPOINT = 'https://api.cloudflare.com/client/v4';

/** One call of the API. */
export interface CloudflareCall<T> {
  readonly method: 'GET' | 'POST';
  /** Behind the address of the API, with its parts encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly result: z.ZodType<T>;
  /** Codes that mean something else in answer to this question. */
  readonly codes?: CloudflareCodes;
  readonly signal: AbortSignal;
}

/** Cloudflare's API, v4, with one token. */
export interface CloudflareApi {
  ask<T>(call: CloudflareCall<T>): Promise<DnsProviderAnswer<T>>;
  /** Lists all pages, up to `limit`. */
  list<T>(call: CloudflareCall<T>, pageSize: number, limit: number): Promise<DnsProviderAnswer<readonly T[]>>;
}

const ERROR = z.object({ code: z.number(), message: z.string() });
const ENVELOPE = z.object({
  success: z.boolean(),
  errors: z.array(ERROR.extend({ error_chain: z.array(ERROR).nullish() })).nullish(),
  result: z.unknown(),
  result_info: z.object({ page: z.number(), total_pages: z.number() }).nullish(),
});

/** Nobody has so many pages: an answer that never ends is none. */
const MOST_PAGES = 1_000;

/** Creates the client. @param endpoint another address; the public one where it is empty */
export function createCloudflareApi(
  { apiToken, endpoint }: { readonly apiToken: string; readonly endpoint: string },
  tools: ProviderTools,
): CloudflareApi {
  const base = (endpoint === '' ? DEFAULT_ENDPOINT : endpoint).replace(/\/+$/, '');

  async function send<T>({ method, path, query = {}, body, result, codes, signal }: CloudflareCall<T>) {
    const search = new URLSearchParams(query).toString();
    const reply = await tools.send({
      method,
      url: `${base}${path}${search === '' ? '' : `?${search}`}`,
      headers: {
        authorization: `Bearer ${apiToken}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    if (reply.outcome !== 'done') return reply;
    const envelope = readEnvelope(reply.body);
    if (reply.status !== 200 || envelope?.success === false)
      return readCloudflareFault(reply, envelope?.errors ?? [], tools.clock.now(), codes);
    const parsed = result.safeParse(envelope?.result);
    if (!envelope || !parsed.success) return badAnswer(path);
    return { outcome: 'done', value: { result: parsed.data, pages: envelope.result_info?.total_pages ?? 1 } } as const;
  }

  return {
    async ask(call) {
      const answer = await send(call);
      return answer.outcome === 'done' ? { outcome: 'done', value: answer.value.result } : answer;
    },
    async list(call, pageSize, limit) {
      const found: z.infer<typeof call.result>[] = [];
      const { result, query } = call;
      for (let page = 1; page <= MOST_PAGES; page++) {
        const paged = { ...query, page: String(page), per_page: String(pageSize) };
        const answer = await send({ ...call, query: paged, result: z.array(result) });
        if (answer.outcome !== 'done') return answer;
        found.push(...answer.value.result);
        // A page without anything ends the list, too, whatever their number is said to be.
        if (found.length >= limit || page >= answer.value.pages || answer.value.result.length === 0) break;
      }
      return { outcome: 'done', value: found.slice(0, limit) };
    },
  };
}

function readEnvelope(body: string): z.infer<typeof ENVELOPE> | null {
  try {
    return ENVELOPE.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    // Cloudflare's own error pages are HTML.
    return null;
  }
}

function badAnswer(path: string): DnsProviderProblem {
  return { outcome: 'bad_answer', detail: `The answer to ${path} isn't in the form that the documentation describes.` };
}
