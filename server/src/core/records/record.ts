/*
 * The records of a domain. `RECORDS` here is the one table of kinds: type, name, value, flag, purpose.
 * `records.ts` builds a domain's records from it and from what `record-input.ts` lists (region, labels, selector,
 * key); what is shown and what is checked are these same values. `regions.ts` and `selector.ts` parse what
 * operators and customers choose. How a record is judged is in its protocol's room.
 */

import { buildKeyPrefix, formatDkimKeyRecord, KEY_PURPOSE } from './dkim-key.ts';
import type { DnsRecordsInput, RecordLabels } from './record-input.ts';
import type { RecordType } from './to-publish.ts';

/** What is tracked and told of together: one record, or several that are of no use without each other. */
interface FlagRow {
  /** Whether it holds back VERIFIED. */
  readonly isRequired: boolean;
  /** A word for it in a list. */
  readonly word: string;
  /** What it is in a sentence. */
  readonly subject: string;
}

/** The flags of a domain, in the order in which they are shown. */
export const FLAGS = {
  ownership: { isRequired: true, word: 'ownership', subject: 'The ownership record' },
  dkim: { isRequired: true, word: 'DKIM', subject: 'The DKIM key' },
  mailFrom: { isRequired: false, word: 'return path', subject: 'The return path (MX and SPF)' },
  dmarc: { isRequired: false, word: 'DMARC', subject: 'The DMARC policy' },
} as const satisfies Record<string, FlagRow>;
export type FlagName = keyof typeof FLAGS;

/** One kind of record: all that is known of it but the rule that judges it, which is in `core/check/rules.ts`. */
export interface RecordRow {
  readonly type: RecordType;
  /** Of an MX record; null for any other type. */
  readonly priority: number | null;
  readonly flag: FlagName;
  /** What stands before the domain in the record's name, without the dot between. */
  readonly prefix: (labels: RecordLabels, selector: string) => string;
  readonly value: (input: DnsRecordsInput) => string;
  /** What it is for, in the API and as a comment in the files. */
  readonly purpose: string;
  /** Its heading in the dashboard. */
  readonly title: string;
  /** What it does for whoever publishes it, in a few words behind the heading. */
  readonly benefit: string;
  /** Whether nobody else could have published it: wherever something passes its rule, that is this record. Others must be the very value. */
  readonly isOursAlone: boolean;
  /** Whether one at the top of the zone was meant for here: `own` says that there it belongs to the zone's own name. */
  readonly strayAtApex: 'always' | 'own' | 'never';
  /** What a panel, or a hand, makes of the prefix by mistake. */
  readonly nearPrefixes: (prefix: string) => readonly string[];
}

/**
 * The records of a domain, one row for each kind, in the order in which they are shown: whatever deals with all of them
 * goes through this table, so that a new kind is a row here, a rule, and its findings (docs/architecture.md).
 */
export const RECORDS = {
  ownership: {
    type: 'TXT',
    priority: null,
    flag: 'ownership',
    prefix: ({ ownershipLabel }) => ownershipLabel,
    value: ({ labels, ownershipToken }) => `${labels.ownershipValuePrefix}${ownershipToken}`,
    purpose: 'Domain ownership verification',
    title: 'Ownership',
    benefit: 'proves that the domain is yours',
    isOursAlone: true,
    strayAtApex: 'always',
    nearPrefixes: listWithoutUnderscores,
  },
  // The active RSA key: every receiver can verify it, so the domain is judged by it.
  dkim: {
    type: 'TXT',
    priority: null,
    flag: 'dkim',
    prefix: (_labels, selector) => buildKeyPrefix(selector),
    value: ({ publicKey }) => formatDkimKeyRecord(publicKey, 'rsa'),
    purpose: KEY_PURPOSE,
    title: 'DKIM key',
    benefit: 'proves that your mail was not altered',
    isOursAlone: true,
    strayAtApex: 'always',
    nearPrefixes: (prefix) => {
      const [selector = ''] = prefix.split('.');
      return [...listWithoutUnderscores(prefix), selector, '_domainkey', `${selector}_domainkey`];
    },
  },
  mail_from_mx: {
    type: 'MX',
    priority: 10,
    flag: 'mailFrom',
    prefix: ({ mailFromLabel }) => mailFromLabel,
    value: ({ region }) => region.mailFromHost,
    purpose: 'Mail-from domain',
    title: 'Return path',
    benefit: 'receives bounces',
    isOursAlone: false,
    strayAtApex: 'always',
    nearPrefixes: listWithUnderscore,
  },
  mail_from_spf: {
    type: 'TXT',
    priority: null,
    flag: 'mailFrom',
    prefix: ({ mailFromLabel }) => mailFromLabel,
    value: ({ region }) => `v=spf1 ${region.spfMechanism} ~all`,
    purpose: 'SPF record for mail-from domain',
    title: 'SPF of the return path',
    benefit: 'says who may send your mail',
    isOursAlone: false,
    // There it speaks for the mail of that name and may well stay: it is told that ours is needed here as well.
    strayAtApex: 'own',
    nearPrefixes: listWithUnderscore,
  },
  dmarc: {
    type: 'TXT',
    priority: null,
    flag: 'dmarc',
    prefix: () => '_dmarc',
    value: () => 'v=DMARC1; p=none;',
    purpose: 'DMARC policy',
    title: 'DMARC policy',
    benefit: 'tells receivers what to do with forged mail',
    isOursAlone: false,
    // A DMARC text at the top of a zone was meant for the zone's own domain, if for any.
    strayAtApex: 'own',
    nearPrefixes: listWithoutUnderscores,
  },
} as const satisfies Record<string, RecordRow>;

/** The kind of a record, as it is shown and stored. */
export type RecordKind = keyof typeof RECORDS;

/** The kinds in the order in which they are shown. */
export const RECORD_KINDS = Object.keys(RECORDS) as [RecordKind, ...RecordKind[]];

/** The flags in the order in which they are shown. */
export const FLAG_NAMES = Object.keys(FLAGS) as [FlagName, ...FlagName[]];

/** The flags that make a domain VERIFIED; the others never hold it back. */
export const REQUIRED_FLAGS: readonly FlagName[] = FLAG_NAMES.filter((name) => FLAGS[name].isRequired);

/** Lists the kinds that one flag stands for. */
export function listKindsOf(flag: FlagName): RecordKind[] {
  return RECORD_KINDS.filter((kind) => RECORDS[kind].flag === flag);
}

/** Makes something for each kind, in their order. */
export function mapKinds<T>(make: (kind: RecordKind) => T): Record<RecordKind, T> {
  return Object.fromEntries(RECORD_KINDS.map((kind) => [kind, make(kind)])) as Record<RecordKind, T>;
}

/** Makes something for each flag, in their order. */
export function mapFlags<T>(make: (name: FlagName) => T): Record<FlagName, T> {
  return Object.fromEntries(FLAG_NAMES.map((name) => [name, make(name)])) as Record<FlagName, T>;
}

/** Some panels take no underscores, and drop them. */
function listWithoutUnderscores(prefix: string): string[] {
  const bare = prefix.replace(/(^|\.)_/g, '$1');
  return bare === prefix ? [] : [bare];
}

/** The records above begin with an underscore, so this one gets one too. */
function listWithUnderscore(prefix: string): string[] {
  return [`_${prefix}`];
}
