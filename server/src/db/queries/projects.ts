import type { SQL } from 'drizzle-orm';
import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { asc, eq, inArray, or, sql } from '../drizzle.ts';
import { apiKeys, domains, events, projects } from '../schema.ts';

/** A project as its people know it. */
export type Project = Pick<
  typeof projects.$inferSelect,
  | 'id'
  | 'primaryRegion'
  | 'requireSecondFactor'
  | 'brandColor'
  | 'returnOrigins'
  | 'logoVersion'
  | 'dkimMode'
  | 'isTest'
  | 'clockOffsetMs'
  | 'createdAt'
> & {
  readonly name: string;
};

/** What a statement selects of a project. */
export const projectColumns = {
  id: projects.id,
  name: sql<string>`coalesce(${projects.title}, ${projects.handle})`.as('project_name'),
  primaryRegion: projects.primaryRegion,
  requireSecondFactor: projects.requireSecondFactor,
  brandColor: projects.brandColor,
  returnOrigins: projects.returnOrigins,
  logoVersion: projects.logoVersion,
  dkimMode: projects.dkimMode,
  isTest: projects.isTest,
  clockOffsetMs: projects.clockOffsetMs,
  createdAt: projects.createdAt,
};

/** Inserts a project whose name nobody else here may have; false when it is taken. */
export async function insertProject(db: Db, { name, ...project }: Project): Promise<boolean> {
  const inserted = await db
    .insert(projects)
    .values({ ...project, handle: name, title: name })
    .onConflictDoNothing({ target: projects.handle })
    .returning({ id: projects.id });
  return inserted.length === 1;
}

/** Inserts a project of a tenant, whose name another one may have: in the same time whether one has. @param digits random ones */
export async function insertTenantProject(db: Db, { name, ...project }: Project, digits: string): Promise<boolean> {
  const inserted = await db
    .insert(projects)
    .values({ ...project, handle: findHandle(project.id, name, digits), title: name })
    .onConflictDoNothing({ target: projects.handle })
    .returning({ id: projects.id });
  return inserted.length === 1;
}

function findHandle(id: ProjectId, name: string, digits: string): SQL<string> {
  return sql`(select case when exists (select 1 from ${projects} as other where other.name = ${name}::text and other.id <> ${id}::text)
    then ${`${name}~${digits}`}::text else ${name}::text end)`;
}

/** Lists all projects, oldest first. */
export async function listProjects(db: Db): Promise<Project[]> {
  return db.select(projectColumns).from(projects).orderBy(asc(projects.createdAt), asc(projects.id));
}

/** Finds the projects of that name, of whatever tenants, oldest first. */
export async function findProjectsByName(db: Db, name: string): Promise<Project[]> {
  return db
    .select(projectColumns)
    .from(projects)
    .where(or(eq(projects.handle, name), eq(projects.title, name)))
    .orderBy(asc(projects.createdAt), asc(projects.id));
}

/** Finds a project. */
export async function findProject(db: Db, id: ProjectId): Promise<Project | null> {
  const [project] = await db.select(projectColumns).from(projects).where(eq(projects.id, id));
  return project ?? null;
}

/** Changes a project's settings. @param digits random ones, for a name that another tenant has */
export async function updateProject(
  db: Db,
  id: ProjectId,
  {
    name,
    ...change
  }: Pick<Project, 'name' | 'primaryRegion' | 'requireSecondFactor' | 'brandColor' | 'returnOrigins' | 'dkimMode'>,
  digits: string,
): Promise<void> {
  await db
    .update(projects)
    .set({ ...change, handle: findHandle(id, name, digits), title: name })
    .where(eq(projects.id, id));
}

/** Changes what a project's people call it, and not how the operator finds it. */
export async function setProjectTitle(tx: Db, id: ProjectId, title: string): Promise<void> {
  await tx.update(projects).set({ title }).where(eq(projects.id, id));
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
    .returning({ id: domains.id, name: domains.name, regionKey: domains.regionKey, isTest: domains.isTest });
  const ids = deleted.map((row) => row.id);
  if (ids.length > 0) await tx.delete(events).where(inArray(events.domainId, ids));
  return deleted;
}

/** Deletes a project with what is left of it. */
export async function deleteProject(db: Db, id: ProjectId): Promise<void> {
  await db.delete(projects).where(eq(projects.id, id));
}
