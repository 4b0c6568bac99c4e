import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countConnections, countDnsSockets } from './descriptors.ts';

/** The database, the log, event loops and pipes, and a file that is read. */
const OTHERS = 30;

for (const limit of [64, 100, 200, 256, 512, 1_024, 65_536, 1_048_576])
  test(`connections of clients, DNS and the database fit into ${limit} files`, () => {
    const dns = 2 * countDnsSockets(limit);
    assert.ok(countConnections(limit) + dns + OTHERS <= limit);
    assert.ok(countConnections(limit) >= 8 && dns >= 2);
  });

test('several DNS clients share what one would have, and without a limit each has its usual number', () => {
  assert.deepEqual([countDnsSockets(256), countDnsSockets(256, 4), countDnsSockets(256, 100)], [32, 8, 1]);
  assert.deepEqual([countDnsSockets(null), countConnections(null)], [64, 10_000]);
});
