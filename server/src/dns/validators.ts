import { type Budget, waitWithin } from './budget.ts';
import type { Target } from './udp/sockets.ts';

/** Which of the resolvers validate (RFC 4035 §3.2): their word on whether a zone is signed is worth something. */
export interface Validators {
  has(resolver: Target): boolean;
  /** Notes that a resolver validated for an answer (the AD bit), whatever it was asked. */
  note(resolver: Target): void;
  /** Asks those of which it is not known, or not any more. Comes back at once where all is known. */
  learn(budget: Budget): Promise<void>;
}

/** Asks a resolver for something that every validating one validates for. Null: it did not answer. */
export type AskForProof = (resolver: Target, budget: Budget) => Promise<boolean | null>;

const STANDING_MS = 3_600_000;
/** When one that did not answer is asked again. */
const RETRY_MS = 60_000;

interface Standing {
  readonly resolver: Target;
  validates: boolean;
  validatedAt: number;
  askAgainAt: number;
}

/**
 * Builds the memory. Each resolver is asked once an hour; one that does not answer keeps the standing it had, or an
 * attacker could turn validation off by making it slow.
 * @param now milliseconds of a clock that never goes back
 * @param graceMs how long the others are waited for when one has answered
 */
export function createValidators(
  resolvers: readonly Target[],
  askForProof: AskForProof,
  now: () => number,
  graceMs: number,
): Validators {
  const standings = new Map<string, Standing>();
  for (const resolver of resolvers) {
    standings.set(keyOf(resolver), {
      resolver,
      validates: false,
      validatedAt: Number.NEGATIVE_INFINITY,
      askAgainAt: 0,
    });
  }
  let flight: Promise<void> | null = null;

  async function learnOne(standing: Standing, budget: Budget): Promise<boolean> {
    standing.askAgainAt = now() + RETRY_MS;
    const proof = await askForProof(standing.resolver, budget);
    if (proof === null) return false;
    standing.askAgainAt = now() + STANDING_MS;
    if (proof) note(standing.resolver);
    // It may have an anchor for other zones than the root, and have shown so.
    else standing.validates = now() - standing.validatedAt < STANDING_MS;
    return true;
  }

  function note(resolver: Target): void {
    const standing = standings.get(keyOf(resolver));
    if (!standing) return;
    standing.validates = true;
    standing.validatedAt = now();
  }

  return {
    has: (resolver) => standings.get(keyOf(resolver))?.validates === true,
    note,
    learn: async (budget) => {
      const due = [...standings.values()].filter(({ askAgainAt }) => askAgainAt <= now());
      if (due.length > 0) {
        const own = waitForMost(
          due.map((standing) => learnOne(standing, budget)),
          graceMs,
        ).finally(() => {
          if (flight === own) flight = null;
        });
        flight = own;
      }
      if (flight) await waitWithin(budget, flight);
    },
  };
}

/** Waits for all, or for `graceMs` after the first that was of use. */
function waitForMost(works: readonly Promise<boolean>[], graceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    for (const work of works) {
      work.then((isOfUse) => {
        if (isOfUse) timer ??= setTimeout(end, graceMs);
      }, reject);
    }
    Promise.all(works).then(end, reject);
  });
}

function keyOf({ address, port }: Target): string {
  return `${address} ${port}`;
}
