import type { DnsServer } from './dns-server.ts';
import type { ZoneRecord } from './dns-server-zones.ts';

interface PublishedRecord {
  readonly name: string;
  readonly value: string;
  readonly type: 'TXT' | 'MX' | 'CNAME';
  readonly priority?: number;
}

/** The part of a Domain object that a customer copies into their zone. */
export interface DomainToPublish {
  readonly domainName: string;
  readonly dnsRecords: {
    readonly ownership: PublishedRecord;
    readonly dkim: PublishedRecord;
    readonly mailFrom: readonly PublishedRecord[];
    readonly dmarc: PublishedRecord;
  };
}

/** Sets up the zone of a domain on two name servers, with the records exactly as the API shows them, or with none of them. */
export function publishDomain(dns: DnsServer, domain: DomainToPublish, records = listRecords(domain)): void {
  dns.setZone(domain.domainName, {
    nameservers: [
      { name: `ns1.${domain.domainName}`, address: '127.0.0.11' },
      { name: `ns2.${domain.domainName}`, address: '127.0.0.12' },
    ],
    records,
  });
}

/** The records as zone data. */
export function listRecords({ dnsRecords }: DomainToPublish): ZoneRecord[] {
  const { ownership, dkim, mailFrom, dmarc } = dnsRecords;
  return [ownership, dkim, ...mailFrom, dmarc].map(({ name, type, value, priority }) =>
    type === 'MX' ? { name, type, value, priority: priority ?? 10 } : { name, type, value },
  );
}
