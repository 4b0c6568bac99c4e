import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { BARE_KEY, type BareService, launchBareService, startBareService } from '../support/bare-service.ts';
import { isFullRun, readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { waitUntil } from '../support/service-process.ts';
import { testUser, testUserEnvironment } from '../support/test-user.ts';

/** Nodes that only serve HTTP, with as few connections as are enough for that. */
const NODES = readTimes(3);
const CONNECTIONS = 4;
/** Requests at once to each node: more than it has connections. */
const AT_ONCE = 12;
const ROUNDS = 3;
/** A node that starts migrates on a connection of its own, before it opens those that it keeps. */
const OF_A_START = 1;
const PATIENCE_MS = 120_000;
const log = { info() {}, warn() {}, error() {} };

let folder: string;
let server: EmbeddedServer;
let observer: pg.Client;
let url: string;
const running = new Set<BareService>();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-connections-'));
  // As root the database runs as another user, who has to pass through.
  await chmod(folder, 0o711);
  server = await startEmbeddedServer({ dataDir: join(folder, 'data'), user: testUser, log, fsync: false });
  observer = await observe();
  // As an operator has it: whom limits hold for.
  await observer.query(`create role service login password 'service'`);
  await observer.query('create database service owner service');
  const others = await count('true');
  // The embedded server has a fixed `max_connections`: what is more than the formula says is kept for superusers.
  const { rows } = await observer.query<{ max_connections: string }>('show max_connections');
  const reserved = Number(rows[0]?.max_connections) - (others + NODES * CONNECTIONS + OF_A_START);
  assert.ok(reserved > 0, `there is no room for ${NODES} nodes`);
  await observer.query(`alter system set superuser_reserved_connections = ${reserved}`);
  await observer.end();
  await server.stop();
  server = await startEmbeddedServer({ dataDir: join(folder, 'data'), user: testUser, log, fsync: false });
  observer = await observe();
  const named = new URL(server.url);
  Object.assign(named, { username: 'service', password: 'service', pathname: '/service' });
  url = named.href;
});
after(async () => {
  for (const node of running) node.signal('SIGKILL');
  await Promise.all([...running].map((node) => node.ended()));
  await observer.end();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function observe(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url, application_name: 'autosend-test' });
  await client.connect();
  return client;
}

async function count(condition: string): Promise<number> {
  const { rows } = await observer.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity where backend_type = 'client backend' and ${condition}`,
  );
  return rows[0]?.count ?? 0;
}

const describeNode = () => ({
  databaseUrl: url,
  env: {
    AUTOSEND_DATABASE_CONNECTIONS: String(CONNECTIONS),
    AUTOSEND_WORKER_CONCURRENCY: '0',
    AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
    ...testUserEnvironment,
  },
});

function watch(node: BareService): BareService {
  running.add(node);
  void node.ended().then(() => running.delete(node));
  return node;
}

/** Asks a node for many things at once. One that is too busy on this machine says when to ask again, and is asked again. */
async function ask(node: BareService, round: number): Promise<void> {
  const asked = Array.from({ length: AT_ONCE }, async (_, n) => {
    const name = `c${round}-${n}-${node.port}.example.com`;
    const create = { method: 'POST', body: JSON.stringify({ domain: name }) };
    const isCreate = n === 0;
    const send = async () => {
      const reply = await fetch(`${node.url}/v1/domains`, {
        headers: { authorization: `Bearer ${BARE_KEY}`, 'content-type': 'application/json', 'idempotency-key': name },
        ...(isCreate && create),
      });
      await reply.arrayBuffer();
      return reply.status === (isCreate ? 201 : 200);
    };
    await waitUntil(send, node.output, PATIENCE_MS);
  });
  await Promise.all(asked);
}

test(`${NODES} nodes hold no more connections than the formula says, all of which serve, and one more says that there is no room`, async (t) => {
  for (let n = 0; n < NODES; n += 1) watch(await startBareService(describeNode()));
  const nodes = [...running];
  assert.equal(await count(`usename = 'service'`), NODES * CONNECTIONS);

  const tooMany = watch(launchBareService(describeNode()));
  let most = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(nodes.map((node) => ask(node, round)));
    most = Math.max(most, await count(`usename = 'service' and application_name = 'autosend'`));
  }
  assert.ok(most <= NODES * CONNECTIONS + OF_A_START, `${most} connections`);
  // It tries again for half a minute, which a full run waits for.
  await waitUntil(
    async () => tooMany.output().includes('PostgreSQL has no connection left for this node'),
    tooMany.output,
    PATIENCE_MS,
  );
  if (!isFullRun()) tooMany.signal('SIGTERM');
  const code = await tooMany.ended();
  if (isFullRun()) {
    assert.equal(code, 1);
    assert.match(
      tooMany.output(),
      /cannot start: PostgreSQL has no connection left for this node\. Raise its max_connec/,
    );
  }

  // The room that one node leaves is enough for another.
  const [first] = nodes;
  assert.ok(first);
  first.signal('SIGTERM');
  assert.equal(await first.ended(), 0);
  const next = watch(await startBareService(describeNode()));
  await ask(next, ROUNDS);
  // What PostgreSQL says where it has none left.
  const wrong = [...nodes, next].map((node) => node.output()).filter((text) => /connection slots|too many/i.test(text));
  tellDone(t, NODES, `nodes with ${CONNECTIONS} connections each on one database`);
  t.diagnostic(`${most} connections at most, of ${NODES * CONNECTIONS} by the formula`);
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});
