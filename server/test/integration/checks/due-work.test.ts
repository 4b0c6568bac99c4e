import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FIRST_CHECK_MS } from '../../../src/core/lifecycle/schedule.ts';
import { giveBackClaim } from '../../../src/db/queries/due-domains.ts';
import { type DueWork, startDueWork } from '../../../src/jobs/checks.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import type { Context } from '../../../src/services/context.ts';
import { type ClaimedDomain, claimDueDomains } from '../../../src/services/node/claims.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

const IDLE_MS = 500;
const LEASE_MS = 30_000;

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  // Answers that a test holds back are waited for, however busy the machine is.
  service = await createTestApp(import.meta.url, { dns, dnsTimes: { tryMs: 7_000 } });
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

/** How often the first name server was asked for a domain's ownership record: once for each check. */
function countChecks(name: string): number {
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

const isAhead = async (id: string): Promise<boolean> =>
  ((await readRow(id))?.next_check_at?.getTime() ?? 0) > service.clock.now().getTime();

test('records that are published after verify was called are found by the next check, without another call', async () => {
  const domain = await addPending('later.example.com');
  await withLoops(1, async () => {
    await service.clock.untilAsleep(IDLE_MS);
    assert.equal(countChecks('later.example.com'), 0, 'not due yet');
    publishDomain(dns, domain);
    service.clock.advance(5_000);
    await untilVerified(domain.id);
    assert.equal(countChecks('later.example.com'), 1);
  });
  const row = await readRow(domain.id);
  assert.equal(row?.next_check_at?.getTime(), service.clock.now().getTime() + 6 * 3_600_000);
  assert.equal(row?.lease_owner, null);
});

test('a domain that was just added is checked a second later, and told what its records would collide with', async () => {
  const domain = await service.addDomain('added.example.com');
  publishDomain(dns, domain, [{ name: 'asend.added.example.com', type: 'CNAME', value: 'www.added.example.com' }]);
  const diagnose = async () => (await service.send({ url: `/v1/domains/${domain.id}/diagnostics` })).json.data;
  dns.questions.length = 0;
  service.clock.advance(FIRST_CHECK_MS);
  const at = service.clock.now();
  await withLoops(1, () => waitUntil(async () => (await diagnose()).checkedAt !== null));
  assert.equal(countChecks('added.example.com'), 1);
  const { data } = (await service.send({ url: `/v1/domains/${domain.id}` })).json;
  assert.deepEqual(data, { ...domain, lastCheckedAt: at.toISOString() }, 'pending, and nobody asked for verification');
  const { checkedAt, nextCheckAt, deadlineAt, records } = await diagnose();
  assert.deepEqual([checkedAt, deadlineAt], [at.toISOString(), undefined]);
  assert.equal(nextCheckAt, new Date(at.getTime() + 10_000).toISOString());
  const [, , mx] = records;
  assert.deepEqual(
    mx.findings.map((finding: { code: string }) => finding.code),
    ['conflict_before_publishing'],
  );
  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
});

test('nobody has to press anything: records that are right make a domain VERIFIED, whenever they appear', async () => {
  const domain = await service.addDomain('ready.example.com');
  publishDomain(dns, domain, []);
  service.clock.advance(FIRST_CHECK_MS);
  await withLoops(1, async () => {
    await waitUntil(async () => countChecks('ready.example.com') === 1);
    await waitUntil(async () => (await readRow(domain.id))?.lease_owner === null);
    publishDomain(dns, domain);
    service.clock.advance(10_000);
    await untilVerified(domain.id);
  });
  const { data } = (await service.send({ url: `/v1/domains/${domain.id}` })).json;
  assert.deepEqual([data.verificationInProgress, data.ownershipVerified, data.dmarcEnabled], [false, true, true]);
});

test('a domain that nobody ever asked to verify is still looked for after weeks, and never FAILED', async () => {
  const domain = await service.addDomain('weeks.example.com');
  publishDomain(dns, domain, []);
  for (const [days, wait] of [
    [1, 600],
    [2.9, 600],
    [3, 3_600],
    [13.9, 3_600],
    [15, 86_400],
    [400, 86_400],
  ] as const) {
    const createdAt = Date.parse(domain.createdAt);
    service.clock.advance(Math.max(0, createdAt + days * 86_400_000 - service.clock.now().getTime()));
    await service.query('UPDATE domains SET attempts = 50, next_check_at = $2 WHERE id = $1', [
      domain.id,
      service.clock.now(),
    ]);
    await withLoops(1, () => waitUntil(() => isAhead(domain.id)));
    const row = await readRow(domain.id);
    assert.equal(
      (row?.next_check_at?.getTime() ?? 0) - service.clock.now().getTime(),
      wait * 1000,
      `after ${days} days`,
    );
    assert.equal(await statusOf(domain.id), 'PENDING_CONFIGURATION');
  }
  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
});

test('a domain that an older version left out of the schedule is taken into it', async () => {
  const domain = await service.addDomain('left-out.example.com');
  await service.query('UPDATE domains SET next_check_at = NULL WHERE id = $1', [domain.id]);
  await withLoops(1, () => waitUntil(async () => (await readRow(domain.id))?.next_check_at !== null));
  const wait = ((await readRow(domain.id))?.next_check_at?.getTime() ?? 0) - service.clock.now().getTime();
  assert.ok(wait >= 0 && wait <= 3_600_000, `in ${wait} ms`);
  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
});

test('verify in the middle of the first check takes its outcome, and nothing of what was only true before', async () => {
  const domain = await service.addDomain('overtaken.example.com');
  publishDomain(dns, domain);
  let release: (value?: unknown) => void = () => undefined;
  const hold = new Promise((resolve) => {
    release = resolve;
  });
  const free = dns.fault({ name: domain.dnsRecords.dmarc.name }, { hold });
  service.clock.advance(FIRST_CHECK_MS);
  await withLoops(1, async () => {
    await waitUntil(async () => countChecks('overtaken.example.com') > 0);
    const verifying = service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    await waitUntil(
      async () =>
        (
          await service.query("SELECT 1 FROM domains WHERE id = $1 AND state->>'verifyRequestedAt' IS NOT NULL", [
            domain.id,
          ])
        ).length > 0,
    );
    free();
    release();
    let isAnswered = false;
    void verifying.finally(() => {
      isAnswered = true;
    });
    await waitUntil(async () => {
      service.clock.advance(100);
      return isAnswered;
    });
    await untilVerified(domain.id);
  });
  const { json } = await service.send({ url: `/v1/domains/${domain.id}/diagnostics` });
  for (const { status, findings } of json.data.records) assert.deepEqual([status, findings], ['verified', []]);
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
    assert.equal(countChecks('dead.example.com'), 0);
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

/** A node whose process stands still for `ms` after it has read the time for its claims so often. */
function pauseAfter(readings: number, ms: number): Context {
  let left = readings;
  const monotonicMs = () => {
    left -= 1;
    return performance.now() - (left >= 0 ? ms : 0);
  };
  const clock = { ...service.clock, monotonicMs };
  return { ...service.ctx, clock, realClock: clock };
}

/** A node stops this much before its claims end: clocks of others may be ahead. */
const CLOCK_SKEW_MS = 2_000;

for (const [where, readings] of [
  ['while it claims', 1],
  ['between its last comparison of times and its first question', 2],
] as const)
  test(`a process that is paused ${where} until its claim has run out asks nothing and stores nothing`, async () => {
    const domain = await addPending(`paused${readings}.example.com`);
    publishDomain(dns, domain);
    service.clock.advance(5_000);
    const paused = pauseAfter(readings, LEASE_MS - CLOCK_SKEW_MS);
    const [claimed, ...others] = await claimDueDomains(paused, 'paused', 8);
    assert.ok(claimed);
    assert.equal(claimed.domain.id, domain.id);
    assert.deepEqual(others, []);
    const before = await readRow(domain.id);
    await runCheck(paused, claimed);
    assert.deepEqual(dns.questions, []);
    assert.deepEqual(await readRow(domain.id), before);
    assert.equal(await statusOf(domain.id), 'PENDING_CONFIGURATION');
    await service.query('UPDATE domains SET next_check_at = NULL WHERE id = $1', [domain.id]);
  });

test('a check that its claim ends upon stops asking and stores nothing, and the next claim finds the records', async () => {
  const domain = await addPending('outlived.example.com');
  publishDomain(dns, domain);
  const release = Promise.withResolvers<void>();
  dns.fault({}, { hold: release.promise });
  service.clock.advance(5_000);
  const paused = pauseAfter(1, LEASE_MS - CLOCK_SKEW_MS - 400);
  const [claimed] = await claimDueDomains(paused, 'paused', 8);
  assert.ok(claimed);
  const before = await readRow(domain.id);
  await runCheck(paused, claimed);
  // What was sent before the end may still have to be read.
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  const asked = dns.questions.length;
  release.resolve();
  dns.clearFaults();
  assert.deepEqual(await readRow(domain.id), before);
  await withLoops(1, async () => {
    await service.clock.untilAsleep(IDLE_MS);
    assert.equal(dns.questions.length, asked, 'nothing was asked after the claim had ended');
    service.clock.advance(LEASE_MS + IDLE_MS);
    await untilVerified(domain.id);
  });
});

test('many loops on one database check each due domain once', async () => {
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
    names.map((name) => countChecks(name)),
    names.map(() => 1),
  );
});

test('verify waits for the check that a worker is making, and does not make a second one', async () => {
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
    assert.equal(countChecks('joined.example.com'), 1);
  });
});

for (const [what, end] of [
  // What a node does that stops before it came to the check.
  ['is given up', (claimed: ClaimedDomain) => giveBackClaim(service.ctx.db, claimed.domain.id, claimed.claim)],
  [
    'gets no answer',
    async (claimed: ClaimedDomain) => {
      const silence = [dns.resolver.address, '127.0.0.11', '127.0.0.12'];
      for (const address of silence) dns.fault({ address, within: claimed.domain.name }, 'servfail');
      await runCheck(service.ctx, claimed);
      dns.clearFaults();
    },
  ],
] as const)
  test(`where the check that verify waits for ${what}, verify makes one of its own`, async () => {
    await service.query('DELETE FROM domains');
    const domain = await addPending('waited.example.com');
    publishDomain(dns, domain);
    await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    service.clock.advance(6 * 3_600_000);
    const [claimed] = await claimDueDomains(service.ctx, 'another node', 1);
    assert.ok(claimed);
    const verifying = service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    await service.clock.untilAsleep(100);
    publishDomain(dns, domain, []);
    await end(claimed);
    dns.questions.length = 0;
    service.clock.advance(100);
    assert.equal((await verifying).status, 200);
    assert.equal(countChecks('waited.example.com'), 1);
  });

test('a loop that is stopped finishes its check and holds nothing afterwards', async () => {
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

test('what a loop had claimed when it was stopped, but not begun, is given back', async () => {
  const domain = await addPending('unbegun.example.com');
  service.clock.advance(5_000);
  // The first claim is on its way to the database by now.
  await startDueWork(service.ctx, 8).stop();
  assert.deepEqual(dns.questions, []);
  const row = await readRow(domain.id);
  assert.deepEqual([row?.lease_owner, row?.next_check_at], [null, service.clock.now()]);
  await service.query('UPDATE domains SET next_check_at = NULL WHERE id = $1', [domain.id]);
});

test('a check that a stop cuts short gives its own claim back, and no other of its owner', async () => {
  await addPending('cut.example.com');
  await addPending('kept.example.com');
  service.clock.advance(5_000);
  const [cut, kept] = await claimDueDomains(service.ctx, 'one-owner', 2);
  assert.ok(cut && kept);
  await runCheck({ ...service.ctx, stopping: AbortSignal.abort() }, cut);
  const holders = [await readRow(cut.domain.id), await readRow(kept.domain.id)].map((row) => row?.lease_owner);
  assert.deepEqual(holders, [null, 'one-owner']);
  await service.query('DELETE FROM domains');
});

test('the longest due come first, and a busy loop claims again when a quarter of its places is free', async () => {
  const names = Array.from({ length: 10 }, (_, n) => `batch${n}.example.com`);
  const holds = new Map<string, PromiseWithResolvers<void>>();
  for (const [index, name] of names.entries()) {
    const domain = await addPending(name);
    publishDomain(dns, domain);
    await service.query('UPDATE domains SET next_check_at = $2 WHERE id = $1', [
      domain.id,
      new Date(service.clock.now().getTime() + 5_000 - index),
    ]);
    const hold = Promise.withResolvers<void>();
    holds.set(name, hold);
    dns.fault({ name: `_dmarc.${name}` }, { hold: hold.promise });
  }
  dns.questions.length = 0;
  service.clock.advance(5_000);
  const begun = () => names.filter((name) => dns.questions.some((q) => q.name === `_dmarc.${name}`));
  const end = async (name: string) => {
    holds.get(name)?.resolve();
    await waitUntil(async () => {
      const [row] = await service.query<{ status: string }>('SELECT status FROM domains WHERE name = $1', [name]);
      return row?.status === 'VERIFIED';
    });
  };
  await withLoops(1, async () => {
    await waitUntil(async () => begun().length === 8);
    assert.deepEqual(begun(), names.slice(2));
    await end('batch9.example.com');
    const held = await service.query("SELECT 1 FROM domains WHERE name LIKE 'batch%' AND lease_owner IS NOT NULL");
    assert.equal(held.length, 7, 'one free place is no reason to claim');
    await end('batch8.example.com');
    await waitUntil(async () => begun().length === 10);
    for (const name of names) await end(name);
  });
});

test('a domain that is deleted while a worker checks it is gone, and the loop goes on', async () => {
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

test('what is not published in 72 hours is FAILED, is checked daily, and comes back by itself', async () => {
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
