import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectId } from '../../src/core/ids.ts';
import { findDomain } from '../../src/db/queries/domains.ts';
import { startWebhookWork } from '../../src/jobs/webhooks.ts';
import { createDomain } from '../../src/services/domains/domains.ts';
import { noteEvents } from '../../src/services/events/note-events.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../support/app.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { isFullRun, readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import {
  copyProject,
  findFreePort,
  isReady,
  launchService,
  type ServiceProcess,
  startService,
  waitUntil,
} from '../support/service-process.ts';
import { type Answering, type Receiver, startReceiver } from '../support/webhooks/receiver.ts';

/** Changes under which a node is killed; ten times as many events go to many receivers at once. */
const CHANGES = readTimes(20);
const KILLS = Math.min(20, Math.max(2, Math.floor(CHANGES / 50)));
const PROJECTS = isFullRun() ? 100 : 10;
/** More than a claim lasts, and than the specification has for it. */
const PATIENCE_MS = 60_000;

const random = createSeededRandom();
const running = new Set<ServiceProcess>();
const receivers: Receiver[] = [];
let folder: string;
let service: TestApp;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-webhooks-'));
  service = await createTestApp(import.meta.url, {
    isRealTime: true,
    variables: { WEBHOOKS_ALLOW_PRIVATE: 'true', LOG_LEVEL: 'error' },
  });
});
after(async () => {
  for (const node of running) node.signalGroup('SIGKILL');
  await Promise.all([...running].map((node) => node.ended()));
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await service.close();
  await rm(folder, { recursive: true });
});

async function listen(answer?: Answering): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

async function addWebhook(url: string, key = service.key): Promise<void> {
  const body = { url, events: ['*'] };
  assert.equal((await service.send({ method: 'POST', url: '/v1/webhooks', body, key })).status, 201);
}

async function describeNode() {
  return {
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: service.databaseUrl,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      AUTOSEND_WEBHOOKS_ALLOW_PRIVATE: 'true',
      AUTOSEND_KEY_POOL_SIZE: '8',
      AUTOSEND_LOG_LEVEL: 'error',
    },
  };
}

test('each event of changes under which a node is killed arrives, and none of what was rolled back', async (t) => {
  await copyProject(join(folder, 'project'));
  const receiver = await listen();
  await addWebhook(receiver.url);
  let node = await startService(await describeNode());
  running.add(node);
  const acknowledged = new Set<string>();
  const dropped = new Set<string>();
  let sent = 0;

  const change = async (): Promise<void> => {
    sent += 1;
    const name = `c${sent}.kill.example.com`;
    if (sent % 5 === 0) {
      // Stored whole, and rolled back at the end of its transaction.
      const undo = createDomain(service.ctx, service.project, { domain: `x${name}` }, async () => {
        throw new Error('undone');
      });
      await undo.catch(() => dropped.add(`x${name}`));
    }
    const answer = await fetch(`${node.url}/v1/domains`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ domain: name }),
    }).catch(() => null);
    if (answer?.status === 201) acknowledged.add(name);
    // Nobody is there: what counts is what was acknowledged.
    if (answer === null) await delay(50);
    await answer?.arrayBuffer().catch(() => undefined);
  };

  for (let kill = 0; kill <= KILLS; kill += 1) {
    const until = Math.ceil(((kill + 1) * CHANGES) / (KILLS + 1));
    const clients = Array.from({ length: 4 }, async () => {
      while (acknowledged.size < until) await change();
    });
    if (kill < KILLS) {
      await delay(50 + random.below(600));
      node.signalGroup('SIGKILL');
      await node.ended();
      running.delete(node);
      node = launchService(await describeNode());
      running.add(node);
      await waitUntil(() => isReady(node), node.output);
    }
    await Promise.all(clients);
  }

  const due = async () => {
    const [row] = await service.query<{ count: string }>(
      'SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL',
    );
    return Number(row?.count);
  };
  await waitUntil(async () => (await due()) === 0, node.output, 2 * PATIENCE_MS);
  node.signalGroup('SIGTERM');
  await node.ended();
  running.delete(node);

  const stored = new Map(
    (await service.query<{ id: string; body: string }>("SELECT 'evt_' || event_id AS id, body FROM event_feed")).map(
      ({ id, body }) => [id, body],
    ),
  );
  const arrived = new Map(receiver.received.map(({ headers, body }) => [String(headers['webhook-id']), body]));
  const told = new Set([...arrived.values()].map((body) => JSON.parse(body).data.domain.domainName));
  const wrong = [
    ...[...acknowledged].filter((name) => !told.has(name)).map((name) => `${name} was acknowledged and never told`),
    ...[...dropped].filter((name) => told.has(name)).map((name) => `${name} was rolled back and told`),
    ...[...stored.keys()].filter((id) => !arrived.has(id)).map((id) => `${id} is stored and never arrived`),
    ...[...arrived]
      .filter(([id, body]) => stored.get(id) !== body)
      .map(([id]) => `${id} arrived and is not what is stored`),
  ];
  tellDone(t, acknowledged.size, `changes, ${KILLS} × kill -9 of the node that sends`);
  tellWrong(t, wrong);
  t.diagnostic(`${receiver.received.length} deliveries of ${stored.size} events`);
  assert.deepEqual(wrong, []);
  assert.ok(dropped.size > 0 && acknowledged.size > 0);
});

const silent: Answering = () => undefined;
const slow: Answering = (_request, response) => void setTimeout(() => response.end(), 2_000);
const redirecting: Answering = (_request, response) => void response.writeHead(307, { location: '/again' }).end();
const gone: Answering = (_request, response) => void response.writeHead(410).end();
const huge: Answering = (_request, response) => {
  response.writeHead(500);
  const more = (): void => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

test('many events at once to many receivers, some of them dead, arrive at the living ones within a minute', async (t) => {
  const perProject = isFullRun() ? Math.ceil((10 * CHANGES) / PROJECTS) : 6;
  const living = await listen();
  const bad = await Promise.all([silent, slow, redirecting, gone, huge].map((answer) => listen(answer)));
  const targets: { projectId: ProjectId; domainId: string }[] = [];
  for (let n = 0; n < PROJECTS; n += 1) {
    const { project, key } = await service.createProject();
    const { id: domainId } = await service.addDomain(`p${n}.many.example.com`, key);
    // The first five stand in front of all others in every order.
    const url = bad[n]?.url ?? `${living.url}/${n}`;
    await addWebhook(url, key);
    targets.push({ projectId: project.id, domainId });
  }
  for (const { projectId, domainId } of targets) {
    const domain = await findDomain(service.ctx.db, projectId, domainId);
    assert.ok(domain);
    const event = { type: 'domain.updated', data: { previous: { dkimRotationDays: 1 } } } as const;
    const now = service.ctx.clock.now();
    await noteEvents(service.ctx, service.ctx.db, domain, now, Array(perProject).fill(event));
  }
  const expected = (PROJECTS - bad.length) * perProject;
  const beganAt = performance.now();
  const worker = startWebhookWork(service.ctx);
  try {
    await waitUntil(
      async () => living.received.length >= expected,
      () => `${living.received.length} of ${expected} arrived`,
      PATIENCE_MS,
    );
  } finally {
    await worker.stop();
  }
  const seconds = (performance.now() - beganAt) / 1000;
  const ids = new Set(living.received.map(({ headers }) => headers['webhook-id']));
  tellDone(
    t,
    PROJECTS * perProject,
    `events to ${PROJECTS} receivers, ${bad.length} of them silent, slow, redirecting, gone and endless`,
  );
  tellWrong(t, ids.size === expected ? [] : [`${expected - ids.size} events never arrived`]);
  t.diagnostic(`the living ones had ${expected} events after ${seconds.toFixed(1)} s`);
  assert.equal(ids.size, expected);
  assert.ok(bad.every((receiver) => receiver.mostAtOnce() <= 4));
});
