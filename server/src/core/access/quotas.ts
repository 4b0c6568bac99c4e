import { AppError } from '../errors.ts';

/** How much there may be of a thing, for whom it is counted, and how that is said. */
interface Quota {
  readonly max: number;
  readonly owner: 'project' | 'account';
  /** In the plural. */
  readonly things: string;
  readonly remedy: string;
  /** The variable that sets it, where that is one of its own. */
  readonly variable?: string;
}

/** Every quota: what costs the service something for as long as it is there. `AUTOSEND_QUOTAS` sets other numbers. */
export const QUOTAS = {
  apiKeys: { max: 100, owner: 'project', things: 'valid API keys', remedy: 'Revoke one that nobody uses' },
  invitations: { max: 100, owner: 'project', things: 'open invitations', remedy: 'Revoke one that nobody will accept' },
  shareLinks: { max: 10_000, owner: 'project', things: 'open share links', remedy: 'Revoke one that nobody needs' },
  webhooks: { max: 20, owner: 'project', things: 'webhooks', remedy: 'Delete one that nobody needs' },
  dnsConnections: {
    max: 20,
    owner: 'project',
    things: 'DNS connections',
    remedy: 'Delete one that nobody needs',
  },
  projects: { max: 100, owner: 'account', things: 'projects', remedy: 'Delete one that nobody uses' },
  unverifiedDomains: {
    max: 1_000,
    owner: 'project',
    things: 'domains that are not verified',
    remedy: 'Verify or delete some',
    variable: 'AUTOSEND_UNVERIFIED_DOMAINS',
  },
  liveStreams: {
    max: 100,
    owner: 'project',
    things: 'live updates on this server',
    remedy: 'Close a window that shows them',
  },
} as const satisfies Record<string, Quota>;

/** What a quota is set for. */
export type QuotaName = keyof typeof QUOTAS;

/** How much there may be of each; null is no limit. */
export type QuotaLimits = Readonly<Record<QuotaName, number | null>>;

/** Builds the limits, with what the operator says in the place of the table. */
export function buildQuotaLimits(given: Partial<Record<QuotaName, number | null>> = {}): QuotaLimits {
  const names = Object.keys(QUOTAS) as QuotaName[];
  const read = (name: QuotaName) => (given[name] === undefined ? QUOTAS[name].max : given[name]);
  return Object.fromEntries(names.map((name) => [name, read(name)])) as QuotaLimits;
}

/** No limits at all: `AUTOSEND_RATE_LIMIT_PER_SECOND=0`. */
export const NO_QUOTAS: QuotaLimits = buildQuotaLimits(
  Object.fromEntries((Object.keys(QUOTAS) as QuotaName[]).map((name) => [name, null])),
);

/**
 * Checks that one more may be added to `count` that are there.
 * @throws AppError QUOTA_EXCEEDED that says which quota, how many, and who can raise it
 */
export function requireRoom(limits: QuotaLimits, name: QuotaName, count: number): void {
  const max = limits[name];
  if (max === null || count < max) return;
  const { owner, things, remedy, variable }: Quota = QUOTAS[name];
  const subject = owner === 'project' ? 'This project' : 'This account';
  throw new AppError(
    'QUOTA_EXCEEDED',
    `${subject} has ${count} ${things}, and the limit is ${max}. ${remedy}, or ask whoever runs this installation to raise it (${variable ?? `AUTOSEND_QUOTAS, ${name}`}).`,
  );
}
