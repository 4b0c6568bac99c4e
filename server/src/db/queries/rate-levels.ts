import type { Db } from '../db.ts';
import { lt, sql } from '../drizzle.ts';
import { rateLevels } from '../schema.ts';

/** What was taken of an allowance since it was last told. */
export interface TakenTokens {
  readonly id: string;
  readonly count: number;
  /** How fast it comes back. */
  readonly perSecond: number;
}

/**
 * Adds to what all nodes together have taken, in one statement; what was taken before has gone down by its rate.
 * @returns how much of each allowance is in use at `now`
 */
export async function addTaken(db: Db, taken: readonly TakenTokens[], now: Date): Promise<Map<string, number>> {
  const ids = sql.param(taken.map(({ id }) => id));
  const counts = sql.param(taken.map(({ count }) => count));
  const rates = sql.param(taken.map(({ perSecond }) => perSecond));
  const { rows } = await db.execute<{ id: string; level: number }>(sql`
    with told as (select * from unnest(${ids}::text[], ${counts}::float8[], ${rates}::float8[]) as told (id, taken, rate))
    insert into ${rateLevels} as known (id, level, at) select id, taken, ${now.toISOString()}::timestamptz from told order by id
    on conflict (id) do update set at = greatest(known.at, excluded.at), level = excluded.level + greatest(0, known.level -
      (select rate from told where told.id = excluded.id) * greatest(0, extract(epoch from excluded.at - known.at)))
    returning id, level`);
  return new Map(rows.map(({ id, level }) => [id, Number(level)]));
}

/** Forgets allowances that nobody has used since. */
export async function deleteOldLevels(db: Db, before: Date): Promise<void> {
  await db.delete(rateLevels).where(lt(rateLevels.at, before));
}
