import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../src/compose.ts';
import { createDns } from '../../src/dns/lookup.ts';
import { explainMissing } from '../support/daemon.ts';
import { describeAnswers, lookUp } from '../support/dns/dns-client.ts';
import {
  askTxt,
  findSharedPort,
  type Software,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import type { ZoneText } from '../support/dns/zone-text.ts';

const [RESOLVER, NSD, KNOT, CACHE] = ['127.0.0.83', '127.0.0.84', '127.0.0.85', '127.0.0.86'] as const;
const PARENT = 'parent.example';
const ZONE = `shop.${PARENT}`;

/** Zones that are set up badly, on name servers that other people wrote: what a receiver's resolver gets is what counts. */
describe('odd zones on NSD and Knot', { skip: explainMissing(['nsd', 'knotd', 'unbound']) }, () => {
  /** NSD has the parent zone, Knot the other ones; old.parent.example is NSD, which holds none of those. */
  async function open(t: TestContext, below: ZoneText, delegation: string) {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-odd-zones-'));
    t.after(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, NSD, KNOT]);
    const parent: ZoneText = {
      name: PARENT,
      serial: 1,
      nameservers: [`ns.${PARENT}`],
      records: [
        { name: `ns.${PARENT}`, type: 'A', value: NSD },
        { name: `old.${PARENT}`, type: 'A', value: NSD },
        { name: `new.${PARENT}`, type: 'A', value: KNOT },
        { name: below.name, type: 'NS', value: delegation },
      ],
    };
    const start = async (software: Software, address: string, zone: ZoneText) => {
      const server = await startNameServer({ software, folder: join(folder, software), address, port, zones: [zone] });
      t.after(() => server.stop());
      return server;
    };
    const nsd = await start('nsd', NSD, parent);
    const knot = await start('knot', KNOT, below);
    const stubs = [
      { zone: PARENT, servers: [nsd] },
      { zone: below.name, servers: [delegation === `new.${PARENT}` ? knot : nsd] },
    ];
    const resolver = await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER, port, stubs });
    t.after(() => resolver.stop());
    const settings = { resolvers: [resolver], authoritativePort: port, allowPrivate: true } as const;
    const dns = createDns({ mode: 'authoritative', ...settings }, { clock: systemClock });
    t.after(() => dns.close());
    return dns;
  }

  test('NS records of a zone that name its old server do not hide what the delegated one has', async (t) => {
    const name = `_v.${ZONE}`;
    const records = [{ name, type: 'TXT', value: 'value' }] as const;
    const zone = { name: ZONE, serial: 1, nameservers: [`old.${PARENT}`], records };
    const result = await lookUp(await open(t, zone, `new.${PARENT}`), { name }, { startAt: ZONE });
    assert.deepEqual(describeAnswers(result), [`new.${PARENT} found "value"`]);
    const [outdated, delegated] = [[`old.${PARENT}`], [`new.${PARENT}`]];
    assert.deepEqual(result.zone?.oddity, { kind: 'outdated_ns', outdated, delegated });
  });

  test('keys that are delegated to a server that does not hold them are a failure of that server, and its zone is named', async (t) => {
    const keys = { name: `_domainkey.${PARENT}`, serial: 1, nameservers: [`new.${PARENT}`], records: [] };
    const name = `autosend.${keys.name}`;
    const result = await lookUp(await open(t, keys, `old.${PARENT}`), { name }, { startAt: PARENT });
    assert.ok(result.answers.every(({ outcome }) => outcome === 'failed'));
    assert.deepEqual(describeAnswers(result), [`old.${PARENT} failed lame`]);
    assert.equal(result.zone?.name, keys.name);
  });

  test('a record that Unbound answers from its memory, in place of a name server, is found', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-no-authority-'));
    t.after(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, KNOT, CACHE]);
    const name = `_v.${PARENT}`;
    const zone: ZoneText = {
      name: PARENT,
      serial: 1,
      nameservers: [`ns.${PARENT}`],
      records: [
        { name: `ns.${PARENT}`, type: 'A', value: CACHE },
        { name, type: 'TXT', value: 'value' },
      ],
    };
    const place = { folder: join(folder, 'knot'), address: KNOT, port };
    const knot = await startNameServer({ software: 'knot', ...place, zones: [zone] });
    t.after(() => knot.stop());
    const stubs = [{ zone: PARENT, servers: [knot] }];
    const cache = await startResolver({ folder: join(folder, 'cache'), address: CACHE, port, stubs });
    t.after(() => cache.stop());
    await askTxt(cache, name);
    const resolver = await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER, port, stubs });
    t.after(() => resolver.stop());
    const settings = { resolvers: [resolver], authoritativePort: port, allowPrivate: true } as const;
    const dns = createDns({ mode: 'authoritative', ...settings }, { clock: systemClock });
    t.after(() => dns.close());
    const { answers } = await lookUp(dns, { name }, { startAt: PARENT });
    const seen = answers.map((answer) => (answer.outcome === 'failed' ? answer.kind : answer.outcome));
    assert.deepEqual(seen, ['found', 'answered_without_authority']);
  });
});
