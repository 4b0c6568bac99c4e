/*
 * The DKIM keys of a domain. `new-keys.ts` creates or imports one, `keys.ts` activates and revokes, and each
 * change goes through `changeKeys` (`key-changes.ts`), which locks the domain and writes keys and events together.
 * `key-observation.ts` checks DNS before a key may sign; the stages are decided in `core/dkim/key-stages.ts`.
 * `secret-rotation.ts` seals all keys with another secret key.
 */

import {
  activateKey as activate,
  findSettledTime,
  isInMotion,
  isRevocable,
  type KeyStep,
  revokeKey as revoke,
} from '../../core/dkim/key-stages.ts';
import { findSettlingMs } from '../../core/dkim/key-target.ts';
import { AppError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import { applyCheck } from '../../core/lifecycle/status.ts';
import { mapFlags, RECORDS } from '../../core/records/record.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import { noteDnsIntent } from '../../db/queries/publishing/intents.ts';
import { findActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { findDkimMode } from '../domain-object/domain-records.ts';
import { getDomain } from '../domains/domains.ts';
import { noteEvents } from '../events/note-events.ts';
import { wipeGoneKeys } from '../node/wiped-keys.ts';
import { noteIdentities } from '../sending-providers/identity-intents.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import {
  type DomainKey,
  describeKeyChanges,
  findPrimaryKey,
  keepObservation,
  listDomainKeys,
  pickShown,
} from './domain-keys.ts';
import { changeKeys, type DomainKeys, type DomainWithKey, pickKey } from './key-changes.ts';
import { observeKey, tellKeyVerdict } from './key-observation.ts';

/** Lists a domain's keys of all stages, newest first. @throws AppError NOT_FOUND */
export async function listKeys(ctx: Pick<Context, 'db'>, projectId: ProjectId, domainId: string): Promise<DomainKeys> {
  const domain = await getDomain(ctx, projectId, domainId);
  return { domain, keys: await listDomainKeys(ctx.db, domain) };
}

/**
 * Moves signing to a key at once: to a pending one, or back to one that was active before. Its record is looked for first,
 * and must be on every server that answers.
 * @throws AppError NOT_FOUND, KEY_NOT_PUBLISHED, KEY_REVOKED, SERVICE_UNAVAILABLE where no server answers
 */
export async function activateKey(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  selector: string,
): Promise<DomainWithKey> {
  const before = await findKey(ctx, projectId, domainId, selector);
  refuseGone(before);
  if (before.key.stage === 'active') return before;
  const own = await inTestMode(ctx, before.domain);
  const { observation, judgement, ttlSeconds } = await observeKey(own, before.domain, before.key);
  const reason = tellKeyVerdict(own, before.domain, before.key, judgement);
  if (observation === 'unknown')
    throw new AppError('SERVICE_UNAVAILABLE', `The DNS record of key ${selector} couldn't be checked. ${reason}`, {
      retryAfterSeconds: 5,
    });
  if (observation === 'partly' || observation === 'nowhere')
    throw new AppError('KEY_NOT_PUBLISHED', `Key ${selector} can't be used yet. ${reason}`);
  return moveKey(ctx, projectId, domainId, selector, (keys, key, now) => {
    // Meanwhile somebody may have revoked it, and behind a CNAME another may have taken its place.
    refuseGone({ ...before, key });
    refuseUnsettled({ ...before, key }, findSettlingMs(ttlSeconds), now);
    return { ...activate(keys, key.id, now, ctx.timing.keyRetiringMs), observation };
  });
}

/** Refuses a key that can't come back: a revoked one, and a retired one behind a CNAME, whose record was replaced or is about to be. */
function refuseGone({ domain, key: { selector, stage, revokedAt } }: DomainWithKey): void {
  if (revokedAt !== null)
    throw new AppError('KEY_REVOKED', `Key ${selector} was revoked and its private key deleted. Create a new key.`);
  if (stage === 'retired' && findDkimMode(domain) === 'cname')
    throw new AppError('KEY_NOT_PUBLISHED', `Key ${selector} is retired and no longer published. Create a new key.`);
}

/**
 * Behind a CNAME a key takes the place of another record, which receivers may still remember: what is signed before they
 * forget it could not be verified. A retiring key stood there all the time.
 */
function refuseUnsettled({ domain, key }: DomainWithKey, waitMs: number, now: Date): void {
  if (findDkimMode(domain) === 'txt' || key.stage !== 'pending') return;
  const settledAt = findSettledTime(key, waitMs);
  if (settledAt !== null && settledAt <= now) return;
  const why =
    settledAt === null
      ? 'It is not on every name server of the keys zone yet.'
      : `Until ${settledAt.toISOString()}, receivers may remember what was there before.`;
  throw new AppError(
    'KEY_NOT_PUBLISHED',
    `Key ${key.selector} can't be used yet. ${why} It is activated automatically.`,
  );
}

/**
 * Revokes a key for good and wipes its private half. Not the active RSA key, which mail is signed with.
 * @throws AppError NOT_FOUND, KEY_IN_USE
 */
export async function revokeKey(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  selector: string,
): Promise<DomainWithKey> {
  const revoked = await moveKey(ctx, projectId, domainId, selector, (keys, key, now) => {
    if (!isRevocable(key))
      throw new AppError(
        'KEY_IN_USE',
        `Key ${selector} is signing mail. Create another key, publish its record, and revoke this one once the other is active.`,
      );
    return revoke(keys, key.id, now);
  });
  ctx.background.run(wipeGoneKeys(ctx));
  return revoked;
}

type Move = (
  keys: readonly DomainKey[],
  key: DomainKey,
  now: Date,
) => KeyStep<DomainKey> & { readonly observation?: DomainKey['observation'] };

/** Takes one step with a key, with all that follows from it, in one transaction. */
async function moveKey(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  selector: string,
  move: Move,
): Promise<DomainWithKey> {
  return changeKeys(ctx, projectId, domainId, async (tx, before, now) => {
    const picked = pickKey(before, selector);
    const { id } = picked;
    const { keys: moved, changes, observation } = move(before.keys, picked, now);
    const changed = new Set(changes.map((change) => change.id));
    const noted = moved.map((key) => (key.id === id && observation ? { ...key, observation } : key));
    const keys = keepObservation(before.keys, noted, before.domain.dkimEnabled);
    if (changes.length > 0) {
      await table.updateKeys(
        tx,
        before.domain.id,
        keys.filter((key) => changed.has(key.id)),
        { hasKeysInMotion: keys.some(isInMotion), nextCheckAt: now },
      );
      // Another key may stand in its records since.
      const primary = findPrimaryKey(keys);
      const told = primary ? { ...before.domain, ...pickShown(primary) } : before.domain;
      await noteEvents(ctx, tx, told, now, describeKeyChanges(before.domain, keys, changes), findActor());
      const asked = changes.find((change) => change.id === id);
      if (asked?.type === 'key.activated' || asked?.type === 'key.revoked')
        await noteAction(tx, ctx.realClock.now(), {
          action: asked.type === 'key.revoked' ? 'dkim_key.revoked' : 'dkim_key.activated',
          projectId,
          object: { kind: 'dkim_key', id, name: `${picked.selector}._domainkey.${before.domain.name}` },
          before: { stage: picked.stage },
        });
      await noteIdentities(ctx, tx, [before.domain]);
      await noteDnsIntent(tx, before.domain, ctx.realClock.now());
      if (picked.kind === 'rsa' && changes.some(({ type }) => type === 'key.activated'))
        await noteRightKey(ctx, tx, before.domain, now);
    }
    const domain = await table.findDomain(tx, projectId, before.domain.id);
    return {
      domain: domain ?? before.domain,
      keys,
      key: keys.find((key) => key.id === id) ?? picked,
    };
  });
}

/** The domain's key is the one that was just seen in DNS: for its DKIM record this is a check. */
async function noteRightKey(ctx: Context, tx: Db, { projectId, id }: StoredDomain, now: Date): Promise<void> {
  const domain = await table.findDomain(tx, projectId, id);
  if (!domain) return;
  const seen = mapFlags((flag) => (flag === RECORDS.dkim.flag ? 'right' : 'unknown'));
  const { state, changes } = applyCheck(domain.state, seen, now, ctx.timing.rules);
  const { attempts, nextCheckAt, leaseOwner, leaseUntil } = domain;
  const lease = leaseOwner !== null && leaseUntil !== null ? { owner: leaseOwner, until: leaseUntil } : null;
  const updated = await table.updateDomain(tx, domain, { state, attempts, nextCheckAt, lease });
  await noteEvents(ctx, tx, updated, now, changes);
}

async function findKey(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  domainId: string,
  selector: string,
): Promise<DomainWithKey> {
  const found = await listKeys(ctx, projectId, domainId);
  return { ...found, key: pickKey(found, selector) };
}
