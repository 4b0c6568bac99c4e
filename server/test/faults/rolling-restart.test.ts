import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DomainObject } from '../../src/wire/domain.ts';
import { TEST_SECRET_KEY } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { copyProject, findFreePort, isReady, type ServiceProcess, startService } from '../support/service-process.ts';

const NODES = 3;
const CLIENTS = 6;
/** Requests a second and key, of those nodes that have a limit. */
const RATE = 5;
const FLOOD_SECONDS = 5;
const KEY = `as_${'k'.repeat(40)}`;
/** Some probes of the balancer, so that it has noticed before the node takes nothing more. */
const DRAIN_SECONDS = 2;
const PROBE_EVERY_MS = 200;

let folder: string;
let database: TestDatabase;
const nodes: ServiceProcess[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-rolling-'));
  database = await createTestDatabase(import.meta.url, { isEmpty: true });
  await copyProject(join(folder, 'project'));
  // All at once on an empty database: the migrations are run by one of them.
  nodes.push(...(await startNodes()));
});
after(async () => {
  for (const node of nodes) node.signalGroup('SIGKILL');
  await Promise.all(nodes.map((node) => node.ended()));
  await database.drop();
  await rm(folder, { recursive: true });
});

async function startNode(perSecond = 0): Promise<ServiceProcess> {
  return startService({
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: database.url,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_BOOTSTRAP_API_KEY: KEY,
      AUTOSEND_RATE_LIMIT_PER_SECOND: String(perSecond),
      AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
      AUTOSEND_DRAIN_SECONDS: String(DRAIN_SECONDS),
    },
  });
}

function startNodes(perSecond?: number): Promise<ServiceProcess[]> {
  return Promise.all(Array.from({ length: NODES }, () => startNode(perSecond)));
}

function call(node: ServiceProcess, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${node.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...init.headers },
  });
}

const readJson = async (reply: Response) => (await reply.json()) as { data: DomainObject };

test('three nodes that start at once on an empty database run each migration once', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    'SELECT hash, count(*)::int AS runs FROM autosend.__drizzle_migrations GROUP BY hash',
  );
  await client.end();
  assert.ok(rows.length >= 5);
  for (const { runs } of rows) assert.equal(runs, 1);
});

test('any node answers for what another one did, a repeated request among it', async () => {
  const [one, two, three] = nodes as [ServiceProcess, ServiceProcess, ServiceProcess];
  const create = (node: ServiceProcess) =>
    call(node, '/v1/domains', {
      method: 'POST',
      body: JSON.stringify({ domain: 'shared.example.com' }),
      headers: { 'idempotency-key': 'once' },
    });
  const made = await readJson(await create(one));
  const again = await create(two);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(await readJson(again), made);
  const read = await call(three, `/v1/domains/${made.data.id}`);
  assert.deepEqual((await readJson(read)).data, made.data);
  assert.equal((await call(two, `/v1/domains/${made.data.id}/verify`, { method: 'POST' })).status, 200);
  assert.equal((await readJson(await call(one, `/v1/domains/${made.data.id}`))).data.verificationInProgress, true);
});

test('three nodes hold one rate limit together', async (t) => {
  const limited = await startNodes(RATE);
  const statuses: number[] = [];
  const startedAt = performance.now();
  let seconds = 0;
  try {
    while (seconds < FLOOD_SECONDS) {
      const asked = limited.flatMap((node) => Array.from({ length: 4 }, () => call(node, '/v1/regions')));
      for (const reply of await Promise.all(asked)) {
        statuses.push(reply.status);
        await reply.arrayBuffer();
      }
      await delay(PROBE_EVERY_MS / 2);
      seconds = (performance.now() - startedAt) / 1000;
    }
  } finally {
    for (const node of limited) node.signalGroup('SIGTERM');
    await Promise.all(limited.map((node) => node.ended()));
  }
  const served = statuses.filter((status) => status === 200).length;
  t.diagnostic(`${served} of ${statuses.length} requests were served in ${seconds.toFixed(1)} s`);
  // Each may let its burst through before it hears of the others; by itself each would serve its whole rate.
  assert.ok(served <= RATE * seconds + NODES * 2 * RATE, `${served} were served`);
  assert.ok(served >= RATE * (seconds - 1), `${served} were served`);
  assert.ok(statuses.every((status) => status === 200 || status === 429));
});

test('a rolling restart of all nodes under load drops no request', async (t) => {
  const ready = new Set<ServiceProcess>(nodes);
  const stopping = new AbortController();
  const probing = (async () => {
    while (!stopping.signal.aborted) {
      await Promise.all(
        nodes.map(async (node) => {
          if (await isReady(node)) ready.add(node);
          else ready.delete(node);
        }),
      );
      await delay(PROBE_EVERY_MS);
    }
  })();
  let next = 0;
  const sent = { total: 0, failed: [] as string[] };
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let n = 0; !stopping.signal.aborted; n += 1) {
      const list = [...ready];
      const node = list[next % list.length];
      next += 1;
      if (!node) throw new Error('No node is ready.');
      sent.total += 1;
      const init =
        n % 5 === 0 ? { method: 'POST', body: JSON.stringify({ domain: `c${client}-${n}.example.com` }) } : {};
      try {
        const reply = await call(node, '/v1/domains', init);
        const text = await reply.text();
        if (reply.status >= 400) sent.failed.push(`${reply.status} ${text.slice(0, 100)}`);
      } catch (error) {
        sent.failed.push(error instanceof Error ? `${error.message}: ${String(error.cause)}` : 'failed');
      }
    }
  });
  for (const [index, node] of [...nodes].entries()) {
    node.signal('SIGTERM');
    assert.equal(await node.ended(), 0);
    ready.delete(node);
    const fresh = await startNode();
    nodes[index] = fresh;
    ready.add(fresh);
  }
  stopping.abort();
  await Promise.all([...clients, probing]);
  t.diagnostic(`${sent.total} requests while each of ${NODES} nodes was restarted`);
  assert.deepEqual(sent.failed, []);
  assert.ok(sent.total > 100);
});
