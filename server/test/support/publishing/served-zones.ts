import { parseTxtStrings } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import type { ZoneRecord } from '../dns/dns-server-zones.ts';
import { createMemoryZones, type MemoryZones } from './memory-zones.ts';

/** A provider with one zone in memory, which the test's DNS server serves as it stands. */
export function createServedZones(dns: DnsServer, zoneName: string, rrSets: readonly RrSet[] = []): MemoryZones {
  const zones = createMemoryZones(zoneName, rrSets);
  dns.setZone(zoneName, {
    nameservers: [
      { name: `ns1.${zoneName}`, address: '127.0.0.11' },
      { name: `ns2.${zoneName}`, address: '127.0.0.12' },
    ],
  });
  const serve = () => dns.setRecords(zoneName, zones.listAll().flatMap(toZoneRecords));
  serve();
  return {
    ...zones,
    write: async (...given) => {
      const answer = await zones.write(...given);
      serve();
      return answer;
    },
    put: (rrSet) => {
      zones.put(rrSet);
      serve();
    },
  };
}

function toZoneRecords({ name, type, ttlSeconds: ttl, rdata }: RrSet): ZoneRecord[] {
  return rdata.map((each): ZoneRecord => {
    if (type === 'TXT') return { name, type, ttl, value: parseTxtStrings(each) ?? [] };
    const [priority = '', host = ''] = each.split(' ');
    if (type === 'CNAME') return { name, type, ttl, value: priority.replace(/\.$/, '') };
    return { name, type, ttl, priority: Number(priority), value: host.replace(/\.$/, '') };
  });
}
