import { z } from 'zod';
import type { DnsProviderAnswer, DnsProviderProblem, ProviderZone } from '../../../core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt, readTxt } from '../../../core/publishing/rdata.ts';
import type { RrSet } from '../../../core/publishing/rr-set.ts';
import type { CheckedChange } from '../guarded-write.ts';
import type { JsonApi } from '../json-api.ts';
import { ENDLESS_LIST, followPages } from '../pages.ts';
import { readNames } from '../read-names.ts';
import { isReadType } from '../read-rdata.ts';
import { addZoneName, cutZoneName } from '../zone-names.ts';

/** The most that one page can hold. */
export const PER_PAGE = 200;
/** The longest text of a TXT record. */
export const MOST_TXT_OCTETS = 512;

/** Where the next page is, in every list. */
export const linksSchema = z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional();
const recordSchema = z.object({
  id: z.number(),
  type: z.string(),
  name: z.string(),
  data: z.string().nullable(),
  priority: z.number().nullish(),
  ttl: z.number(),
});
const recordsSchema = z.object({ domain_records: z.array(recordSchema), links: linksSchema });
const writtenSchema = z.object({ domain_record: recordSchema });

/** One record with the id by which it is changed. */
interface KnownRecord {
  readonly id: number;
  readonly rdata: string;
}

/** A record set with the records that it is made of. */
export interface KnownSet extends RrSet {
  readonly records: readonly KnownRecord[];
}

/** Whose records are meant, and how they are reached. */
interface Place {
  readonly api: JsonApi;
  readonly zone: ProviderZone;
  readonly signal: AbortSignal;
}

/** Reads the record sets of some names, with the ids of their records. */
export function readRecords(
  { api, zone, signal }: Place,
  names: readonly string[],
): Promise<DnsProviderAnswer<readonly KnownSet[]>> {
  const readPages = async (query: string, mostPages: number) => {
    const records: z.infer<typeof recordSchema>[] = [];
    const goesOn = followPages();
    for (let page = 1; ; page += 1) {
      const path = `${listPath(zone)}?page=${page}&per_page=${PER_PAGE}${query}`;
      const answer = await api.read('GET', path, { schema: recordsSchema, signal });
      if (answer.outcome !== 'done') return answer;
      records.push(...answer.value.domain_records);
      const isWhole = answer.value.links?.pages?.next === undefined;
      if (isWhole || page >= mostPages)
        return { outcome: 'done', value: { rrSets: groupRecords(records, zone.name), isWhole } } as const;
      if (!goesOn(answer.value.domain_records.map(({ id }) => String(id)))) return ENDLESS_LIST;
    }
  };
  return readNames(names, {
    readFirst: () => readPages('', 1),
    readName: (name) => readPages(`&name=${encodeURIComponent(name)}`, Number.POSITIVE_INFINITY),
  });
}

function listPath(zone: ProviderZone): string {
  return `/domains/${encodeURIComponent(zone.id)}/records`;
}

function groupRecords(records: readonly z.infer<typeof recordSchema>[], zoneName: string): KnownSet[] {
  const sets = new Map<string, KnownSet>();
  for (const record of records) {
    const { id, type, ttl } = record;
    if (!isReadType(type)) continue;
    const name = addZoneName(record.name, zoneName);
    const rdata = readData(type, record, zoneName);
    const known = sets.get(`${name} ${type}`);
    sets.set(`${name} ${type}`, {
      name,
      type,
      ttlSeconds: known?.ttlSeconds ?? ttl,
      rdata: [...(known?.rdata ?? []), rdata],
      records: [...(known?.records ?? []), { id, rdata }],
    });
  }
  return [...sets.values()];
}

function readData(
  type: RrSet['type'],
  { data, priority }: Pick<z.infer<typeof recordSchema>, 'data' | 'priority'>,
  zoneName: string,
): string {
  const text = data ?? '';
  if (type === 'TXT') return formatTxt(text);
  const host = text === '@' ? zoneName : text;
  return type === 'MX' ? formatMx(priority ?? 0, host) : formatTarget(host);
}

/**
 * Changes one record set record by record: as many as possible in place, so that no resolver sees a set that is half new, then
 * what is to be added, then what goes. Each that is changed or goes is named by its id.
 */
export async function writeRecords(
  place: Place,
  { before, after, current }: CheckedChange,
  known: readonly KnownRecord[],
): Promise<DnsProviderAnswer<null>> {
  const tooLong =
    after?.type === 'TXT' && after.rdata.some((each) => Buffer.byteLength(readTxt(each) ?? '') > MOST_TXT_OCTETS);
  if (tooLong) return { outcome: 'refused_record', detail: `The text has more than ${MOST_TXT_OCTETS} octets.` };
  const wanted = after?.rdata ?? [];
  const leaving = known.filter(({ rdata }) => !wanted.includes(rdata));
  const coming = wanted.filter((each) => !before?.rdata.includes(each));
  const staying =
    after && current && after.ttlSeconds !== current.ttlSeconds
      ? known.filter(({ rdata }) => wanted.includes(rdata))
      : [];
  const steps: (() => Promise<DnsProviderAnswer<null>>)[] = [
    ...staying.map(
      ({ id, rdata }) =>
        () =>
          store(place, after, rdata, id),
    ),
    ...coming.map((rdata, index) => () => store(place, after, rdata, leaving[index]?.id)),
    ...leaving.slice(coming.length).map(
      ({ id }) =>
        () =>
          removeRecord(place, id),
    ),
  ];
  for (const [index, step] of steps.entries()) {
    const answer = await step();
    if (answer.outcome !== 'done') return index > 0 ? { ...answer, mayBeWritten: true } : answer;
  }
  return { outcome: 'done', value: null };
}

/** Creates a record, or changes the one with this id, and looks at what was stored. */
async function store(
  { api, zone, signal }: Place,
  rrSet: RrSet | null,
  rdata: string,
  id: number | undefined,
): Promise<DnsProviderAnswer<null>> {
  if (!rrSet) return { outcome: 'done', value: null };
  const { name, type, ttlSeconds } = rrSet;
  const body = { type, name: cutZoneName(name, zone.name) || '@', ttl: ttlSeconds, ...formatData(type, rdata) };
  const [method, path] =
    id === undefined ? (['POST', listPath(zone)] as const) : (['PUT', `${listPath(zone)}/${id}`] as const);
  const answer = await api.read(method, path, { body, schema: writtenSchema, signal });
  if (answer.outcome !== 'done') return answer;
  const stored = readData(type, answer.value.domain_record, zone.name);
  return isSame(type, stored, rdata) ? { outcome: 'done', value: null } : describeStored(stored);
}

/** A text isn't stored with its character-strings: how it was split is lost. */
function isSame(type: RrSet['type'], stored: string, rdata: string): boolean {
  return type === 'TXT' ? readTxt(stored) === readTxt(rdata) : stored === rdata;
}

function describeStored(stored: string): DnsProviderProblem {
  const detail = `DigitalOcean stored a different record: ${stored}`.slice(0, 300);
  return { outcome: 'refused_record', detail, mayBeWritten: true };
}

function formatData(type: RrSet['type'], rdata: string): { data: string; priority?: number } {
  if (type === 'TXT') return { data: readTxt(rdata) ?? '' };
  if (type === 'CNAME') return { data: rdata };
  const [priority = '', host = ''] = rdata.split(' ');
  return { data: host, priority: Number(priority) };
}

/** Removes the record with this id. */
export async function removeRecord({ api, zone, signal }: Place, id: number): Promise<DnsProviderAnswer<null>> {
  const answer = await api.send('DELETE', `${listPath(zone)}/${id}`, { signal });
  return answer.outcome === 'done' ? { outcome: 'done', value: null } : answer;
}
