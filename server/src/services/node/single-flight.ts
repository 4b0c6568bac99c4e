import type { SingleFlight } from '../ports.ts';

/**
 * Creates it; nothing is remembered once the work is done. Whoever comes while it is under way gets the next piece, which all of
 * them share: the one under way may have asked before something changed that they know of.
 */
export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, { current: Promise<T>; next: Promise<T> | null }>();

  function start(key: string, work: () => Promise<T>): Promise<T> {
    const current = work().finally(() => {
      if (flights.get(key)?.next === null) flights.delete(key);
    });
    flights.set(key, { current, next: null });
    return current;
  }

  return {
    run(key, work) {
      const flight = flights.get(key);
      if (!flight) return start(key, work);
      flight.next ??= flight.current.catch(() => undefined).then(() => start(key, work));
      return flight.next;
    },
  };
}
