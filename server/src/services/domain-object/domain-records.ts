import { buildDnsRecords, type DnsRecords } from '../../core/records/records.ts';
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
    region: domain.recordSettings.region,
    labels: domain.recordSettings.labels,
  });
}
