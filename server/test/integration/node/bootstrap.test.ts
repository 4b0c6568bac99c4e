import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { createSecretBox } from '../../../src/crypto/secret-box.ts';
import { migrateDatabase } from '../../../src/db/migrate.ts';
import { createFirstProject, requireMatchingSecretKey } from '../../../src/services/projects/bootstrap.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { NOBODY_ELSE } from '../../support/db/databases.ts';

let service: TestApp;
let other: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = await createTestApp(import.meta.url, { beside: service });
});
beforeEach(() => service.query('TRUNCATE projects, secret_keys CASCADE'));
after(async () => {
  await other.close();
  await service.close();
});

const BOOTSTRAP_KEY = `as_${'Bootstrap0'.repeat(4)}`;

test('another secret key than the one that sealed the database is refused, and both are named', async () => {
  await requireMatchingSecretKey(service.ctx);
  const secretBox = createSecretBox(Buffer.alloc(32, 8).toString('base64'));
  const before = await service.query('SELECT * FROM secret_keys');
  await assert.rejects(requireMatchingSecretKey({ ...service.ctx, secretBox }), (error: Error) => {
    assert.match(error.message, new RegExp(service.ctx.secretBox.keyId));
    assert.match(error.message, new RegExp(secretBox.keyId));
    assert.match(error.message, /AUTOSEND_SECRET_KEY/);
    return true;
  });
  assert.deepEqual(await service.query('SELECT * FROM secret_keys'), before);
  await requireMatchingSecretKey(service.ctx);
});

test('a fingerprint with a canary that does not open is refused', async () => {
  await requireMatchingSecretKey(service.ctx);
  await service.query("UPDATE secret_keys SET canary = decode('00', 'hex') || substring(canary from 2)");
  await assert.rejects(requireMatchingSecretKey(service.ctx));
});

test('nodes that start together on an empty database agree on one secret key', async () => {
  await Promise.all([service, other, service, other].map(({ ctx }) => requireMatchingSecretKey(ctx)));
  assert.equal((await service.query('SELECT 1 FROM secret_keys')).length, 1);
});

test('of nodes that start together with different secret keys exactly one gets in, then and later', async () => {
  const secretBox = createSecretBox(Buffer.alloc(32, 8).toString('base64'));
  const contexts = [service.ctx, { ...other.ctx, secretBox }];
  const start = () => Promise.allSettled(contexts.map((ctx) => requireMatchingSecretKey(ctx)));
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  try {
    // Both see an empty table before either may write to it.
    await holder.query('BEGIN; LOCK TABLE secret_keys IN SHARE MODE');
    const starting = start();
    const countWaiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await waitUntil(async () => (await service.query(countWaiting)).length === 2);
    await holder.query('COMMIT');
    const first = (await starting).map(({ status }) => status);
    assert.deepEqual([...first].sort(), ['fulfilled', 'rejected']);
    assert.deepEqual(
      (await start()).map(({ status }) => status),
      first,
    );
  } finally {
    await holder.end();
  }
});

test('nodes that start together on an empty database make one project and one key, which works', async () => {
  const made = await Promise.all([service, other, service, other].map(({ ctx }) => createFirstProject(ctx, undefined)));
  const keys = made.filter((key) => key !== null);
  assert.equal(keys.length, 1);
  assert.deepEqual(await service.query('SELECT name, primary_region FROM projects'), [
    { name: 'default', primary_region: 'us-east-1' },
  ]);
  assert.equal((await service.query('SELECT 1 FROM api_keys')).length, 1);
  assert.equal((await other.send({ url: '/v1/domains', key: keys[0] ?? null })).status, 200);
});

test('a bootstrap key is the first key, and is no key where a project exists already', async () => {
  assert.equal(await createFirstProject(service.ctx, BOOTSTRAP_KEY), BOOTSTRAP_KEY);
  assert.equal((await service.send({ url: '/v1/domains', key: BOOTSTRAP_KEY })).status, 200);
  const another = BOOTSTRAP_KEY.replaceAll('0', '1');
  assert.equal(await createFirstProject(other.ctx, another), null);
  assert.equal((await service.send({ url: '/v1/domains', key: another })).status, 401);
});

test('nodes that migrate an empty database together make one schema, and doing it again changes nothing', async () => {
  const connection = { url: service.databaseUrl };
  const listColumns = () =>
    service.query(
      `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
    );
  const before = await listColumns();
  assert.ok(before.length > 40);
  await service.query('DROP SCHEMA public CASCADE; DROP SCHEMA autosend CASCADE; CREATE SCHEMA public');
  await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(connection, NOBODY_ELSE)));
  assert.deepEqual(await listColumns(), before);
  await migrateDatabase(connection, NOBODY_ELSE);
  assert.deepEqual(await listColumns(), before);
});
