import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../../core/clock.ts';
import { createPace, findPace } from './pace.ts';

describe('the pace of requests to Route 53', () => {
  it('is a burst of ten, then five a second, and a burst again after a pause', async () => {
    const { signal } = new AbortController();
    let now = 0;
    const waits: number[] = [];
    const clock: Clock = {
      now: () => new Date(now),
      monotonicMs: () => now,
      async sleep(ms) {
        waits.push(ms);
        now += ms;
      },
    };
    const pace = createPace();
    const take = async (count: number) => {
      waits.length = 0;
      for (let request = 0; request < count; request++) await pace.wait(clock, signal);
      return waits.map(Math.round);
    };
    deepEqual(await take(10), []);
    deepEqual(await take(3), [200, 200, 200]);
    now += 60_000;
    deepEqual(await take(11), [200]);
  });

  it('is one for all that use an access key', () => {
    equal(findPace('AKIAONE'), findPace('AKIAONE'));
    equal(findPace('AKIAONE') === findPace('AKIATWO'), false);
  });
});
