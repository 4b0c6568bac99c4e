import type { DomainId } from '../../core/ids.ts';
import type { Presence } from '../ports.ts';

/** Creates it: kept in memory, so that watching costs the database nothing. Which node checks is decided in the domain's row. */
export function createPresence(): Presence {
  const watchers = new Map<DomainId, number>();
  const pausedUntil = new Map<DomainId, Date>();
  return {
    watch(id) {
      watchers.set(id, (watchers.get(id) ?? 0) + 1);
      let isWatching = true;
      return () => {
        if (!isWatching) return;
        isWatching = false;
        const left = (watchers.get(id) ?? 1) - 1;
        if (left > 0) watchers.set(id, left);
        else {
          watchers.delete(id);
          pausedUntil.delete(id);
        }
      };
    },
    pause: (id, until) => void (watchers.has(id) && pausedUntil.set(id, until)),
    list: (now) => [...watchers.keys()].filter((id) => (pausedUntil.get(id) ?? now) <= now),
  };
}
