import type { RecordKind } from '../judgement.ts';
import type { DnsRecords, MxRecordToPublish, TxtRecordToPublish } from '../records.ts';

/** What an export is made from: a domain and the records that its owner publishes. */
export interface RecordsToExport {
  /** Lower case, A-labels, without the final dot. */
  readonly domainName: string;
  readonly records: DnsRecords;
}

/** One record to publish, with the name by which the rest of the program calls it. */
export interface ExportedRecord {
  readonly kind: RecordKind;
  readonly record: TxtRecordToPublish | MxRecordToPublish;
}

/** For how long resolvers may remember a record: long enough to be cheap for them, short enough to correct a mistake the same day. */
export const TTL_SECONDS = 3600;

/** Lists the records in the order in which they are shown everywhere. */
export function listExportedRecords({ ownership, dkim, mailFrom, dmarc }: DnsRecords): ExportedRecord[] {
  const [mx, spf] = mailFrom;
  return [
    { kind: 'ownership', record: ownership },
    { kind: 'dkim', record: dkim },
    { kind: 'mail_from_mx', record: mx },
    { kind: 'mail_from_spf', record: spf },
    { kind: 'dmarc', record: dmarc },
  ];
}
