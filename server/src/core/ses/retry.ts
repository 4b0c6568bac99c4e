import type { IdentityRest, ProviderFault } from '../sending-providers/identity.ts';
import type { ProviderPace } from '../sending-providers/sending-provider.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const AFTER_FAULT: Record<ProviderFault, { readonly firstMs: number; readonly mostMs: number }> = {
  throttled: { firstMs: 2 * SECOND_MS, mostMs: 5 * MINUTE_MS },
  unreachable: { firstMs: 2 * SECOND_MS, mostMs: 10 * MINUTE_MS },
  unauthorized: { firstMs: MINUTE_MS, mostMs: 15 * MINUTE_MS },
  refused: { firstMs: MINUTE_MS, mostMs: 6 * HOUR_MS },
};
const WHILE_OPEN = { firstMs: 30 * SECOND_MS, mostMs: HOUR_MS };
/** The daily sweep notices what is gone; this is for what was changed. */
const READY_MS = 7 * 24 * HOUR_MS;

/** SES takes about one change a second. A refusal is about one identity, anything else about the region. */
export const SES_PACE: ProviderPace = {
  betweenMs: SECOND_MS,
  afterFaultMs: {
    throttled: 2 * SECOND_MS,
    unreachable: 5 * SECOND_MS,
    unauthorized: MINUTE_MS,
    refused: SECOND_MS,
  },
};

/**
 * Says how long to wait after a fault, in milliseconds: doubled with each in a row, up to a limit, and spread over the
 * second half of that, so that what failed together does not come again together.
 * @param attempt 1 for the first in a row
 * @param random at least 0 and less than 1
 */
export function waitAfterFault(fault: ProviderFault, attempt: number, random: number): number {
  return spread(doubled(AFTER_FAULT[fault], attempt), random);
}

/** Says when an identity is checked again to which nothing is left to do. @param attempt 1 for the first check in a row */
export function waitAfterCheck(rest: Exclude<IdentityRest, 'gone'>, attempt: number, random: number): number {
  return spread(rest === 'ready' ? READY_MS : doubled(WHILE_OPEN, attempt), random);
}

function doubled({ firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number }, attempt: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30));
}

function spread(ms: number, random: number): number {
  return Math.round(ms * (0.5 + random / 2));
}
