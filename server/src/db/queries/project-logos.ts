import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { eq } from '../drizzle.ts';
import { projects } from '../schema.ts';
import { projectLogos } from '../schema-dashboard.ts';

/** A stored logo. */
export type StoredLogo = Pick<typeof projectLogos.$inferSelect, 'type' | 'image'>;

/** Stores a project's logo in the place of the one that it had. */
export async function putLogo(tx: Db, projectId: ProjectId, logo: StoredLogo, version: string): Promise<void> {
  await tx
    .insert(projectLogos)
    .values({ projectId, ...logo })
    .onConflictDoUpdate({ target: projectLogos.projectId, set: logo });
  await tx.update(projects).set({ logoVersion: version }).where(eq(projects.id, projectId));
}

/** Takes a project's logo away. */
export async function deleteLogo(tx: Db, projectId: ProjectId): Promise<void> {
  await tx.delete(projectLogos).where(eq(projectLogos.projectId, projectId));
  await tx.update(projects).set({ logoVersion: null }).where(eq(projects.id, projectId));
}

/** Finds a project's logo; null where it has none. */
export async function findLogo(db: Db, projectId: ProjectId): Promise<StoredLogo | null> {
  const [logo] = await db
    .select({ type: projectLogos.type, image: projectLogos.image })
    .from(projectLogos)
    .where(eq(projectLogos.projectId, projectId));
  return logo ?? null;
}
