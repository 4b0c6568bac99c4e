import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainObject } from '../server/src/wire/domain.ts';
import { explainMissing } from '../server/test/support/daemon.ts';
import { findSharedPort, startNameServer, startResolver } from '../server/test/support/dns/real-name-servers.ts';
import { waitUntil } from '../server/test/support/service-process.ts';
import { type BenchOptions, boundAbove, type Row } from './figure.ts';
import { startServedService } from './served-service.ts';

const ADDRESS = '127.0.0.43';
const RESOLVER_ADDRESS = '127.0.0.44';
const ZONE = 'publish.example.net';
const HOST = `ns1.${ZONE}`;
const MAX_SECONDS = 3;

/**
 * From the moment a real name server serves the records, after a verify that came too early, until `GET` says VERIFIED:
 * verify is called again then, as somebody who has just published does. Each time with a domain of its own.
 */
export async function measurePublishToVerified({ repeats }: BenchOptions): Promise<Row[]> {
  const missing = explainMissing(['nsd', 'unbound']);
  if (missing) throw new Error(`This figure ${missing}`);
  const folder = await mkdtemp(join(tmpdir(), 'autosend-bench-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const port = await findSharedPort([ADDRESS, RESOLVER_ADDRESS]);
    const zone = {
      name: ZONE,
      serial: 1,
      nameservers: [HOST],
      records: [{ name: HOST, type: 'A' as const, value: ADDRESS }],
    };
    const nsd = await startNameServer({
      software: 'nsd',
      folder: join(folder, 'nsd'),
      address: ADDRESS,
      port,
      zones: [zone],
    });
    undo.push(() => nsd.stop());
    const resolver = { address: RESOLVER_ADDRESS, port };
    const unbound = await startResolver({
      ...resolver,
      folder: join(folder, 'unbound'),
      stubs: [{ zone: ZONE, servers: [nsd] }],
    });
    undo.push(() => unbound.stop());
    const service = await startServedService({
      AUTOSEND_DNS_SERVERS: `${resolver.address}:${port}`,
      AUTOSEND_DNS_AUTHORITATIVE_PORT: String(port),
      AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
    });
    undo.push(() => service.close());

    const seconds: number[] = [];
    for (let round = 0; round <= repeats; round += 1) {
      const { data } = await service.post<{ data: DomainObject }>('/v1/domains', { domain: `d${round}.${ZONE}` });
      const { ownership, dkim, mailFrom, dmarc } = data.dnsRecords;
      const verify = () => service.post(`/v1/domains/${data.id}/verify`);
      await verify();
      await nsd.publish({
        ...zone,
        serial: round + 2,
        records: [...zone.records, ownership, dkim, ...mailFrom, dmarc],
      });
      const servedAt = performance.now();
      await verify();
      await waitUntil(async () => {
        const now = await service.get<{ data: DomainObject }>(`/v1/domains/${data.id}`);
        return now.data.verificationStatus === 'VERIFIED';
      });
      if (round > 0) seconds.push((performance.now() - servedAt) / 1000);
    }
    return [boundAbove('publish-to-verified, slowest', Math.max(...seconds), 's', MAX_SECONDS)];
  } finally {
    for (const each of undo.reverse()) await each();
  }
}
