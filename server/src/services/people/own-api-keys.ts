import { ROLE_TO_CREATE } from '../../core/access/permissions.ts';
import { isAtLeast } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import type { Person } from '../ports.ts';
import { type IssuedApiKey, issueApiKey, type NewApiKey } from '../projects/api-keys.ts';
import { requireStanding } from './standing.ts';

/**
 * Makes a key in the name of somebody in a project, who must be allowed to at the moment when it is stored.
 * @throws AppError FORBIDDEN, VALIDATION_FAILED
 */
export async function createOwnApiKey(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes' | 'quotas'>,
  person: Person,
  input: Omit<NewApiKey, 'author'>,
): Promise<IssuedApiKey> {
  return addWithinQuota(ctx, 'apiKeys', { projectId: input.projectId }, async (tx) => {
    const role = await requireStanding(tx, person, input.projectId, 'admin');
    if (!isAtLeast(role, ROLE_TO_CREATE[input.permission]))
      throw new AppError('FORBIDDEN', 'Only a project owner can create keys that read private keys.');
    return issueApiKey(ctx, tx, { ...input, author: person });
  });
}
