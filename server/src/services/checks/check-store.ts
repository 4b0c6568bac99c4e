import type { Evidence } from '../../core/findings/evidence.ts';
import type { DomainId } from '../../core/ids.ts';
import type { Db } from '../../db/client.ts';
import { isDatabaseAway } from '../../db/failures.ts';
import { type CheckToStore, type ConcludedCheck, nameCheck, storeChecks } from '../../db/queries/checks.ts';
import { findEvidences } from '../../db/queries/history.ts';
import type { StoredDomain } from '../domains/domains.ts';
import { gatherLookups } from '../node/gathered.ts';

/** Reads and stores checks; those that end at the same time share a statement. */
export interface CheckStore {
  /** What the check before saw; null where there was none. */
  findEvidence(id: DomainId): Promise<Evidence | null>;
  /** False, and nothing is stored, when the row is no longer the one that was read as `seen`. */
  store(seen: StoredDomain, outcome: ConcludedCheck): Promise<boolean>;
}

/** A busy node ends a check each millisecond: so many share a statement, and a single one does not wait. */
const REST_MS = 10;

type Stored = { readonly isStored: true } | { readonly error: unknown };

/** Creates the store. A check that the database refuses fails alone: the others of its statement are stored one by one then. */
export function createCheckStore(db: Db): CheckStore {
  const store = gatherLookups<CheckToStore, Stored>(
    ({ seen }) => nameCheck(seen),
    async (checks) => {
      try {
        return toResults(await storeChecks(db, checks));
      } catch (error) {
        if (checks.length === 1 || isDatabaseAway(error)) throw error;
        const results = new Map<string, Stored>();
        for (const check of checks) {
          const name = nameCheck(check.seen);
          try {
            if ((await storeChecks(db, [check])).has(name)) results.set(name, { isStored: true });
          } catch (ownError) {
            results.set(name, { error: ownError });
          }
        }
        return results;
      }
    },
    REST_MS,
  );
  const find = gatherLookups(
    (id: DomainId) => id,
    (ids) => findEvidences(db, ids),
    REST_MS,
  );
  return {
    findEvidence: async (id) => (await find(id))?.evidence ?? null,
    async store(seen, outcome) {
      const result = await store({ seen, outcome });
      if (result && 'error' in result) throw result.error;
      return result !== null;
    },
  };
}

function toResults(names: ReadonlySet<string>): Map<string, Stored> {
  return new Map([...names].map((name) => [name, { isStored: true }]));
}
