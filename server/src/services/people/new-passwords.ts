import { loadPasswordJudge, type PasswordJudge, type PasswordOwner } from '../../core/access/password-judge.ts';
import { validationError } from '../../core/errors.ts';
import { hashPassword, verifyPassword } from '../../crypto/passwords.ts';

let loading: Promise<PasswordJudge> | undefined;

/**
 * Hashes a password that somebody chooses, if it is hard enough to guess.
 * @param field where it stands in the input
 * @param formerHash of the password before, which cannot be chosen again
 * @throws AppError VALIDATION_FAILED
 */
export async function hashNewPassword(
  password: string,
  owner: PasswordOwner,
  field: string,
  formerHash?: string | null,
): Promise<string> {
  loading ??= loadPasswordJudge();
  const { fault } = (await loading)(password, owner);
  if (fault !== null) throw validationError(field, `This password ${fault}`);
  if (formerHash && (await verifyPassword(formerHash, password)))
    throw validationError(field, 'The new password is the same as the one before.');
  return hashPassword(password);
}
