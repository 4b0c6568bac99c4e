import { AppError } from '../../core/errors.ts';
import type { ProjectId, UserId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import { holdApiKey } from '../../db/queries/api-keys.ts';
import { findActing } from '../audit/acting.ts';
import { requireStanding } from './standing.ts';

/** Who made something that works without them; both null for the operator and the service. */
export interface Author {
  readonly createdBy: UserId | null;
  readonly apiKeyId: string | null;
}

/**
 * Tells on whose behalf this runs, for what lasts, and that they may still do it: since the request was admitted, somebody may
 * have taken the role or the key away. Held until the transaction ends.
 * @throws AppError FORBIDDEN, UNAUTHORIZED
 */
export async function holdAuthor(tx: Db, projectId: ProjectId, now: Date): Promise<Author> {
  const { kind, id } = findActing().actor;
  if (kind === 'person' && id !== null) {
    const userId = id as UserId;
    await requireStanding(tx, { userId }, projectId, 'admin');
    return { createdBy: userId, apiKeyId: null };
  }
  if (kind !== 'api_key' || id === null) return { createdBy: null, apiKeyId: null };
  await requireKey(tx, id, now);
  return { createdBy: null, apiKeyId: id };
}

/** @throws AppError UNAUTHORIZED where the key was revoked meanwhile */
export async function requireKey(tx: Db, keyId: string, now: Date): Promise<void> {
  if (!(await holdApiKey(tx, keyId, now)))
    throw new AppError('UNAUTHORIZED', 'This API key has just been revoked or has expired.');
}
