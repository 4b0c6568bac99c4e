import type { CheckAdmission, CheckLimits } from '../ports.ts';

/** What a check is told that nothing limits. */
export const ALLOWED: CheckAdmission = {
  retryAfterSeconds: null,
  sharesAnswers: false,
  isScarce: false,
  settle: () => undefined,
};

/** No limits at all. */
export const NO_CHECK_LIMITS: CheckLimits = {
  admit: async () => ALLOWED,
  admitLink: async () => null,
};
