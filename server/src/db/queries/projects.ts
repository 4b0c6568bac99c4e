import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { asc, eq, inArray } from '../drizzle.ts';
import { apiKeys, domains, events, projects } from '../schema.ts';

export type Project = typeof projects.$inferSelect;

/** Inserts a project; false when the name is taken. */
export async function insertProject(db: Db, project: Project): Promise<boolean> {
  const inserted = await db
    .insert(projects)
    .values(project)
    .onConflictDoNothing({ target: projects.name })
    .returning({ id: projects.id });
  return inserted.length === 1;
}

/** Lists all projects, oldest first. */
export async function listProjects(db: Db): Promise<Project[]> {
  return db.select().from(projects).orderBy(asc(projects.createdAt), asc(projects.id));
}

/** Finds a project by its name. */
export async function findProjectByName(db: Db, name: string): Promise<Project | null> {
  const [project] = await db.select().from(projects).where(eq(projects.name, name));
  return project ?? null;
}

/** Changes a project's name, primary region and whether it requires a second factor. A name that another project has breaks the unique constraint. */
export async function updateProject(
  db: Db,
  id: ProjectId,
  change: { name: string; primaryRegion: string; requireSecondFactor: boolean },
): Promise<void> {
  await db.update(projects).set(change).where(eq(projects.id, id));
}

/** Takes a project's keys away, so that nothing is added to it any more. */
export async function deleteProjectKeys(db: Db, id: ProjectId): Promise<void> {
  await db.delete(apiKeys).where(eq(apiKeys.projectId, id));
}

/** Deletes up to `limit` of a project's domains with all that belongs to them; answers which these were. */
export async function deleteSomeDomains(tx: Db, id: ProjectId, limit: number) {
  const some = await tx
    .select({ id: domains.id })
    .from(domains)
    .where(eq(domains.projectId, id))
    .orderBy(domains.id)
    .limit(limit)
    .for('update');
  if (some.length === 0) return [];
  const deleted = await tx
    .delete(domains)
    .where(
      inArray(
        domains.id,
        some.map((row) => row.id),
      ),
    )
    .returning({ id: domains.id, name: domains.name, regionKey: domains.regionKey });
  const ids = deleted.map((row) => row.id);
  if (ids.length > 0) await tx.delete(events).where(inArray(events.domainId, ids));
  return deleted;
}

/** Deletes a project with what is left of it. */
export async function deleteProject(db: Db, id: ProjectId): Promise<void> {
  await db.delete(projects).where(eq(projects.id, id));
}
