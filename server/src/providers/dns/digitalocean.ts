import { z } from 'zod';
import type {
  DnsProvider,
  DnsProviderAnswer,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import type { RrSet, RrSetChange } from '../../core/publishing/rr-set.ts';
import {
  type KnownSet,
  linksSchema,
  MOST_TXT_OCTETS,
  PER_PAGE,
  readRecords,
  removeRecord,
  writeRecords,
} from './digitalocean/records.ts';
import { writeGuardedOneByOne } from './guarded-write.ts';
import { createJsonApi, type JsonApi } from './json-api.ts';
import { ENDLESS_LIST, followPages } from './pages.ts';

/*
 * DigitalOcean, API v2. It knows records and no record sets: each has an id and is created, changed and deleted by itself. What
 * is changed or goes is named by the ids that were read just before, so that a record that somebody adds meanwhile stays. Texts
 * are stored as they are, without quotes, up to 512 octets; hosts are given with a final dot and shown without.
 */

const ENDPOINT = 'https://api.digitalocean.com/v2';
const domainsSchema = z.object({ domains: z.array(z.object({ name: z.string() })), links: linksSchema });

/** Creates the adapter of DigitalOcean. */
export function createDigitalocean(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const { token = '', endpoint = '' } = settings;
  const api = createJsonApi({
    tools,
    baseUrl: endpoint || ENDPOINT,
    headers: { authorization: `Bearer ${token}` },
    secret: token,
    readRefusal(body) {
      const { id, message } = z.object({ id: z.string(), message: z.string() }).safeParse(body).data ?? {};
      return { code: id, message };
    },
  });
  return {
    limits: { minTtlSeconds: 30, maxTxtOctets: MOST_TXT_OCTETS, atomic: 'none' },
    listZones: (limit, signal) => listZones(api, limit, signal),
    async findZone(name, signal) {
      const schema = z.object({ domain: z.object({ name: z.string() }) });
      const answer = await api.read('GET', `/domains/${encodeURIComponent(name)}`, { schema, signal });
      if (answer.outcome === 'no_such_zone') return { outcome: 'done', value: null };
      return answer.outcome === 'done' ? { outcome: 'done', value: { id: name, name } } : answer;
    },
    async read(zone, names, signal) {
      const found = await readRecords({ api, zone, signal }, names);
      return found.outcome === 'done' ? { outcome: 'done', value: found.value.map(withoutRecords) } : found;
    },
    write(zone, changes, signal) {
      const place = { api, zone, signal };
      let known: readonly KnownSet[] = [];
      const read = async (names: readonly string[]) => {
        const found = await readRecords(place, names);
        if (found.outcome === 'done') known = found.value;
        return found;
      };
      return writeGuardedOneByOne(changes, {
        read,
        writeOne: (change) => writeRecords(place, change, findRecords(known, change)),
        // No record has this id.
        probe: () => removeRecord(place, 0),
      });
    },
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
    zones.push(...answer.value.domains.map(({ name }) => ({ id: name, name: name.toLowerCase() })));
    if (answer.value.links?.pages?.next === undefined) break;
    if (!goesOn(answer.value.domains.map(({ name }) => name))) return ENDLESS_LIST;
  }
  return { outcome: 'done', value: zones.slice(0, limit) };
}

function withoutRecords({ name, type, ttlSeconds, rdata }: KnownSet): RrSet {
  return { name, type, ttlSeconds, rdata };
}

function findRecords(known: readonly KnownSet[], { before, after }: RrSetChange): KnownSet['records'] {
  const about = before ?? after;
  return known.find(({ name, type }) => name === about?.name && type === about.type)?.records ?? [];
}
