import type { Evidence } from '../../core/findings/evidence.ts';
import { findRegion, isSesRegion } from '../../core/records/regions.ts';
import { explainIdentity, type IdentityState } from '../../core/ses/explain.ts';
import type { SeenIdentity } from '../../core/ses/identity.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findIdentity } from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';

/** What the sending provider last said of a domain, beside what we found. */
export interface ProviderObservation {
  /** The region at the provider. */
  readonly region: string;
  readonly state: IdentityState;
  /** Null where it has said nothing yet, or has no such identity. */
  readonly seen: SeenIdentity | null;
  readonly checkedAt: Date | null;
  /** Why it does not say what we say; null where it does. */
  readonly explanation: string | null;
}

/** Reads what the provider of a domain's region last said; null where the region has none. Nobody is asked. */
export async function findProviderObservation(
  ctx: Pick<Context, 'db' | 'regions'>,
  domain: StoredDomain,
  evidence: Evidence | null,
): Promise<ProviderObservation | null> {
  const region = findRegion(ctx.regions, domain.regionKey);
  if (!isSesRegion(region)) return null;
  const row = await findIdentity(ctx.db, region.key, domain.name);
  const { state, seen, seenAt } = row ?? { state: 'pending' as const, seen: null, seenAt: null };
  const found = new Set(evidence?.records.filter(({ status }) => status === 'verified').map(({ record }) => record));
  const explanation = explainIdentity({
    ...{ state, seen, selector: domain.selector },
    isDkimFound: found.has('dkim'),
    isMailFromFound: found.has('mail_from_mx') && found.has('mail_from_spf'),
    isVerified: domain.status === 'VERIFIED',
  });
  return { region: region.awsRegion, state, seen, checkedAt: seenAt, explanation };
}
