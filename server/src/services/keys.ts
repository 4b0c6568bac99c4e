import { buildDatedSelector, type KeyAlgorithm, keyKindOf } from '../core/dkim-key.ts';
import { AppError } from '../core/errors.ts';
import type { ProjectId } from '../core/ids.ts';
import { createDkimKey } from '../crypto/dkim-keys.ts';
import { insertDkimKey, listKeys as listStoredKeys, type StoredKey } from '../db/dkim-keys.ts';
import { insertEvents } from '../db/history.ts';
import type { Context } from './context.ts';
import { getDomain } from './domains.ts';
import { sealKey } from './key-sealing.ts';

const SELECTOR_TRIES = 8;

/** Lists a domain's keys of all stages, newest first. @throws AppError NOT_FOUND */
export async function listKeys(ctx: Pick<Context, 'db'>, projectId: ProjectId, domainId: string): Promise<StoredKey[]> {
  const domain = await getDomain(ctx, projectId, domainId);
  return listStoredKeys(ctx.db, domain.id);
}

/**
 * Makes a further key for a domain, with a selector of its own. It is pending: nothing is signed with it yet.
 * @throws AppError NOT_FOUND
 */
export async function createKey(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  algorithm: KeyAlgorithm,
): Promise<StoredKey> {
  const domain = await getDomain(ctx, projectId, domainId);
  const pair = algorithm === 'rsa-2048' ? await ctx.keys.take() : await createDkimKey(algorithm);
  const now = ctx.clock.now();
  for (let tries = 0; tries < SELECTOR_TRIES; tries += 1) {
    const selector = buildDatedSelector(ctx.labels.selectorPrefix, now, ctx.randomBytes(1).toString('hex'));
    const row: StoredKey = {
      ...sealKey(ctx, pair, algorithm, now),
      ...{ domainId: domain.id, domainName: domain.name, selector },
      stage: 'pending',
      origin: 'generated',
      ...{ publishedAt: null, activatedAt: null, retireAt: null, retiredAt: null },
    };
    const isStored = await ctx.db.transaction(async (tx) => {
      if (!(await insertDkimKey(tx, row))) return false;
      await insertEvents(tx, domain, now, [{ type: 'key.created', data: { selector, type: keyKindOf(algorithm) } }]);
      return true;
    });
    if (isStored) return row;
  }
  throw new AppError('SERVICE_UNAVAILABLE', 'No free DKIM selector was found for this name. Please try again.', {
    retryAfterSeconds: 1,
  });
}
