/** The types of record sets that are read before anything is planned: what we publish. */
export const READ_TYPES = ['TXT', 'MX', 'CNAME'] as const;

/** A record set as it stands at a DNS provider, or is to stand there. */
export interface RrSet {
  /** Lower-case A-labels, without a final dot. */
  readonly name: string;
  readonly type: (typeof READ_TYPES)[number];
  readonly ttlSeconds: number;
  /**
   * The data of each record in presentation form (RFC 1035 §5.1), as `rdata.ts` writes it: quoted character-strings, `10 host.`,
   * `host.`. A set: no two are the same, and their order means nothing.
   */
  readonly rdata: readonly string[];
}

/** One change of a record set: null before where there is none, null after where it goes. Both have the same name and type. */
export interface RrSetChange {
  /** What has to stand there for the change to be made: anything else is somebody's change in between. The TTL doesn't count. */
  readonly before: RrSet | null;
  readonly after: RrSet | null;
}

/** Whether two record sets hold the same records, whatever their order and TTL. */
export function hasSameRecords(one: RrSet | null, other: RrSet | null): boolean {
  if (!one || !other) return one === other;
  if (one.name !== other.name || one.type !== other.type) return false;
  const [first, second] = [one, other].map(({ rdata }) => [...new Set(rdata)].sort());
  return JSON.stringify(first) === JSON.stringify(second);
}
