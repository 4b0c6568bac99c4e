import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRelative } from './relative-time.ts';

const CASES: readonly [number, string][] = [
  [0, 'just now'],
  [-999, 'just now'],
  [500, 'in a moment'],
  [-4_000, '4 s ago'],
  [10_000, 'in 10 s'],
  [-90_000, '1 min ago'],
  [3 * 3_600_000, 'in 3 h'],
  [-86_400_000, '1 day ago'],
  [3 * 86_400_000, 'in 3 days'],
];

for (const [distanceMs, text] of CASES)
  test(`a distance of ${distanceMs} ms is told as "${text}"`, () => {
    assert.equal(formatRelative(distanceMs, 0), text);
  });
