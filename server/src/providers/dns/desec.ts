import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { type CheckedChange, nameProbe, writeGuarded } from './guarded-write.ts';
import { createJsonApi, type JsonApi, type Refusal } from './json-api.ts';
import { ENDLESS_LIST, followPages } from './pages.ts';
import { readNames } from './read-names.ts';
import { isReadType, readRdata } from './read-rdata.ts';
import { addZoneName, cutZoneName } from './zone-names.ts';

/*
 * deSEC, API v1. It knows record sets, and makes a bulk request as a whole or not at all. It has no condition on what stands
 * there now: a POST refuses what exists already, so it creates; everything else is compared with what was read just before.
 */

const ENDPOINT = 'https://desec.io/api/v1';

const rrSetSchema = z.object({
  subname: z.string(),
  type: z.string(),
  ttl: z.number(),
  records: z.array(z.string()),
});
const domainSchema = z.object({ name: z.string() });

/** Creates the adapter of deSEC. */
export function createDesec(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { token = '', endpoint = '' } = settings;
  const api = createJsonApi({
    tools,
    baseUrl: endpoint || ENDPOINT,
    headers: { authorization: `Token ${token}` },
    secret: token,
    readRefusal,
    // Two requests at once got in each other's way.
    faults: { 409: 'throttled' },
    words: {
      throttled: 'It allows at most 2 changes a second, 15 a minute, 100 an hour and 300 a day for each domain.',
    },
  });
  return {
    limits: { minTtlSeconds: 3600, atomic: 'zone' },
    listZones: (limit, signal) => listZones(api, limit, signal),
    async findZone(name, signal) {
      const answer = await api.read('GET', `/domains/${encodeURIComponent(name)}/`, { schema: domainSchema, signal });
      if (answer.outcome === 'no_such_zone') return { outcome: 'done', value: null };
      return answer.outcome === 'done' ? { outcome: 'done', value: { id: name, name } } : answer;
    },
    read: (zone, names, signal) => readZone(api, zone, names, signal),
    write: (zone, changes, signal) =>
      writeGuarded(changes, {
        read: (names) => readZone(api, zone, names, signal),
        writeAll: (checked) => writeChecked(api, zone, checked, signal),
        // Emptying a set that isn't there is allowed to whoever may write it.
        probe() {
          const body = [{ subname: nameProbe(tools), type: 'TXT', records: [] }];
          return api.send('PATCH', listPath(zone), { body, signal });
        },
      }),
  };
}

async function listZones(
  api: JsonApi,
  limit: number,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly ProviderZone[]>> {
  const zones: ProviderZone[] = [];
  const goesOn = followPages();
  for (let cursor = ''; zones.length < limit; ) {
    const path = `/domains/?cursor=${encodeURIComponent(cursor)}`;
    const answer = await api.read('GET', path, { schema: z.array(domainSchema), signal });
    if (answer.outcome !== 'done') return answer;
    zones.push(...answer.value.map(({ name }) => ({ id: name, name })));
    const next = findNext(answer.headers);
    if (next === null) break;
    if (!goesOn(answer.value.map(({ name }) => name))) return ENDLESS_LIST;
    cursor = next;
  }
  return { outcome: 'done', value: zones.slice(0, limit) };
}

function readZone(
  api: JsonApi,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): ReturnType<DnsProvider['read']> {
  const readSets = async (query: string) => {
    const answer = await api.read('GET', `${listPath(zone)}?${query}`, { schema: z.array(rrSetSchema), signal });
    if (answer.outcome !== 'done') return answer;
    const rrSets = answer.value.flatMap((each) => readRrSet(each, zone.name));
    return { outcome: 'done', value: { rrSets, isWhole: findNext(answer.headers) === null } } as const;
  };
  return readNames(names, {
    readFirst: () => readSets('cursor='),
    readName: (name) => readSets(`subname=${encodeURIComponent(cutZoneName(name, zone.name))}`),
  });
}

function readRrSet({ subname, type, ttl, records }: z.infer<typeof rrSetSchema>, zoneName: string): RrSet[] {
  if (!isReadType(type)) return [];
  const rdata = records.map((each) => readRdata(type, each, zoneName));
  return [{ name: addZoneName(subname, zoneName), type, ttlSeconds: ttl, rdata }];
}

/** Sends all changes in one request. Only a POST refuses what somebody created in between, and it can only create. */
async function writeChecked(
  api: JsonApi,
  zone: ProviderZone,
  changes: readonly CheckedChange[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const body = changes.map(({ before, after, current }) => {
    const { name, type } = after ?? before ?? { name: zone.name, type: 'TXT' };
    const item = { subname: cutZoneName(name, zone.name), type, records: after?.rdata ?? [] };
    // Without a TTL only a set that is there can be changed: one that went in between is an error, and isn't created anew.
    return after && after.ttlSeconds !== current?.ttlSeconds ? { ...item, ttl: after.ttlSeconds } : item;
  });
  const isCreation = changes.every(({ before }) => before === null);
  const answer = await api.send(isCreation ? 'POST' : 'PATCH', listPath(zone), { body, signal });
  if (answer.outcome === 'done') return { outcome: 'done', value: null };
  const { part, ...problem } = answer;
  const change = part === undefined ? undefined : changes[part];
  const about = change?.after ?? change?.before;
  return { ...problem, ...(about && { about: { name: about.name, type: about.type } }) };
}

function listPath(zone: ProviderZone): string {
  return `/domains/${encodeURIComponent(zone.id)}/rrsets/`;
}

/** The words of a refusal: `detail`, or the messages of the first part of a bulk request that has some. */
function readRefusal(body: unknown): Refusal {
  const parsed = z.object({ detail: z.string() }).safeParse(body);
  if (parsed.success) return { message: parsed.data.detail };
  const part = Array.isArray(body) ? body.findIndex((each) => listTexts(each).length > 0) : -1;
  const message = listTexts(Array.isArray(body) ? body[part] : body).join(' ');
  return { message: message || undefined, part: part < 0 ? undefined : part };
}

function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listTexts) : [];
}

/** The cursor of the next page (RFC 8288), whatever host its address names; null on the last page. */
function findNext(headers: Readonly<Record<string, string>>): string | null {
  const address = /<([^<>]+)>\s*;\s*rel="next"/.exec(headers.link ?? '')?.[1];
  return address !== undefined && URL.canParse(address) ? new URL(address).searchParams.get('cursor') : null;
}
