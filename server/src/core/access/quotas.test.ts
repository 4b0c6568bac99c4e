import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildQuotaLimits, NO_QUOTAS, QUOTAS, requireRoom } from './quotas.ts';

test('the last place of a quota can be taken, and what comes after it is told which quota, how many and who can raise it', () => {
  const limits = buildQuotaLimits({ apiKeys: 3 });
  for (const count of [0, 1, 2]) requireRoom(limits, 'apiKeys', count);
  for (const count of [3, 4])
    assert.throws(() => requireRoom(limits, 'apiKeys', count), {
      code: 'QUOTA_EXCEEDED',
      message: `This project has ${count} valid API keys, and the limit is 3. Revoke one that nobody uses, or ask whoever runs this installation to raise it (AUTOSEND_QUOTAS, apiKeys).`,
    });
});

test('what is not set has the number of the table, and null is no limit', () => {
  const limits = buildQuotaLimits({ apiKeys: null });
  assert.deepEqual(limits, {
    ...Object.fromEntries(Object.entries(QUOTAS).map(([name, { max }]) => [name, max])),
    apiKeys: null,
  });
  requireRoom(limits, 'apiKeys', 1_000_000);
  for (const name of Object.keys(QUOTAS)) requireRoom(NO_QUOTAS, name as keyof typeof QUOTAS, 1_000_000);
});
