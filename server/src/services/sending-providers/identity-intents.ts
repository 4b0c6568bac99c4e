import { findRegion, isServedRegion } from '../../core/records/regions.ts';
import type { Db } from '../../db/db.ts';
import { insertIntents, type StoredIdentity } from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';

/**
 * Says, in the transaction that adds, changes or deletes domains, that the identities of their names have to be compared
 * with what is wanted then. Those of test projects are identities nowhere. Nobody is asked here: `services/sending-providers/identities.ts` does that later. In a region without a provider
 * nothing is written.
 */
export async function noteIdentities(
  ctx: Pick<Context, 'regions' | 'clock'>,
  tx: Db,
  places: readonly (Pick<StoredIdentity, 'regionKey' | 'name'> & { readonly isTest: boolean })[],
): Promise<void> {
  const served = places.filter(
    ({ regionKey, isTest }) => !isTest && isServedRegion(findRegion(ctx.regions, regionKey)),
  );
  await insertIntents(tx, served, ctx.clock.now());
}
