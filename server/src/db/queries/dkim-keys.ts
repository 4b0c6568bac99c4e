import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import { SENDING_STATUSES } from '../../core/lifecycle/sending-statuses.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, gt, inArray, ne, sql } from '../drizzle.ts';
import { dkimKeys, domains } from '../schema.ts';

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
        sql`${dkimKeys.observation} is distinct from 'nowhere'`,
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

/** A key that a mail server signs with. */
export interface SigningKeyRow {
  readonly domain: DomainName;
  readonly keyId: string;
  readonly selector: string;
}

/** Domains whose mail is signed: those that are verified or at risk. */
const mayStillSend = inArray(domains.status, [...SENDING_STATUSES]);

/**
 * Lists the RSA keys that mail is signed with now, by domain name: of the domains that are verified or at risk, which may
 * still send. Where several projects have verified one name, the one that did so first stands for it.
 * @param after the domain name after which the page begins
 */
export async function listSigningKeys(
  db: Db,
  page: {
    readonly projectId?: ProjectId;
    readonly after?: DomainName;
    /** Only these, if mail is signed with them now. */
    readonly keyIds?: readonly string[];
    readonly limit: number;
  },
): Promise<SigningKeyRow[]> {
  return db
    .selectDistinctOn([domains.name], { domain: domains.name, keyId: dkimKeys.id, selector: dkimKeys.selector })
    .from(domains)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, domains.id), isPrimaryKey))
    .where(
      and(
        mayStillSend,
        page.projectId && eq(domains.projectId, page.projectId),
        page.keyIds && inArray(dkimKeys.id, [...page.keyIds]),
        page.after === undefined ? undefined : gt(domains.name, page.after),
      ),
    )
    .orderBy(domains.name, domains.verifiedAt, domains.id)
    .limit(page.limit);
}

/**
 * Reads a text that changes whenever `listSigningKeys` would list other keys of the project. A key's domain and
 * selector never change, so the ids say all; they are added up without a sort, and their order says nothing.
 */
export async function readSigningKeysMark(db: Db, projectId: ProjectId): Promise<string> {
  const [row] = await db
    .select({
      mark: sql<string>`count(*) || '-' || coalesce(to_hex(bit_xor(hashtextextended(${dkimKeys.id}, 0))), '')`,
    })
    .from(domains)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, domains.id), isPrimaryKey))
    .where(and(mayStillSend, eq(domains.projectId, projectId)));
  return row?.mark ?? '0-';
}

/** Reads the sealed private halves of keys, by id; keys that are gone are left out. */
export async function readSealedKeys(db: Db, ids: readonly string[]): Promise<Map<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: dkimKeys.id, sealed: dkimKeys.privateKeySealed })
    .from(dkimKeys)
    .where(inArray(dkimKeys.id, [...ids]));
  return new Map(rows.map(({ id, sealed }) => [id, sealed]));
}
