import { type Permission, ROLE_TO_CREATE } from './permissions.ts';
import { isAtLeast, type ProjectRole } from './roles.ts';

// What somebody made stands on the role that they have now, not on the one that they had. `null` is nobody in the project.

/** Whether somebody with this role may ask others in with `invited`: nobody gives more than they have, and a member gives nothing. */
export function mayInvite(role: ProjectRole | null, invited: ProjectRole): boolean {
  return role !== null && isAtLeast(role, 'admin') && isAtLeast(role, invited);
}

/** Whether somebody with this role could make an API key of this kind. */
export function mayCreateKey(role: ProjectRole | null, permission: Permission): boolean {
  return role !== null && isAtLeast(role, ROLE_TO_CREATE[permission]);
}

/** Whether somebody with this role could make a link that shows a domain, a webhook or a DNS connection. */
export function mayShare(role: ProjectRole | null): boolean {
  return role !== null && isAtLeast(role, 'admin');
}
