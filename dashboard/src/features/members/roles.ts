import type { ProjectRole } from '../../../../server/src/core/access/roles.ts';

/** What each role may do, in words. */
export const ROLES: Readonly<Record<ProjectRole, { readonly label: string; readonly hint: string }>> = {
  owner: { label: 'Owner', hint: 'full access, including deleting the project' },
  admin: { label: 'Admin', hint: 'can manage domains, keys and members' },
  member: { label: 'Member', hint: 'read-only' },
};

/** The roles that somebody with `own` may give. */
export function listGivableRoles(own: ProjectRole): { value: ProjectRole; label: string }[] {
  const given: ProjectRole[] = own === 'owner' ? ['member', 'admin', 'owner'] : ['member', 'admin'];
  return given.map((role) => ({ value: role, label: `${ROLES[role].label}: ${ROLES[role].hint}` }));
}
