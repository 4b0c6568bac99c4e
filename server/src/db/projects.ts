import type { Db } from './client.ts';
import { asc, eq } from './drizzle.ts';
import { projects } from './schema.ts';

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
