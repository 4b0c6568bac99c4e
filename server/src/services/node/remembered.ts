import { createBoundedMap } from '../../core/bounded-map.ts';
import type { Clock } from '../../core/clock.ts';
import type { Remembered } from '../ports.ts';

/** Creates it. @param limit how many answers are kept at most */
export function createRemembered<T>(clock: Pick<Clock, 'monotonicMs'>, limit: number): Remembered<T> {
  const known = createBoundedMap<string, { readonly value: T; readonly untilMs: number }>(limit);
  const underWay = new Map<string, Promise<T>>();
  return {
    async run(key, find) {
      const found = known.use(key);
      if (found && clock.monotonicMs() < found.untilMs) return found.value;
      const other = underWay.get(key);
      if (other) return other;
      const finding = find().then(({ value, forMs }) => {
        known.set(key, { value, untilMs: clock.monotonicMs() + forMs });
        return value;
      });
      underWay.set(key, finding);
      return finding.finally(() => underWay.delete(key));
    },
  };
}
