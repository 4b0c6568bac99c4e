import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { sql } from '../../src/db/drizzle.ts';
import { DatabaseUnavailable, isDatabaseAway } from '../../src/db/failures.ts';
import { countForWrites } from '../../src/db/pool/write-places.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../support/db/database-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

const TIMES = readTimes(150);
const SLOTS = 10;
const WRITERS = countForWrites(SLOTS);
/** More than there are connections, so that some always wait for one. */
const CALLERS = 16;
const MAX_PAUSE_MS = 6;

const random = createSeededRandom();
let database: TestDatabase;
let killer: pg.Client;
before(async () => {
  database = await createTestDatabase(import.meta.url);
  killer = new pg.Client({ connectionString: database.url, application_name: 'killer' });
  await killer.connect();
});
after(async () => {
  await killer.end();
  await database.drop();
});

const open = (url = database.url): Database => openDatabase({ url }, () => undefined, SLOTS);

/** Ends the connection of the pool that the seed picks; false where there is none at the moment. */
async function endOne(): Promise<boolean> {
  const { rows } = await killer.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'autosend'",
  );
  const pid = rows[random.below(Math.max(1, rows.length))]?.pid;
  if (pid === undefined) return false;
  const { rows: ended } = await killer.query<{ ended: boolean }>('SELECT pg_terminate_backend($1) AS ended', [pid]);
  return ended[0]?.ended === true;
}

/** Transactions and single statements, one after the other; an error other than "unavailable" is kept. */
async function work(db: Database, signal: AbortSignal, wrong: string[], counts: { done: number; failed: number }) {
  while (!signal.aborted) {
    try {
      if (random.below(3) === 0) await db.execute(sql`select 1`);
      else
        await db.transaction(async (tx) => {
          await tx.execute(sql`select 1`);
          if (random.below(2) === 0) await tx.execute(sql`select pg_sleep(0.002)`);
        });
      counts.done += 1;
    } catch (error) {
      counts.failed += 1;
      if (!isDatabaseAway(error)) wrong.push(`not told as unavailable: ${String(error)}`);
    }
  }
}

/** How many transactions can be open at once. */
async function countUsable(db: Database): Promise<number> {
  const all = Promise.withResolvers<void>();
  let open = 0;
  const taken = await Promise.allSettled(
    Array.from({ length: WRITERS }, () =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        open += 1;
        if (open === WRITERS) all.resolve();
        await Promise.race([all.promise, delay(5_000)]);
      }),
    ),
  );
  return taken.filter(({ status }) => status === 'fulfilled').length;
}

test(`connections that are ended at random under load leave the pool whole, and it closes: seed ${random.seed}`, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const db = open();
  const wrong: string[] = [];
  const counts = { done: 0, failed: 0 };
  const stopping = new AbortController();
  const callers = Array.from({ length: CALLERS }, () => work(db, stopping.signal, wrong, counts));
  for (let ended = 0; ended < TIMES; ) {
    await delay(random.below(MAX_PAUSE_MS));
    if (await endOne()) ended += 1;
  }
  stopping.abort();
  await Promise.all(callers);
  const usable = await countUsable(db);
  if (usable !== WRITERS) wrong.push(`${usable} of ${WRITERS} transactions can be open at once`);
  const { total, idle, waiting } = db.pool();
  if (total !== idle || waiting !== 0) wrong.push(`the pool is not whole: ${JSON.stringify(db.pool())}`);
  const startedAt = performance.now();
  await db.close();
  const closedInMs = performance.now() - startedAt;
  if (closedInMs > 1_000) wrong.push(`closing an idle pool took ${Math.round(closedInMs)} ms`);
  tellDone(t, TIMES, '× a connection of the pool ended under load');
  t.diagnostic(`${counts.done} pieces of work were done, ${counts.failed} failed`);
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});

test('a connection that breaks between checkout and BEGIN goes back: as often as one likes', async () => {
  const proxy: DatabaseProxy = await startDatabaseProxy();
  const db = open(proxy.route(database.url));
  try {
    for (let n = 0; n < 3 * SLOTS; n += 1) {
      await db.ping();
      const begun = db.transaction((tx) => tx.execute(sql`select 1`));
      // Checkout takes a turn of the event loop; the break is there before the answer to BEGIN.
      const cut = proxy.cut();
      await assert.rejects(begun, isDatabaseAway);
      await cut;
      await proxy.restore();
    }
    assert.equal(await countUsable(db), WRITERS);
    const { total, idle, waiting } = db.pool();
    assert.deepEqual({ total, waiting }, { total: idle, waiting: 0 });
  } finally {
    await db.close();
    await proxy.close();
  }
});

test('close returns though the server is silent and a transaction is open', async () => {
  const db = open();
  const { promise: isOpen, resolve } = Promise.withResolvers<void>();
  const silent = db.transaction(async (tx) => {
    resolve();
    await tx.execute(sql`select pg_sleep(14)`);
  });
  const failed = assert.rejects(silent, isDatabaseAway);
  await isOpen;
  const startedAt = performance.now();
  await db.close();
  await failed;
  assert.ok(performance.now() - startedAt < 8_000);
});

test('a transaction whose statement failed is never told as committed, though the failure was caught', async () => {
  const db = open();
  try {
    await assert.rejects(
      db.transaction(async (tx) => {
        await tx.execute(sql`select 1 / 0`).catch(() => undefined);
      }),
      /ended with ROLLBACK/,
    );
    await assert.rejects(
      db.transaction(async () => {
        throw new TypeError('a fault of ours');
      }),
      TypeError,
    );
    assert.equal(db.pool().total, db.pool().idle);
  } finally {
    await db.close();
  }
});

test('what gave way to another transaction is made again as a whole, and its caller sees success', async () => {
  const db = open();
  const other = open();
  try {
    await db.execute(sql`create table two (id int primary key, n int not null default 0)`);
    await db.execute(sql`insert into two (id) values (1), (2)`);
    const add = (from: Database, first: number, second: number) =>
      from.transaction(async (tx) => {
        await tx.execute(sql`update two set n = n + 1 where id = ${first}`);
        await delay(5);
        await tx.execute(sql`update two set n = n + 1 where id = ${second}`);
      });
    for (let round = 0; round < 3; round += 1) await Promise.all([add(db, 1, 2), add(other, 2, 1)]);
    const { rows } = await db.execute<{ n: number }>(sql`select n from two order by id`);
    assert.deepEqual(
      rows.map(({ n }) => n),
      [6, 6],
    );
    const one = db.execute(
      sql`do $$ begin if not exists (select from two where n > 100) then raise serialization_failure; end if; end $$`,
    );
    const refused = await one.catch((error: unknown) => error);
    assert.ok(refused instanceof Error && !isDatabaseAway(refused), 'tries are bounded');
  } finally {
    await db.close();
    await other.close();
  }
});

test('only what the driver said is told as the database: an errno of a file or another socket is not', async () => {
  const proxy = await startDatabaseProxy();
  const db = open(proxy.route(database.url));
  await db.ping();
  await proxy.cut();
  const away = await db.ping().catch((error: unknown) => error);
  assert.ok(isDatabaseAway(away));
  const inTransaction = await db.transaction((tx) => tx.execute(sql`select 1`)).catch((error: unknown) => error);
  assert.ok(inTransaction instanceof DatabaseUnavailable);
  await db.close();
  for (const code of ['ENOENT', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT', 'XX000'])
    assert.ok(!isDatabaseAway(Object.assign(new Error('something else'), { code })), code);
  const own = open();
  const thrown = await own
    .transaction(async () => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    })
    .catch((error: unknown) => error);
  assert.ok(!isDatabaseAway(thrown));
  await own.close();
});
