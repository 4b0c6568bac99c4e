import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DiagnosticsObject } from '../../src/wire/diagnostics.ts';
import type { DomainObject, VerificationObject } from '../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  findSharedPort,
  type RealNameServer,
  type RealServer,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import { breakSignature, type SignedZone, signZone } from '../support/dns/sign-zone.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';

const [RESOLVER, KNOT, NSD] = ['127.0.0.53', '127.0.0.54', '127.0.0.55'] as const;
const SERVERS = [
  { host: 'ns1.example.com', address: KNOT },
  { host: 'ns2.example.com', address: NSD },
];

describe('a domain in a zone signed by Knot, with an Unbound that validates', {
  skip: explainMissing(['nsd', 'knotd', 'kzonesign', 'unbound']),
}, () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  let folder: string;
  let knot: RealNameServer;
  let nsd: RealNameServer;
  let resolver: RealServer;
  let service: TestApp;
  let domain: DomainObject;
  let serial = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-dnssec-domain-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, KNOT, NSD]);
    const first = await sign([]);
    const root = await signZone(join(folder, 'root'), {
      name: '',
      serial: 1,
      nameservers: ['a.root-servers.net'],
      records: [
        ...SERVERS.flatMap(({ host, address }): ZoneLine[] => [
          { name: 'example.com', type: 'NS', value: host },
          { name: host, type: 'A', value: address },
        ]),
        { name: 'example.com', type: 'DS', value: first.ds },
      ],
    });
    const start = async <T extends RealServer>(server: T): Promise<T> => {
      cleanUp.push(() => server.stop());
      return server;
    };
    const options = { port, zones: [first] };
    knot = await start(
      await startNameServer({ ...options, software: 'knot', folder: join(folder, 'knot'), address: KNOT }),
    );
    nsd = await start(
      await startNameServer({ ...options, software: 'nsd', folder: join(folder, 'nsd'), address: NSD }),
    );
    resolver = await start(
      await startResolver({
        folder: join(folder, 'unbound'),
        address: RESOLVER,
        port,
        stubs: [{ zone: 'example.com', servers: [knot, nsd] }],
        signedRoot: root,
      }),
    );
    service = await createTestApp(import.meta.url, {
      variables: { DNS_SERVERS: `${RESOLVER}:${port}`, DNS_AUTHORITATIVE_PORT: String(port) },
    });
    cleanUp.push(service.close);
    domain = await service.addDomain('example.com');
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  test('whose ownership record has a broken signature never verifies, and what is wrong is told', async () => {
    await publish(breakSignature(await sign(listLines()), domain.dnsRecords.ownership.name, 'TXT'));
    const { verificationStatus, ownershipVerified, dkimEnabled } = await verify();
    assert.deepEqual([verificationStatus, ownershipVerified], ['PENDING_CONFIGURATION', false]);
    assert.equal(dkimEnabled, true, 'the signature of the key is right');
    const { zone, records, findings } = await diagnose();
    assert.equal(zone?.dnssec, 'bogus');
    assert.equal(records[0]?.status, 'unknown');
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['dnssec_bogus'],
    );
  });

  test('whose records are signed as they should be verifies', async () => {
    await publish(await sign(listLines()));
    await forget();
    assert.equal((await verify()).verificationStatus, 'VERIFIED');
    const { zone, records } = await diagnose();
    assert.equal(zone?.dnssec, 'signed');
    assert.ok(records.every(({ status }) => status === 'verified'));
  });

  test('of which one server shows a forged record loses nothing, and the forgery does not count', async () => {
    const { value } = domain.dnsRecords.ownership;
    const honest = await sign(listLines());
    await knot.publish(honest);
    await nsd.publish({ ...honest, text: honest.text.replaceAll(value, `autosend-verify-${'0'.repeat(32)}`) });
    assert.equal((await verify()).verificationStatus, 'VERIFIED');
    const [ownership] = (await diagnose()).records;
    assert.equal(ownership?.status, 'verified');
    assert.deepEqual(ownership?.answers.map(({ address, outcome }) => `${address} ${outcome}`).sort(), [
      `${KNOT} found`,
      `${NSD} network`,
    ]);
  });

  test('whose whole zone is signed with a key that the parent does not name keeps what it has, and is told why', async () => {
    await publish(await sign(listLines(), 'another-key'));
    await forget();
    assert.equal((await verify()).verificationStatus, 'VERIFIED');
    const { zone, records, findings } = await diagnose();
    assert.equal(zone?.dnssec, 'bogus');
    assert.ok(records.every(({ status }) => status === 'unknown'));
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['dnssec_bogus'],
    );
  });

  function sign(records: readonly ZoneLine[], key = 'key'): Promise<SignedZone> {
    serial += 1;
    return signZone(join(folder, key), {
      name: 'example.com',
      serial,
      nameservers: SERVERS.map(({ host }) => host),
      records: [
        ...SERVERS.map(({ host, address }): ZoneLine => ({ name: host, type: 'A', value: address })),
        ...records,
      ],
    });
  }

  function listLines(): ZoneLine[] {
    const { ownership, dkim, mailFrom, dmarc } = domain.dnsRecords;
    return [ownership, dkim, ...mailFrom, dmarc];
  }

  async function publish(zone: SignedZone): Promise<void> {
    await Promise.all([knot.publish(zone), nsd.publish(zone)]);
  }

  /** A resolver that remembers nothing; and time enough that neither do we. */
  async function forget(): Promise<void> {
    await resolver.stop();
    await resolver.start();
    service.clock.advance(10 * 60_000);
  }

  async function verify(): Promise<VerificationObject> {
    const { status, text, json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    assert.equal(status, 200, text);
    return json.data;
  }

  async function diagnose(): Promise<DiagnosticsObject> {
    return (await service.send({ url: `/v1/domains/${domain.id}/diagnostics` })).json.data;
  }
});
