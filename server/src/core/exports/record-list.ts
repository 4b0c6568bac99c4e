/*
 * Files that put a domain's records into somebody's DNS. `listExportedRecords` lists them once, with stable
 * labels; each format (`csv.ts`, `terraform.ts`, `zone-file.ts`, with `txt-text.ts` for quoting) only writes that
 * list down. What the records are is decided in `records/`.
 */

import type { KeyRecord } from '../records/key-slots.ts';
import { RECORD_KINDS } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { readSelector } from '../records/selector.ts';
import type { RecordToPublish } from '../records/to-publish.ts';

/** What an export is made from: a domain and the records that its owner publishes. */
export interface RecordsToExport {
  /** Lower case, A-labels, without the final dot. */
  readonly domainName: string;
  readonly records: DnsRecords;
  /** The DKIM records that have to be there beside its own: of pending keys, of one that signs beside the RSA key, and of retiring ones; or the second of two CNAMEs. */
  readonly furtherKeys?: readonly KeyRecord[];
  /** Says which records the file is not to hold; all are in it where this is left out. */
  isLeftOut?(record: RecordToPublish): boolean;
}

/** One record to publish, with a name of its own among those of the domain: lower-case letters, digits, hyphens, underscores. */
export interface ExportedRecord {
  readonly label: string;
  readonly record: RecordToPublish;
}

/** For how long resolvers may remember a record: long enough to be cheap for them, short enough to correct a mistake the same day. */
export const TTL_SECONDS = 3600;

/** Lists the records in the order in which they are shown everywhere, further keys after the domain's own. */
export function listExportedRecords({
  records,
  furtherKeys = [],
  isLeftOut,
}: Pick<RecordsToExport, 'records' | 'furtherKeys' | 'isLeftOut'>): ExportedRecord[] {
  return RECORD_KINDS.flatMap((kind): ExportedRecord[] =>
    kind === 'dkim'
      ? [records.dkim, ...furtherKeys].map((record) => ({ label: labelKey(record), record }))
      : [{ label: kind, record: records[kind] }],
  ).filter(({ record }) => !isLeftOut?.(record));
}

/**
 * Keys are called by their selectors, and so alike in every stage: what manages records by these names must not replace
 * one key's record by another's when signing moves. A selector has no underscore.
 */
function labelKey({ name }: KeyRecord): string {
  return `dkim_${readSelector(name).replaceAll('.', '_')}`;
}
