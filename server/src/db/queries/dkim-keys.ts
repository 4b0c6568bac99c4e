import type { SQL } from 'drizzle-orm';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import { SENDING_STATUSES } from '../../core/lifecycle/sending-statuses.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, gt, inArray, ne, not, sql } from '../drizzle.ts';
import { dkimKeys, domains } from '../schema.ts';

/** A key of a domain, with its private half sealed. */
export type StoredKey = Omit<typeof dkimKeys.$inferSelect, 'freeName'> & { readonly domainName: DomainName };

/** Which of a domain's keys stands in `dnsRecords.dkim`: the active RSA key, of which there is always one. */
export const isPrimaryKey = and(eq(dkimKeys.stage, 'active'), ne(dkimKeys.algorithm, 'ed25519'));

/** Inserts a key; false when the domain has one with this selector. What other projects have decides nothing. */
export async function insertDkimKey(
  tx: Db,
  { domainName, ...key }: Omit<typeof dkimKeys.$inferInsert, 'freeName'> & Pick<StoredKey, 'domainName'>,
): Promise<boolean> {
  // So that two projects that add this name at the same moment see each other's row.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${domainName}, 0))`);
  const inserted = await tx
    .insert(dkimKeys)
    .values({ ...key, freeName: findFreeName(domainName, key.selector) })
    .onConflictDoNothing({ target: [dkimKeys.domainId, dkimKeys.selector] })
    .returning({ id: dkimKeys.id });
  return inserted.length === 1;
}

/** Deletes what is retired of a selector, so that another key may have it. */
export async function deleteRetiredKeys(tx: Db, domainId: DomainId, selector: string): Promise<void> {
  await tx
    .delete(dkimKeys)
    .where(and(eq(dkimKeys.domainId, domainId), eq(dkimKeys.selector, selector), eq(dkimKeys.stage, 'retired')));
}

/** What stands in `domain_name`: nothing where another row has this name and selector. */
export function findFreeName(domainName: unknown, selector: unknown): SQL<DomainName | null> {
  return sql`(select ${domainName}::text where not exists (
    select 1 from ${dkimKeys} as other where other.domain_name = ${domainName}::text and other.selector = ${selector}::text))`;
}

/** Lists a domain's keys of all stages, newest first. */
export async function listKeys(db: Db, domain: { id: DomainId; name: DomainName }): Promise<StoredKey[]> {
  const rows = await db
    .select()
    .from(dkimKeys)
    .where(eq(dkimKeys.domainId, domain.id))
    .orderBy(desc(dkimKeys.createdAt), desc(dkimKeys.id));
  return rows.map(({ freeName: _, ...key }) => ({ ...key, domainName: domain.name }));
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

/** Which of several projects that verified one name stands for it outside of them: one whose key receivers find, and of those the first. */
export const firstInLine = [
  sql`${domains.dkimEnabled} desc`,
  sql`${domains.verifiedAt} nulls last`,
  domains.id,
] as const;

/** Domains whose mail is signed: those that are verified or at risk. */
const mayStillSend = inArray(domains.status, [...SENDING_STATUSES]);

/**
 * Lists the RSA keys that mail is signed with now, by domain name: of the domains that are verified or at risk, which may
 * still send. Where several projects have verified one name, one stands for it: whose key DNS has, and of those the one that was verified first.
 * @param after the domain name after which the page begins
 */
export async function listSigningKeys(
  db: Db,
  page: {
    readonly projectId?: ProjectId;
    readonly after?: DomainName;
    /** Only those. */
    readonly names?: readonly DomainName[];
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
        // Of all projects, those of real ones: nobody sends as a test domain.
        page.projectId ? eq(domains.projectId, page.projectId) : not(domains.isTest),
        page.names && inArray(domains.name, [...page.names]),
        page.keyIds && inArray(dkimKeys.id, [...page.keyIds]),
        page.after === undefined ? undefined : gt(domains.name, page.after),
      ),
    )
    .orderBy(domains.name, ...firstInLine)
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

/** Lists those of these keys that are there and have a private half. */
export async function listKeptKeys(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .select({ id: dkimKeys.id })
    .from(dkimKeys)
    .where(and(inArray(dkimKeys.id, [...ids]), sql`length(${dkimKeys.privateKeySealed}) > 0`));
  return rows.map(({ id }) => id);
}
