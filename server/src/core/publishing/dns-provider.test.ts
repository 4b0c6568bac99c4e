import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryZones } from '../../../test/support/publishing/memory-zones.ts';
import { keepsTheProviderContract } from '../../../test/support/publishing/provider-contract.ts';
import { formatTxt } from './rdata.ts';
import type { RrSet } from './rr-set.ts';

const LEFT: RrSet = { name: 'left.example.com', type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('left')] };

describe('zones in memory', () => {
  const provider = createMemoryZones('example.com');
  keepsTheProviderContract(() => ({ provider, zoneName: 'example.com' }));

  it('holds what somebody else put there, and can carry out a write that it says failed', async () => {
    const { signal } = new AbortController();
    const own = createMemoryZones('example.com', [LEFT]);
    own.put({ ...LEFT, rdata: [formatTxt('right')] });
    own.failNextWrite({ outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true });
    const { outcome } = await own.write(
      { id: '1', name: 'example.com' },
      [{ before: { ...LEFT, rdata: [formatTxt('right')] }, after: null }],
      signal,
    );
    equal(outcome, 'unreachable');
    equal(own.listAll().length, 0);
  });
});
