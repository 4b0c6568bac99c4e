import { buildDatedSelector, type KeyAlgorithm, keyKindOf } from '../core/dkim-key.ts';
import { AppError } from '../core/errors.ts';
import type { ProjectId } from '../core/ids.ts';
import { findRotationTime, isRotationDue } from '../core/key-stages.ts';
import { createDkimKey } from '../crypto/dkim-keys.ts';
import type { Db } from '../db/client.ts';
import { insertDkimKey, type StoredKey } from '../db/dkim-keys.ts';
import { updateKeys } from '../db/domains.ts';
import { insertEvents } from '../db/history.ts';
import type { Context } from './context.ts';
import { type DomainKey, describeKey, listDomainKeys } from './domain-keys.ts';
import { getDomain, type StoredDomain } from './domains.ts';
import { changeKeys, type DomainKeys, type DomainWithKey, dueNow } from './key-changes.ts';
import { sealKey } from './key-sealing.ts';

const SELECTOR_TRIES = 8;

/**
 * Makes a further key for a domain, with a selector of its own. It is pending: nothing is signed with it until every
 * authoritative server has its record.
 * @throws AppError NOT_FOUND, KEY_ALREADY_PENDING
 */
export async function createKey(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  algorithm: KeyAlgorithm,
): Promise<DomainWithKey> {
  await getDomain(ctx, projectId, domainId);
  const pair = algorithm === 'rsa-2048' ? await ctx.keys.take() : await createDkimKey(algorithm);
  return changeKeys(ctx, projectId, domainId, async (tx, before, now) => {
    const pending = before.keys.find((key) => key.kind === keyKindOf(algorithm) && key.stage === 'pending');
    if (pending)
      throw new AppError(
        'KEY_ALREADY_PENDING',
        `The key ${pending.selector} is pending already. Publish its record, or revoke it first.`,
      );
    return storePendingKey(ctx, tx, before, sealKey(ctx, pair, algorithm, now));
  });
}

/**
 * Makes the successor of a verified domain's RSA key when that is old enough. What follows is as for one that a person made:
 * nothing changes until its record is published.
 */
export async function rotateKeyWhenDue(ctx: Context, domain: StoredDomain): Promise<void> {
  const dueAt = findRotationTime(domain.keyActiveSince, domain.dkimRotationDays);
  if (domain.status !== 'VERIFIED' || dueAt === null || dueAt > ctx.clock.now()) return;
  const isDue = (keys: readonly DomainKey[], now: Date) => isRotationDue(keys, domain.dkimRotationDays, now);
  if (!isDue(await listDomainKeys(ctx.db, domain), ctx.clock.now())) return;
  const pair = await ctx.keys.take();
  await changeKeys(ctx, domain.projectId, domain.id, async (tx, before, now) => {
    // Another node may have made it meanwhile.
    if (isDue(before.keys, now))
      await storePendingKey(ctx, tx, before, sealKey(ctx, pair, 'rsa-2048', now), 'rotation');
  });
}

async function storePendingKey(
  ctx: Context,
  tx: Db,
  { domain, keys }: DomainKeys,
  sealed: ReturnType<typeof sealKey>,
  reason?: 'rotation',
): Promise<DomainWithKey> {
  const now = sealed.createdAt;
  for (let tries = 0; tries < SELECTOR_TRIES; tries += 1) {
    const row: StoredKey = {
      ...sealed,
      ...{ domainId: domain.id, domainName: domain.name, stage: 'pending', origin: 'generated' },
      selector: buildDatedSelector(ctx.labels.selectorPrefix, now, ctx.randomBytes(1).toString('hex')),
      ...{ publishedAt: null, activatedAt: null, retireAt: null, retiredAt: null, revokedAt: null, sight: null },
    };
    if (!(await insertDkimKey(tx, row))) continue;
    const data = { ...describeKey(row), ...(reason && { reason }) };
    await insertEvents(tx, domain, now, [{ type: 'key.created', data }]);
    await updateKeys(tx, domain.id, [], { hasKeysInMotion: true, nextCheckAt: dueNow(domain, now) });
    const key = { ...row, kind: keyKindOf(row.algorithm) };
    return { domain, keys: [key, ...keys], key };
  }
  throw new AppError('SERVICE_UNAVAILABLE', 'No free DKIM selector was found for this name. Please try again.', {
    retryAfterSeconds: 1,
  });
}
