import { AppError, validationError } from '../../core/errors.ts';
import { isId, type ProjectId, type UserId } from '../../core/ids.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import { lockMembers } from '../../db/queries/people/memberships.ts';
import { deletePasswordResets } from '../../db/queries/people/password-resets.ts';
import {
  countRecoveryCodes,
  findTotp,
  listPasskeys,
  type StoredPasskey,
} from '../../db/queries/people/second-factors.ts';
import { deleteSessionsOf } from '../../db/queries/people/sessions.ts';
import * as users from '../../db/queries/people/users.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { limitAttempts } from './attempts.ts';
import { requireStanding } from './standing.ts';

type AccountContext = Pick<Context, 'db' | 'clock' | 'signer' | 'publicUrl'>;

/** How an account is protected. */
export interface Security {
  readonly hasPassword: boolean;
  readonly totpSince: Date | null;
  readonly recoveryCodesLeft: number;
  readonly identityIssuer: string | null;
  readonly passkeys: readonly StoredPasskey[];
}

/** Gets how the account of `person` is protected. */
export async function getSecurity(ctx: Pick<Context, 'db'>, { userId }: Person): Promise<Security> {
  return {
    hasPassword: (await users.findPasswordHash(ctx.db, userId)) !== null,
    totpSince: (await findTotp(ctx.db, userId))?.confirmedAt ?? null,
    recoveryCodesLeft: await countRecoveryCodes(ctx.db, userId),
    identityIssuer: await users.findIdentityIssuer(ctx.db, userId),
    passkeys: await listPasskeys(ctx.db, userId),
  };
}

/** Changes the name of `person`. */
export async function changeName(ctx: Pick<Context, 'db' | 'clock'>, { userId }: Person, name: string): Promise<void> {
  await users.updateUser(ctx.db, userId, { name, updatedAt: ctx.clock.now() });
}

/**
 * Changes the address that `person` signs in with. Their other sessions end, and so do links to reset the password.
 * @throws AppError VALIDATION_FAILED where another account has the address, RATE_LIMIT_EXCEEDED for who tries many
 */
export async function changeEmail(ctx: AccountContext, visitor: Visitor, person: Person, email: string): Promise<void> {
  if (email === person.email) return;
  const { userId, sessionId } = person;
  const guess = { visitor, account: `email:${userId}`, userId, sessionId };
  const isChanged = await limitAttempts(ctx, guess, () =>
    ctx.db
      .transaction(async (tx) => {
        if (!(await users.updateEmail(tx, userId, email, ctx.clock.now()))) return null;
        await deletePasswordResets(tx, userId);
        await deleteSessionsOf(tx, userId, sessionId);
        return true;
      })
      .catch((error: unknown) => {
        if (isUniqueViolation(error)) return null;
        throw error;
      }),
  );
  if (isChanged === null) throw validationError('email', 'Another account has this email address.');
}

/** An account, with how it is used. */
export type InstallationAccount = users.AccountInUse;

/** Lists all accounts, oldest first, for the owner of the installation. @throws AppError FORBIDDEN */
export function listAccounts(ctx: Pick<Context, 'db' | 'clock'>, person: Person): Promise<InstallationAccount[]> {
  requireInstanceOwner(person);
  return users.listAccounts(ctx.db, ctx.clock.now());
}

/** Ends all sessions of an account, for the owner of the installation; of one's own, all but this. @throws AppError FORBIDDEN, NOT_FOUND */
export async function endSessionsOfAccount(ctx: Pick<Context, 'db'>, person: Person, userId: string): Promise<number> {
  requireInstanceOwner(person);
  const user = isId(userId) ? await users.findUser(ctx.db, userId as UserId) : null;
  if (!user) throw new AppError('NOT_FOUND', 'Account not found.');
  return deleteSessionsOf(ctx.db, user.id, user.id === person.userId ? person.sessionId : undefined);
}

/**
 * Ends all sessions of somebody in a project, for its owners; of one's own, all but this.
 * @throws AppError NOT_FOUND, FORBIDDEN for the installation's owner, who belongs to no project
 */
export async function endSessionsOfMember(
  ctx: Pick<Context, 'db'>,
  person: Person,
  { projectId, userId }: { projectId: ProjectId; userId: string },
): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    await requireStanding(tx, person, projectId, 'owner');
    const [member] = isId(userId) ? await lockMembers(tx, projectId, [userId as UserId]) : [];
    if (!member) throw new AppError('NOT_FOUND', 'Member not found in this project.');
    const isOneself = member.userId === person.userId;
    if (member.isInstanceOwner && !isOneself)
      throw new AppError('FORBIDDEN', "Nobody else can end the sessions of this installation's owner.");
    return deleteSessionsOf(tx, member.userId, isOneself ? person.sessionId : undefined);
  });
}

function requireInstanceOwner({ isInstanceOwner }: Person): void {
  if (!isInstanceOwner) throw new AppError('FORBIDDEN', 'Only the owner of this installation can do this.');
}
