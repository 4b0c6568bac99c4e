import type { LifeCycleRules, VerificationStatus } from './status.ts';

/** One way from a status to another. */
export interface StatusEdge {
  readonly from: VerificationStatus;
  readonly to: VerificationStatus;
  /** What has to happen, for `docs/verification.md`. */
  readonly when: (rules: LifeCycleRules) => string;
}

const formatHours = (ms: number): string => `${ms / 3_600_000} hours`;

/** Every change of status that there is; a test plays histories against it, so that the drawing cannot differ from the code. */
export const STATUS_EDGES: readonly StatusEdge[] = [
  {
    from: 'PENDING_CONFIGURATION',
    to: 'VERIFIED',
    when: () => 'a check found ownership and DKIM, whether or not `verify` was called',
  },
  {
    from: 'PENDING_CONFIGURATION',
    to: 'FAILED',
    when: ({ pendingLimitMs }) =>
      `${formatHours(pendingLimitMs)} after \`verify\` was last called, at a check that saw a required record missing or wrong`,
  },
  {
    from: 'VERIFIED',
    to: 'TEMPORARY_FAILURE',
    when: ({ missesToFall, missSpreadMs }) =>
      `ownership or DKIM fell: missed in ${missesToFall} checks in a row, spread over at least ${formatHours(missSpreadMs).replace(/^1 hours$/, '1 hour')}`,
  },
  { from: 'TEMPORARY_FAILURE', to: 'VERIFIED', when: () => 'a check found both again' },
  {
    from: 'TEMPORARY_FAILURE',
    to: 'FAILED',
    when: ({ atRiskLimitMs }) =>
      `${formatHours(atRiskLimitMs)} after the first miss, at a check that saw a required record missing or wrong`,
  },
  { from: 'FAILED', to: 'VERIFIED', when: () => 'a check found both' },
  {
    from: 'FAILED',
    to: 'PENDING_CONFIGURATION',
    when: ({ pendingLimitMs }) => `\`verify\` was called; another ${formatHours(pendingLimitMs)} begin`,
  },
];
