import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderFault } from '../sending-providers/identity.ts';
import { waitAfterCheck, waitAfterFault } from './retry.ts';

const ATTEMPTS = [1, 2, 3, 5, 10, 1_000];
const DAY_MS = 86_400_000;

for (const fault of ['throttled', 'unreachable', 'unauthorized', 'refused'] as const satisfies readonly ProviderFault[])
  test(`after ${fault} the wait grows up to a limit, and is never nothing`, () => {
    const waits = ATTEMPTS.map((attempt) => waitAfterFault(fault, attempt, 0));
    for (const [index, wait] of waits.entries()) {
      assert.ok(wait >= 1_000, String(wait));
      assert.ok(index === 0 || wait >= (waits[index - 1] ?? 0));
    }
    assert.equal(waits.at(-1), waits.at(-2));
    assert.ok((waits[1] ?? 0) === 2 * (waits[0] ?? 0));
  });

test('what failed together does not come again together', () => {
  const [least, most] = [waitAfterFault('throttled', 6, 0), waitAfterFault('throttled', 6, 0.999)];
  assert.ok(most > 1.9 * least && most <= 2 * least);
});

test('credentials that were refused are tried again soon enough to notice new ones, and seldom enough not to be a flood', () => {
  assert.ok(waitAfterFault('unauthorized', 1, 0) >= 30_000);
  assert.ok(waitAfterFault('unauthorized', 50, 0.999) <= 15 * 60_000);
});

test('an identity that is ready is checked again within a week, one that is looked for within the hour', () => {
  assert.ok(waitAfterCheck('ready', 1, 0.999) <= 7 * DAY_MS);
  assert.ok(waitAfterCheck('ready', 1, 0) >= DAY_MS);
  assert.ok(waitAfterCheck('checking', 1, 0.999) <= 30_000);
  assert.ok(waitAfterCheck('checking', 400, 0.999) <= 3_600_000);
});
