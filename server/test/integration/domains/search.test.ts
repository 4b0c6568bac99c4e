import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/service-process.ts';

const MANY = 20_000;
let service: TestApp;
let holder: pg.Client;
before(async () => {
  service = await createTestApp(import.meta.url, {
    variables: { RATE_LIMIT_PER_SECOND: '1000', UNVERIFIED_DOMAINS: '0' },
  });
  holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  const { id } = await service.addDomain('first-shop.example.com');
  service.clock.advance(1_000);
  await service.addDomain('xn--bcher-kva.example.com');
  await service.query(
    `INSERT INTO domains SELECT (jsonb_populate_record(d, jsonb_build_object('id', lpad(to_hex(n), 24, '0'),
       'name', 'n' || n || '.bulk-names.test', 'ownership_token', 'autosend-verify-' || md5(n::text)))).*
     FROM domains d, generate_series(1, ${MANY}) n WHERE d.id = $1`,
    [id],
  );
  // As autovacuum does soon after so many rows: until then each search reads all of them from the list of what the index lacks.
  await service.query('VACUUM ANALYZE');
});
after(async () => {
  await holder.end();
  await service.close();
});

const search = async (text: string, more = '', key = service.key) => {
  const reply = await service.send({ url: `/v1/domains?search=${encodeURIComponent(text)}${more}`, key });
  assert.equal(reply.status, 200, reply.text);
  return (reply.json.data.domains as { domainName: string }[]).map(({ domainName }) => domainName);
};

test('a part of a name is found wherever it stands, however short it is, and taken literally', async () => {
  for (const text of ['first-shop.example.com', 'shop', 't-s', 'SHOP', 'hop.ex', 'p.', 'sh'])
    assert.deepEqual(await search(text), ['first-shop.example.com'], text);
  assert.deepEqual(await search('example'), ['xn--bcher-kva.example.com', 'first-shop.example.com']);
  assert.deepEqual(await search('example', '&limit=1&status=PENDING_CONFIGURATION'), ['xn--bcher-kva.example.com']);
  for (const text of ['sh%p', 's_op', 'shopfirst', 'example.com.', '%', '🦜', '🦜🦜🦜', "'"])
    assert.deepEqual(await search(text), [], text);
});

test('pages of a search show each domain once', async () => {
  const names: string[] = [];
  let cursor = '';
  do {
    const { json } = await service.send({ url: `/v1/domains?search=example&limit=1${cursor}` });
    names.push(...json.data.domains.map(({ domainName }: { domainName: string }) => domainName));
    cursor = json.data.nextCursor ? `&cursor=${json.data.nextCursor}` : '';
  } while (cursor);
  assert.deepEqual(names, await search('example'));
});

test("what is not there is found out by the index, and another project's names are not looked at", async () => {
  const { key } = await service.createProject();
  const readScans = async () => {
    const [row] = await service.query<{ scans: string }>(
      `SELECT idx_scan AS scans FROM pg_stat_user_indexes WHERE indexrelname = 'domain_search_grams'`,
    );
    return Number(row?.scans);
  };
  const before = await readScans();
  assert.deepEqual(await search('zzqq-nobody'), []);
  assert.deepEqual(await search('bulk-names', '', key), []);
  await waitUntil(async () => (await readScans()) >= before + 1);
});

test('a domain that is deleted is not found any more', async () => {
  const { id } = await service.addDomain('gone-soon.example.com');
  assert.equal((await search('gone-soon')).length, 1);
  await service.send({ method: 'DELETE', url: `/v1/domains/${id}` });
  assert.deepEqual(await search('gone-soon'), []);
  assert.equal((await service.query(`SELECT 1 FROM domain_search WHERE domain_id = $1`, [id])).length, 0);
});

test('a search that takes longer than two seconds is ended and said to be; three of a project run at once, and another project is served', async () => {
  const { key } = await service.createProject();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE domain_search IN ACCESS EXCLUSIVE MODE');
  try {
    const slow = Array.from({ length: 5 }, () => service.send({ url: '/v1/domains?search=shop' }));
    const countWaiting = async () =>
      (
        await service.query(
          `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        )
      ).length;
    await waitUntil(async () => (await countWaiting()) === 3);
    assert.equal((await service.send({ url: '/v1/domains?limit=10', key })).status, 200);
    assert.equal(await countWaiting(), 3);
    const first = await Promise.race(slow);
    assert.equal(first.status, 503);
    assert.match(first.json.error.message, /took too long/);
    assert.ok(Number(first.headers['retry-after']) > 0);
    await holder.query('ROLLBACK');
    assert.ok((await Promise.all(slow)).every(({ status }) => status === 503 || status === 200));
  } finally {
    await holder.query('ROLLBACK');
  }
});
