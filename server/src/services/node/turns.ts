import { AppError } from '../../core/errors.ts';
import type { Turns } from '../ports.ts';

/** How many may work at once, of one owner and of all, and how many may wait. */
export interface TurnLimits {
  readonly ofOwner: number;
  readonly total: number;
  readonly waiting: number;
}

const RETRY_AFTER_SECONDS = 1;

interface Owner {
  running: number;
  readonly waiting: (() => void)[];
}

/** Creates it. Whoever waits is served in the order in which they came, and owners one after the other: none waits for all that another has brought. */
export function createTurns({ ofOwner, total, waiting: maxWaiting }: TurnLimits): Turns {
  // In the order in which their turn comes.
  const owners = new Map<string, Owner>();
  let running = 0;

  const serveNext = (): void => {
    while (running < total) {
      const next = [...owners].find(([, owner]) => owner.waiting.length > 0 && owner.running < ofOwner);
      if (!next) return;
      const [name, owner] = next;
      owners.delete(name);
      owners.set(name, owner);
      owner.running += 1;
      running += 1;
      owner.waiting.shift()?.();
    }
  };

  return {
    async take(name, work) {
      const owner = owners.get(name) ?? { running: 0, waiting: [] };
      owners.set(name, owner);
      if (owner.waiting.length >= maxWaiting)
        throw new AppError('RATE_LIMIT_EXCEEDED', 'Too many slow requests of this project at once.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      const { promise: isOurTurn, resolve } = Promise.withResolvers<void>();
      owner.waiting.push(resolve);
      serveNext();
      await isOurTurn;
      try {
        return await work();
      } finally {
        owner.running -= 1;
        running -= 1;
        if (owner.running === 0 && owner.waiting.length === 0) owners.delete(name);
        serveNext();
      }
    },
  };
}

/** Lets all work at once. */
export const NO_TURNS: Turns = { take: (_owner, work) => work() };
