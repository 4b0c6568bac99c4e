import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type DueWork, startDueWork } from '../../src/jobs/due-work.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { waitUntil } from '../support/clock.ts';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { publishDomain } from '../support/publish.ts';

const IDLE_MS = 500;
const LEASE_MS = 30_000;

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
beforeEach(() => {
  dns.clearFaults();
  dns.questions.length = 0;
});
after(async () => {
  await service.close();
  await dns.close();
});

async function withLoops(count: number, work: (loops: readonly DueWork[]) => Promise<void>): Promise<void> {
  const loops = Array.from({ length: count }, () => startDueWork(service.ctx, 8));
  try {
    await work(loops);
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
}

const statusOf = async (id: string) => (await service.send({ url: `/v1/domains/${id}` })).json.data.verificationStatus;
const untilVerified = (id: string) => waitUntil(async () => (await statusOf(id)) === 'VERIFIED');

/** How often the first name server was asked for a domain's ownership record: once for each look. */
function countLooks(name: string): number {
  return dns.questions.filter(
    (q) => q.name === `_autosend-verify.${name}` && q.type === 'TXT' && q.address === '127.0.0.11',
  ).length;
}

async function addPending(name: string) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain, []);
  const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  assert.equal(json.data.verificationInProgress, true);
  dns.questions.length = 0;
  return domain;
}

interface Row {
  lease_owner: string | null;
  lease_until: Date | null;
  next_check_at: Date | null;
}
const readRow = async (id: string): Promise<Row | undefined> =>
  (await service.query<Row>('SELECT lease_owner, lease_until, next_check_at FROM domains WHERE id = $1', [id]))[0];

test('records that are published after verify was called are found by the next look, without another call', async () => {
  const domain = await addPending('later.example.com');
  await withLoops(1, async () => {
    await service.clock.untilAsleep(IDLE_MS);
    assert.equal(countLooks('later.example.com'), 0, 'not due yet');
    publishDomain(dns, domain);
    service.clock.advance(5_000);
    await untilVerified(domain.id);
    assert.equal(countLooks('later.example.com'), 1);
  });
  const row = await readRow(domain.id);
  assert.equal(row?.next_check_at?.getTime(), service.clock.now().getTime() + 6 * 3_600_000);
  assert.equal(row?.lease_owner, null);
});

test('a domain that was just added is looked at once, for what is there already, and nothing of it changes', async () => {
  const domain = await service.addDomain('added.example.com');
  publishDomain(dns, domain, [{ name: 'asend.added.example.com', type: 'CNAME', value: 'www.added.example.com' }]);
  const get = async () => (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
  const diagnose = async () => (await service.send({ url: `/v1/domains/${domain.id}/diagnostics` })).json.data;
  dns.questions.length = 0;
  service.clock.advance(1_000);
  const at = service.clock.now().toISOString();
  await withLoops(1, async () => {
    await waitUntil(async () => (await diagnose()).checkedAt !== null);
    service.clock.advance(7 * 24 * 3_600_000);
    await service.clock.untilAsleep(IDLE_MS);
  });
  assert.equal(countLooks('added.example.com'), 1, 'not looked at again until verify is called');
  assert.deepEqual(await get(), domain, 'status, flags and lastCheckedAt stay as they were');
  const { checkedAt, nextCheckAt, deadlineAt, records } = await diagnose();
  assert.deepEqual([checkedAt, nextCheckAt, deadlineAt], [at, null, undefined]);
  const [, , mx] = records;
  assert.deepEqual(
    mx.findings.map((finding: { code: string }) => finding.code),
    ['conflict_before_publishing'],
  );
  const events = await service.query<{ type: string }>('SELECT type FROM events WHERE domain_id = $1', [domain.id]);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['domain.created'],
  );

  publishDomain(dns, domain);
  const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  assert.equal(json.data.verificationStatus, 'VERIFIED');
});

test('a domain that was added is seen as it was, however right its records are, until verify is called', async () => {
  const domain = await service.addDomain('ready.example.com');
  publishDomain(dns, domain);
  await withLoops(1, async () => {
    await waitUntil(async () => countLooks('ready.example.com') === 1);
  });
  const { data } = (await service.send({ url: `/v1/domains/${domain.id}` })).json;
  assert.deepEqual([data.verificationStatus, data.ownershipVerified], ['PENDING_CONFIGURATION', false]);
  const row = await readRow(domain.id);
  assert.deepEqual([row?.next_check_at, row?.lease_owner], [null, null]);
});

test("a dead worker's domain is left alone until its claim runs out, and taken then", async () => {
  const domain = await addPending('dead.example.com');
  publishDomain(dns, domain);
  const now = service.clock.now();
  await service.query("UPDATE domains SET lease_owner = 'dead', lease_until = $2, next_check_at = $3 WHERE id = $1", [
    domain.id,
    new Date(now.getTime() + LEASE_MS),
    now,
  ]);
  await withLoops(1, async () => {
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(LEASE_MS - 1);
    await service.clock.untilAsleep(IDLE_MS);
    assert.equal(countLooks('dead.example.com'), 0);
    service.clock.advance(IDLE_MS);
    await untilVerified(domain.id);
  });
});

test('a worker that lost its claim meanwhile stores nothing', async () => {
  const domain = await addPending('lost.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.lost.example.com' }, { hold: release.promise });
  service.clock.advance(5_000);
  await withLoops(1, async () => {
    await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.lost.example.com'));
    await service.query("UPDATE domains SET lease_owner = 'another' WHERE id = $1", [domain.id]);
    release.resolve();
  });
  assert.equal(await statusOf(domain.id), 'PENDING_CONFIGURATION');
  assert.equal((await readRow(domain.id))?.lease_owner, 'another');
  await service.query('UPDATE domains SET next_check_at = NULL WHERE id = $1', [domain.id]);
});

test('many loops on one database look at each due domain once', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `many${n}.example.com`);
  const ids: string[] = [];
  for (const name of names) {
    const domain = await addPending(name);
    publishDomain(dns, domain);
    ids.push(domain.id);
  }
  dns.questions.length = 0;
  service.clock.advance(5_000);
  await withLoops(4, async () => {
    for (const id of ids) await untilVerified(id);
  });
  assert.deepEqual(
    names.map((name) => countLooks(name)),
    names.map(() => 1),
  );
});

test('verify waits for the look that a worker is making, and does not make a second one', async () => {
  const domain = await addPending('joined.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.joined.example.com' }, { hold: release.promise });
  service.clock.advance(5_000);
  await withLoops(1, async () => {
    await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.joined.example.com'));
    const verifying = service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    await service.clock.untilAsleep(100);
    release.resolve();
    await untilVerified(domain.id);
    service.clock.advance(100);
    assert.equal((await verifying).json.data.verificationStatus, 'VERIFIED');
    assert.equal(countLooks('joined.example.com'), 1);
  });
});

test('a loop that is stopped finishes its look and holds nothing afterwards', async () => {
  const domain = await addPending('stopped.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.stopped.example.com' }, { hold: release.promise });
  service.clock.advance(5_000);
  const loop = startDueWork(service.ctx, 8);
  await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.stopped.example.com'));
  const stopped = loop.stop();
  release.resolve();
  await stopped;
  assert.equal(await statusOf(domain.id), 'VERIFIED');
  assert.equal((await readRow(domain.id))?.lease_owner, null);
});

test('a domain that is deleted while a worker looks at it is gone, and the loop goes on', async () => {
  const domain = await addPending('deleted.example.com');
  const next = await addPending('next.example.com');
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.deleted.example.com' }, { hold: release.promise });
  publishDomain(dns, domain);
  publishDomain(dns, next);
  service.clock.advance(5_000);
  await withLoops(1, async () => {
    await waitUntil(async () => dns.questions.some((q) => q.name === '_dmarc.deleted.example.com'));
    assert.equal((await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` })).status, 200);
    release.resolve();
    await untilVerified(next.id);
  });
  assert.deepEqual(
    service.logLines.filter((line) => JSON.parse(line).level >= 40),
    [],
  );
});

test('what is not published in 72 hours is FAILED, is looked at daily, and comes back by itself', async () => {
  const domain = await addPending('forgotten.example.com');
  await withLoops(1, async () => {
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(72 * 3_600_000);
    await waitUntil(async () => (await statusOf(domain.id)) === 'FAILED');
    const failed = (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
    assert.equal(failed.verificationInProgress, false);
    publishDomain(dns, domain);
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(24 * 3_600_000);
    await untilVerified(domain.id);
    const restored = (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
    assert.deepEqual(restored.dnsRecords, domain.dnsRecords, 'records never change between tries');
  });
});
