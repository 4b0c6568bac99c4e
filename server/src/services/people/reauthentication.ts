import { AppError, validationError } from '../../core/errors.ts';
import { noteProof } from '../../db/queries/people/sessions.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { limitAttempts } from './attempts.ts';
import { checkPasskey } from './passkeys.ts';
import { checkPassword } from './password-check.ts';
import { checkCode, hasTotp } from './second-factor.ts';

/*
 * Acts that a session alone does not allow, because somebody may have sat down at an open browser: handing out private
 * keys, making owners, deleting a project, changing how somebody signs in. They take a proof of the last five minutes.
 */

const RECENT_MS = 5 * 60_000;

type ProofContext = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'secretBox' | 'signer' | 'publicUrl'>;

/** Whether `person` proved who they are in the last five minutes. */
export function isProofRecent({ clock }: Pick<Context, 'clock'>, { authenticatedAt }: Person): boolean {
  return authenticatedAt !== null && clock.now().getTime() - authenticatedAt.getTime() < RECENT_MS;
}

/** @throws AppError REAUTHENTICATION_REQUIRED where the last proof is older than five minutes */
export function requireRecentProof(ctx: Pick<Context, 'clock'>, person: Person): void {
  if (!isProofRecent(ctx, person))
    throw new AppError('REAUTHENTICATION_REQUIRED', 'Please confirm that it is you, then try again.');
}

/** Proves who they are by the password, and by a code where the account has an authenticator app. @throws AppError VALIDATION_FAILED, RATE_LIMIT_EXCEEDED */
export async function proveByPassword(
  ctx: ProofContext,
  visitor: Visitor,
  person: Person,
  { password, code }: { password: string; code: string | undefined },
): Promise<void> {
  const { userId, sessionId } = person;
  const guess = { visitor, account: userId, userId, sessionId };
  if ((await limitAttempts(ctx, guess, () => checkPassword(ctx, userId, password))) === null)
    throw validationError('password', 'The password is wrong.');
  const needsCode = await hasTotp(ctx, userId);
  if (needsCode && (code === undefined || !(await checkCode(ctx, visitor, person, code))))
    throw validationError(
      'code',
      code === undefined ? 'A code of your authenticator app is needed.' : 'The code is wrong, or was used before.',
    );
  await noteProof(ctx.db, sessionId, { authenticatedAt: ctx.clock.now(), hasSecondFactor: needsCode });
}

/** Proves who they are by one of their passkeys. @throws AppError UNAUTHORIZED */
export async function proveByPasskey(
  ctx: ProofContext,
  visitor: Visitor,
  person: Person,
  response: Readonly<Record<string, unknown>>,
): Promise<void> {
  await checkPasskey(ctx, visitor, person, response);
  await noteProof(ctx.db, person.sessionId, { authenticatedAt: ctx.clock.now(), hasSecondFactor: true });
}
