import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../../src/db/client.ts';
import { claimDueSweep, releaseSweeps, storeSweep } from '../../../src/db/queries/provider-sweeps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/db/databases.ts';

const NOW = new Date('2026-05-01T00:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const LEASE_MS = 1_000;
const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
let nodes: Database[];
before(async () => {
  database = await createTestDatabase(import.meta.url);
  nodes = Array.from({ length: 4 }, () => openDatabase({ url: database.url }, () => undefined, 2));
});
after(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await database.drop();
});

/** All nodes ask at once; gives what was claimed. */
async function claimAll(region: string, now: Date) {
  const until = new Date(now.getTime() + LEASE_MS);
  const claims = await Promise.all(nodes.map((db, n) => claimDueSweep(db, region, now, { owner: `node-${n}`, until })));
  return claims.flatMap((claim) => (claim ? [claim] : []));
}

test('of all nodes that start at once, one sweeps a region, and none again until the next day', async () => {
  const [db] = nodes;
  assert.ok(db);
  const [first, ...others] = await claimAll('eu', NOW);
  assert.ok(first && others.length === 0);
  assert.equal((await claimAll('us', NOW)).length, 1, 'each region for itself');
  await storeSweep(db, first, later(DAY_MS));
  assert.deepEqual(await claimAll('eu', later(DAY_MS - 1)), []);
  assert.equal((await claimAll('eu', later(DAY_MS))).length, 1);
});

test('the sweep of a node that died or stopped is made by another', async () => {
  const [db] = nodes;
  assert.ok(db);
  const [dead] = await claimAll('asia', NOW);
  assert.ok(dead);
  assert.deepEqual(await claimAll('asia', later(LEASE_MS - 1)), []);
  const [next] = await claimAll('asia', later(LEASE_MS + 1));
  assert.ok(next);
  await releaseSweeps(db, next.leaseOwner ?? '');
  assert.equal((await claimAll('asia', later(LEASE_MS + 1))).length, 1);
});
