import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../../support/db/databases.ts';

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('test databases that are made at once are apart from each other and gone after', async () => {
  const [one, two] = await Promise.all([createTestDatabase(import.meta.url), createTestDatabase(import.meta.url)]);
  await run(one.url, 'CREATE TABLE mine (at int)');
  await assert.rejects(run(two.url, 'SELECT * FROM mine'), { code: '42P01' });
  await Promise.all([one.drop(), two.drop()]);
  await assert.rejects(run(one.url, 'SELECT 1'), { code: '3D000' });
});
