import type { UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, desc, eq, gt, inArray, lte, ne, or, sql } from '../../drizzle.ts';
import { sessions, users } from '../../schema-dashboard.ts';

/** A session without its token. */
export type StoredSession = Omit<typeof sessions.$inferSelect, 'token'>;

const isOpen = (now: Date, bornAfter: Date) => and(gt(sessions.expiresAt, now), gt(sessions.createdAt, bornAfter));

/** Inserts a session. */
export async function insertSession(db: Db, session: typeof sessions.$inferInsert): Promise<void> {
  await db.insert(sessions).values(session);
}

/** Finds an open session by the hash of its token, with whose it is. `bornAfter`: an older one has ended, however it is used. */
export async function findSession(db: Db, tokenHash: string, now: Date, bornAfter: Date) {
  const [row] = await db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.token, tokenHash), isOpen(now, bornAfter)));
  return row ?? null;
}

/** Notes that a session was used, from where, and how long it goes on. */
export async function touchSession(
  db: Db,
  id: string,
  use: { updatedAt: Date; expiresAt: Date; ipAddress: string },
): Promise<void> {
  await db.update(sessions).set(use).where(eq(sessions.id, id));
}

/** Notes that whoever has a session proved who they are; a second factor, once there, stays. */
export async function noteProof(
  db: Db,
  id: string,
  proof: { authenticatedAt: Date; hasSecondFactor: boolean },
): Promise<void> {
  await db
    .update(sessions)
    .set({
      authenticatedAt: proof.authenticatedAt,
      ...(proof.hasSecondFactor && { hasSecondFactor: true }),
    })
    .where(eq(sessions.id, id));
}

/** Lists where someone is signed in, newest first. */
export async function listSessions(db: Db, userId: UserId, now: Date, bornAfter: Date): Promise<StoredSession[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isOpen(now, bornAfter)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id));
  return rows.map(({ token: _, ...shown }) => shown);
}

/** Whether a session is there and has not run out. */
export async function isSessionOpen(db: Db, id: string, now: Date, bornAfter: Date): Promise<boolean> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, id), isOpen(now, bornAfter)));
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

/** Ends the sessions of someone, but one where it is named. @returns how many there were */
export async function deleteSessionsOf(db: Db, userId: UserId, exceptId?: string): Promise<number> {
  const deleted = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), exceptId === undefined ? undefined : ne(sessions.id, exceptId)))
    .returning({ id: sessions.id });
  return deleted.length;
}

/** Deletes the sessions of someone that have ended, and of the others those used longest ago, until `keep` are left. */
export async function pruneSessions(
  db: Db,
  userId: UserId,
  { now, bornAfter, keep }: { now: Date; bornAfter: Date; keep: number },
): Promise<void> {
  const isEnded = or(lte(sessions.expiresAt, now), lte(sessions.createdAt, bornAfter));
  await db.delete(sessions).where(and(eq(sessions.userId, userId), isEnded));
  const tooMany = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(sql`${sessions.updatedAt} desc, ${sessions.id} desc`)
    .offset(keep);
  await db.delete(sessions).where(inArray(sessions.id, tooMany));
}
