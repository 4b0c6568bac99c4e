/** Where a domain stands in the list of a project: each is in one of these, and the first are those that need somebody. */
export const LIST_STATES = ['attention', 'failed', 'waiting', 'verified'] as const;
export type ListState = (typeof LIST_STATES)[number];

/** What the list of a project can be sorted by. */
export const LIST_SORTS = ['attention', 'name', 'state', 'checked', 'added'] as const;
export type ListSort = (typeof LIST_SORTS)[number];

/** Says where a domain stands in the list; the database sorts by the same rule (`db/queries/domain-list.ts`). */
export function findListState(domain: { readonly verificationStatus: string; readonly needsFix: boolean }): ListState {
  if (domain.verificationStatus === 'FAILED') return 'failed';
  if (domain.verificationStatus === 'TEMPORARY_FAILURE' || domain.needsFix) return 'attention';
  return domain.verificationStatus === 'VERIFIED' ? 'verified' : 'waiting';
}
