import { z } from 'zod';
import type { DnsProviderAnswer, DnsProviderProblem, ProviderTools } from '../../../core/publishing/dns-provider.ts';
import { ENDLESS_LIST, followPages } from '../pages.ts';
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
  /** Lists all pages, up to `limit` of those that are kept. A page that was promised and doesn't come is a fault. */
  list<T extends Listed>(call: CloudflareCall<T>, extent: Extent<T>): Promise<DnsProviderAnswer<readonly T[]>>;
}

/** What lists are of. */
interface Listed {
  readonly id: string;
}

/** How much of a list is read. */
interface Extent<T> {
  readonly pageSize: number;
  readonly limit: number;
  readonly isKept?: (item: T) => boolean;
}

const ERROR = z.object({ code: z.number(), message: z.string() });
const ENVELOPE = z.object({
  success: z.boolean(),
  errors: z.array(ERROR.extend({ error_chain: z.array(ERROR).nullish() })).nullish(),
  result: z.unknown(),
  result_info: z.object({ page: z.number(), total_pages: z.number() }).nullish(),
});

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
    return { outcome: 'done', value: { result: parsed.data, pages: envelope.result_info?.total_pages } } as const;
  }

  return {
    async ask(call) {
      const answer = await send(call);
      return answer.outcome === 'done' ? { outcome: 'done', value: answer.value.result } : answer;
    },
    async list(call, { pageSize, limit, isKept = () => true }) {
      const found: z.infer<typeof call.result>[] = [];
      const { result, query } = call;
      const goesOn = followPages();
      for (let page = 1; ; page++) {
        const paged = { ...query, page: String(page), per_page: String(pageSize) };
        const answer = await send({ ...call, query: paged, result: z.array(result) });
        if (answer.outcome !== 'done') return answer;
        const { result: items, pages } = answer.value;
        found.push(...items.filter(isKept));
        const isLast = pages === undefined ? items.length < pageSize : page >= pages;
        if (isLast || found.length >= limit) return { outcome: 'done', value: found.slice(0, limit) };
        if (!goesOn(items.map(({ id }) => id))) return ENDLESS_LIST;
      }
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
  return { outcome: 'bad_answer', detail: `The response to ${path} doesn't match the documentation.` };
}
