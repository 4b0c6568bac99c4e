import type { DomainId } from '../../core/ids.ts';
import type { Database } from '../../db/client.ts';
import { isDatabaseAway, isTooSlow } from '../../db/failures.ts';
import {
  type CheckToStore,
  type FinishedCheck,
  nameCheck,
  storeChecks,
  storeUnchangedChecks,
  type UnchangedCheck,
} from '../../db/queries/checks.ts';
import { findEvidences, type Outlets } from '../../db/queries/history.ts';
import { gatherLookups } from '../node/gathered.ts';
import type { CheckStore } from '../ports.ts';

/** A busy node ends a check each millisecond: so many share a statement, and a single one does not wait. */
const REST_MS = 10;
/** A check that saw nothing new holds up nobody while it waits for others. */
const REST_UNCHANGED_MS = 50;

type Stored = { readonly isStored: true } | { readonly error: unknown };

/** Creates the store. @param waits whether others may join the next statement */
export function createCheckStore(db: Database, outlets: Outlets, waits = true): CheckStore {
  const restMs = waits ? REST_MS : 0;
  const store = gatherChecks((checks: readonly CheckToStore[]) => storeChecks(db, checks, outlets), restMs);
  const storeUnchanged = gatherChecks(
    (checks: readonly FinishedCheck<UnchangedCheck>[]) => storeUnchangedChecks(db, checks),
    waits ? REST_UNCHANGED_MS : 0,
  );
  const find = gatherLookups(
    (id: DomainId) => id,
    (ids) => findEvidences(db, ids),
    restMs,
  );
  return {
    findEvidence: async (id) => (await find(id))?.evidence ?? null,
    store: (seen, outcome) => store({ seen, outcome }),
    storeUnchanged: (seen, outcome) => storeUnchanged({ seen, outcome }),
  };
}

/** Gathers checks for a statement. One that the database refuses fails alone: the others of its statement are stored one by one then. */
function gatherChecks<Check extends Pick<CheckToStore, 'seen'>>(
  storeAll: (checks: readonly Check[]) => Promise<ReadonlySet<string>>,
  restMs: number,
): (check: Check) => Promise<boolean> {
  const store = gatherLookups<Check, Stored>(
    ({ seen }) => nameCheck(seen),
    async (checks) => {
      try {
        return toResults(await storeAll(checks));
      } catch (error) {
        if (checks.length === 1 || isDatabaseAway(error) || isTooSlow(error)) throw error;
        const results = new Map<string, Stored>();
        for (const check of checks) {
          const name = nameCheck(check.seen);
          try {
            if ((await storeAll([check])).has(name)) results.set(name, { isStored: true });
          } catch (ownError) {
            results.set(name, { error: ownError });
          }
        }
        return results;
      }
    },
    restMs,
  );
  return async (check) => {
    const result = await store(check);
    if (result && 'error' in result) throw result.error;
    return result !== null;
  };
}

function toResults(names: ReadonlySet<string>): Map<string, Stored> {
  return new Map([...names].map((name) => [name, { isStored: true }]));
}
