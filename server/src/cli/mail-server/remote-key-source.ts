import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type DomainName, isId } from '../../core/ids.ts';
import type { KeySource } from './key-source.ts';

/** Names go into tables and paths: nothing else than what they are made of is taken from the other side. */
const name = z.string().regex(/^[a-z\d_](?:[a-z\d._-]{0,251}[a-z\d])?$/);
const answer = z.object({
  data: z.object({
    keys: z.array(
      z.object({
        id: z.string().refine(isId),
        domainName: name.transform((text) => text as DomainName),
        selector: name,
        privateKey: z
          .string()
          .regex(/^-----BEGIN PRIVATE KEY-----\n[A-Za-z\d+/=\n]+-----END PRIVATE KEY-----\n$/)
          .optional(),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
});
const failure = z.object({ error: z.object({ message: z.string() }) });

const PAUSE_MS = 5_000;
const TIMEOUT_MS = 60_000;
/** As many as one request may name. */
const IDS = 100;
/** A service that is busy or starting again is waited for. */
const TRIES = 10;

/** The keys of an API key's project, over HTTP: no access to the database, and none to other projects. */
export function createRemoteKeySource(clock: Clock, service: URL, apiKey: string): KeySource {
  let tag: string | null = null;

  const get = async (query: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
    const url = new URL('v1/mail-server-keys', service.href.endsWith('/') ? service : `${service.href}/`);
    url.search = new URLSearchParams(query).toString();
    for (let left = TRIES - 1; ; left -= 1) {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${apiKey}`, ...headers },
        // A key is sent to the address that it was meant for.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new AppError('SERVICE_UNAVAILABLE', `${url.origin} doesn't respond.`, { cause });
      });
      if (response.status === 304 || response.ok) return response;
      const waitSeconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      if ((response.status !== 429 && response.status !== 503) || left === 0 || !(waitSeconds <= 60)) {
        const { data } = failure.safeParse(await response.json().catch(() => null));
        const says = data ? `: ${data.error.message}` : '.';
        throw new AppError('SERVICE_UNAVAILABLE', `${url.origin} answered ${response.status}${says}`);
      }
      await response.body?.cancel();
      await clock.sleep(waitSeconds * 1_000);
    }
  };
  const read = async (query: Readonly<Record<string, string>>) => {
    const parsed = answer.safeParse(await (await get(query)).json().catch(() => null));
    if (!parsed.success)
      throw new AppError('SERVICE_UNAVAILABLE', `${service.origin} didn't answer with a list of keys. Check the URL.`, {
        cause: parsed.error,
      });
    const { keys, nextCursor } = parsed.data.data;
    return {
      keys: keys.map(({ id, domainName, ...key }) => ({ ...key, keyId: id, domain: domainName })),
      next: nextCursor ?? null,
    };
  };

  return {
    pauseMs: PAUSE_MS,
    async hasChanged() {
      const headers = tag === null ? {} : { 'if-none-match': tag };
      const response = await get({ privateKeys: 'false', limit: '1' }, headers);
      await response.body?.cancel();
      if (response.status === 304) return false;
      tag = response.headers.get('etag');
      return true;
    },
    listPage: (after) => read({ privateKeys: 'false', ...(after !== null && { cursor: after }) }),
    async open(keys) {
      const opened = [];
      for (let from = 0; from < keys.length; from += IDS) {
        const ids = keys.slice(from, from + IDS).map(({ keyId }) => keyId);
        const { keys: page } = await read({ ids: ids.join(',') });
        for (const { privateKey, ...key } of page) if (privateKey !== undefined) opened.push({ ...key, privateKey });
      }
      return opened;
    },
  };
}
