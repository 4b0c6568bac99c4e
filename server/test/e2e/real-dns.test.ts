import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Evidence, RecordEvidence } from '../../src/core/evidence.ts';
import type { RecordKind } from '../../src/core/judgement.ts';
import { type DueWork, startDueWork } from '../../src/jobs/due-work.ts';
import type { DomainObject, VerificationObject } from '../../src/services/domain-object.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  askTxt,
  findSharedPort,
  type RealNameServer,
  type RealServer,
  startNameServer,
  startResolver,
} from '../support/real-name-servers.ts';
import { waitUntil } from '../support/service-process.ts';
import type { ZoneLine, ZoneText } from '../support/zone-text.ts';

//                                          ┌─ NSD   .31  ns1.example.com ─┐ two implementations
//   service ── Unbound .30 ── stub zones ──┼─ Knot  .32  ns2.example.com ─┘ of one zone
//                                          ├─ Knot  .33  _domainkey.example.com, delegated
//                                          └─ NSD   .34  verify.example.net, where _dmarc.example.com is a CNAME to
const ADDRESSES = {
  resolver: '127.0.0.30',
  nsd: '127.0.0.31',
  knot: '127.0.0.32',
  keys: '127.0.0.33',
  other: '127.0.0.34',
};
const POLICY_NAME = 'example-com.verify.example.net';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long the background loop sleeps when nothing is due. */
const IDLE_MS = 500;
const VERIFY_WAIT_MS = 2_500;

const NOTHING_FOUND = { ownershipVerified: false, dkimEnabled: false, mailFromEnabled: false, dmarcEnabled: false };
const ALL_FOUND = { ownershipVerified: true, dkimEnabled: true, mailFromEnabled: true, dmarcEnabled: true };

describe('verification on NSD, Knot and Unbound', { skip: explainMissing(['nsd', 'knotd', 'unbound']) }, () => {
  let folder: string;
  let nsd: RealNameServer;
  let knot: RealNameServer;
  let keys: RealNameServer;
  let other: RealNameServer;
  let resolver: RealServer;
  let service: TestApp;
  let work: DueWork;
  let serial = 1;
  const cleanUp: (() => Promise<unknown>)[] = [];
  const domains: DomainObject[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-real-dns-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const port = await findSharedPort(Object.values(ADDRESSES));
    const start = async (software: 'nsd' | 'knot', name: 'nsd' | 'knot' | 'keys' | 'other', zones: ZoneText[]) => {
      const server = await startNameServer({
        software,
        folder: join(folder, name),
        address: ADDRESSES[name],
        port,
        zones,
      });
      cleanUp.push(() => server.stop());
      return server;
    };
    nsd = await start('nsd', 'nsd', [mainZone([])]);
    knot = await start('knot', 'knot', [mainZone([])]);
    keys = await start('knot', 'keys', [keysZone([])]);
    other = await start('nsd', 'other', [otherZone([])]);
    resolver = await startResolver({
      folder: join(folder, 'unbound'),
      address: ADDRESSES.resolver,
      port,
      stubs: [
        { zone: 'example.com', servers: [nsd, knot] },
        { zone: '_domainkey.example.com', servers: [keys] },
        { zone: 'verify.example.net', servers: [other] },
      ],
    });
    cleanUp.push(() => resolver.stop());
    service = await createTestApp(import.meta.url, {
      variables: { DNS_SERVERS: `${resolver.address}:${port}`, DNS_AUTHORITATIVE_PORT: String(port) },
      dnsTimes: { tryMs: 500 },
    });
    cleanUp.push(() => service.close());
    work = startDueWork(service.ctx, 4);
    cleanUp.push(() => work.stop());
  });

  afterEach(async () => {
    for (const { id } of domains.splice(0)) await service.send({ method: 'DELETE', url: `/v1/domains/${id}` });
    await publish([nsd, knot, keys, other], []);
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  test('records published a moment ago verify a domain that was asked about too early, though the resolver still says no', async () => {
    const domain = await addDomain();
    const { ownership } = domain.dnsRecords;
    await assert.rejects(askTxt(resolver, ownership.name), { code: 'ENOTFOUND' });
    const early = await verify(domain);
    assert.deepEqual(early, {
      domain: 'example.com',
      verificationInProgress: true,
      ownershipVerified: false,
      verificationStatus: 'PENDING_CONFIGURATION',
      dkimEnabled: false,
      mailFromEnabled: false,
      dmarcEnabled: false,
    });

    await publish([nsd, knot, keys, other], recordsOf(domain));
    assert.deepEqual(await verify(domain), {
      ...early,
      ...ALL_FOUND,
      verificationStatus: 'VERIFIED',
      verificationInProgress: false,
    });
    assert.equal((await get(domain)).verifiedAt, service.clock.now().toISOString());
    const { answers } = await readEvidence(domain, 'ownership');
    assert.deepEqual(answers.map(({ address, via, outcome }) => `${via} ${address} ${outcome}`).sort(), [
      `authoritative ${nsd.address} found`,
      `authoritative ${knot.address} found`,
    ]);
    await assert.rejects(askTxt(resolver, ownership.name), { code: 'ENOTFOUND' });
  });

  test('a DKIM key in several chunks is found in a delegated zone, a DMARC policy behind a CNAME into another', async () => {
    const domain = await addVerifiedDomain();
    const { dkim } = domain.dnsRecords;
    const [chunks] = await askTxt(keys, dkim.name);
    assert.ok(chunks && chunks.length > 1, 'the value was not cut');
    assert.equal(chunks.join(''), dkim.value);

    const key = await readEvidence(domain, 'dkim');
    assert.equal(key.status, 'verified');
    assert.deepEqual(key.zone, { name: '_domainkey.example.com', nameservers: ['ns3.example.com'] });
    assert.deepEqual(
      key.answers.map(({ address }) => address),
      [keys.address],
    );

    const policy = await readEvidence(domain, 'dmarc');
    assert.equal(policy.status, 'verified');
    assert.deepEqual(policy.aliases, [POLICY_NAME]);
    assert.deepEqual(policy.zone, { name: 'verify.example.net', nameservers: ['ns1.verify.example.net'] });
    assert.ok(policy.answers.every(({ address, outcome }) => address === other.address && outcome === 'found'));
  });

  test('a verified domain whose ownership record goes away is still verified after one miss, falls after an hour of them, and comes back', async () => {
    const domain = await addVerifiedDomain();
    const { ownership } = domain.dnsRecords;
    const withoutOwnership = recordsOf(domain).filter(({ name }) => name !== ownership.name);
    await publish([nsd, knot], withoutOwnership);

    await passTime(domain, 7 * HOUR_MS);
    assert.equal((await readEvidence(domain, 'ownership')).status, 'missing');
    assert.deepEqual(await readStatus(domain), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
    const verified = await verify(domain);
    assert.equal(verified.verificationStatus, 'VERIFIED');
    assert.equal(verified.ownershipVerified, true);

    for (let looks = 0; looks < 3; looks += 1) await passTime(domain, 25 * MINUTE_MS);
    assert.deepEqual(await readStatus(domain), {
      verificationStatus: 'TEMPORARY_FAILURE',
      ...ALL_FOUND,
      ownershipVerified: false,
    });

    await publish([nsd, knot], recordsOf(domain));
    await passTime(domain, 25 * MINUTE_MS);
    assert.deepEqual(await readStatus(domain), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
  });

  for (const [lagging, name] of [
    [() => nsd, 'NSD'],
    [() => knot, 'Knot'],
  ] as const) {
    test(`where ${name} does not have the records that the other server has, nothing rises; where it has lost them, nothing falls`, async () => {
      const domain = await addDomain();
      const upToDate = lagging() === nsd ? knot : nsd;
      await publish([upToDate, keys, other], recordsOf(domain));
      const waiting = await verify(domain);
      assert.equal(waiting.verificationStatus, 'PENDING_CONFIGURATION');
      assert.equal(waiting.ownershipVerified, false);
      assert.equal(waiting.verificationInProgress, true);
      const seen = await readEvidence(domain, 'ownership');
      assert.equal(seen.status, 'unknown');
      assert.ok(seen.observations.some(({ code }) => code === 'nameservers_disagree'));

      await publish([lagging()], recordsOf(domain));
      assert.equal((await verify(domain)).verificationStatus, 'VERIFIED');

      await publish([lagging()], []);
      for (const ms of [7 * HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS]) await passTime(domain, ms);
      assert.equal((await readEvidence(domain, 'ownership')).status, 'unknown');
      assert.deepEqual(await readStatus(domain), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
    });
  }

  test('servers that are away lower nothing, and verify does not wait for them', async () => {
    const domain = await addVerifiedDomain();
    const servers = [nsd, knot, keys, other];
    for (const server of servers) await server.stop();
    // The resolver must not answer from memory either.
    await resolver.stop();
    await resolver.start();

    const answer = service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    await service.clock.untilAsleep(VERIFY_WAIT_MS);
    service.clock.advance(VERIFY_WAIT_MS);
    const { status, json } = await answer;
    assert.equal(status, 200);
    assert.deepEqual(pickStatus(json.data), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
    assert.equal(json.data.verificationInProgress, true);
    await waitUntil(async () => !(await get(domain)).verificationInProgress);

    for (let looks = 0; looks < 3; looks += 1) await passTime(domain, HOUR_MS);
    assert.equal((await readEvidence(domain, 'ownership')).status, 'unknown');
    assert.deepEqual(await readStatus(domain), { verificationStatus: 'VERIFIED', ...ALL_FOUND });

    for (const server of servers) await server.start();
    // Unbound goes easy on servers that were away, and finds them again in its own time.
    await waitUntil(async () => {
      assert.deepEqual(pickStatus(await verify(domain)), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
      return (await readEvidence(domain, 'ownership')).status === 'verified';
    });
  });

  async function addDomain(): Promise<DomainObject> {
    const domain: DomainObject = await service.addDomain('example.com');
    domains.push(domain);
    assert.deepEqual(pickStatus(domain), { verificationStatus: 'PENDING_CONFIGURATION', ...NOTHING_FOUND });
    return domain;
  }

  async function addVerifiedDomain(): Promise<DomainObject> {
    const domain = await addDomain();
    await publish([nsd, knot, keys, other], recordsOf(domain));
    assert.deepEqual(pickStatus(await verify(domain)), { verificationStatus: 'VERIFIED', ...ALL_FOUND });
    return domain;
  }

  async function verify({ id }: DomainObject): Promise<VerificationObject> {
    const { status, text, json } = await service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
    assert.equal(status, 200, text);
    return json.data;
  }

  async function get({ id }: DomainObject): Promise<DomainObject> {
    return (await service.send({ url: `/v1/domains/${id}` })).json.data;
  }

  async function readStatus(domain: DomainObject) {
    return pickStatus(await get(domain));
  }

  async function readEvidence({ id }: DomainObject, record: RecordKind): Promise<RecordEvidence> {
    const [row] = await service.query<{ evidence: Evidence }>('SELECT evidence FROM checks WHERE domain_id = $1', [id]);
    const found = row?.evidence.records.find((each) => each.record === record);
    assert.ok(found, `no evidence of ${record}`);
    return found;
  }

  /** Lets time pass, and waits for the look that comes due in it. */
  async function passTime(domain: DomainObject, ms: number): Promise<void> {
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(ms);
    const now = service.clock.now().toISOString();
    await waitUntil(
      async () => (await get(domain)).lastCheckedAt === now,
      () => 'No look was made in the background.',
    );
  }

  /** Puts records into the zones that hold their names, on these servers only. */
  async function publish(servers: readonly RealNameServer[], records: readonly ZoneLine[]): Promise<void> {
    serial += 1;
    const zones = new Map([
      [nsd, mainZone],
      [knot, mainZone],
      [keys, keysZone],
      [other, otherZone],
    ]);
    await Promise.all(servers.map((server) => server.publish((zones.get(server) ?? mainZone)(records))));
  }

  function mainZone(records: readonly ZoneLine[]): ZoneText {
    return {
      name: 'example.com',
      serial,
      nameservers: ['ns1.example.com', 'ns2.example.com'],
      records: [
        { name: 'ns1.example.com', type: 'A', value: ADDRESSES.nsd },
        { name: 'ns2.example.com', type: 'A', value: ADDRESSES.knot },
        { name: 'ns3.example.com', type: 'A', value: ADDRESSES.keys },
        { name: '_domainkey.example.com', type: 'NS', value: 'ns3.example.com' },
        ...records.filter(({ name }) => name.endsWith('example.com') && !isDkim(name)),
      ],
    };
  }

  function keysZone(records: readonly ZoneLine[]): ZoneText {
    const own = records.filter(({ name }) => isDkim(name));
    return { name: '_domainkey.example.com', serial, nameservers: ['ns3.example.com'], records: own };
  }

  function otherZone(records: readonly ZoneLine[]): ZoneText {
    return {
      name: 'verify.example.net',
      serial,
      nameservers: ['ns1.verify.example.net'],
      records: [
        { name: 'ns1.verify.example.net', type: 'A', value: ADDRESSES.other },
        ...records.filter(({ name }) => name === POLICY_NAME),
      ],
    };
  }
});

/** What the customer publishes: the records as shown, but the DMARC policy in another zone with a CNAME to it. */
function recordsOf({ dnsRecords }: DomainObject): ZoneLine[] {
  const { ownership, dkim, mailFrom, dmarc } = dnsRecords;
  return [
    ownership,
    dkim,
    ...mailFrom,
    { name: dmarc.name, type: 'CNAME', value: POLICY_NAME },
    { name: POLICY_NAME, type: 'TXT', value: dmarc.value },
  ];
}

function isDkim(name: string): boolean {
  return name.endsWith('._domainkey.example.com');
}

function pickStatus(from: DomainObject | VerificationObject) {
  const { verificationStatus, ownershipVerified, dkimEnabled, mailFromEnabled, dmarcEnabled } = from;
  return { verificationStatus, ownershipVerified, dkimEnabled, mailFromEnabled, dmarcEnabled };
}
