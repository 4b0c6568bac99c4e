import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type Database, openDatabase } from '../../../src/db/client.ts';
import { migrateDirectly } from '../../../src/db/direct-connection.ts';
import { sql } from '../../../src/db/drizzle.ts';
import { isDatabaseAway } from '../../../src/db/failures.ts';
import { migrateDatabase } from '../../../src/db/migrate.ts';
import { buildStatement } from '../../../src/db/prepared.ts';
import { explainRefusal } from '../../../src/db/refusals.ts';
import { createTestApp, TEST_SECRET_KEY } from '../../support/app.ts';
import { runAutosend } from '../../support/command-line.ts';
import { explainMissing } from '../../support/daemon.ts';
import { createTestDatabase, NOBODY_ELSE, type TestDatabase } from '../../support/db/databases.ts';
import { type PgBouncer, startPgBouncer } from '../../support/db/pgbouncer.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { waitUntil } from '../../support/service-process.ts';

const POOL_SIZE = 2;
const MIGRATION_LOCK = 7_283_641_905;
const IS_IT = buildStatement('pooler_test', sql`select ${sql.placeholder('n')}::int as n`);

describe('through a real PgBouncer in transaction mode', { skip: explainMissing(['pgbouncer']) }, () => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  const opened: Database[] = [];
  before(async () => {
    database = await createTestDatabase(import.meta.url);
    pooler = await startPgBouncer(database.url, { poolSize: POOL_SIZE });
  });
  after(async () => {
    await Promise.all(opened.map((db) => db.close()));
    await pooler.stop();
    await database.drop();
  });

  /** A pool, and what it said. */
  function open(url: string, prepare?: boolean, size = 4): { db: Database; told: string[] } {
    const told: string[] = [];
    const db = openDatabase({ url }, () => undefined, size, { prepare, onSwitch: (line) => void told.push(line) });
    opened.push(db);
    return { db, told };
  }
  const readLimits = async (db: Pick<Database, 'execute'>) => {
    const { rows } = await db.execute<{ statement: string; idle: string }>(
      sql`select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    return rows[0];
  };
  const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return work(client).finally(() => client.end());
  };

  test('a service switches by itself, with one line, and everything that it does to a domain works', async () => {
    const dns: DnsServer = await startDnsServer();
    const service = await createTestApp(import.meta.url, { dns, routeDatabase: (url) => pooler.route(url) });
    try {
      const domains = await Promise.all(
        Array.from({ length: 12 }, (_, n) => service.addDomain(`pooled-${n}.example.com`)),
      );
      for (const domain of domains) publishDomain(dns, domain);
      await Promise.all(
        domains.map(async ({ id }) => {
          const verified = await service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
          assert.equal(verified.json.data.verificationStatus, 'VERIFIED');
        }),
      );
      const removed = await service.send({ method: 'DELETE', url: `/v1/domains/${domains[0].id}` });
      assert.equal(removed.status, 200);
      const listed = await service.send({ url: '/v1/domains?search=pooled&limit=100' });
      assert.equal(listed.json.data.domains.length, domains.length - 1);
      const lines = service.logLines.filter((line) => line.includes('There is a pooler'));
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /not prepared by name, and time limits are set in each transaction/);
    } finally {
      await service.close();
      await dns.close();
    }
  });

  test('a statement and a transaction have our time limits, and leave none in the session', async () => {
    const { db } = open(pooler.route(database.url));
    assert.deepEqual(await db.open(), { isPooled: true, isPreparing: false, limitedBy: 'transaction' });
    const ours = { statement: '15s', idle: '15s' };
    assert.deepEqual(await readLimits(db), ours);
    assert.deepEqual(await db.transaction(readLimits), ours);
    await withClient(pooler.route(database.url), async (client) => {
      const { rows } = await client.query('show statement_timeout');
      assert.deepEqual(rows, [{ statement_timeout: '0' }]);
    });
  });

  test('where PgBouncer ignores our startup parameters and the server has limits of its own, those do', async () => {
    const limits = ['statement_timeout', 'idle_in_transaction_session_timeout'];
    const other = await startPgBouncer(database.url, {
      poolSize: POOL_SIZE,
      settings: { ignore_startup_parameters: limits.join(',') },
      connectQuery: limits.map((name) => `set ${name} = 10000`).join('; '),
    });
    const { db } = open(other.route(database.url));
    try {
      assert.deepEqual(await db.open(), { isPooled: true, isPreparing: false, limitedBy: 'server' });
      assert.deepEqual(await readLimits(db), { statement: '10s', idle: '10s' });
    } finally {
      await db.close();
      await other.stop();
    }
  });

  test('without a pooler statements are prepared by name, unless AUTOSEND_DATABASE_PREPARE=false', async () => {
    for (const prepare of [undefined, true, false]) {
      const { db, told } = open(database.url, prepare, 1);
      const isPreparing = prepare ?? true;
      assert.deepEqual(await db.open(), { isPooled: false, isPreparing, limitedBy: 'connection' });
      assert.deepEqual(await db.run(IS_IT, { n: 1 }), [{ n: 1 }]);
      const { rows } = await db.execute(sql`select name from pg_prepared_statements`);
      assert.deepEqual(rows, isPreparing ? [{ name: IS_IT.name }] : []);
      assert.deepEqual(told, []);
    }
  });

  test('AUTOSEND_DATABASE_PREPARE=true where the pooler mixes statements up is an error at the start', async () => {
    const { db } = open(pooler.route(database.url), true);
    await assert.rejects(db.open(), { code: 'VALIDATION_FAILED', message: /AUTOSEND_DATABASE_PREPARE=true, but/ });
    // One of PgBouncer's sessions is a client's own as long as that client stays.
    const sessions = await startPgBouncer(database.url, { poolSize: 8, settings: { pool_mode: 'session' } });
    const kept = open(sessions.route(database.url), true);
    try {
      assert.equal((await kept.db.open()).isPreparing, true);
    } finally {
      await kept.db.close();
      await sessions.stop();
    }
  });

  test('statements that a pooler mixed up are sent again, unprepared, and it is said once', async () => {
    const url = pooler.route(database.url);
    const pools = [open(url, true), open(url, true)];
    for (let n = 0; n < 10; n += 1)
      for (const { db } of pools) {
        assert.deepEqual(await db.run(IS_IT, { n }), [{ n }]);
        const inTransaction = await db.transaction((tx) => tx.execute(sql`select ${n}::int as n`));
        assert.deepEqual(inTransaction.rows, [{ n }]);
      }
    const switched = pools.map(({ told }) => told.filter((line) => line.includes('no longer prepared')).length);
    assert.ok(switched.includes(1) && Math.max(...switched) === 1, String(switched));
  });

  test('nodes that wait for another to migrate hold none of the few connections that a pooler has', async () => {
    const empty = await createTestDatabase(import.meta.url, { isEmpty: true });
    const url = pooler.route(empty.url);
    const told: string[] = [];
    const patience = { ...NOBODY_ELSE, onBlocked: (line: string) => void told.push(line) };
    try {
      await withClient(empty.url, async (holder) => {
        await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
        const nodes = Promise.all(Array.from({ length: 2 * POOL_SIZE }, () => migrateDatabase({ url }, patience)));
        const waiting = waitUntil(async () => told.length === 2 * POOL_SIZE);
        await Promise.race([waiting, nodes]);
        await withClient(url, (client) => client.query('select 1'));
        await holder.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
        await nodes;
        const { rows } = await holder.query(
          'select hash from autosend.__drizzle_migrations group by hash having count(*) > 1',
        );
        assert.deepEqual(rows, []);
      });
    } finally {
      await empty.drop();
    }
  });

  test('AUTOSEND_DATABASE_LISTEN_URL must lead to the same database, past the pooler, before anything is changed there', async () => {
    const empty = await createTestDatabase(import.meta.url, { isEmpty: true });
    const connection = { url: pooler.route(database.url) };
    const migrate = (url: string) => migrateDirectly({ connection, direct: { url } }, NOBODY_ELSE);
    try {
      await migrate(database.url);
      await assert.rejects(migrate(pooler.route(database.url)), {
        code: 'VALIDATION_FAILED',
        message: /AUTOSEND_DATABASE_LISTEN_URL leads through a pooler/,
      });
      await assert.rejects(migrate(empty.url), { code: 'VALIDATION_FAILED', message: /leads to another database/ });
      await withClient(empty.url, async (client) => {
        const { rows } = await client.query("select from pg_tables where schemaname in ('autosend', 'public')");
        assert.equal(rows.length, 0);
      });
      const nobody = new URL(database.url);
      Object.assign(nobody, { hostname: '127.0.0.1', port: '9', search: '' });
      await assert.rejects(migrate(nobody.href), {
        code: 'SERVICE_UNAVAILABLE',
        message: /isn't responding at AUTOSEND_DATABASE_LISTEN_URL/,
      });
    } finally {
      await empty.drop();
    }
  });

  test('doctor tells what the connections are good for, and which setting is wrong', async () => {
    const doctor = (variables: Record<string, string>) =>
      runAutosend(['doctor'], {
        AUTOSEND_DATABASE_URL: pooler.route(database.url),
        AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
        AUTOSEND_DNS_MODE: 'recursive',
        AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
        ...variables,
      });
    const [seen, mixed, pooled] = await Promise.all([
      doctor({}),
      doctor({ AUTOSEND_DATABASE_PREPARE: 'true' }),
      doctor({ AUTOSEND_DATABASE_LISTEN_URL: pooler.route(database.url) }),
    ]);
    assert.match(seen.stdout, /ok {7}database connections: go through a pooler, statements are not prepared by name/);
    assert.match(mixed.stdout, /error {4}database connections: AUTOSEND_DATABASE_PREPARE=true, but the pooler/);
    assert.match(pooled.stderr, /AUTOSEND_DATABASE_LISTEN_URL leads through a pooler, too/);
    assert.deepEqual([mixed.code, pooled.code], [1, 1]);
  });

  test('a pooler in statement mode, in which nothing works, stops the start with a line that names it', async () => {
    const statements = await startPgBouncer(database.url, {
      poolSize: POOL_SIZE,
      settings: { pool_mode: 'statement' },
    });
    const { db } = open(statements.route(database.url));
    try {
      const error = await db.open().catch((thrown: unknown) => thrown);
      assert.match(explainRefusal(error) ?? '', /pool_mode = transaction/);
      assert.ok(!isDatabaseAway(error), 'waiting mends nothing');
    } finally {
      await db.close();
      await statements.stop();
    }
  });

  test('whoever is refused by a pooler is told what to change', async () => {
    const refuse = async (change: (url: URL) => void): Promise<string | null> => {
      const url = new URL(pooler.route(database.url));
      change(url);
      return open(url.href).db.ping().then(String, explainRefusal);
    };
    assert.match((await refuse((url) => Object.assign(url, { password: 'wrong' }))) ?? '', /user or the password/);
    assert.match((await refuse((url) => Object.assign(url, { username: 'nobody' }))) ?? '', /user or the password/);
    assert.match(
      (await refuse((url) => Object.assign(url, { pathname: '/nowhere' }))) ?? '',
      /no database of the name/,
    );
    assert.match(
      (await refuse((url) => url.searchParams.set('options', '-c work_mem=4MB'))) ?? '',
      /startup parameters/,
    );
    const narrow = await startPgBouncer(database.url, { poolSize: POOL_SIZE, settings: { max_client_conn: 3 } });
    const { db } = open(narrow.route(database.url));
    try {
      assert.match((await db.open().then(String, explainRefusal)) ?? '', /max_client_conn/);
    } finally {
      await db.close();
      await narrow.stop();
    }
  });
});
