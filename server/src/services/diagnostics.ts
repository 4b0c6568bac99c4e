import type { DnsProvider } from '../core/dns-provider-table.ts';
import { recognizeProvider } from '../core/dns-providers.ts';
import { AppError } from '../core/errors.ts';
import { buildEvidence, type Evidence } from '../core/evidence.ts';
import { findPlaces } from '../core/findings/place.ts';
import { type TimedDiagnostics, tellTimes } from '../core/findings/times.ts';
import type { ProjectId } from '../core/ids.ts';
import { findDeadline } from '../core/status.ts';
import { findKeyOwner } from '../db/dkim-keys.ts';
import { findEvidence } from '../db/history.ts';
import type { Context } from './context.ts';
import { buildRecordsOf, getDomain, type StoredDomain } from './domains.ts';
import { lookAtDomain } from './look.ts';

/** What is known of a domain's records, and what its owner should do. */
export interface Diagnostics extends TimedDiagnostics {
  readonly domain: StoredDomain;
  /** Null where nobody has looked yet. */
  readonly checkedAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly zone: Evidence['zone'];
  readonly provider: DnsProvider | null;
}

/**
 * Gets the evidence and the findings of the last look, or with `refresh` of one that is made now and changes nothing that is
 * stored. Callers who refresh one domain at the same time share a look.
 * @throws AppError NOT_FOUND, SERVICE_UNAVAILABLE while stopping
 */
export async function getDiagnostics(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  options: { refresh: boolean },
): Promise<Diagnostics> {
  const domain = await getDomain(ctx, projectId, id);
  const stored = await findEvidence(ctx.db, domain.id);
  const seen = options.refresh
    ? await ctx.refreshes.run(domain.id, () => lookNow(ctx, domain, stored?.evidence ?? null))
    : stored;
  const now = ctx.clock.now();
  const evidence = seen?.evidence ?? null;
  return {
    domain,
    checkedAt: seen?.checkedAt ?? null,
    nextCheckAt: domain.nextCheckAt,
    deadlineAt: findDeadline(domain.state, ctx.timing.rules),
    zone: evidence?.zone ?? null,
    provider: evidence?.zone ? recognizeProvider(evidence.zone.nameservers.map(({ name }) => name)) : null,
    ...tellTimes(evidence, findPlaces(domain.name, buildRecordsOf(domain), new Map()), {
      now,
      nextCheckAt: domain.nextCheckAt,
    }),
  };
}

async function lookNow(
  ctx: Context,
  domain: StoredDomain,
  previous: Evidence | null,
): Promise<{ checkedAt: Date; evidence: Evidence }> {
  const look = await lookAtDomain(ctx, domain, {
    mayProbe: true,
    isInsistent: true,
    findKeyOwner: (publicKey) => findKeyOwner(ctx.db, domain.projectId, publicKey),
  });
  if (ctx.stopping.aborted)
    throw new AppError('SERVICE_UNAVAILABLE', 'The service is stopping. Please try again.', { retryAfterSeconds: 1 });
  const now = ctx.clock.now();
  return { checkedAt: now, evidence: buildEvidence({ ...look, domain: domain.name, previous, now }) };
}
