import type { UserId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, gt, lte } from '../drizzle.ts';
import { accounts, sessions, users } from '../schema-dashboard.ts';

type UserRow = typeof users.$inferSelect;

/** Finds the owner of the installation; null before it is set up. */
export async function findInstanceOwner(db: Db): Promise<UserRow | null> {
  const [owner] = await db.select().from(users).where(eq(users.isInstanceOwner, true));
  return owner ?? null;
}

/** Inserts an account with its password's hash; false when the address, or the place of the owner, is taken. */
export async function insertUser(
  tx: Db,
  user: { id: UserId; name: string; email: string; passwordHash: string; isInstanceOwner: boolean; createdAt: Date },
): Promise<boolean> {
  const { id, name, email, passwordHash, isInstanceOwner, createdAt } = user;
  const times = { createdAt, updatedAt: createdAt };
  const inserted = await tx
    .insert(users)
    .values({ id, name, email, isInstanceOwner, ...times })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (inserted.length === 0) return false;
  // How better-auth keeps a password: an account of the provider "credential" whose id there is the user's.
  await tx
    .insert(accounts)
    .values({ id, userId: id, accountId: id, providerId: 'credential', password: passwordHash, ...times });
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

/** A session without its token. */
export type StoredSession = Omit<typeof sessions.$inferSelect, 'token'>;

/** Lists where someone is signed in, newest first. */
export async function listSessions(db: Db, userId: UserId, now: Date): Promise<StoredSession[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id));
  return rows.map(({ token: _, ...shown }) => shown);
}

/** Whether a session is there and has not run out. */
export async function isSessionOpen(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, id), gt(sessions.expiresAt, now)));
  return rows.length > 0;
}

/** Ends a session; false when this person has none with that id. */
export async function deleteSession(db: Db, userId: UserId, id: string): Promise<boolean> {
  const deleted = await db
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return deleted.length > 0;
}

/** Deletes the sessions of someone that have run out. */
export async function deleteEndedSessions(db: Db, userId: UserId, now: Date): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.userId, userId), lte(sessions.expiresAt, now)));
}
