import { z } from 'zod';
import { formatMx, formatTarget } from '../../../core/publishing/rdata.ts';
import { READ_TYPES, type RrSet, type RrSetChange } from '../../../core/publishing/rr-set.ts';
import { readTxtValue } from '../read-rdata.ts';

/** A record as Cloudflare has it; of what it says more of it, that is left alone. */
export const RECORD = z.object({
  id: z.string(),
  name: z.string().transform((name) => name.toLowerCase()),
  type: z.string(),
  content: z.string(),
  ttl: z.number(),
  priority: z.number().optional(),
  proxied: z.boolean().optional(),
  comment: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});

/** A record as Cloudflare has it. */
export type CloudflareRecord = z.infer<typeof RECORD>;

/** A record as Cloudflare is told of it. */
export type NewRecord = Omit<CloudflareRecord, 'id'>;

/** What is to be done for one change: of records that stay, nothing. */
export interface RecordEdit {
  readonly about: Pick<RrSet, 'name' | 'type'>;
  readonly deletes: readonly CloudflareRecord[];
  readonly posts: readonly NewRecord[];
}

/** What Cloudflare calls "automatic" is 1, and is answered with 300. */
const AUTOMATIC = 1;
const AUTOMATIC_SECONDS = 300;
const LONGEST_TTL_SECONDS = 86_400;

/** The TTLs that every plan takes. */
export const MIN_TTL_SECONDS = 60;

/** Puts the records of the types that we read into sets. */
export function readRrSets(records: readonly CloudflareRecord[]): RrSet[] {
  const groups = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const type = READ_TYPES.find((each) => each === group[0]?.type);
    const name = group[0]?.name;
    if (type === undefined || name === undefined) return [];
    const ttls = group.map(({ ttl }) => (ttl === AUTOMATIC ? AUTOMATIC_SECONDS : ttl));
    return [{ name, type, ttlSeconds: Math.min(...ttls), rdata: group.map(formatRdata) }];
  });
}

/**
 * Plans one change. Records that stay are left alone, with all that somebody noted about them; one that takes the place of
 * another keeps its comment and tags.
 * @param standing the records of this name and type that are there
 */
export function planEdit(
  { about, after }: Pick<RecordEdit, 'about'> & Pick<RrSetChange, 'after'>,
  standing: readonly CloudflareRecord[],
): RecordEdit {
  const wanted = new Set(after?.rdata);
  const deletes = standing.filter((record) => !wanted.has(formatRdata(record)));
  const kept = new Set(standing.map(formatRdata));
  const added = [...wanted].filter((rdata) => !kept.has(rdata));
  const posts = after ? added.map((rdata, index) => buildRecord(after, rdata, deletes[index])) : [];
  return { about, deletes, posts };
}

/** Whether two records are answered alike: what somebody changed of one in between is told by this. */
export function isSameRecord(one: CloudflareRecord, other: CloudflareRecord): boolean {
  const list = ({ name, type, content, ttl, priority, proxied, comment, tags }: CloudflareRecord) =>
    JSON.stringify([name, type, content, ttl, priority ?? 0, proxied ?? false, comment ?? '', tags ?? []]);
  return list(one) === list(other);
}

function buildRecord({ name, type, ttlSeconds }: RrSet, rdata: string, replaced?: CloudflareRecord): NewRecord {
  const ttl = Math.min(Math.max(ttlSeconds, MIN_TTL_SECONDS), LONGEST_TTL_SECONDS);
  return {
    name,
    type,
    ttl,
    // A proxied name is answered with addresses of Cloudflare in place of the CNAME.
    proxied: false,
    ...formatContent(type, rdata),
    ...(replaced?.comment && { comment: replaced.comment }),
    ...(replaced?.tags && replaced.tags.length > 0 && { tags: replaced.tags }),
  };
}

/** Formats the data of a record of ours. TXT stays in quoted strings of at most 255 octets, as the API wants it. */
function formatContent(type: RrSet['type'], rdata: string): { content: string; priority?: number } {
  if (type === 'TXT') return { content: rdata };
  const [priority = '', host = ''] = type === 'MX' ? rdata.split(' ') : ['', rdata];
  const content = host.replace(/\.$/, '');
  return type === 'MX' ? { content, priority: Number(priority) } : { content };
}

function formatRdata({ type, content, priority = 0 }: CloudflareRecord): string {
  if (type === 'MX') return formatMx(priority, content);
  if (type === 'CNAME') return formatTarget(content);
  return readTxtValue(content);
}
