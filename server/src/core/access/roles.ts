/** What someone may do in a project, from most to least. A `member` reads and changes nothing. */
export const PROJECT_ROLES = ['owner', 'admin', 'member'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** Whether `role` may do what `needed` may. */
export function isAtLeast(role: ProjectRole, needed: ProjectRole): boolean {
  return PROJECT_ROLES.indexOf(role) <= PROJECT_ROLES.indexOf(needed);
}
