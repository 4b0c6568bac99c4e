import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { PART_NAMES, type PartName } from '../../../src/core/test-mode/parts.ts';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { claimClock, releaseClock } from '../../../src/db/queries/test-projects.ts';
import { startTestWork } from '../../../src/jobs/checks.ts';
import { issueApiKey } from '../../../src/services/projects/api-keys.ts';
import { advanceClock } from '../../../src/services/test-clock/advance.ts';
import { claimDeliveries } from '../../../src/services/webhooks/deliver.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type Receiver, startReceiver } from '../../support/webhooks/receiver.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Fewer checks in three days than by default, so that these tests take seconds: the order of things is the same. */
const SCHEDULE = { steadySeconds: 6 * HOUR, missedSeconds: 2 * HOUR };

const folder = mkdtempSync(join(tmpdir(), 'autosend-test-clock-'));
let service: TestApp;
let other: TestApp;
let receiver: Receiver;

before(async () => {
  const file = join(folder, 'schedule.json');
  writeFileSync(file, JSON.stringify(SCHEDULE));
  // Receivers compare the time of a delivery with their own clock, so that the service has the real one.
  const options = { isRealTime: true, variables: { SCHEDULE_FILE: file, WEBHOOKS_ALLOW_PRIVATE: 'true' } };
  service = await createTestApp(import.meta.url, options);
  other = await createTestApp(import.meta.url, { ...options, beside: service });
  for (const { ctx } of [service, other])
    Object.assign(ctx.dns, {
      lookup: () => Promise.reject(new Error('A test project asked DNS.')),
      lookupAll: () => Promise.reject(new Error('A test project asked DNS.')),
      askServer: () => Promise.reject(new Error('A test project asked a name server.')),
    });
  receiver = await startReceiver();
});
after(async () => {
  await receiver.close();
  await other.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

/** A test project with a webhook, and what is done in it. */
async function createTestProject(node = service) {
  const { project, key } = await service.createProject({ isTest: true });
  const send = (method: 'GET' | 'POST', url: string, body?: unknown): Promise<TestReply> =>
    node.send({ method, url, key, ...(body !== undefined && { body }) });
  const path = `/${project.id}`;
  const { json } = await send('POST', '/v1/webhooks', { url: `${receiver.url}${path}`, events: ['*'] });
  const { secret } = json.data.webhook as { secret: string };
  return {
    project,
    key,
    send,
    async advance(seconds: number) {
      let left = seconds;
      const total = { checks: 0, deliveries: 0, events: 0, now: '' };
      while (left > 0) {
        const { status, text, json } = await send('POST', '/v1/test/advance', { seconds: left });
        assert.equal(status, 200, text);
        left = json.data.remainingSeconds;
        for (const name of ['checks', 'deliveries', 'events'] as const) total[name] += json.data[name];
        total.now = json.data.now;
      }
      return total;
    },
    async get(id: string) {
      return (await send('GET', `/v1/domains/${id}`)).json.data;
    },
    async events() {
      return (await send('GET', '/v1/events?limit=100')).json.data.events as {
        type: string;
        createdAt: string;
        data: { sequence: number };
      }[];
    },
    /** What came, each verified as a receiver does. */
    received: () =>
      receiver.received
        .filter((each) => each.path === path)
        .map(({ body, headers }) => {
          const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
          return new Webhook(secret).verify(body, plain) as { type: string; createdAt: string };
        }),
  };
}

const FOUND = ['record.verified', 'record.verified', 'record.verified', 'record.verified'];

/** What is done with each part, and what comes of it: seconds to go on, then the status. */
const PLAYS: Readonly<
  Record<
    PartName,
    {
      steps: readonly (readonly [seconds: number, status: string])[];
      events: readonly string[];
      /** What is found wrong in the end. */
      findings?: readonly string[];
    }
  >
> = {
  'verified.test': { steps: [[2, 'VERIFIED']], events: [...FOUND, 'domain.verified'] },
  'slow.test': {
    steps: [
      [20, 'PENDING_CONFIGURATION'],
      [MINUTE, 'VERIFIED'],
    ],
    events: [...FOUND, 'domain.verified'],
    findings: ['negative_cache'],
  },
  'missing-dkim.test': {
    steps: [
      [MINUTE, 'PENDING_CONFIGURATION'],
      [4 * DAY, 'FAILED'],
    ],
    events: ['record.verified', 'record.verified', 'record.verified', 'domain.failed'],
    findings: ['record_missing'],
  },
  'truncated-key.test': {
    steps: [
      [MINUTE, 'PENDING_CONFIGURATION'],
      [4 * DAY, 'FAILED'],
    ],
    events: ['record.verified', 'record.verified', 'record.verified', 'domain.failed'],
    findings: ['value_truncated'],
  },
  'doubled-name.test': {
    steps: [
      [MINUTE, 'PENDING_CONFIGURATION'],
      [4 * DAY, 'FAILED'],
    ],
    events: ['domain.failed'],
    findings: ['published_at_doubled_name'],
  },
  'two-spf.test': {
    steps: [[2, 'VERIFIED']],
    events: ['record.verified', 'record.verified', 'record.verified', 'domain.verified'],
    findings: ['spf_multiple'],
  },
  'disagree.test': {
    steps: [
      [2 * MINUTE, 'PENDING_CONFIGURATION'],
      [20 * MINUTE, 'VERIFIED'],
    ],
    events: [...FOUND, 'domain.verified'],
  },
  'servers-down.test': {
    steps: [
      [MINUTE, 'PENDING_CONFIGURATION'],
      [4 * DAY, 'PENDING_CONFIGURATION'],
    ],
    events: [],
    findings: ['no_nameserver_answered'],
  },
  'at-risk.test': {
    steps: [
      [2, 'VERIFIED'],
      [12 * HOUR, 'TEMPORARY_FAILURE'],
      [DAY, 'VERIFIED'],
    ],
    events: [
      ...[...FOUND, 'domain.verified'],
      ...['record.missing', 'domain.at_risk', 'record.verified', 'domain.restored'],
    ],
  },
  'lost.test': {
    steps: [
      [2, 'VERIFIED'],
      [12 * HOUR, 'TEMPORARY_FAILURE'],
      [4 * DAY, 'FAILED'],
    ],
    events: [...FOUND, 'domain.verified', 'record.missing', 'domain.at_risk', 'domain.failed'],
    findings: ['record_missing'],
  },
  'rotates.test': {
    steps: [
      [2, 'VERIFIED'],
      [31 * DAY, 'VERIFIED'],
      [8 * DAY, 'VERIFIED'],
    ],
    events: [
      ...[...FOUND, 'domain.verified'],
      ...['key.created', 'key.published', 'key.activated', 'key.retiring', 'key.retired'],
    ],
  },
};

for (const part of PART_NAMES)
  test(`${part} plays its part to the end, and a webhook is told of each step`, async () => {
    const { send, advance, get, events, received } = await createTestProject();
    const added = (await send('POST', '/v1/domains', { domain: `a1.${part}` })).json.data;
    await send('POST', `/v1/domains/${added.id}/verify`, {});
    let deliveries = 0;
    for (const [seconds, status] of PLAYS[part].steps) {
      deliveries += (await advance(seconds)).deliveries;
      assert.equal((await get(added.id)).verificationStatus, status, `after ${seconds} s`);
    }
    const told = await events();
    const types = told.map(({ type }) => type);
    assert.deepEqual(types, ['domain.created', ...PLAYS[part].events]);
    assert.deepEqual(
      told.map(({ data }) => data.sequence),
      told.map((_, index) => index + 1),
    );
    const times = told.map(({ createdAt }) => createdAt);
    assert.deepEqual(times, [...times].sort());
    // Four at once: the order in which they come is not promised.
    assert.deepEqual(received().map(toTypeAndTime).sort(), told.map(toTypeAndTime).sort());
    assert.equal(deliveries, types.length);
    const { data } = (await send('GET', `/v1/domains/${added.id}/diagnostics?refresh=true`)).json;
    const found: { code: string }[] = [...data.findings, ...data.records.flatMap((each: Found) => each.findings)];
    assert.deepEqual([...new Set(found.map(({ code }) => code))].sort(), PLAYS[part].findings ?? []);
  });

interface Found {
  readonly findings: readonly { readonly code: string }[];
}

const toTypeAndTime = ({ type, createdAt }: { type: string; createdAt: string }) => `${createdAt} ${type}`;

test('what happens on the way has the time at which it was due', async () => {
  const { send, advance, events } = await createTestProject();
  const { createdAt, id } = (await send('POST', '/v1/domains', { domain: 'slow.test' })).json.data;
  await send('POST', `/v1/domains/${id}/verify`, {});
  const { now } = await advance(DAY);
  const verified = (await events()).find(({ type }) => type === 'domain.verified');
  const seconds = (Date.parse(verified?.createdAt ?? '') - Date.parse(createdAt)) / 1000;
  assert.ok(seconds >= 30 && seconds < 120, `${seconds} s`);
  assert.ok(Date.parse(now) - Date.parse(createdAt) >= DAY * 1000);
});

test('each test project has a clock of its own, and any node shows the same', async () => {
  const [one, two] = [await createTestProject(), await createTestProject(other)];
  const before = Date.now();
  await one.advance(10 * DAY);
  const added = (await one.send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
  const url = `/v1/domains/${added.id}`;
  assert.ok(Date.parse(added.createdAt) >= before + 10 * DAY * 1000);
  assert.equal((await other.send({ url, key: one.key })).json.data.createdAt, added.createdAt);
  const elsewhere = (await two.send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
  assert.ok(Date.parse(elsewhere.createdAt) < before + DAY * 1000);
  const verified = await other.send({ method: 'POST', url: `${url}/verify`, key: one.key, body: {} });
  assert.ok(verified.json.data.domain.verifiedAt >= added.createdAt, verified.text);
});

test('two nodes that move one clock at once take turns: it moves by both, and nothing is done twice', async () => {
  const { key, send, events } = await createTestProject();
  const { createdAt } = (await send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
  const advances = await Promise.all(
    [service, other, service, other].map((node) =>
      node.send({ method: 'POST', url: '/v1/test/advance', key, body: { seconds: HOUR } }),
    ),
  );
  for (const { status, text } of advances) assert.equal(status, 200, text);
  const latest = Math.max(...advances.map(({ json }) => Date.parse(json.data.now)));
  assert.ok(latest - Date.parse(createdAt) >= 4 * HOUR * 1000);
  assert.deepEqual(
    (await events()).map(({ type }) => type),
    ['domain.created', ...FOUND, 'domain.verified'],
  );
});

test('what a node that died had begun is done when its claim has run out in real time, once', async () => {
  const { project, send, advance, events, get } = await createTestProject();
  const { id } = (await send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
  await service.query("UPDATE domains SET lease_owner = 'dead', lease_until = now() + interval '2 s' WHERE id = $1", [
    id,
  ]);
  await service.query(
    "UPDATE projects SET clock_lease_owner = 'dead', clock_lease_until = now() + interval '1 s' WHERE id = $1",
    [project.id],
  );
  const began = performance.now();
  await advance(DAY);
  assert.ok(performance.now() - began > 1_500, 'a claim ended with the clock of the project');
  assert.equal((await get(id)).verificationStatus, 'VERIFIED');
  assert.equal((await events()).filter(({ type }) => type === 'domain.verified').length, 1);
});

test('a project whose clock is ahead goes on by that clock, without another call', async () => {
  const { send, advance, get } = await createTestProject();
  await advance(30 * DAY);
  const { id } = (await send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
  const work = startTestWork(other.ctx);
  try {
    await waitUntil(async () => (await get(id)).verificationStatus === 'VERIFIED');
  } finally {
    await work.stop();
  }
});

test('deliveries are tried again by the clock of the project, and say the real time to the receiver', async () => {
  let failures = 3;
  const failing = await startReceiver((_request, response) => {
    failures -= 1;
    response.statusCode = failures >= 0 ? 500 : 200;
    response.end();
  });
  try {
    const { send, advance } = await createTestProject();
    const { json } = await send('POST', '/v1/webhooks', { url: failing.url, events: ['domain.created'] });
    const { id, secret } = json.data.webhook;
    const { createdAt } = (await send('POST', '/v1/domains', { domain: 'verified.test' })).json.data;
    await advance(10 * MINUTE);
    assert.equal(failing.received.length, 3);
    await advance(HOUR);
    assert.equal(failing.received.length, 4);
    for (const { body, headers } of failing.received) {
      const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      new Webhook(secret).verify(body, plain);
    }
    const [log] = (await send('GET', `/v1/webhooks/${id}/logs`)).json.data.logs;
    const minutes = (Date.parse(log.deliveredAt) - Date.parse(createdAt)) / 60_000;
    // 5 s, 5 min and 30 min after each other, give or take a tenth.
    assert.ok(log.attempts === 4 && minutes > 31 && minutes < 40, JSON.stringify(log));
  } finally {
    await failing.close();
  }
});

test('while the clock is moved each delivery waits for its turn, by project and by receiver, and no worker sends any meanwhile', async () => {
  const { project, send } = await createTestProject();
  const failing = await startReceiver((_request, response) => {
    response.statusCode = 500;
    response.end();
  });
  try {
    await send('POST', '/v1/webhooks', { url: failing.url, events: ['domain.created'] });
    await send('POST', '/v1/domains', { domain: 'verified.test' });
    const lease = { owner: 'clock-test', until: new Date(service.ctx.realClock.now().getTime() + 60_000) };
    assert.notEqual(await claimClock(service.ctx.db, project.id, lease, service.ctx.realClock.now()), null);
    const claim = () => claimDeliveries(other.ctx, 'sound', 'a worker', 100);
    const ours = (await claim()).filter(({ delivery }) => delivery.webhook.projectId === project.id);
    assert.deepEqual(ours, []);
    await releaseClock(service.ctx.db, project.id, lease.owner);

    const asked: string[] = [];
    const allowed: string[] = [];
    const mayAsk = (what: string) => {
      asked.push(what);
      if (asked.length % 3 !== 0) return false;
      allowed.push(what);
      return true;
    };
    const { deliveries } = await advanceClock({ ...service.ctx, hurriedHosts: { mayAsk } }, project, 2 * HOUR);
    assert.ok(deliveries > 4, `${deliveries} deliveries`);
    const byProject = allowed.filter((what) => what === `project ${project.id}`);
    const byReceiver = allowed.filter((what) => what === new URL(failing.url).host);
    assert.deepEqual([byProject.length, allowed.length], [deliveries, 2 * deliveries]);
    assert.ok(byReceiver.length >= 4);
  } finally {
    await failing.close();
  }
});

test('moving the clock costs one request for each five deliveries, too', async () => {
  const limited = await createTestApp(import.meta.url, {
    isRealTime: true,
    beside: service,
    variables: { WEBHOOKS_ALLOW_PRIVATE: 'true', RATE_LIMIT_PER_SECOND: '1' },
  });
  try {
    const { key } = await service.createProject({ isTest: true });
    const body = { url: `${receiver.url}/charged`, events: ['*'] };
    for (let n = 0; n < 5; n += 1) await service.send({ method: 'POST', url: '/v1/webhooks', key, body });
    for (let n = 0; n < 5; n += 1)
      await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: `a${n}.verified.test` } });
    const moved = await limited.send({ method: 'POST', url: '/v1/test/advance', key, body: { seconds: MINUTE } });
    assert.ok(moved.json.data.deliveries >= 25, moved.text);
    const owing = await limited.send({ url: '/v1/regions', key });
    assert.equal(owing.status, 429, 'two a burst, and more than five for the deliveries');
  } finally {
    await limited.close();
  }
});

test('the clock of a real project cannot be moved, nor by a key that only reads or is for some domains', async () => {
  const body = { seconds: 60 };
  const move = (key: ApiKey) => service.send({ method: 'POST', url: '/v1/test/advance', key, body });
  const { status, json } = await move(service.key);
  assert.deepEqual([status, json.error.code], [403, 'NOT_A_TEST_PROJECT']);
  const { project } = await createTestProject();
  const { key: reading } = await service.createKey(project, { permission: 'read_only' });
  assert.equal((await move(reading)).json.error.code, 'FORBIDDEN');
  const limits = { name: 'limited', permission: 'full_access', domains: ['verified.test'] } as const;
  const limited = await issueApiKey(service.ctx, service.ctx.db, { projectId: project.id, ...limits });
  assert.equal((await move(limited.key)).json.error.code, 'FORBIDDEN');
});

for (const body of [
  {},
  { seconds: 0 },
  { seconds: -5 },
  { seconds: 1.5 },
  { seconds: '60' },
  { seconds: 31 * DAY + 1 },
])
  test(`refused: ${JSON.stringify(body)}`, async () => {
    const { send } = await createTestProject();
    const { status, json } = await send('POST', '/v1/test/advance', body);
    assert.equal(status, 400);
    assert.equal(json.error.details[0].field, 'seconds');
  });

test('a clock goes at most ten years ahead', async () => {
  const { project, send } = await createTestProject();
  await service.query('UPDATE projects SET clock_offset_ms = 3652 * 86400000::bigint WHERE id = $1', [project.id]);
  const { status, json } = await send('POST', '/v1/test/advance', { seconds: 2 * DAY });
  assert.deepEqual([status, json.error.details[0].field], [400, 'seconds']);
});
