import type { Evidence } from '../../core/findings/evidence.ts';
import type { DomainId } from '../../core/ids.ts';
import type { Db } from '../../db/client.ts';
import { isDatabaseAway } from '../../db/failures.ts';
import { type LookOutcome, type NewLook, nameLook, storeLooks } from '../../db/queries/checks.ts';
import { findEvidences } from '../../db/queries/history.ts';
import type { StoredDomain } from '../domains/domains.ts';
import { gatherLookups } from '../node/gathered.ts';

/** Reads and stores looks; those that end at the same time share a statement. */
export interface LookStore {
  /** What the look before saw; null where there was none. */
  findEvidence(id: DomainId): Promise<Evidence | null>;
  /** False, and nothing is stored, when the row is no longer the one that was read as `seen`. */
  store(seen: StoredDomain, outcome: LookOutcome): Promise<boolean>;
}

/** A busy node ends a look each millisecond: so many share a statement, and a single one does not wait. */
const REST_MS = 10;

type Stored = { readonly isStored: true } | { readonly error: unknown };

/** Creates the store. A look that the database refuses fails alone: the others of its statement are stored one by one then. */
export function createLookStore(db: Db): LookStore {
  const store = gatherLookups<NewLook, Stored>(
    ({ seen }) => nameLook(seen),
    async (looks) => {
      try {
        return toResults(await storeLooks(db, looks));
      } catch (error) {
        if (looks.length === 1 || isDatabaseAway(error)) throw error;
        const results = new Map<string, Stored>();
        for (const look of looks) {
          const name = nameLook(look.seen);
          try {
            if ((await storeLooks(db, [look])).has(name)) results.set(name, { isStored: true });
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
