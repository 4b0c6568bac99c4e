import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { type CheckedChange, nameProbe, writeGuardedOneByOne } from './guarded-write.ts';
import { createJsonApi, type JsonApi, type Refusal } from './json-api.ts';
import { ENDLESS_LIST, followPages } from './pages.ts';
import { readNames } from './read-names.ts';
import { isReadType, readRdata } from './read-rdata.ts';
import { addZoneName, cutZoneName } from './zone-names.ts';

/*
 * Gandi LiveDNS, API v5, with a personal access token. It knows record sets, one request for each change. Creating refuses a set
 * that is there; what is changed or goes is compared with what was read just before, since the API has no condition for it.
 */

const ENDPOINT = 'https://api.gandi.net/v5/livedns';
const PER_PAGE = 500;

const domainsSchema = z.array(z.object({ fqdn: z.string() }));
const rrSetSchema = z.object({
  rrset_name: z.string(),
  rrset_type: z.string(),
  rrset_ttl: z.number(),
  rrset_values: z.array(z.string()),
});

/** Creates the adapter of Gandi. */
export function createGandi(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { token = '', endpoint = '' } = settings;
  const api = createJsonApi({
    tools,
    baseUrl: endpoint || ENDPOINT,
    headers: { authorization: `Bearer ${token}` },
    secret: token,
    readRefusal,
  });
  return {
    limits: { minTtlSeconds: 300, atomic: 'rrset' },
    listZones: (limit, signal) => listZones(api, limit, signal),
    async findZone(name, signal) {
      const schema = z.object({ fqdn: z.string() });
      const answer = await api.read('GET', `/domains/${encodeURIComponent(name)}`, { schema, signal });
      // A domain that isn't there and one that belongs to somebody else may be told apart by 404 and 403: neither is ours.
      if (answer.outcome === 'no_such_zone' || answer.outcome === 'forbidden') return { outcome: 'done', value: null };
      return answer.outcome === 'done' ? { outcome: 'done', value: { id: name, name } } : answer;
    },
    read: (zone, names, signal) => readZone(api, zone, names, signal),
    write: (zone, changes, signal) =>
      writeGuardedOneByOne(changes, {
        read: (names) => readZone(api, zone, names, signal),
        writeOne: (change) => writeChange(api, zone, change, signal),
        probe: () => api.send('DELETE', `${listPath(zone)}/${nameProbe(tools)}/TXT`, { signal }),
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
    const path = `/domains?page=${page}&per_page=${PER_PAGE}`;
    const answer = await api.read('GET', path, { schema: domainsSchema, signal });
    if (answer.outcome !== 'done') return answer;
    zones.push(...answer.value.map(({ fqdn }) => ({ id: fqdn, name: fqdn.toLowerCase() })));
    if (answer.value.length < PER_PAGE) break;
    if (!goesOn(answer.value.map(({ fqdn }) => fqdn))) return ENDLESS_LIST;
  }
  return { outcome: 'done', value: zones.slice(0, limit) };
}

function readZone(
  api: JsonApi,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): ReturnType<DnsProvider['read']> {
  let isZoneThere = false;
  const readSets = async (path: string) => {
    const answer = await api.read('GET', path, { schema: z.array(rrSetSchema), signal });
    if (answer.outcome !== 'done') return answer;
    isZoneThere = true;
    const rrSets = answer.value.flatMap((each) => readRrSet(each, zone.name));
    return { outcome: 'done', value: { rrSets, isWhole: answer.value.length < PER_PAGE } } as const;
  };
  const readFirst = (perPage: number) => readSets(`${listPath(zone)}?page=1&per_page=${perPage}`);
  return readNames(names, {
    readFirst: () => readFirst(PER_PAGE),
    async readName(name) {
      const answer = await readSets(`${listPath(zone)}/${encodeURIComponent(formatName(name, zone))}`);
      if (answer.outcome !== 'no_such_zone') return answer;
      // A 404 is said of a name without records, and of a domain that isn't there: the domain itself tells which.
      const first = isZoneThere ? null : await readFirst(1);
      return first && first.outcome !== 'done' ? first : { outcome: 'done', value: { rrSets: [], isWhole: true } };
    },
  });
}

function readRrSet(each: z.infer<typeof rrSetSchema>, zoneName: string): RrSet[] {
  const { rrset_name: name, rrset_type: type, rrset_ttl: ttlSeconds, rrset_values: values } = each;
  if (!isReadType(type)) return [];
  const rdata = values.map((value) => readRdata(type, value, zoneName));
  return [{ name: addZoneName(name, zoneName), type, ttlSeconds, rdata }];
}

function listPath(zone: ProviderZone): string {
  return `/domains/${encodeURIComponent(zone.id)}/records`;
}

/** The name within the zone; `@` is the zone itself. */
function formatName(name: string, zone: ProviderZone): string {
  return cutZoneName(name, zone.name) || '@';
}

async function writeChange(
  api: JsonApi,
  zone: ProviderZone,
  { before, after }: CheckedChange,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const about = after ?? before;
  if (!about) return { outcome: 'done', value: null };
  const path = `${listPath(zone)}/${encodeURIComponent(formatName(about.name, zone))}/${about.type}`;
  const body = after && { rrset_ttl: after.ttlSeconds, rrset_values: after.rdata };
  const method = !after ? 'DELETE' : before ? 'PUT' : 'POST';
  const answer = await api.send(method, path, { ...(body && { body }), signal });
  return answer.outcome === 'done' ? { outcome: 'done', value: null } : answer;
}

/** The words of a refusal: a message, or what is wrong with each field. */
function readRefusal(body: unknown): Refusal {
  const schema = z.object({
    message: z.string().optional(),
    errors: z.array(z.object({ name: z.string().optional(), description: z.string().optional() })).optional(),
  });
  const { message, errors = [] } = schema.safeParse(body).data ?? {};
  const fields = errors.map(({ name, description }) => [name, description].filter(Boolean).join(': '));
  return { message: [message, ...fields].filter(Boolean).join(' ') || undefined };
}
