import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { nameProbe, writeGuardedOneByOne } from './guarded-write.ts';
import { formatHetznerName, HETZNER_FAULTS, writeHetznerChange } from './hetzner/changes.ts';
import { createJsonApi, type JsonApi } from './json-api.ts';
import { ENDLESS_LIST, followPages } from './pages.ts';
import { readNames } from './read-names.ts';
import { isReadType, readRdata } from './read-rdata.ts';
import { addZoneName } from './zone-names.ts';

/*
 * Hetzner Cloud, API v1 (zones and RRSets; not the former DNS Console). Every change is an action that goes on after the answer
 * and is polled. The guards: creating refuses a set that is there; records are added and removed by their exact values, so that
 * somebody else's records in the same set stay. Only where records are exchanged is the whole set overwritten, after reading it.
 */

const ENDPOINT = 'https://api.hetzner.cloud/v1';
/** The most that one page of record sets can hold. */
const PER_PAGE = 100;
const ZONES_PER_PAGE = 50;
const SECONDARY = "The zone is in secondary mode: it's a copy of another server's zone and must be changed there.";

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const zoneSchema = z.object({ id: z.number(), name: z.string(), mode: z.string(), ttl: z.number() });
const zonesSchema = z.object({
  zones: z.array(zoneSchema),
  meta: z.object({ pagination: z.object({ next_page: z.number().nullable() }) }),
});
const rrSetSchema = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number().nullable(),
  records: z.array(z.object({ value: z.string() })),
});
const rrSetsSchema = z.object({
  rrsets: z.array(rrSetSchema),
  meta: z.object({ pagination: z.object({ next_page: z.number().nullable() }) }),
});
/** Creates the adapter of Hetzner Cloud. */
export function createHetzner(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { token = '', endpoint = '' } = settings;
  const api = createJsonApi({
    tools,
    baseUrl: endpoint || ENDPOINT,
    headers: { authorization: `Bearer ${token}` },
    secret: token,
    readRefusal: (body) => refusalSchema.safeParse(body).data?.error ?? {},
    faults: HETZNER_FAULTS,
    words: {
      protected: 'The record set is protected against changes in the Hetzner Console.',
      incorrect_zone_mode: SECONDARY,
    },
  });
  return {
    limits: { minTtlSeconds: 60, atomic: 'rrset' },
    listZones: (limit, signal) => listZones(api, limit, signal),
    findZone: (name, signal) => findZone(api, name, signal),
    read: (zone, names, signal) => readZone(api, zone, names, signal),
    write: (zone, changes, signal) =>
      writeGuardedOneByOne(changes, {
        read: (names) => readZone(api, zone, names, signal),
        writeOne: (change) => writeHetznerChange({ api, clock: tools.clock, zone, signal }, change),
        probe() {
          const path = `/zones/${zone.id}/rrsets/${nameProbe(tools)}/TXT/actions/remove_records`;
          return api.send('POST', path, { body: { records: [{ value: '"probe"' }] }, signal });
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
  for (let page = 1; zones.length < limit; page += 1) {
    // A zone in secondary mode is a copy of another server's, and can't be changed here.
    const path = `/zones?mode=primary&per_page=${ZONES_PER_PAGE}&page=${page}`;
    const answer = await api.read('GET', path, { schema: zonesSchema, signal });
    if (answer.outcome !== 'done') return answer;
    zones.push(...answer.value.zones.map(({ id, name }) => ({ id: String(id), name })));
    if (answer.value.meta.pagination.next_page === null) break;
    if (!goesOn(answer.value.zones.map(({ name }) => name))) return ENDLESS_LIST;
  }
  return { outcome: 'done', value: zones.slice(0, limit) };
}

async function findZone(
  api: JsonApi,
  name: string,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<ProviderZone | null>> {
  const path = `/zones?name=${encodeURIComponent(name)}`;
  const answer = await api.read('GET', path, { schema: zonesSchema, signal });
  if (answer.outcome !== 'done') return answer;
  const zone = answer.value.zones.find((each) => each.name === name);
  if (!zone) return { outcome: 'done', value: null };
  if (zone.mode === 'primary') return { outcome: 'done', value: { id: String(zone.id), name } };
  return { outcome: 'no_such_zone', detail: SECONDARY };
}

function readZone(
  api: JsonApi,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): ReturnType<DnsProvider['read']> {
  const readSets = async (query: string) => {
    const types = 'type=TXT&type=MX&type=CNAME';
    const path = `/zones/${zone.id}/rrsets?${types}&per_page=${PER_PAGE}${query}`;
    const answer = await api.read('GET', path, { schema: rrSetsSchema, signal });
    if (answer.outcome !== 'done') return answer;
    const { rrsets, meta } = answer.value;
    // A set without a TTL of its own has the zone's.
    const zoneTtl = rrsets.some(({ ttl }) => ttl === null) ? await readZoneTtl(api, zone, signal) : null;
    if (zoneTtl && zoneTtl.outcome !== 'done') return zoneTtl;
    const rrSets = rrsets.flatMap((each) => readRrSet(each, zone.name, zoneTtl?.value ?? 0));
    return { outcome: 'done', value: { rrSets, isWhole: meta.pagination.next_page === null } } as const;
  };
  return readNames(names, {
    readFirst: () => readSets(''),
    readName: (name) => readSets(`&name=${encodeURIComponent(formatHetznerName(name, zone))}`),
  });
}

async function readZoneTtl(api: JsonApi, zone: ProviderZone, signal: AbortSignal): Promise<DnsProviderAnswer<number>> {
  const answer = await api.read('GET', `/zones/${zone.id}`, { schema: z.object({ zone: zoneSchema }), signal });
  return answer.outcome === 'done' ? { outcome: 'done', value: answer.value.zone.ttl } : answer;
}

function readRrSet(
  { name, type, ttl, records }: z.infer<typeof rrSetSchema>,
  zoneName: string,
  zoneTtl: number,
): RrSet[] {
  if (!isReadType(type)) return [];
  const rdata = records.map(({ value }) => readRdata(type, value, zoneName));
  return [{ name: addZoneName(name, zoneName), type, ttlSeconds: ttl ?? zoneTtl, rdata }];
}
