import { buildDatedSelector } from './dkim-key.ts';
import { buildSlotRecord, listSlotSelectors } from './key-slots.ts';
import { mapKinds, RECORD_KINDS, RECORDS, type RecordKind } from './record.ts';
import type { DnsRecordsInput, RecordLabels } from './record-input.ts';
import type { CnameRecordToPublish, RecordToPublish } from './to-publish.ts';

type RecordOfKind<K extends RecordKind> = Extract<RecordToPublish, { readonly type: (typeof RECORDS)[K]['type'] }>;

/** The records of a domain, by their kinds. The DKIM record may be a CNAME: then there is another one (`buildSecondKeyRecord`). */
export type DnsRecords = {
  readonly [K in RecordKind]: RecordOfKind<K> | (K extends 'dkim' ? CnameRecordToPublish : never);
};

/**
 * Builds the records of a domain. The API shows what this returns and the check compares with what this returns, and
 * nothing else builds a record: were there two sources, a person could publish exactly what was shown and never pass.
 */
export function buildDnsRecords(input: DnsRecordsInput): DnsRecords {
  // Of each row the record has the type, so each kind has the record that its type says.
  return mapKinds((kind) => {
    if (kind === 'dkim' && input.keysBelow !== undefined)
      return buildSlotRecord(input.domainName, listSlotSelectors(input.selector)[0], input.keysBelow);
    const { type, priority, prefix, value, purpose } = RECORDS[kind];
    const name = `${prefix(input.labels, input.selector)}.${input.domainName}`;
    return { name, value: value(input), type, purpose, ...(priority !== null && { priority }) };
  }) as DnsRecords;
}

/** Builds the other DKIM record of a domain whose keys are found by CNAMEs; null for any other domain. */
export function buildSecondKeyRecord({
  domainName,
  selector,
  keysBelow,
}: Pick<DnsRecordsInput, 'domainName' | 'selector'> & {
  readonly keysBelow: string | undefined;
}): CnameRecordToPublish | null {
  return keysBelow === undefined ? null : buildSlotRecord(domainName, listSlotSelectors(selector)[1], keysBelow);
}

/** Builds the selector for a domain: the default one, or with 4 hex digits where another project has verified the name with it. */
export function buildSelector(labels: RecordLabels, suffix?: string): string {
  return suffix === undefined ? labels.selectorPrefix : `${labels.selectorPrefix}-${suffix}`;
}

/**
 * Lists what may be put before a domain name, in its longest form, so that a name too long for any of its records is
 * refused when it is added (a DNS name holds at most 253 characters, RFC 1035 §2.3.4).
 */
export function listDerivedLabels(labels: RecordLabels): string[] {
  const longestSelector = buildDatedSelector(labels.selectorPrefix, new Date(0), '00');
  return [...new Set(RECORD_KINDS.map((kind) => RECORDS[kind].prefix(labels, longestSelector)))];
}

const MAX_STRING_OCTETS = 255;

/**
 * Splits a value into the character-strings of one TXT record, each at most 255 octets (RFC 1035 §3.3.14). They are
 * joined again without anything between; no character of more than one octet is cut in two. Never empty.
 */
export function splitTxtValue(value: string): string[] {
  const strings: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of value) {
    const size = countUtf8Octets(character);
    if (octets + size > MAX_STRING_OCTETS) {
      strings.push(current);
      current = '';
      octets = 0;
    }
    current += character;
    octets += size;
  }
  strings.push(current);
  return strings;
}

/** Of one character. Without Buffer: the dashboard splits values by this too. */
function countUtf8Octets(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
