import type { Evidence } from '../../core/findings/evidence.ts';
import { findRegion, isServedRegion } from '../../core/records/regions.ts';
import type { IdentityState, SeenIdentity } from '../../core/sending-providers/identity.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findIdentity } from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';
import { getProvider } from './get-provider.ts';

/** What the sending provider last said of a domain, beside what we found. */
export interface ProviderObservation {
  /** The provider, as the table of regions names it, and as people call it. */
  readonly name: string;
  readonly title: string;
  /** The region, in the provider's words. */
  readonly region: string;
  readonly state: IdentityState;
  /** Null where it has said nothing yet, or has no such identity. */
  readonly seen: SeenIdentity | null;
  readonly checkedAt: Date | null;
  /** Why it does not say what we say; null where it does. */
  readonly explanation: string | null;
}

/** Reads what the provider of a domain's region last said; null where the region has none, and in a test project. Nobody is asked. */
export async function findProviderObservation(
  ctx: Pick<Context, 'db' | 'regions' | 'sendingProviders'>,
  domain: StoredDomain,
  evidence: Evidence | null,
): Promise<ProviderObservation | null> {
  const region = findRegion(ctx.regions, domain.regionKey);
  if (domain.isTest || !isServedRegion(region)) return null;
  const provider = getProvider(ctx, region);
  const row = await findIdentity(ctx.db, region.key, domain.name);
  const { state, seen, seenAt } = row ?? { state: 'pending' as const, seen: null, seenAt: null };
  const found = new Set(evidence?.records.filter(({ status }) => status === 'verified').map(({ record }) => record));
  const explanation = provider.explain({
    state,
    seen,
    selector: domain.selector,
    isKeyOfAnother: row !== null && row.keyOf !== null && row.keyOf !== domain.id,
    isDkimFound: found.has('dkim'),
    isMailFromFound: found.has('mail_from_mx') && found.has('mail_from_spf'),
    isVerified: domain.status === 'VERIFIED',
    isOwnershipVerified: domain.state.flags.ownership.value,
  });
  return {
    name: region.provider,
    title: provider.title,
    region: region.providerRegion,
    state,
    seen,
    checkedAt: seenAt,
    explanation,
  };
}
