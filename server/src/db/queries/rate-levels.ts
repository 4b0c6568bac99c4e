import type { Level } from '../../core/access/check-allowances.ts';
import type { Db } from '../db.ts';
import { and, lt, or, sql } from '../drizzle.ts';
import { rateLevels } from '../schema-service.ts';

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

/** Reads levels, and keeps everybody else from reading them until the end of the transaction. One that is not there yet is 0. */
export async function lockLevels(tx: Db, ids: readonly string[], now: Date): Promise<Map<string, Level>> {
  const { rows } = await tx.execute<{ id: string; level: number; at: number }>(sql`
    insert into ${rateLevels} as known (id, level, at)
    select id, 0, ${now.toISOString()}::timestamptz from unnest(${sql.param([...ids])}::text[]) as wanted (id) order by id
    on conflict (id) do update set level = known.level
    returning id, level, (extract(epoch from at) * 1000)::float8 as at`);
  return new Map(rows.map(({ id, level, at }) => [id, { used: Number(level), atMs: Number(at) }]));
}

/** Stores levels that were locked, as they are at `now`. */
export async function storeLevels(
  tx: Db,
  levels: readonly { readonly id: string; readonly used: number }[],
  now: Date,
): Promise<void> {
  const ids = sql.param(levels.map(({ id }) => id));
  const used = sql.param(levels.map((level) => level.used));
  await tx.execute(sql`
    update ${rateLevels} as known set level = told.used, at = greatest(known.at, ${now.toISOString()}::timestamptz)
    from unnest(${ids}::text[], ${used}::float8[]) as told (id, used) where known.id = told.id`);
}

/** What the ids of levels begin with that go down over a day. */
export const DAILY_LEVEL = 'day:';
const DAY_MS = 86_400_000;

/** Forgets allowances that nobody has used since, and those of a day that nobody has used for one. */
export async function deleteOldLevels(db: Db, before: Date): Promise<void> {
  const dayBefore = new Date(before.getTime() - DAY_MS);
  await db
    .delete(rateLevels)
    .where(
      and(
        lt(rateLevels.at, before),
        or(lt(rateLevels.at, dayBefore), sql`left(${rateLevels.id}, ${DAILY_LEVEL.length}) <> ${DAILY_LEVEL}`),
      ),
    );
}
