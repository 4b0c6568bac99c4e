import type { UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, asc, count, eq, gt, like, max, sql } from '../../drizzle.ts';
import { accounts, passkeys, sessions, totpSecrets, users } from '../../schema-dashboard.ts';

type UserRow = typeof users.$inferSelect;

const PASSWORD_PROVIDER = 'credential';

/** Finds the owner of the installation; null before it is set up. */
export async function findInstanceOwner(db: Db): Promise<UserRow | null> {
  const [owner] = await db.select().from(users).where(eq(users.isInstanceOwner, true));
  return owner ?? null;
}

/** Inserts an account, with its password's hash where it has one; false when the address, or the place of the owner, is taken. */
export async function insertUser(
  tx: Db,
  user: {
    id: UserId;
    name: string;
    email: string;
    /** Null for who signs in by a provider. */
    passwordHash: string | null;
    isInstanceOwner: boolean;
    createdAt: Date;
  },
): Promise<boolean> {
  const { id, name, email, passwordHash, isInstanceOwner, createdAt } = user;
  const times = { createdAt, updatedAt: createdAt };
  const inserted = await tx
    .insert(users)
    .values({ id, name, email, isInstanceOwner, ...times })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (inserted.length === 0) return false;
  if (passwordHash === null) return true;
  // A password is an account of the provider "credential" whose id there is the user's.
  await tx
    .insert(accounts)
    .values({ id, userId: id, accountId: id, providerId: PASSWORD_PROVIDER, password: passwordHash, ...times });
  return true;
}

/** Finds an account by its address, in lower case. */
export async function findUserByEmail(db: Db, email: string): Promise<UserRow | null> {
  const [user] = await db.select().from(users).where(eq(users.email, email));
  return user ?? null;
}

/** Finds an account. */
export async function findUser(db: Db, id: UserId): Promise<UserRow | null> {
  const [user] = await db.select().from(users).where(eq(users.id, id));
  return user ?? null;
}

/** Deletes an account with its sessions and memberships. What it made stays, without an author. */
export async function deleteUser(tx: Db, id: UserId): Promise<void> {
  await tx.delete(users).where(eq(users.id, id));
}

/** Finds the hash of somebody's password; null where they have none. */
export async function findPasswordHash(db: Db, userId: UserId): Promise<string | null> {
  const [row] = await db
    .select({ password: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, PASSWORD_PROVIDER)));
  return row?.password ?? null;
}

/** Gives somebody another password, as its argon2id hash, or their first one. */
export async function replacePasswordHash(tx: Db, userId: UserId, passwordHash: string, now: Date): Promise<void> {
  const account = { id: userId, userId, accountId: userId, providerId: PASSWORD_PROVIDER, password: passwordHash };
  await tx
    .insert(accounts)
    .values({ ...account, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [accounts.providerId, accounts.accountId],
      set: { password: passwordHash, updatedAt: now },
    });
}

/** Changes what an account is called. */
export async function updateUser(db: Db, id: UserId, change: { name: string; updatedAt: Date }): Promise<void> {
  await db.update(users).set(change).where(eq(users.id, id));
}

/** Gives an account another address, in lower case; false where another account has it. */
export async function updateEmail(tx: Db, id: UserId, email: string, now: Date): Promise<boolean> {
  // Of two accounts that take an address at the same moment, the unique constraint stops one.
  const isTaken = sql`exists (select 1 from users as other where other.email = ${email})`;
  const changed = await tx
    .update(users)
    .set({ email, emailVerified: false, updatedAt: now })
    .where(and(eq(users.id, id), sql`not ${isTaken}`))
    .returning({ id: users.id });
  return changed.length > 0;
}

/** An account, with how it is used. */
export interface AccountInUse {
  readonly user: UserRow;
  readonly openSessions: number;
  readonly lastUsedAt: Date | null;
  readonly hasSecondFactor: boolean;
}

/** Lists all accounts with their open sessions, oldest first. */
export async function listAccounts(db: Db, now: Date): Promise<AccountInUse[]> {
  const rows = await db
    .select({
      user: users,
      openSessions: count(sessions.id),
      lastUsedAt: max(sessions.updatedAt),
      hasSecondFactor: sql<boolean>`exists (select 1 from ${passkeys} where ${passkeys.userId} = ${users.id}) or exists (select 1 from ${totpSecrets} where ${totpSecrets.userId} = ${users.id} and ${totpSecrets.confirmedAt} is not null)`,
    })
    .from(users)
    .leftJoin(sessions, and(eq(sessions.userId, users.id), gt(sessions.expiresAt, now)))
    .groupBy(users.id)
    .orderBy(asc(users.createdAt), asc(users.id));
  return rows;
}

/** How an identity at a provider of single sign-on stands among the ways to sign in. */
const providerOf = (issuer: string) => `oidc:${issuer}`;

/** Finds whose identity it is; null for one that belongs to no account. */
export async function findIdentityOwner(db: Db, issuer: string, subject: string): Promise<UserId | null> {
  const [row] = await db
    .select({ userId: accounts.userId })
    .from(accounts)
    .where(and(eq(accounts.providerId, providerOf(issuer)), eq(accounts.accountId, subject)));
  return row?.userId ?? null;
}

/** Finds the issuer of an account's identity; null where it has none. */
export async function findIdentityIssuer(db: Db, userId: UserId): Promise<string | null> {
  const [row] = await db
    .select({ providerId: accounts.providerId })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), like(accounts.providerId, 'oidc:%')));
  return row?.providerId.slice('oidc:'.length) ?? null;
}

/** Gives an account an identity; false where it belongs to an account already. */
export async function insertIdentity(
  db: Db,
  { id, userId, issuer, subject, now }: { id: string; userId: UserId; issuer: string; subject: string; now: Date },
): Promise<boolean> {
  const inserted = await db
    .insert(accounts)
    .values({ id, userId, providerId: providerOf(issuer), accountId: subject, createdAt: now, updatedAt: now })
    .onConflictDoNothing({ target: [accounts.providerId, accounts.accountId] })
    .returning({ id: accounts.id });
  return inserted.length > 0;
}

/** Takes the identities of an account away. */
export async function deleteIdentities(db: Db, userId: UserId): Promise<void> {
  await db.delete(accounts).where(and(eq(accounts.userId, userId), like(accounts.providerId, 'oidc:%')));
}
