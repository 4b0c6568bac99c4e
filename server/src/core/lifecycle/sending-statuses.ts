import type { VerificationStatus } from './status.ts';

/** The states in which mail of a domain is signed: a domain at risk may still send (`verification.md` §3). */
export const SENDING_STATUSES = ['VERIFIED', 'TEMPORARY_FAILURE'] as const satisfies readonly VerificationStatus[];

/** Whether a domain may send. */
export function maySend(status: VerificationStatus): boolean {
  return SENDING_STATUSES.some((each) => each === status);
}
