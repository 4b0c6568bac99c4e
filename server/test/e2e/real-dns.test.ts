import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Evidence, RecordEvidence } from '../../src/core/findings/evidence.ts';
import type { RecordKind } from '../../src/core/records/record.ts';
import { type DueWork, startDueWork } from '../../src/jobs/checks.ts';
import type { DomainObject, VerificationObject } from '../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  listZoneLines,
  POLICY_NAME,
  type RealDnsNetwork,
  startRealDnsNetwork,
} from '../support/dns/real-dns-network.ts';
import { askTxt } from '../support/dns/real-name-servers.ts';
import { waitUntil } from '../support/service-process.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long the background loop sleeps when nothing is due. */
const IDLE_MS = 500;
const VERIFY_WAIT_MS = 2_500;

const NOTHING_FOUND = { ownershipVerified: false, dkimEnabled: false, mailFromEnabled: false, dmarcEnabled: false };
const ALL_FOUND = { ownershipVerified: true, dkimEnabled: true, mailFromEnabled: true, dmarcEnabled: true };
const PENDING = { verificationStatus: 'PENDING_CONFIGURATION', ...NOTHING_FOUND };
const VERIFIED = { verificationStatus: 'VERIFIED', ...ALL_FOUND };

describe('verification on NSD, Knot and Unbound', { skip: explainMissing(['nsd', 'knotd', 'unbound']) }, () => {
  let dns: RealDnsNetwork;
  let service: TestApp;
  let work: DueWork;
  const cleanUp: (() => Promise<unknown>)[] = [];
  const added: DomainObject[] = [];

  before(async () => {
    dns = await startRealDnsNetwork();
    cleanUp.push(dns.close);
    service = await createTestApp(import.meta.url, {
      variables: { DNS_SERVERS: `${dns.resolver.address}:${dns.port}`, DNS_AUTHORITATIVE_PORT: String(dns.port) },
      // The servers are on this machine; those that are stopped need not be waited for as if they were far away.
      dnsTimes: { tryMs: 400 },
      keys: 'fresh',
    });
    cleanUp.push(service.close);
    work = startDueWork(service.ctx, 4);
    cleanUp.push(work.stop);
  });

  afterEach(async () => {
    for (const { id } of added.splice(0)) await service.send({ method: 'DELETE', url: `/v1/domains/${id}` });
    await dns.publish(dns.servers, []);
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  test('records published a moment ago are found by a verify that was called too early before, while the resolver still says no', async () => {
    const domain = await addDomain();
    const { ownership } = domain.dnsRecords;
    await assert.rejects(askTxt(dns.resolver, ownership.name), { code: 'ENOTFOUND' });
    const early = await verify(domain);
    assert.deepEqual(pickOutcome(early), { domain: 'example.com', verificationInProgress: true, ...PENDING });

    await dns.publish(dns.servers, listZoneLines(domain));
    assert.deepEqual(pickOutcome(await verify(domain)), {
      domain: 'example.com',
      verificationInProgress: false,
      ...VERIFIED,
    });
    assert.equal((await getDomain(domain)).verifiedAt, service.clock.now().toISOString());
    const { answers } = await readEvidence(domain, 'ownership');
    assert.deepEqual(answers.map(({ address, via, outcome }) => `${via} ${address} ${outcome}`).sort(), [
      `authoritative ${dns.nsd.address} found`,
      `authoritative ${dns.knot.address} found`,
    ]);
    await assert.rejects(askTxt(dns.resolver, ownership.name), { code: 'ENOTFOUND' });
  });

  test('a DKIM key in several chunks is found in a delegated zone, a DMARC policy behind a CNAME into another', async () => {
    const domain = await addVerifiedDomain();
    const { dkim } = domain.dnsRecords;
    const [chunks] = await askTxt(dns.keys, dkim.name);
    assert.ok(chunks && chunks.length > 1, 'the value was not cut');
    assert.equal(chunks.join(''), dkim.value);

    const key = await readEvidence(domain, 'dkim');
    assert.equal(key.status, 'verified');
    assert.equal(key.zone, '_domainkey.example.com');
    assert.equal(key.host, 'autosend');
    assert.deepEqual(listAddresses(key), [dns.keys.address]);

    const policy = await readEvidence(domain, 'dmarc');
    assert.equal(policy.status, 'verified');
    assert.deepEqual(policy.aliases, [POLICY_NAME]);
    assert.deepEqual(listAddresses(policy), [dns.other.address]);
  });

  test('a verified domain whose ownership record goes away is still verified after one miss, at risk after an hour of misses, and comes back by itself', async () => {
    const domain = await addVerifiedDomain();
    const { ownership } = domain.dnsRecords;
    const lines = listZoneLines(domain);
    await dns.publish(
      [dns.nsd, dns.knot],
      lines.filter(({ name }) => name !== ownership.name),
    );

    await passTime(domain, 7 * HOUR_MS);
    assert.equal((await readEvidence(domain, 'ownership')).status, 'missing');
    assert.deepEqual(await readStatus(domain), VERIFIED);
    assert.deepEqual(pickStatus(await verify(domain)), VERIFIED);

    for (let checks = 0; checks < 3; checks += 1) await passTime(domain, 25 * MINUTE_MS);
    const atRisk = { ...VERIFIED, verificationStatus: 'TEMPORARY_FAILURE', ownershipVerified: false };
    assert.deepEqual(await readStatus(domain), atRisk);

    await dns.publish([dns.nsd, dns.knot], lines);
    await passTime(domain, 25 * MINUTE_MS);
    assert.deepEqual(await readStatus(domain), VERIFIED);
  });

  for (const [behind, ahead] of [
    ['nsd', 'knot'],
    ['knot', 'nsd'],
  ] as const) {
    test(`where only ${ahead} has the records nothing in its zone rises, and where only ${behind} loses them nothing falls`, async () => {
      const domain = await addDomain();
      const lines = listZoneLines(domain);
      await dns.publish([dns[ahead], dns.keys, dns.other], lines);
      const waiting = await verify(domain);
      // The key is in a zone of its own, which one server holds.
      const keyOnly = { ...PENDING, dkimEnabled: true };
      assert.deepEqual(pickOutcome(waiting), { domain: 'example.com', verificationInProgress: true, ...keyOnly });
      const seen = await readEvidence(domain, 'ownership');
      assert.equal(seen.status, 'unknown');
      assert.ok(seen.findings.some(({ code }) => code === 'nameservers_disagree'));

      await dns.publish([dns[behind]], lines);
      assert.deepEqual(pickStatus(await verify(domain)), VERIFIED);

      await dns.publish([dns[behind]], []);
      for (const ms of [7 * HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS]) await passTime(domain, ms);
      assert.equal((await readEvidence(domain, 'ownership')).status, 'unknown');
      assert.deepEqual(await readStatus(domain), VERIFIED);
    });
  }

  test('servers that are away lower nothing, verify does not wait for them, and all is found when they are back', async () => {
    const domain = await addVerifiedDomain();
    for (const server of dns.servers) await server.stop();
    // The resolver must not answer from memory either.
    await dns.resolver.stop();
    await dns.resolver.start();

    const answer = verify(domain);
    await service.clock.untilAsleep(VERIFY_WAIT_MS);
    service.clock.advance(VERIFY_WAIT_MS);
    assert.deepEqual(pickOutcome(await answer), { domain: 'example.com', verificationInProgress: true, ...VERIFIED });
    await waitUntil(async () => !(await getDomain(domain)).verificationInProgress);

    for (let checks = 0; checks < 3; checks += 1) await passTime(domain, HOUR_MS);
    assert.equal((await readEvidence(domain, 'ownership')).status, 'unknown');
    assert.deepEqual(await readStatus(domain), VERIFIED);

    for (const server of dns.servers) await server.start();
    // Unbound spares servers that did not answer, and asks them again in its own time.
    await waitUntil(async () => {
      assert.deepEqual(pickStatus(await verify(domain)), VERIFIED);
      return (await readEvidence(domain, 'ownership')).status === 'verified';
    });
  });

  async function addDomain(): Promise<DomainObject> {
    const domain: DomainObject = await service.addDomain('example.com');
    added.push(domain);
    assert.deepEqual(pickStatus(domain), PENDING);
    return domain;
  }

  async function addVerifiedDomain(): Promise<DomainObject> {
    const domain = await addDomain();
    await dns.publish(dns.servers, listZoneLines(domain));
    assert.deepEqual(pickStatus(await verify(domain)), VERIFIED);
    return domain;
  }

  async function verify({ id }: DomainObject): Promise<VerificationObject> {
    const { status, text, json } = await service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
    assert.equal(status, 200, text);
    return json.data;
  }

  async function getDomain({ id }: DomainObject): Promise<DomainObject> {
    return (await service.send({ url: `/v1/domains/${id}` })).json.data;
  }

  async function readStatus(domain: DomainObject) {
    return pickStatus(await getDomain(domain));
  }

  async function readEvidence({ id }: DomainObject, record: RecordKind): Promise<RecordEvidence> {
    const [row] = await service.query<{ evidence: Evidence }>('SELECT evidence FROM checks WHERE domain_id = $1', [id]);
    const found = row?.evidence.records.find((each) => each.record === record);
    assert.ok(found, `no evidence of ${record}`);
    return found;
  }

  /** Lets time pass, and waits for the check in the background that comes due in it. */
  async function passTime(domain: DomainObject, ms: number): Promise<void> {
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(ms);
    const now = service.clock.now().toISOString();
    await waitUntil(
      async () => (await getDomain(domain)).lastCheckedAt === now,
      () => 'No check was made in the background.',
    );
  }
});

function listAddresses({ answers }: RecordEvidence): string[] {
  return answers.map(({ address }) => address);
}

function pickOutcome({ domain, ...rest }: VerificationObject) {
  assert.deepEqual(pickStatus(domain), pickStatus({ domain, ...rest }));
  return { ...rest, domain: domain.domainName };
}

function pickStatus(from: DomainObject | VerificationObject) {
  const { verificationStatus, ownershipVerified, dkimEnabled, mailFromEnabled, dmarcEnabled } = from;
  return { verificationStatus, ownershipVerified, dkimEnabled, mailFromEnabled, dmarcEnabled };
}
