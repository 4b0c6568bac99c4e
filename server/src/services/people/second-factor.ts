import { AppError, validationError } from '../../core/errors.ts';
import type { UserId } from '../../core/ids.ts';
import { createRecoveryCodes, hashRecoveryCode, parseRecoveryCode } from '../../crypto/recovery-codes.ts';
import { createTotpSecret, findTotpStep, formatTotpSecret, formatTotpUri } from '../../crypto/totp.ts';
import * as table from '../../db/queries/people/second-factors.ts';
import { noteProof } from '../../db/queries/people/sessions.ts';
import type { Context } from '../context.ts';
import { totpContext } from '../node/key-sealing.ts';
import type { Person, Visitor } from '../ports.ts';
import { limitAttempts } from './attempts.ts';

/*
 * The authenticator app of an account (TOTP, RFC 6238) and its recovery codes. Each code counts once, on whichever node:
 * the database remembers the last time step, and forgets a recovery code as it is used.
 */

const ISSUER = 'AutoSend Domains';
/** Wrong codes in an hour from strangers, who know the password: beyond, only browsers that are known may go on. */
const MAX_WRONG_CODES = 30;

type FactorContext = Pick<Context, 'db' | 'clock' | 'secretBox' | 'signer' | 'publicUrl'>;

/** Begins to set an app up: it counts once its first code was given. @throws AppError VALIDATION_FAILED where there is one already */
export async function startTotp(
  ctx: Pick<Context, 'db' | 'clock' | 'secretBox'>,
  person: Person,
): Promise<{ secret: string; uri: string }> {
  const secret = createTotpSecret();
  const { userId } = person;
  const isStored = await table.insertTotp(ctx.db, {
    userId,
    secretSealed: ctx.secretBox.seal(secret, totpContext(userId)),
    secretKeyId: ctx.secretBox.keyId,
    createdAt: ctx.clock.now(),
  });
  if (!isStored) throw new AppError('VALIDATION_FAILED', 'There is an authenticator app already. Remove it first.');
  return { secret: formatTotpSecret(secret), uri: formatTotpUri(secret, person.email, ISSUER) };
}

/** Confirms an app by its first code. @returns recovery codes, shown only now @throws AppError VALIDATION_FAILED, RATE_LIMIT_EXCEEDED */
export async function confirmTotp(
  ctx: FactorContext,
  visitor: Visitor,
  person: Person,
  code: string,
): Promise<readonly string[]> {
  const { userId, sessionId } = person;
  const guess = { visitor, account: `code:${userId}`, userId, sessionId };
  const codes = await limitAttempts(ctx, guess, () =>
    ctx.db.transaction(async (tx) => {
      const totp = await table.findTotp(tx, userId);
      const step = totp && findTotpStep(open(ctx, totp), code.trim(), ctx.clock.now());
      if (!totp || step === null || !(await table.confirmTotp(tx, totp, step, ctx.clock.now()))) return null;
      const made = createRecoveryCodes();
      await table.replaceRecoveryCodes(tx, userId, made.map(hashRecoveryCode));
      await noteProof(tx, sessionId, { authenticatedAt: ctx.clock.now(), hasSecondFactor: true });
      return made;
    }),
  );
  if (codes === null)
    throw validationError('code', 'This code is not right. Does the clock of your phone show the right time?');
  return codes;
}

/** Takes the app away, with its recovery codes. */
export async function removeTotp(ctx: Pick<Context, 'db'>, userId: UserId): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await table.deleteTotp(tx, userId);
    await table.forgetSecondFactor(tx, userId);
  });
}

/** Makes other recovery codes; those of before stop working. @throws AppError NOT_FOUND where there is no app */
export async function renewRecoveryCodes(ctx: Pick<Context, 'db'>, userId: UserId): Promise<readonly string[]> {
  if (!(await hasTotp(ctx, userId))) throw new AppError('NOT_FOUND', 'There is no authenticator app.');
  const codes = createRecoveryCodes();
  await ctx.db.transaction((tx) => table.replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode)));
  return codes;
}

/** Whether an account asks for a code after the password. */
export async function hasTotp(ctx: Pick<Context, 'db'>, userId: UserId): Promise<boolean> {
  return ((await table.findTotp(ctx.db, userId))?.confirmedAt ?? null) !== null;
}

/**
 * Checks a code of the app, or a recovery code, and uses it up. Strangers have a limit over all of their networks: six
 * digits are few, and whoever gets here knows the password.
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function checkCode(
  ctx: FactorContext,
  visitor: Visitor,
  { userId, sessionId }: { userId: UserId; sessionId?: string },
  code: string,
): Promise<boolean> {
  const guess = { visitor, account: `code:${userId}`, userId, ...(sessionId !== undefined && { sessionId }) };
  const isRight = await limitAttempts(ctx, { ...guess, maxForAccount: MAX_WRONG_CODES }, async () =>
    (await takeCode(ctx, userId, code)) ? true : null,
  );
  return isRight === true;
}

async function takeCode(ctx: FactorContext, userId: UserId, text: string): Promise<boolean> {
  const recovery = parseRecoveryCode(text);
  if (recovery !== null) return table.takeRecoveryCode(ctx.db, userId, hashRecoveryCode(recovery));
  const totp = await table.findTotp(ctx.db, userId);
  if (!totp?.confirmedAt) return false;
  const step = findTotpStep(open(ctx, totp), text.replace(/\s/g, ''), ctx.clock.now());
  return step !== null && table.takeTotpStep(ctx.db, userId, step);
}

function open(ctx: Pick<Context, 'secretBox'>, totp: table.StoredTotp): Buffer {
  return ctx.secretBox.open(totp.secretSealed, totpContext(totp.userId));
}
