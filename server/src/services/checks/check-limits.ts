import {
  CHECK_ALLOWANCES,
  type CheckBucket,
  EXPECTED_QUESTIONS,
  fillCheckBucket,
  refillCheckBucket,
  takeFromBucket,
} from '../../core/access/check-allowances.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import { findRegistrableDomain } from '../../core/names/public-suffix.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import type { CheckAdmission, CheckLimits } from '../ports.ts';

const MAX_BUCKETS = 50_000;
/** For so long it is not asked again whether somebody has proved a name. */
const KNOWN_FOR_MS = 10_000;
const MAX_NAMES = 10_000;

type Kind = keyof typeof CHECK_ALLOWANCES;

const ALLOWED: CheckAdmission = { retryAfterSeconds: null, settle: () => undefined };

/** No limits at all. */
export const NO_CHECK_LIMITS: CheckLimits = {
  admit: async () => ALLOWED,
  admitLink: () => null,
};

/**
 * Creates the limits of checks, counted in memory by each node.
 *
 *     asked for    domain of the project → project → registrable domain
 *     watched                              project → registrable domain
 *     due                                            registrable domain
 *
 * The last one holds for names of which nobody here has proved any. It is counted in questions, and each project has one
 * check in ten seconds of its own there, which others cannot use up.
 */
export function createCheckLimits(ctx: Pick<Context, 'db' | 'clock'>): CheckLimits {
  const buckets = createBoundedMap<string, CheckBucket>(MAX_BUCKETS);
  const proved = createBoundedMap<string, { readonly isProved: boolean; readonly untilMs: number }>(MAX_NAMES);

  const find = (kind: Kind, id: string): CheckBucket => {
    const nowMs = ctx.clock.now().getTime();
    const key = `${kind} ${id}`;
    const bucket = buckets.use(key) ?? fillCheckBucket(CHECK_ALLOWANCES[kind], nowMs);
    refillCheckBucket(bucket, CHECK_ALLOWANCES[kind], nowMs);
    buckets.set(key, bucket);
    return bucket;
  };
  const take = (kind: Kind, id: string, count = 1) => takeFromBucket(find(kind, id), CHECK_ALLOWANCES[kind], count);
  const waitFor = (kind: Kind, id: string, count = 1): number | null => {
    const missing = count - find(kind, id).tokens;
    return missing <= 0 ? null : Math.max(1, Math.ceil(missing / CHECK_ALLOWANCES[kind].perSecond));
  };

  const isProved = async (registrable: string, name: string): Promise<boolean> => {
    const nowMs = ctx.clock.now().getTime();
    const known = proved.use(name);
    if (known && nowMs < known.untilMs) return known.isProved;
    const found = await table.hasProvedName(ctx.db, listNamesUpTo(registrable, name));
    proved.set(name, { isProved: found, untilMs: nowMs + KNOWN_FOR_MS });
    return found;
  };

  /** The registrable domain whose questions count; null where the check is of a name that is proved. */
  const findLimited = async ({ name, status }: Pick<StoredDomain, 'name' | 'status'>): Promise<string | null> => {
    if (status === 'VERIFIED' || status === 'TEMPORARY_FAILURE') return null;
    const registrable = findRegistrableDomain(name) ?? name;
    return (await isProved(registrable, name)) ? null : registrable;
  };

  return {
    async admit(domain, reason) {
      const { id, projectId } = domain;
      const counted = [
        ...(reason === 'asked' ? ([['domain', id]] as const) : []),
        ...(reason === 'due' ? [] : ([['project', projectId]] as const)),
      ];
      const registrable = await findLimited(domain);
      const own = `${registrable} ${projectId}`;
      // From here on nothing waits: what is seen to be there is taken.
      const hasOwn = registrable !== null && waitFor('projectAtRegistrable', own) === null;
      const waits = counted.flatMap(([kind, key]) => waitFor(kind, key) ?? []);
      if (registrable !== null && !hasOwn && waitFor('registrable', registrable, EXPECTED_QUESTIONS) !== null)
        waits.push(waitFor('projectAtRegistrable', own) ?? 1);
      if (waits.length > 0) return { ...ALLOWED, retryAfterSeconds: Math.max(...waits) };
      for (const [kind, key] of counted) take(kind, key);
      if (registrable === null) return ALLOWED;
      if (hasOwn) take('projectAtRegistrable', own);
      take('registrable', registrable, EXPECTED_QUESTIONS);
      return {
        retryAfterSeconds: null,
        settle: (questions) => take('registrable', registrable, questions - EXPECTED_QUESTIONS),
      };
    },
    admitLink(linkId) {
      const wait = waitFor('link', linkId);
      if (wait === null) take('link', linkId);
      return wait;
    },
  };
}

/** The name and those above it, as far up as somebody can own one. */
function listNamesUpTo(registrable: string, name: string): string[] {
  const names = [name];
  for (let at = name; at !== registrable && at.includes('.'); ) {
    at = at.slice(at.indexOf('.') + 1);
    names.push(at);
  }
  return names;
}
