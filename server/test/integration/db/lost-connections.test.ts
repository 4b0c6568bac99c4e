import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { type Database, openDatabase } from '../../../src/db/client.ts';
import { sql } from '../../../src/db/drizzle.ts';
import { isDatabaseAway } from '../../../src/db/failures.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../../support/db/database-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../support/db/databases.ts';
import { explainMissingPostgres, startReplicatedServers } from '../../support/db/replicated-servers.ts';
import { waitUntil } from '../../support/service-process.ts';

const CONNECTIONS = 4;
/** Longer than anything here takes, but for what hangs. */
const ANSWER_MS = 1_500;
const CLIENT = new URL('../../../src/db/client.ts', import.meta.url).href;

let database: TestDatabase;
let proxy: DatabaseProxy;
let observer: pg.Client;

before(async () => {
  database = await createTestDatabase(import.meta.url);
  proxy = await startDatabaseProxy();
  observer = new pg.Client({ connectionString: database.url, application_name: 'observer' });
  await observer.connect();
  await observer.query('create table written (by_whom int)');
});
after(async () => {
  await observer.end();
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  await observer.query('truncate written');
});

const open = (url: string): Database => openDatabase({ url }, () => undefined, CONNECTIONS, { answerMs: ANSWER_MS });

async function countAtServer(): Promise<number> {
  const { rows } = await observer.query<{ count: number }>(
    "select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'autosend'",
  );
  return rows[0]?.count ?? 0;
}

/** As a commit whose standby is lost: the server is at work on it, whatever becomes of the client. */
const write = (db: Database, hangs: boolean) =>
  db.execute(sql`insert into written select 1 from pg_sleep(${hangs ? 14 : 0})`);

test('writes that the server never answers keep their connections, so that it never has more, and reads are answered', async () => {
  const db = open(database.url);
  try {
    await db.open();
    for (let round = 0; round < 2; round += 1) {
      const writes = Array.from({ length: 2 * CONNECTIONS }, () => write(db, true));
      for (const { status, reason } of (await Promise.allSettled(writes)) as PromiseRejectedResult[]) {
        assert.equal(status, 'rejected');
        assert.ok(isDatabaseAway(reason), String(reason));
      }
      assert.ok((await countAtServer()) <= CONNECTIONS);
      await db.ping();
    }
    assert.equal(db.pool().total, CONNECTIONS);

    await observer.query("select pg_cancel_backend(pid) from pg_stat_activity where query like 'insert into written%'");
    await waitUntil(() =>
      write(db, false).then(
        () => true,
        () => false,
      ),
    );
    assert.ok((await countAtServer()) <= CONNECTIONS);
  } finally {
    await db.close();
  }
});

test('while the synchronous standby is lost, PostgreSQL has as many connections as ever, and reads are answered', {
  skip: explainMissingPostgres(),
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-standby-'));
  // As root the servers run as another user, who has to pass through.
  await chmod(folder, 0o711);
  const servers = await startReplicatedServers(folder);
  t.after(async () => {
    await servers.close();
    await rm(folder, { recursive: true });
  });
  const primary = servers.primary();
  await primary.query('create table written (by_whom int)');
  const db = open(servers.url);
  try {
    await db.open();
    await servers.standby().signalAll('SIGKILL');
    for (let round = 0; round < 2; round += 1) {
      const writes = Array.from({ length: 2 * CONNECTIONS }, () => write(db, false));
      for (const each of await Promise.allSettled(writes)) assert.equal(each.status, 'rejected');
      await db.ping();
    }
    const [found] = await primary.query<{ all: number; waiting: number }>(
      `select count(*)::int as all, count(*) filter (where wait_event = 'SyncRep')::int as waiting
       from pg_stat_activity where application_name = 'autosend'`,
    );
    assert.ok(found && found.waiting > 0 && found.all <= CONNECTIONS, JSON.stringify(found));
  } finally {
    await db.close();
  }
});

test('a connection that the network has forgotten costs one statement, and not one for each of the others', async () => {
  const db = open(proxy.route(database.url));
  try {
    await db.open();
    proxy.forget();
    await assert.rejects(db.ping(), isDatabaseAway);
    await db.ping();
  } finally {
    await db.close();
  }
});

test('a thread ends once its database is closed, also where the network has forgotten the connections', async () => {
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { openDatabase } from ${JSON.stringify(CLIENT)};
    const db = openDatabase({ url: workerData }, () => undefined, ${CONNECTIONS});
    await db.open();
    parentPort.postMessage('open');
    parentPort.once('message', () => db.close());`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: proxy.route(database.url),
  });
  await once(worker, 'message');
  proxy.forget();
  worker.postMessage('close');
  const ended = await Promise.race([once(worker, 'exit').then(() => true), delay(20_000, false, { ref: false })]);
  await worker.terminate();
  assert.ok(ended, 'it is still there after 20 s');
});
