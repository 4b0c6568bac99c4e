import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maySend } from './sending-statuses.ts';
import { VERIFICATION_STATUSES } from './status.ts';

test('a domain may send while it is verified, and while it is at risk', () => {
  const sending = VERIFICATION_STATUSES.filter(maySend);
  assert.deepEqual(sending, ['VERIFIED', 'TEMPORARY_FAILURE']);
});
