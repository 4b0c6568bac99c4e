import { buildAllowance, fillBucket, type TokenBucket, takeToken } from '../../core/access/token-bucket.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import type { Clock } from '../../core/clock.ts';
import type { HostLimits } from '../ports.ts';

/** Some hundred customers of one DNS provider open their pages within a minute without meeting it. */
const ASKED_OF_ONE = buildAllowance(5, 50);
/** So many are remembered. Whoever wants one forgotten has to have us ask as many others. */
const MAX_REMEMBERED = 10_000;

/** Creates the limits of one node. */
export function createHostLimits(clock: Pick<Clock, 'now'>): HostLimits {
  const buckets = createBoundedMap<string, TokenBucket>(MAX_REMEMBERED);
  return {
    mayAsk(what) {
      const nowMs = clock.now().getTime();
      const bucket = buckets.use(what) ?? fillBucket(ASKED_OF_ONE, nowMs);
      buckets.set(what, bucket);
      return takeToken(bucket, ASKED_OF_ONE, nowMs, 1);
    },
  };
}
