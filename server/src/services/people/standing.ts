import { isAtLeast, type ProjectRole } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import { holdRole } from '../../db/queries/people/memberships.ts';
import type { Person } from '../ports.ts';

/**
 * Checks again, in the transaction that makes something which lasts (a key, a link, an invitation), that its author may still
 * do that: since the request was admitted, somebody may have removed them. Held until the transaction ends.
 * @throws AppError FORBIDDEN
 */
export async function requireStanding(
  tx: Db,
  person: Pick<Person, 'userId'>,
  projectId: ProjectId,
  needed: ProjectRole,
): Promise<ProjectRole> {
  const role = await holdRole(tx, projectId, person.userId);
  if (role === null || !isAtLeast(role, needed)) throw roleChanged();
  return role;
}

/** The answer for somebody whose role was taken while their request was under way. */
export function roleChanged(): AppError {
  return new AppError('FORBIDDEN', 'Your role in this project has just been changed. Reload the page.');
}
