import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
beforeEach(() => dns.clearFaults());
after(async () => {
  await service.close();
  await dns.close();
});

const MINUTE_MS = 60_000;
const verify = (id: string) => service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
const get = async (id: string) => (await service.send({ url: `/v1/domains/${id}` })).json.data;

/** Adds a domain, publishes everything and verifies it. */
async function addVerified(name: string) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain);
  const { json } = await verify(domain.id);
  assert.equal(json.data.verificationStatus, 'VERIFIED', JSON.stringify(json));
  return domain;
}

/** How often each server was asked for a domain's ownership record. */
function countChecks(name: string): number[] {
  const asked = dns.questions.filter((q) => q.name === `_autosend-verify.${name}` && q.type === 'TXT');
  return ['127.0.0.11', '127.0.0.12'].map((address) => asked.filter((q) => q.address === address).length);
}

test('records published exactly as shown are found at once, and the domain is VERIFIED', async () => {
  const domain = await service.addDomain('right.example.com');
  publishDomain(dns, domain);
  service.clock.advance(5 * MINUTE_MS);
  const { json } = await verify(domain.id);
  assert.deepEqual(json.data, {
    domain: await get(domain.id),
    verificationInProgress: false,
    ownershipVerified: true,
    verificationStatus: 'VERIFIED',
    dkimEnabled: true,
    mailFromEnabled: true,
    dmarcEnabled: true,
  });
  const now = service.clock.now().toISOString();
  const after = await get(domain.id);
  assert.deepEqual(after, {
    ...domain,
    verificationStatus: 'VERIFIED',
    ownershipVerified: true,
    dkimEnabled: true,
    mailFromEnabled: true,
    dmarcEnabled: true,
    lastCheckedAt: now,
    verifiedAt: now,
  });
  const keys = Object.keys(after);
  assert.equal(keys.indexOf('verifiedAt'), keys.indexOf('lastCheckedAt') + 1);
});

test('each change is one row of the history, and a check that changes nothing is none', async () => {
  const { id } = await addVerified('history.example.com');
  await verify(id);
  await verify(id);
  const rows = await service.query<{ type: string }>('SELECT type FROM events WHERE domain_id = $1 ORDER BY id', [id]);
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['domain.created', ...Array<string>(4).fill('record.verified'), 'domain.verified'],
  );
});

test('records that are missing leave the domain pending, and the check goes on', async () => {
  const domain = await service.addDomain('missing.example.com');
  publishDomain(dns, domain, []);
  const { json } = await verify(domain.id);
  assert.deepEqual(json.data, {
    domain: await get(domain.id),
    verificationInProgress: true,
    ownershipVerified: false,
    verificationStatus: 'PENDING_CONFIGURATION',
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
  });
  assert.equal((await get(domain.id)).verificationInProgress, true);
  const [row] = await service.query<{ at: Date }>('SELECT next_check_at AS at FROM domains WHERE id = $1', [domain.id]);
  assert.equal(row?.at.getTime(), service.clock.now().getTime() + 5_000);
});

test('ownership and DKIM are enough: MAIL FROM and DMARC are told apart and hold nothing back', async () => {
  const domain = await service.addDomain('half.example.com');
  publishDomain(dns, domain, listRecords(domain).slice(0, 2));
  const { data } = (await verify(domain.id)).json;
  assert.equal(data.verificationStatus, 'VERIFIED');
  assert.deepEqual(
    [data.ownershipVerified, data.dkimEnabled, data.mailFromEnabled, data.dmarcEnabled],
    [true, true, false, false],
  );
});

test('a record that one of the name servers does not have yet is not found yet', async () => {
  const domain = await service.addDomain('differ.example.com');
  publishDomain(dns, domain);
  dns.setRecords(domain.domainName, listRecords(domain).slice(1), '127.0.0.12');
  const { data } = (await verify(domain.id)).json;
  assert.deepEqual(
    [data.verificationStatus, data.ownershipVerified, data.dkimEnabled],
    ['PENDING_CONFIGURATION', false, true],
  );
});

test("another project's records do not verify this project's claim to the same name", async () => {
  const other = await service.createProject();
  const theirs = await service.addDomain('claimed.example.com', other.key);
  const mine = await service.addDomain('claimed.example.com');
  publishDomain(dns, theirs);
  const { data } = (await verify(mine.id)).json;
  assert.deepEqual(
    [data.verificationStatus, data.ownershipVerified, data.dkimEnabled],
    ['PENDING_CONFIGURATION', false, false],
  );
});

test('servers that fail never lower a verified domain, however often it is checked', async () => {
  const { id } = await addVerified('failing.example.com');
  const before = await get(id);
  for (const fault of ['servfail', 'refused', 'garbage', 'lame', 'formerr'] as const) {
    dns.clearFaults();
    dns.fault({}, fault);
    service.clock.advance(60 * MINUTE_MS);
    const { status, json } = await verify(id);
    assert.equal(status, 200);
    assert.equal(json.data.verificationStatus, 'VERIFIED', fault);
    const { lastCheckedAt: _now, ...now } = await get(id);
    const { lastCheckedAt: _then, ...then } = before;
    assert.deepEqual(now, then, fault);
  }
});

test('one miss lowers nothing; three over an hour do, and the domain comes back with its records', async () => {
  const domain = await addVerified('lapsed.example.com');
  publishDomain(dns, domain, []);
  const seen: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { data } = (await verify(domain.id)).json;
    seen.push(`${data.verificationStatus} ${data.ownershipVerified}`);
    service.clock.advance(31 * MINUTE_MS);
  }
  assert.deepEqual(seen, ['VERIFIED true', 'VERIFIED true', 'TEMPORARY_FAILURE false']);
  const { verifiedAt } = await get(domain.id);
  publishDomain(dns, domain);
  assert.equal((await verify(domain.id)).json.data.verificationStatus, 'VERIFIED');
  assert.equal((await get(domain.id)).verifiedAt, verifiedAt, 'verifiedAt is the first time');
});

test('two verify calls at once check once, and both answer with the outcome', async () => {
  const domain = await service.addDomain('twice.example.com');
  publishDomain(dns, domain);
  // A check is told from none by its time.
  service.clock.advance(1);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.twice.example.com' }, { hold: release.promise });
  const first = verify(domain.id);
  await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.twice.example.com'));
  const second = verify(domain.id);
  await service.clock.untilAsleep(100);
  release.resolve();
  const one = (await first).json.data;
  service.clock.advance(100);
  assert.equal(one.verificationStatus, 'VERIFIED');
  assert.deepEqual((await second).json.data, one);
  assert.deepEqual(countChecks('twice.example.com'), [1, 1]);
});

test('slow DNS: verify answers that it is in progress, and the outcome is stored when it comes', async () => {
  const domain = await service.addDomain('slow.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.slow.example.com' }, { hold: release.promise });
  const verifying = verify(domain.id);
  await service.clock.untilAsleep(2_500);
  await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.slow.example.com'));
  service.clock.advance(2_500);
  const { data } = (await verifying).json;
  assert.deepEqual([data.verificationStatus, data.verificationInProgress], ['PENDING_CONFIGURATION', true]);
  release.resolve();
  await service.ctx.background.drain();
  const stored = await get(domain.id);
  assert.deepEqual([stored.verificationStatus, stored.verificationInProgress], ['VERIFIED', false]);
});

test('a domain that is deleted while it is checked stays deleted, and nothing is logged as a fault', async () => {
  const domain = await service.addDomain('deleted.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.deleted.example.com' }, { hold: release.promise });
  const verifying = verify(domain.id);
  await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.deleted.example.com'));
  assert.equal((await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` })).status, 200);
  release.resolve();
  assert.equal((await verifying).status, 404);
  await service.ctx.background.drain();
  assert.deepEqual(await service.query('SELECT 1 FROM checks WHERE domain_id = $1', [domain.id]), []);
  assert.deepEqual(
    service.logLines.filter((line) => JSON.parse(line).level >= 40),
    [],
  );
});

test('a read asks no DNS and changes nothing', async () => {
  const domain = await service.addDomain('read.example.com');
  publishDomain(dns, domain);
  dns.questions.length = 0;
  service.clock.advance(MINUTE_MS);
  assert.deepEqual(await get(domain.id), domain);
  await service.send({ url: '/v1/domains' });
  assert.equal(dns.questions.length, 0);
});

test('silence never lowers a verified domain', async () => {
  const quick = { tryMs: 40, tcpMs: 40, caseGraceMs: 10, staggerMs: 10 };
  const { id } = await addVerified('silent.example.com');
  const beside = await createTestApp(import.meta.url, { beside: service, dns, dnsTimes: quick });
  try {
    dns.fault({}, 'silence');
    for (let n = 0; n < 4; n += 1) {
      service.clock.advance(60 * MINUTE_MS);
      const { json } = await beside.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key: service.key });
      const { data } = json;
      assert.deepEqual([data.verificationStatus, data.ownershipVerified, data.dmarcEnabled], ['VERIFIED', true, true]);
    }
  } finally {
    await beside.close();
  }
});
