/** What someone may do in a project, from most to least. A `member` reads and changes nothing. */
export const PROJECT_ROLES = ['owner', 'admin', 'member'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];
