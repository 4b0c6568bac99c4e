import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { eq, inArray } from '../drizzle.ts';
import { projects } from '../schema.ts';

/** Whether a project is one for tests; false where there is none of this id. */
export async function isTestProject(db: Db, id: ProjectId): Promise<boolean> {
  const [row] = await db.select({ isTest: projects.isTest }).from(projects).where(eq(projects.id, id));
  return row?.isTest ?? false;
}

/** Reads how far the clocks of test projects are ahead of real time, in milliseconds; a project that is gone is left out. */
export async function readClockOffsets(db: Db, ids: readonly ProjectId[]): Promise<Map<ProjectId, number>> {
  const rows = await db
    .select({ id: projects.id, offsetMs: projects.clockOffsetMs })
    .from(projects)
    .where(inArray(projects.id, [...ids]));
  return new Map(rows.map(({ id, offsetMs }) => [id, offsetMs]));
}
