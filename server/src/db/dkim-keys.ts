import type { DomainId, DomainName, ProjectId } from '../core/ids.ts';
import type { VerificationStatus } from '../core/status.ts';
import type { Db } from './client.ts';
import { and, desc, eq, ne, sql } from './drizzle.ts';
import { dkimKeys, domains } from './schema.ts';

/** A key of a domain, with its private half sealed. */
export type StoredKey = typeof dkimKeys.$inferSelect;

/** Which of a domain's keys stands in `dnsRecords.dkim`: the active RSA key, of which there is always one. */
export const isPrimaryKey = and(eq(dkimKeys.stage, 'active'), ne(dkimKeys.algorithm, 'ed25519'));

/** Inserts a key; false when its selector is taken for that domain name. */
export async function insertDkimKey(db: Db, key: typeof dkimKeys.$inferInsert): Promise<boolean> {
  const inserted = await db
    .insert(dkimKeys)
    .values(key)
    .onConflictDoNothing({ target: [dkimKeys.domainName, dkimKeys.selector] })
    .returning({ id: dkimKeys.id });
  return inserted.length === 1;
}

/** Lists a domain's keys of all stages, newest first. */
export async function listKeys(db: Db, domainId: DomainId): Promise<StoredKey[]> {
  return db
    .select()
    .from(dkimKeys)
    .where(eq(dkimKeys.domainId, domainId))
    .orderBy(desc(dkimKeys.createdAt), desc(dkimKeys.id));
}

/** What mail of a domain is signed with: its state and its active keys, as one statement saw them. */
export interface StoredSigner {
  readonly id: DomainId;
  readonly name: DomainName;
  readonly status: VerificationStatus;
  /** RSA first. Without an Ed25519 key whose record is gone: its signatures would fail, and the RSA key suffices. */
  readonly keys: readonly Pick<StoredKey, 'id' | 'selector' | 'algorithm' | 'publicKey' | 'privateKeySealed'>[];
}

/** Finds a domain's state and its active keys in one statement, so that a rotation is seen whole or not at all; null for no such domain. */
export async function findSigner(db: Db, projectId: ProjectId, id: string): Promise<StoredSigner | null> {
  const rows = await db
    .select({ id: domains.id, name: domains.name, status: domains.status, key: dkimKeys })
    .from(domains)
    .innerJoin(
      dkimKeys,
      and(
        eq(dkimKeys.domainId, domains.id),
        eq(dkimKeys.stage, 'active'),
        sql`${dkimKeys.sight} is distinct from 'nowhere'`,
      ),
    )
    .where(and(eq(domains.id, id as DomainId), eq(domains.projectId, projectId)))
    // 'rsa-2048' after 'ed25519'.
    .orderBy(desc(dkimKeys.algorithm));
  const [first] = rows;
  return first ? { id: first.id, name: first.name, status: first.status, keys: rows.map(({ key }) => key) } : null;
}

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
