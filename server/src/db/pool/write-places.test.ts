import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countForWrites, createWritePlaces, mayWrite } from './write-places.ts';

test('of any number of connections some can write, and of more than one some are for reads alone', () => {
  assert.deepEqual([1, 2, 4, 5, 10, 100].map(countForWrites), [1, 1, 3, 4, 8, 80]);
});

const STATEMENTS = [
  ['select * from domains where updated_at > $1', false],
  ['\n  WITH due AS (SELECT id FROM domains) SELECT count(*) FROM due', false],
  ['show transaction_read_only', false],
  ['insert into domains (id) values ($1)', true],
  ['with due as (select id from domains for update skip locked) update domains set lease_owner = $1', true],
  ['WITH gone AS (DELETE FROM events RETURNING id) SELECT count(*) FROM gone', true],
  ['select id from domains for share', true],
  ['truncate events', true],
] as const;

for (const [text, expected] of STATEMENTS)
  test(`${expected ? 'a write' : 'a read'}: ${text.trim()}`, () => assert.equal(mayWrite(text), expected));

test('who waits gets the next place in turn, and none once the time is over', async () => {
  const places = createWritePlaces(1, 20);
  assert.equal(await places.take(), true);
  const late = places.take();
  assert.equal(places.waiting(), 1);
  assert.equal(await late, false);
  const next = places.take();
  places.giveBack();
  assert.equal(await next, true);
  assert.equal(places.waiting(), 0);
});
