import type { WantedRecord } from '../../core/publishing/planned-change.ts';
import { RECORD_KINDS } from '../../core/records/record.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import { listFurtherRecords, listKeysToCheck } from '../keys/domain-keys.ts';

/** Lists the records that have to stand in DNS for a domain: its own, and those of the further keys that are in use or soon will be, or both CNAMEs. */
export async function listWantedRecords(db: Db, domain: StoredDomain): Promise<WantedRecord[]> {
  const records = buildRecordsOf(domain);
  const further = listFurtherRecords(domain, await listKeysToCheck(db, domain));
  return [
    ...RECORD_KINDS.map((kind): WantedRecord => ({ kind, record: records[kind] })),
    ...further.map(({ record }): WantedRecord => ({ kind: 'dkim', record })),
  ];
}
