import { AppError } from '../../core/errors.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import type { CheckAdmission } from '../ports.ts';

/** Takes a check of a domain for what cannot be answered without asking DNS. @throws AppError RATE_LIMIT_EXCEEDED */
export async function requireCheck(
  ctx: Pick<Context, 'checkLimits'>,
  domain: Pick<StoredDomain, 'id' | 'projectId' | 'name' | 'status'>,
): Promise<CheckAdmission> {
  const admission = await ctx.checkLimits.admit(domain, 'asked');
  const { retryAfterSeconds } = admission;
  if (retryAfterSeconds === null) return admission;
  throw new AppError('RATE_LIMIT_EXCEEDED', 'This domain was checked too often. Please try again later.', {
    retryAfterSeconds,
  });
}
