import type { MeterListener, Meters } from '../ports.ts';

/** Creates the meters of a node. */
export function createMeters(): Meters {
  const listeners: MeterListener[] = [];
  return {
    check(status, isAnswered) {
      for (const listener of listeners) listener.onCheck?.(status, isAnswered);
    },
    answer(answer) {
      for (const listener of listeners) listener.onAnswer?.(answer);
    },
    provider(region, outcome) {
      for (const listener of listeners) listener.onProvider?.(region, outcome);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
