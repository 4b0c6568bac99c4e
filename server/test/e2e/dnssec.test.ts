import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/compose.ts';
import { createDns, type Dns, type DnsSettings } from '../../src/dns/lookup.ts';
import { diagnoseReachability } from '../../src/services/checks/reachability.ts';
import { explainMissing } from '../support/daemon.ts';
import { describeAnswers, lookUp } from '../support/dns/dns-client.ts';
import {
  findSharedPort,
  type RealNameServer,
  type RealServer,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import { breakSignature, type SignedZone, signZone } from '../support/dns/sign-zone.ts';
import type { ZoneLine, ZoneText } from '../support/dns/zone-text.ts';

const [RESOLVER, KNOT, NSD] = ['127.0.0.50', '127.0.0.51', '127.0.0.52'] as const;
const HOSTS = ['ns1.signed.example', 'ns2.signed.example'] as const;
const both = (said: string) => HOSTS.map((host) => `${host} ${said}`);

/**
 *     Unbound, validating ─ signed root ─┬─ DS ──────── signed.example ─┬─ Knot  the resolver asks this one only
 *                                        ├─ another DS  bogus.example   └─ NSD   may say what it likes
 *                                        └─ no DS ───── plain.example
 */
describe('DNSSEC on Knot, NSD and Unbound', { skip: explainMissing(['nsd', 'knotd', 'kzonesign', 'unbound']) }, () => {
  const running: RealServer[] = [];
  let folder: string;
  let nsd: RealNameServer;
  let dns: Dns;
  let dnsSettings: DnsSettings;
  let signed: SignedZone;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-dnssec-'));
    const port = await findSharedPort([RESOLVER, KNOT, NSD]);
    const intact = await signZone(join(folder, 'signer'), buildZone('signed.example', 1));
    signed = breakSignature(intact, 'broken.signed.example', 'TXT');
    const bogus = await signZone(join(folder, 'other-signer'), buildZone('bogus.example', 1));
    const plain = buildZone('plain.example', 1);
    const root = await signZone(join(folder, 'root-signer'), {
      name: '',
      serial: 1,
      nameservers: ['a.root-servers.net'],
      records: [
        ...['signed.example', 'bogus.example', 'plain.example'].flatMap((name) =>
          HOSTS.map((value): ZoneLine => ({ name, type: 'NS', value })),
        ),
        ...listHosts(),
        { name: 'signed.example', type: 'DS', value: signed.ds },
        // The key of another zone: nothing in it can be validated.
        { name: 'bogus.example', type: 'DS', value: signed.ds },
      ],
    });
    const zones = [signed, bogus, plain];
    const start = async (software: 'knot' | 'nsd', address: string) => {
      const server = await startNameServer({ software, folder: join(folder, software), address, port, zones });
      running.push(server);
      return server;
    };
    const knot = await start('knot', KNOT);
    nsd = await start('nsd', NSD);
    const resolver = await startResolver({
      folder: join(folder, 'unbound'),
      address: RESOLVER,
      port,
      stubs: zones.map(({ name }) => ({ zone: name, servers: [knot] })),
      signedRoot: root,
    });
    running.push(resolver);
    dnsSettings = { mode: 'authoritative', resolvers: [resolver], authoritativePort: port, allowPrivate: true };
    dns = createDns(dnsSettings, { clock: systemClock });
  });

  after(async () => {
    await dns?.close();
    for (const server of running.reverse()) await server.stop();
    await rm(folder, { recursive: true });
  });

  const lookUpIn = (zone: string, label: string, more = {}) =>
    lookUp(dns, { name: `${label}.${zone}`, ...more }, { startAt: zone });

  test('doctor finds that the resolver validates', async () => {
    const [finding] = await diagnoseReachability({ dns, dnsSettings, regions: [] });
    assert.match(finding?.what ?? '', /^resolver 127\.0\.0\.50:/);
    assert.deepEqual([finding?.state, finding?.detail], ['ok', 'answers and validates DNSSEC']);
  });

  test('a record that is signed is found, and the zone is said to be signed', async () => {
    const result = await lookUpIn('signed.example', 'good');
    assert.deepEqual(describeAnswers(result), both('found "good"'));
    assert.equal(result.zone?.dnssec, 'signed');
  });

  test('a record with a wrong signature is never found, and said to be bogus', async () => {
    const result = await lookUpIn('signed.example', 'broken');
    assert.deepEqual(describeAnswers(result), both('failed servfail dnssec_bogus'));
    assert.equal(result.zone?.dnssec, 'bogus');
  });

  test('a zone whose key is not the one that its parent names is bogus before it is asked', async () => {
    const result = await lookUpIn('bogus.example', 'good');
    assert.deepEqual(describeAnswers(result), [`${RESOLVER} failed servfail dnssec_bogus`]);
    assert.deepEqual([result.zone?.name, result.zone?.dnssec], ['bogus.example', 'bogus']);
  });

  test('a zone without a DS record is not signed, and found as it is', async () => {
    const result = await lookUpIn('plain.example', 'good');
    assert.deepEqual(describeAnswers(result), both('found "good"'));
    assert.equal(result.zone?.dnssec, 'unsigned');
  });

  test('what one server forges is not validated for, be it another value or a record that is not there', async (t) => {
    t.after(() => nsd.publish(withSerial(signed, 3)));
    const forged = buildZone('signed.example', 2, [
      { name: 'good.signed.example', type: 'TXT', value: 'forged' },
      { name: 'new.signed.example', type: 'TXT', value: 'forged' },
    ]);
    await nsd.publish(forged);
    const value = await lookUpIn('signed.example', 'good');
    assert.deepEqual(describeAnswers(value), [
      'ns1.signed.example found "good"',
      'ns2.signed.example failed network dnssec_unvalidated',
    ]);
    const refused = value.answers.find(({ source }) => source.address === NSD);
    assert.ok(refused?.outcome === 'failed' && refused.kind === 'dnssec_unvalidated');
    const { outdatedSeconds } = refused;
    assert.ok(outdatedSeconds > 0 && outdatedSeconds <= 300, `${outdatedSeconds} s`);
    assert.deepEqual(describeAnswers(await lookUpIn('signed.example', 'new')), [
      'ns1.signed.example absent nxdomain 300',
      'ns2.signed.example failed network dnssec_unvalidated',
    ]);
  });

  test('a CNAME out of a signed zone is validated for, and its target in an unsigned one is found', async () => {
    const result = await lookUpIn('signed.example', 'alias');
    assert.deepEqual(describeAnswers(result), both('found "good"'));
    assert.deepEqual([result.zone?.name, result.zone?.dnssec], ['plain.example', 'unsigned']);
  });

  test('an absence that would count is validated for by its proof', async () => {
    const result = await lookUpIn('signed.example', 'gone', { validateAbsence: true });
    assert.deepEqual(describeAnswers(result), both('absent nxdomain 300'));
  });
});

function buildZone(name: string, serial: number, records: readonly ZoneLine[] = listRecords(name)): ZoneText {
  return { name, serial, nameservers: HOSTS, records: [...(name === 'signed.example' ? listHosts() : []), ...records] };
}

function listHosts(): ZoneLine[] {
  return [KNOT, NSD].map((value, index) => ({ name: HOSTS[index] ?? '', type: 'A', value }));
}

function listRecords(zone: string): ZoneLine[] {
  return [
    { name: `good.${zone}`, type: 'TXT', value: 'good' },
    { name: `broken.${zone}`, type: 'TXT', value: 'broken' },
    { name: `alias.${zone}`, type: 'CNAME', value: 'good.plain.example' },
  ];
}

/** The same zone under another serial; only the SOA record's own signature is wrong then, which nobody checks at this server. */
function withSerial(zone: SignedZone, serial: number): SignedZone {
  const text = zone.text.replace(/(\sSOA\s+\S+\s+\S+\s+)\d+/, `$1${serial}`);
  return { ...zone, serial, text };
}
