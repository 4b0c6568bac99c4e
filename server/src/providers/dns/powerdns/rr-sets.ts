import { z } from 'zod';
import type { DnsProviderAnswer, ProviderZone } from '../../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../../core/publishing/rr-set.ts';
import type { CheckedChange } from '../guarded-write.ts';
import type { JsonApi } from '../json-api.ts';
import { isReadType, readRdata } from '../read-rdata.ts';

const recordSchema = z.object({ content: z.string(), disabled: z.boolean().default(false) });
const rrSetSchema = z.object({ name: z.string(), type: z.string(), ttl: z.number(), records: z.array(recordSchema) });
const zoneSchema = z.object({ rrsets: z.array(rrSetSchema) });
const foundSchema = z.array(
  z.object({ name: z.string(), type: z.string(), zone_id: z.string(), content: z.string(), disabled: z.boolean() }),
);
const MOST_FOUND = 1000;

/** A record that somebody has switched off: it isn't served, stands in the set all the same, and stays there. */
export interface DisabledRecord {
  /** Without a final dot. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

/** Reads what is served at these names. All are asked for at the same time: the sooner the last is there, the smaller the gap before a write. */
export async function readServed(
  api: JsonApi,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly RrSet[]>> {
  const answers = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const path = `${pathOf(zone)}?rrset_name=${encodeURIComponent(`${name}.`)}`;
      const answer = await api.read('GET', path, { schema: zoneSchema, signal });
      if (answer.outcome !== 'done') return answer;
      // A server that doesn't know the parameter sends all names.
      const sets = answer.value.rrsets.flatMap((each) => readRrSet(each, zone)).filter((set) => set.name === name);
      return { outcome: 'done', value: sets } as const;
    }),
  );
  const found: RrSet[] = [];
  for (const answer of answers) {
    if (answer.outcome !== 'done') return answer;
    found.push(...answer.value);
  }
  return { outcome: 'done', value: found };
}

/**
 * Reads the records at these names that are switched off. They come only with the whole zone, or by a search where that is too
 * long for one answer; not with single names (PowerDNS 4.7).
 */
export async function readDisabled(
  api: JsonApi,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly DisabledRecord[]>> {
  const whole = await api.read('GET', pathOf(zone), { schema: zoneSchema, signal });
  if (whole.outcome === 'done') {
    const records = whole.value.rrsets.flatMap(({ name, type, records: all }) =>
      all.filter(({ disabled }) => disabled).map(({ content }) => ({ name: cutFinalDot(name), type, content })),
    );
    return { outcome: 'done', value: records.filter(({ name }) => names.includes(name)) };
  }
  if (whole.outcome !== 'bad_answer') return whole;
  const found: DisabledRecord[] = [];
  for (const name of names) {
    const path = `/search-data?q=${encodeURIComponent(name)}&max=${MOST_FOUND}&object_type=record`;
    const answer = await api.read('GET', path, { schema: foundSchema, signal });
    if (answer.outcome !== 'done') return answer;
    const own = answer.value.filter((each) => each.disabled && each.zone_id === zone.id);
    found.push(...own.map((each) => ({ ...each, name: cutFinalDot(each.name) })).filter((each) => each.name === name));
  }
  return { outcome: 'done', value: found };
}

/** One record set of a PATCH. */
type RrSetPatch = Readonly<{ name: string; type: RrSet['type'] }> &
  (
    | { readonly changetype: 'DELETE' }
    | {
        readonly changetype: 'REPLACE';
        readonly ttl: number;
        readonly records: readonly Readonly<{ content: string; disabled: boolean }>[];
      }
  );

/** A change as the API takes it, with the records of the set that are switched off. */
export function formatPatch(
  { before, after, current }: CheckedChange,
  disabled: readonly DisabledRecord[],
): readonly RrSetPatch[] {
  const about = after ?? before;
  if (!about) return [];
  const { name, type } = about;
  const kept = disabled.filter((record) => record.name === name && record.type === type);
  const records = [
    ...(after?.rdata ?? []).map((content) => ({ content, disabled: false })),
    ...kept.map(({ content }) => ({ content, disabled: true })),
  ];
  const common = { name: `${name}.`, type };
  if (records.length === 0) return [{ ...common, changetype: 'DELETE' }];
  return [{ ...common, changetype: 'REPLACE', ttl: (after ?? current ?? about).ttlSeconds, records }];
}

/** The path of a zone below that of its server. */
export function pathOf(zone: ProviderZone): string {
  return `/zones/${encodeURIComponent(zone.id)}`;
}

/** A name as we have it. */
export function cutFinalDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function readRrSet({ name, type, ttl, records }: z.infer<typeof rrSetSchema>, zone: ProviderZone): RrSet[] {
  if (!isReadType(type)) return [];
  const rdata = records.filter(({ disabled }) => !disabled).map(({ content }) => readRdata(type, content, zone.name));
  return rdata.length > 0 ? [{ name: cutFinalDot(name), type, ttlSeconds: ttl, rdata }] : [];
}
