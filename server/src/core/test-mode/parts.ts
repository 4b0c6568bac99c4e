/*
 * Test mode: domains under `.test` that play a part without any DNS. `parts.ts` is the table of parts, each a function from
 * what is known of the domain and the time to what its name servers have; `scripted-answers.ts` makes DNS answers of that.
 * No rule knows of either: a check of such a domain is a check, whoever answers.
 */

import type { DnsRecords } from '../records/records.ts';
import type { RecordToPublish } from '../records/to-publish.ts';

/** What decides what the servers of a test domain have: itself, and the time. */
export interface TestDomain {
  readonly name: string;
  readonly records: DnsRecords;
  /** The further keys that are to be published, and since when each is known. */
  readonly furtherKeys: readonly { readonly record: RecordToPublish; readonly createdAt: Date }[];
  readonly createdAt: Date;
  /** When it was first verified; null before. */
  readonly verifiedAt: Date | null;
  readonly now: Date;
}

/** What the two name servers of a test domain have. */
export interface Scene {
  readonly first: readonly RecordToPublish[];
  readonly second: readonly RecordToPublish[];
}

/** One part: what it is for, and how it is played. */
interface PartRow {
  /** What its DNS does, for the documentation. */
  readonly plays: string;
  /** What comes of it, for the documentation. */
  readonly ends: string;
  /** The age in days at which its key gets a successor; left out, never. */
  readonly rotationDays?: number;
  /** The names of its servers; left out, those of nobody in particular. */
  readonly nameservers?: readonly [string, string];
  /** What its servers have; null where they are silent. */
  stage(domain: TestDomain): Scene | null;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The servers of a part that names none. */
const NAMESERVERS = ['ns1.dns-host.test', 'ns2.dns-host.test'] as const;

/** How much one character-string of a TXT record holds (RFC 1035 §3.3.14): what some panels keep of a longer value. */
const ONE_STRING = 255;

/** The parts, by the names that play them. */
const PARTS = {
  'verified.test': {
    plays: 'All records are live right away.',
    ends: '`VERIFIED` at the first check.',
    stage: (domain) => both(listAll(domain)),
  },
  'slow.test': {
    plays:
      'Nothing is published for the first 30 seconds after the domain is added, then everything is. Further keys take just as long.',
    ends: '`VERIFIED` at the first check after 30 seconds.',
    stage: (domain) => both(hasPassed(domain.createdAt, 30 * SECOND_MS, domain) ? listAll(domain, 30 * SECOND_MS) : []),
  },
  'missing-dkim.test': {
    plays: 'The DKIM record is missing.',
    ends: '`PENDING_CONFIGURATION`, and `FAILED` 72 hours after `verify`.',
    stage: (domain) => both(listAll(domain).filter((record) => !isKey(record, domain))),
  },
  'truncated-key.test': {
    plays: 'The DKIM key is cut off after 255 characters.',
    ends: '`PENDING_CONFIGURATION`, and `FAILED` 72 hours after `verify`.',
    stage: (domain) =>
      both(
        listAll(domain).map((record) =>
          isKey(record, domain) ? { ...record, value: record.value.slice(0, ONE_STRING) } : record,
        ),
      ),
  },
  'doubled-name.test': {
    plays: 'Every record is published with the zone name doubled, as happens when a DNS panel appends it.',
    ends: '`PENDING_CONFIGURATION`, and `FAILED` 72 hours after `verify`.',
    nameservers: ['ns37.domaincontrol.com', 'ns38.domaincontrol.com'],
    stage: (domain) =>
      both(listAll(domain).map((record) => ({ ...record, name: `${record.name}.${findZoneName(domain.name)}` }))),
  },
  'two-spf.test': {
    plays: 'The return path has two SPF records, which makes both invalid.',
    ends: '`VERIFIED`, with `mailFromEnabled` false.',
    stage: (domain) => {
      const spf = domain.records.mail_from_spf;
      return both([...listAll(domain), { ...spf, value: 'v=spf1 include:spf.example.net ~all' }]);
    },
  },
  'disagree.test': {
    plays: 'One of the two name servers lacks the DKIM record for the first 5 minutes after the domain is added.',
    ends: '`VERIFIED` at the first check after 5 minutes.',
    stage: (domain) => {
      const all = listAll(domain);
      const isSettled = hasPassed(domain.createdAt, 5 * MINUTE_MS, domain);
      return { first: all, second: isSettled ? all : all.filter((record) => !isKey(record, domain)) };
    },
  },
  'servers-down.test': {
    plays: 'Neither name server responds.',
    ends: '`PENDING_CONFIGURATION` for good: a lookup without an answer never counts against a domain.',
    stage: () => null,
  },
  'at-risk.test': {
    plays: 'The DKIM record disappears a minute after the domain is verified, and is back a day after it was.',
    ends: '`VERIFIED`, `TEMPORARY_FAILURE` once the record has been missed three times over an hour, then `VERIFIED` again.',
    stage: (domain) => {
      const all = listAll(domain);
      const isGone = hasPassed(domain.verifiedAt, MINUTE_MS, domain) && !hasPassed(domain.verifiedAt, DAY_MS, domain);
      return both(isGone ? all.filter((record) => !isKey(record, domain)) : all);
    },
  },
  'lost.test': {
    plays: 'The ownership record disappears for good a minute after the domain is verified.',
    ends: '`VERIFIED`, `TEMPORARY_FAILURE`, then `FAILED` 72 hours after the record was first missed.',
    stage: (domain) => {
      const all = listAll(domain);
      const isGone = hasPassed(domain.verifiedAt, MINUTE_MS, domain);
      return both(isGone ? all.filter(({ name }) => name !== domain.records.ownership.name) : all);
    },
  },
  'rotates.test': {
    plays: 'Its key is rotated after 30 days; the new record is published a minute later.',
    ends: '`VERIFIED`; the key is replaced every 30 days, and the old one is retired 7 days later.',
    rotationDays: 30,
    stage: (domain) => both(listAll(domain, MINUTE_MS)),
  },
} as const satisfies Record<string, PartRow>;

/** A name that plays a part. */
export type PartName = keyof typeof PARTS;

/** The names that play a part, in the order of the documentation. */
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

/** Finds the part that a domain plays: that of its own name, or of one above it; null where it plays none. */
export function findPart(name: string): PartName | null {
  return PART_NAMES.find((part) => name === part || name.endsWith(`.${part}`)) ?? null;
}

/** Reads the row of a part. */
export function readPart(part: PartName): PartRow {
  return PARTS[part];
}

/** The name servers of a part. */
export function listServersOf(part: PartName): readonly [string, string] {
  return readPart(part).nameservers ?? NAMESERVERS;
}

/** The zone that holds a test domain: that of its part. */
export function findZoneName(name: string): string {
  return findPart(name) ?? name;
}

function both(records: readonly RecordToPublish[]): Scene {
  return { first: records, second: records };
}

/** All that is to be published. @param keyDelayMs how long the record of a further key takes */
function listAll(domain: TestDomain, keyDelayMs = 0): RecordToPublish[] {
  const further = domain.furtherKeys.filter(({ createdAt }) => hasPassed(createdAt, keyDelayMs, domain));
  return [...Object.values(domain.records), ...further.map(({ record }) => record)];
}

function isKey({ name }: RecordToPublish, { records, furtherKeys }: TestDomain): boolean {
  return name === records.dkim.name || furtherKeys.some(({ record }) => record.name === name);
}

function hasPassed(since: Date | null, ms: number, { now }: Pick<TestDomain, 'now'>): boolean {
  return since !== null && now.getTime() - since.getTime() >= ms;
}
