import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/compose.ts';
import { createDns } from '../../src/dns/lookup.ts';
import { explainMissing } from '../support/daemon.ts';
import { describeAnswers, lookUp } from '../support/dns/dns-client.ts';
import { findSharedPort, startNameServer, startResolver } from '../support/dns/real-name-servers.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';

const [RESOLVER, KNOT, NSD] = ['127.0.0.54', '127.0.0.55', '127.0.0.56'] as const;
const ZONE = 'copied.example';
const NAME = `_v.${ZONE}`;

describe('an expired copy on Knot', { skip: explainMissing(['nsd', 'knotd', 'unbound']) }, () => {
  test('a server whose copy of the zone expired says so, and the answers of the others stand', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-expired-'));
    t.after(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, KNOT, NSD]);
    const records: ZoneLine[] = [
      { name: `ns1.${ZONE}`, type: 'A', value: KNOT },
      { name: `ns2.${ZONE}`, type: 'A', value: NSD },
      { name: NAME, type: 'TXT', value: 'value' },
    ];
    const zone = { name: ZONE, serial: 1, nameservers: [`ns1.${ZONE}`, `ns2.${ZONE}`], records };
    // Knot is known to be there when it serves some zone.
    const other = { name: 'other.example', serial: 1, nameservers: zone.nameservers, records: [] };
    const knot = { software: 'knot', folder: join(folder, 'knot'), address: KNOT, port, zones: [other] } as const;
    const stopLater = <T extends { stop(): Promise<void> }>(server: T) => {
      t.after(() => server.stop());
      return server;
    };
    stopLater(await startNameServer({ ...knot, expired: [ZONE] }));
    const nsd = stopLater(
      await startNameServer({ software: 'nsd', folder: join(folder, 'nsd'), address: NSD, port, zones: [zone] }),
    );
    const stubs = [{ zone: ZONE, servers: [nsd] }];
    const resolver = stopLater(
      await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER, port, stubs }),
    );
    const dns = createDns(
      { mode: 'authoritative', resolvers: [resolver], authoritativePort: port, allowPrivate: true },
      { clock: systemClock },
    );
    t.after(() => dns.close());
    const result = await lookUp(dns, { name: NAME }, { startAt: ZONE });
    assert.deepEqual(describeAnswers(result), [
      `ns1.${ZONE} failed servfail zone_expired`,
      `ns2.${ZONE} found "value"`,
    ]);
  });
});
