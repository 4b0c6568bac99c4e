import type { UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, count, eq, isNull, lt, lte, sql } from '../../drizzle.ts';
import { passkeys, recoveryCodes, sessions, totpSecrets, usedChallenges } from '../../schema-dashboard.ts';

/** The authenticator app of an account, with its sealed secret. */
export type StoredTotp = typeof totpSecrets.$inferSelect;
/** A passkey of an account. */
export type StoredPasskey = typeof passkeys.$inferSelect;

/** Finds the authenticator app of an account, confirmed or not. */
export async function findTotp(db: Db, userId: UserId): Promise<StoredTotp | null> {
  const [row] = await db.select().from(totpSecrets).where(eq(totpSecrets.userId, userId));
  return row ?? null;
}

/** Stores the secret of an app that is being set up; false where one is confirmed already. */
export async function insertTotp(db: Db, totp: typeof totpSecrets.$inferInsert): Promise<boolean> {
  const { secretSealed, secretKeyId, createdAt } = totp;
  const stored = await db
    .insert(totpSecrets)
    .values(totp)
    .onConflictDoUpdate({
      target: totpSecrets.userId,
      set: { secretSealed, secretKeyId, createdAt },
      setWhere: isNull(totpSecrets.confirmedAt),
    })
    .returning({ userId: totpSecrets.userId });
  return stored.length > 0;
}

/** Confirms an app by its first code; false where that was done already, or another secret took its place. */
export async function confirmTotp(db: Db, totp: StoredTotp, step: number, now: Date): Promise<boolean> {
  const confirmed = await db
    .update(totpSecrets)
    .set({ confirmedAt: now, lastStep: step })
    .where(
      and(
        eq(totpSecrets.userId, totp.userId),
        isNull(totpSecrets.confirmedAt),
        eq(totpSecrets.secretSealed, totp.secretSealed),
      ),
    )
    .returning({ userId: totpSecrets.userId });
  return confirmed.length > 0;
}

/** Uses the code of a time step up; false where that step or a later one was used already. */
export async function takeTotpStep(db: Db, userId: UserId, step: number): Promise<boolean> {
  const used = await db
    .update(totpSecrets)
    .set({ lastStep: step })
    .where(and(eq(totpSecrets.userId, userId), lt(totpSecrets.lastStep, step)))
    .returning({ userId: totpSecrets.userId });
  return used.length > 0;
}

/** Takes the app of an account away, with its recovery codes. */
export async function deleteTotp(tx: Db, userId: UserId): Promise<void> {
  await tx.delete(totpSecrets).where(eq(totpSecrets.userId, userId));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
}

/** Gives an account other recovery codes. */
export async function replaceRecoveryCodes(tx: Db, userId: UserId, hashes: readonly Buffer[]): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })));
}

/** Uses a recovery code up; false where the account has no such one. */
export async function takeRecoveryCode(db: Db, userId: UserId, codeHash: Buffer): Promise<boolean> {
  const used = await db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash)))
    .returning({ userId: recoveryCodes.userId });
  return used.length > 0;
}

/** How many recovery codes an account has left. */
export async function countRecoveryCodes(db: Db, userId: UserId): Promise<number> {
  const [row] = await db.select({ rows: count() }).from(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  return row?.rows ?? 0;
}

/** Lists the passkeys of an account, oldest first. */
export async function listPasskeys(db: Db, userId: UserId): Promise<StoredPasskey[]> {
  return db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.createdAt, passkeys.id);
}

/** Finds a passkey by the browser's name for it. */
export async function findPasskey(db: Db, credentialId: string): Promise<StoredPasskey | null> {
  const [row] = await db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId));
  return row ?? null;
}

/** Stores a passkey; false where it is known already, whoever has it. */
export async function insertPasskey(db: Db, passkey: StoredPasskey): Promise<boolean> {
  const stored = await db.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id });
  return stored.length > 0;
}

/** Notes the use of a passkey. */
export async function touchPasskey(db: Db, id: string, signCount: number, now: Date): Promise<void> {
  await db.update(passkeys).set({ signCount, lastUsedAt: now }).where(eq(passkeys.id, id));
}

/** Deletes a passkey; false when this person has none with that id. */
export async function deletePasskey(db: Db, userId: UserId, id: string): Promise<boolean> {
  const deleted = await db
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ id: passkeys.id });
  return deleted.length > 0;
}

/** Takes everything away by which an account proves more than its password. */
export async function deleteSecondFactors(tx: Db, userId: UserId): Promise<void> {
  await deleteTotp(tx, userId);
  await tx.delete(passkeys).where(eq(passkeys.userId, userId));
  await forgetSecondFactor(tx, userId);
}

/** Takes from the sessions of an account without a second factor what said that they had one. */
export async function forgetSecondFactor(tx: Db, userId: UserId): Promise<void> {
  await tx
    .update(sessions)
    .set({ hasSecondFactor: false })
    .where(
      and(
        eq(sessions.userId, userId),
        sql`not exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})`,
        sql`not exists (select 1 from ${totpSecrets} where ${totpSecrets.userId} = ${userId} and ${totpSecrets.confirmedAt} is not null)`,
      ),
    );
}

/** Uses a challenge up, on whatever node; false where it was used before. Forgets those that have ended. */
export async function insertUsedChallenge(db: Db, challengeHash: Buffer, now: Date, endsAt: Date): Promise<boolean> {
  await db.delete(usedChallenges).where(lte(usedChallenges.endsAt, now));
  const used = await db
    .insert(usedChallenges)
    .values({ challengeHash, endsAt })
    .onConflictDoNothing()
    .returning({ endsAt: usedChallenges.endsAt });
  return used.length > 0;
}
