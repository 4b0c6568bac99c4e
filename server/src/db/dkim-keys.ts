import type { ProjectId } from '../core/ids.ts';
import type { Db } from './client.ts';
import { and, eq, sql } from './drizzle.ts';
import { dkimKeys, domains } from './schema.ts';

/** Finds which domain of a project has this public key (base64), whatever stage it is in; null for none. */
export async function findKeyOwner(db: Db, projectId: ProjectId, publicKey: string): Promise<string | null> {
  const [row] = await db
    .select({ name: domains.name })
    .from(dkimKeys)
    .innerJoin(domains, eq(domains.id, dkimKeys.domainId))
    // The index is on the digest: keys are longer than an entry should be.
    .where(
      and(
        sql`md5(${dkimKeys.publicKey}) = md5(${publicKey})`,
        eq(dkimKeys.publicKey, publicKey),
        eq(domains.projectId, projectId),
      ),
    )
    .limit(1);
  return row?.name ?? null;
}
