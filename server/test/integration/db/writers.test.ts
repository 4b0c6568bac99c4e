import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INITIAL_STATE } from '../../../src/core/lifecycle/status.ts';
import { type Database, openDatabase } from '../../../src/db/client.ts';
import { sql } from '../../../src/db/drizzle.ts';
import { type CheckToStore, storeChecks } from '../../../src/db/queries/checks.ts';
import { findDomains, type StoredDomain, updateSettings } from '../../../src/db/queries/domains.ts';
import { NO_MAIL } from '../../../src/db/queries/history.ts';
import { deleteSomeDomains } from '../../../src/db/queries/projects.ts';
import { insertIntents, makeDue } from '../../../src/db/queries/provider-identities.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';

const DOMAINS = 12;
const ROUNDS = 4;
const NOW = new Date('2026-05-01T00:00:00Z');

let service: TestApp;
let other: Database;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = openDatabase({ url: service.databaseUrl }, () => undefined);
});
after(async () => {
  await other.close();
  await service.close();
});

async function addAll(suffix: string): Promise<StoredDomain[]> {
  for (let n = 0; n < DOMAINS; n += 1) await service.addDomain(`d${n}.${suffix}`);
  return readAll(suffix);
}

async function readAll(suffix: string): Promise<StoredDomain[]> {
  const rows = await service.query<{ id: string; project_id: StoredDomain['projectId'] }>(
    'SELECT id, project_id FROM domains WHERE name LIKE $1 ORDER BY id',
    [`%.${suffix}`],
  );
  const found = await findDomains(
    service.ctx.db,
    rows.map(({ id, project_id: projectId }) => ({ id, projectId })),
  );
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A check that saw something change, so that every table is written. */
const concludeFor = (seen: StoredDomain): CheckToStore => ({
  seen,
  outcome: {
    state: INITIAL_STATE,
    attempts: 1,
    nextCheckAt: NOW,
    lease: null,
    lastCheckedAt: NOW,
    checkedAt: NOW,
    evidence: { records: [] } as never,
    fingerprint: null,
    changes: [
      { type: 'record.verified', data: { record: 'dkim' }, frozen: '{"data":{"a":1' },
      { type: 'record.missing', data: { record: 'dkim', firstMissedAt: NOW.toISOString() }, frozen: '{"data":{"a":1' },
    ],
  },
});

test('a check is not stored of a row that changed since it was read, whoever changed it and whether they know of revisions', async () => {
  const [first, second, third] = await addAll('revisions.example.com');
  assert.ok(first && second && third);
  // As the version before writes: it names no revision.
  await service.query('UPDATE domains SET region_key = region_key WHERE id = $1', [first.id]);
  await updateSettings(service.ctx.db, second.id, { dkimRotationDays: 30 });
  const stored = await storeChecks(service.ctx.db, [first, second, third].map(concludeFor), NO_MAIL);
  assert.deepEqual([...stored], [`${third.id} ${third.revision}`]);
  const again = await readAll('revisions.example.com');
  assert.deepEqual(
    again.slice(0, 3).map(({ revision }, at) => revision - ([first, second, third][at]?.revision ?? 0)),
    [1, 1, 1],
  );
  assert.equal((await storeChecks(service.ctx.db, again.slice(0, 3).map(concludeFor), NO_MAIL)).size, 3);
});

test('the history of a check is numbered in the order of its changes', async () => {
  const [domain] = await addAll('ordered.example.com');
  assert.ok(domain);
  await storeChecks(service.ctx.db, [concludeFor(domain)], NO_MAIL);
  const rows = await service.query<{ type: string }>('SELECT type FROM events WHERE domain_id = $1 ORDER BY id', [
    domain.id,
  ]);
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['domain.created', 'record.verified', 'record.missing'],
  );
});

test('writers of many rows that come from opposite ends are never told of a deadlock', async () => {
  const domains = await addAll('opposite.example.com');
  const places = domains.map(({ regionKey, name }) => ({ regionKey, name }));
  const [{ regionKey } = { regionKey: '' }] = places;
  await insertIntents(service.ctx.db, places, NOW);
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = await readAll('opposite.example.com');
    await Promise.all([
      storeChecks(service.ctx.db, now.map(concludeFor), NO_MAIL),
      storeChecks(other, now.toReversed().map(concludeFor), NO_MAIL),
      insertIntents(other, places.toReversed(), NOW),
      makeDue(service.ctx.db, regionKey, places.map(({ name }) => name).toReversed(), NOW),
      other.transaction(async (tx) => {
        for (const { id } of now.toReversed()) await updateSettings(tx, id, { dkimRotationDays: round });
      }),
    ]);
  }
  const projectId = domains[0]?.projectId;
  assert.ok(projectId);
  const left = await readAll('opposite.example.com');
  const storing = storeChecks(other, left.toReversed().map(concludeFor), NO_MAIL);
  await service.ctx.db.transaction(async (tx) => {
    await insertIntents(tx, await deleteSomeDomains(tx, projectId, 1_000), NOW);
  });
  await storing;
  assert.deepEqual(await readAll('opposite.example.com'), []);
});

/** Holds one row, has something written that needs it, and says which of the others that has locked by then. */
async function listLockedBefore(heldName: string, write: () => Promise<unknown>): Promise<string[]> {
  let locked: string[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  await other.transaction(async (tx) => {
    await tx.execute(sql`select from provider_identities where name = ${heldName} for update`);
    writing = write();
    await waitUntil(async () => {
      const waiting = await service.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return waiting.length > 0;
    });
    const free = await service.query<{ name: string }>('SELECT name FROM provider_identities FOR UPDATE SKIP LOCKED');
    const all = await service.query<{ name: string }>('SELECT name FROM provider_identities ORDER BY name COLLATE "C"');
    locked = all.map(({ name }) => name).filter((name) => name !== heldName && !free.some((row) => row.name === name));
  });
  await writing;
  return locked;
}

test('every writer of many identities locks them in one order, so that none waits for another that waits for it', async () => {
  const domains = await addAll('order.example.net');
  const places = domains.map(({ regionKey, name }) => ({ regionKey, name })).toReversed();
  const regionKey = places[0]?.regionKey ?? '';
  await insertIntents(service.ctx.db, places, NOW);
  const names: readonly string[] = places.map(({ name }) => name).sort();
  const held = names[5] ?? '';
  const before = names.slice(0, 5);
  const ours = async (write: () => Promise<unknown>) =>
    (await listLockedBefore(held, write)).filter((name) => names.includes(name));
  assert.deepEqual(
    await ours(async () => storeChecks(service.ctx.db, (await readAll('order.example.net')).map(concludeFor), NO_MAIL)),
    before,
  );
  assert.deepEqual(await ours(() => insertIntents(service.ctx.db, places, NOW)), before);
  assert.deepEqual(
    await ours(() =>
      makeDue(
        service.ctx.db,
        regionKey,
        places.map(({ name }) => name),
        NOW,
      ),
    ),
    before,
  );
});
