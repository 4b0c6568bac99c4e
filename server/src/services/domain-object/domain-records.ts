import type { DkimMode } from '../../core/records/key-slots.ts';
import { buildDnsRecords, buildSecondKeyRecord, type DnsRecords } from '../../core/records/records.ts';
import type { CnameRecordToPublish, RecordToPublish } from '../../core/records/to-publish.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';

/** What the records of a domain are made from. */
export type RecordSource = Pick<StoredDomain, 'name' | 'ownershipToken' | 'selector' | 'publicKey' | 'recordSettings'>;

/** Builds the records of a domain: what is shown, and what is checked. */
export function buildRecordsOf(domain: RecordSource): DnsRecords {
  return buildDnsRecords({
    domainName: domain.name,
    ownershipToken: domain.ownershipToken,
    selector: domain.selector,
    publicKey: domain.publicKey,
    ...domain.recordSettings,
  });
}

/** Builds the other DKIM record of a domain with two CNAMEs; null for any other domain. */
export function buildSecondRecordOf({
  name,
  selector,
  recordSettings,
}: Pick<RecordSource, 'name' | 'selector' | 'recordSettings'>): CnameRecordToPublish | null {
  return buildSecondKeyRecord({ domainName: name, selector, keysBelow: recordSettings.keysBelow });
}

/** Lists all records that a domain is verified by, in the order in which they are shown. */
export function listAllRecordsOf(domain: RecordSource): RecordToPublish[] {
  const second = buildSecondRecordOf(domain);
  return Object.entries(buildRecordsOf(domain)).flatMap(([kind, record]) =>
    kind === 'dkim' && second ? [record, second] : [record],
  );
}

/** How a domain publishes its DKIM keys; fixed when it is added. */
export function findDkimMode({ recordSettings }: Pick<RecordSource, 'recordSettings'>): DkimMode {
  return recordSettings.keysBelow === undefined ? 'txt' : 'cname';
}
