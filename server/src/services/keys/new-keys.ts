import { findRotationTime, isRotationDue } from '../../core/dkim/key-stages.ts';
import { AppError, validationError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import {
  buildDatedSelector,
  type KeyAlgorithm,
  type KeyKind,
  type KeyRecordInput,
  keyKindOf,
} from '../../core/records/dkim-key.ts';
import { listSlotSelectors } from '../../core/records/key-slots.ts';
import { fitsBefore, parseSelector } from '../../core/records/selector.ts';
import { createDkimKey } from '../../crypto/dkim-keys.ts';
import { type ImportedKey, importDkimKey } from '../../crypto/import-dkim-key.ts';
import type { Db } from '../../db/db.ts';
import { deleteRetiredKeys, insertDkimKey, type StoredKey } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { updateKeys } from '../../db/queries/domains.ts';
import { noteDnsIntent } from '../../db/queries/publishing/intents.ts';
import { findActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { findDkimMode } from '../domain-object/domain-records.ts';
import { getDomain } from '../domains/domains.ts';
import { noteEvents } from '../events/note-events.ts';
import { sealKey } from '../node/key-sealing.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import { type DomainKey, describeKey, findPrimaryKey, listDomainKeys } from './domain-keys.ts';
import { changeKeys, type DomainKeys, type DomainWithKey } from './key-changes.ts';
import { observeKey, tellKeyVerdict } from './key-observation.ts';

const SELECTOR_TRIES = 8;

/** What a further key is made from. */
export interface NewKey {
  /** What to make, or what the private key is said to be. */
  readonly type?: KeyKind | undefined;
  /** For an RSA key that is made here; 2048 where left out. */
  readonly bits?: number | undefined;
  /** Where its record stands; where left out, a free selector with today's date. */
  readonly selector?: string | undefined;
  /** The PEM text of a key that exists already. */
  readonly privateKey?: string | undefined;
}

/** Stores more in the transaction that stores the key. */
type OnStored = (tx: Db, stored: DomainWithKey) => Promise<void>;

/**
 * Makes a further key for a domain, or takes one over. It is pending: nothing is signed with it until every authoritative
 * server has its record. What DNS has at a selector that was asked for must be this key's record, or nothing.
 * @throws AppError NOT_FOUND, VALIDATION_FAILED, KEY_ALREADY_PENDING, SELECTOR_IN_USE, SERVICE_UNAVAILABLE where DNS gives no answer
 */
export async function createKey(
  given: Context,
  projectId: ProjectId,
  domainId: string,
  wanted: NewKey,
  onStored?: OnStored,
): Promise<DomainWithKey> {
  const domain = await getDomain(given, projectId, domainId);
  const ctx = await inTestMode(given, domain);
  const named = wanted.selector === undefined ? null : readSelector(wanted.selector, domain);
  const imported = wanted.privateKey === undefined ? null : await readImported(wanted, wanted.privateKey);
  const algorithm = imported?.algorithm ?? chooseAlgorithm(wanted);
  const known = await listDomainKeys(ctx.db, domain);
  refuseSecondPending(known, keyKindOf(algorithm));
  const isCname = findDkimMode(domain) === 'cname';
  if (isCname) requireIdleSelector(known, named, keyKindOf(algorithm));
  const selector = isCname ? null : named;
  if (selector !== null && known.some((key) => key.selector === selector)) throw selectorInUse(selector);
  const pair = imported?.pair ?? (await (algorithm === 'rsa-2048' ? ctx.keys.take() : createDkimKey(algorithm)));
  const identity = { domainName: domain.name, algorithm, publicKey: pair.publicKey };
  const observation = selector === null ? null : await findFreeObservation(ctx, domain, { ...identity, selector });
  return changeKeys(ctx, projectId, domainId, async (tx, before, now) => {
    refuseSecondPending(before.keys, keyKindOf(algorithm));
    const origin = imported ? 'imported' : 'generated';
    const sealed = sealKey(ctx, pair, algorithm, now);
    const stored = await storePendingKey(ctx, tx, before, { ...sealed, origin, observation }, { selector });
    await onStored?.(tx, stored);
    return stored;
  });
}

function readSelector(text: string, domain: StoredDomain): string {
  const parsed = parseSelector(text, domain.name);
  if ('problem' in parsed) throw validationError('selector', parsed.problem);
  return parsed.selector;
}

async function readImported({ type, bits }: NewKey, privateKey: string): Promise<ImportedKey> {
  if (bits !== undefined)
    throw validationError('bits', "bits can't be combined with privateKey, which already has a size.");
  const imported = await importDkimKey(privateKey);
  const kind = keyKindOf(imported.algorithm);
  if (type !== undefined && type !== kind)
    throw validationError('type', `type is ${type}, but privateKey is an ${kind} key.`);
  return imported;
}

function chooseAlgorithm({ type = 'rsa', bits }: NewKey): KeyAlgorithm {
  if (type === 'rsa') return `rsa-${bits ?? 2048}`;
  if (bits !== undefined)
    throw validationError('bits', "bits can't be combined with type ed25519, which has a fixed size.");
  return type;
}

function refuseSecondPending(keys: readonly DomainKey[], kind: KeyKind): void {
  const pending = keys.find((key) => key.kind === kind && key.stage === 'pending');
  if (pending)
    throw new AppError(
      'KEY_ALREADY_PENDING',
      `Key ${pending.selector} is already pending. Publish its record or revoke it first.`,
    );
}

/** Checks what DNS has where a key's record will stand: its own record, or nothing at all. */
async function findFreeObservation(
  ctx: Context,
  domain: StoredDomain,
  key: KeyRecordInput,
): Promise<StoredKey['observation']> {
  const { observation, judgement } = await observeKey(ctx, domain, key);
  const found = tellKeyVerdict(ctx, domain, key, judgement);
  if (observation === 'unknown')
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `The DNS record of selector ${key.selector} couldn't be checked. ${found}`,
      {
        retryAfterSeconds: 5,
      },
    );
  if (observation === 'nowhere' && judgement.status !== 'missing')
    throw new AppError(
      'SELECTOR_IN_USE',
      `Selector ${key.selector} already has a different record. ${found} Choose another selector, or import the private key that belongs to that record.`,
    );
  return observation;
}

/**
 * Finds the selector of a domain with two CNAMEs at which the next key goes.
 * @param selector where it was asked for
 * @throws AppError VALIDATION_FAILED, SELECTOR_IN_USE
 */
function requireIdleSelector(keys: readonly DomainKey[], selector: string | null, kind: KeyKind): string {
  if (kind === 'ed25519')
    throw validationError(
      'type',
      "type can't be ed25519 for a domain with dkimMode cname: its two CNAMEs are for the RSA key and the next one, and it would need a third record.",
    );
  const signing = findPrimaryKey(keys);
  const idle = signing && listSlotSelectors(signing.selector).find((each) => each !== signing.selector);
  if (idle === undefined) throw new Error('A domain without an active RSA key was read.');
  if (selector !== null && selector !== idle)
    throw validationError(
      'selector',
      `selector can't be chosen for a domain with dkimMode cname: the next key goes behind ${idle}, whose CNAME is published already. Leave it out.`,
    );
  const taken = keys.find((key) => key.selector === idle && key.stage !== 'retired');
  if (taken)
    throw new AppError(
      'SELECTOR_IN_USE',
      `Selector ${idle} still has the previous key, because mail that it signed may be on its way${taken.retireAt ? ` until ${taken.retireAt.toISOString()}` : ''}. Revoke that key first, or wait.`,
    );
  return idle;
}

function selectorInUse(selector: string): AppError {
  return new AppError(
    'SELECTOR_IN_USE',
    `Selector ${selector} is already used by another key of this domain. Choose another one.`,
  );
}

/**
 * Makes the successor of a verified domain's RSA key when that is old enough. What follows is as for one that a person made:
 * nothing changes until its record is published.
 */
export async function rotateKeyWhenDue(ctx: Context, domain: StoredDomain): Promise<void> {
  const dueAt = findRotationTime(domain.keyActiveSince, domain.dkimRotationDays);
  if (domain.status !== 'VERIFIED' || dueAt === null || dueAt > ctx.clock.now()) return;
  // Behind the other CNAME there may still be the key before.
  const hasRoom = (keys: readonly DomainKey[]) =>
    findDkimMode(domain) === 'txt' || !keys.some(({ kind, stage }) => kind === 'rsa' && stage === 'retiring');
  const isDue = (keys: readonly DomainKey[], now: Date) =>
    isRotationDue(keys, domain.dkimRotationDays, now) && hasRoom(keys);
  if (!isDue(await listDomainKeys(ctx.db, domain), ctx.clock.now())) return;
  const pair = await ctx.keys.take();
  await changeKeys(ctx, domain.projectId, domain.id, async (tx, before, now) => {
    // Another node may have made it meanwhile.
    if (!isDue(before.keys, now)) return;
    const made = { ...sealKey(ctx, pair, 'rsa-2048', now), origin: 'generated', observation: null } as const;
    await storePendingKey(ctx, tx, before, made, { selector: null, reason: 'rotation' });
  });
}

/** A domain that was added when selectors were shorter may have no room for a dated one. */
function buildFreshSelector(ctx: Context, domain: StoredDomain, now: Date): string {
  const dated = buildDatedSelector(ctx.labels.selectorPrefix, now, ctx.randomBytes(1).toString('hex'));
  return fitsBefore(dated, domain.name) ? dated : ctx.randomBytes(3).toString('hex');
}

async function storePendingKey(
  ctx: Context,
  tx: Db,
  { domain, keys }: DomainKeys,
  made: ReturnType<typeof sealKey> & Pick<StoredKey, 'origin' | 'observation'>,
  { selector, reason }: { readonly selector: string | null; readonly reason?: 'rotation' },
): Promise<DomainWithKey> {
  const now = made.createdAt;
  const idle = findDkimMode(domain) === 'cname' ? requireIdleSelector(keys, null, keyKindOf(made.algorithm)) : null;
  // A selector has one key at a time; what became of the ones before is in the history.
  if (idle !== null) await deleteRetiredKeys(tx, domain.id, idle);
  for (let tries = 0; tries < (selector === null ? SELECTOR_TRIES : 1); tries += 1) {
    const row: StoredKey = {
      ...made,
      domainId: domain.id,
      domainName: domain.name,
      stage: 'pending',
      selector: idle ?? selector ?? buildFreshSelector(ctx, domain, now),
      publishedAt: null,
      activatedAt: null,
      retireAt: null,
      retiredAt: null,
      revokedAt: null,
    };
    if (!(await insertDkimKey(tx, row))) continue;
    const data = { ...describeKey(domain, row), ...(reason && { reason }) };
    await noteEvents(ctx, tx, domain, now, [{ type: 'key.created', data }], findActor());
    if (reason === undefined)
      await noteAction(tx, ctx.realClock.now(), {
        action: 'dkim_key.created',
        projectId: domain.projectId,
        object: { kind: 'dkim_key', id: row.id, name: `${row.selector}._domainkey.${domain.name}` },
        after: { algorithm: row.algorithm, origin: row.origin },
      });
    await updateKeys(tx, domain.id, [], { hasKeysInMotion: true, nextCheckAt: now });
    await noteDnsIntent(tx, domain, ctx.realClock.now());
    const key = { ...row, kind: keyKindOf(row.algorithm) };
    const others = keys.filter(({ selector: other }) => other !== idle);
    return { domain, keys: [key, ...others], key };
  }
  if (selector !== null) throw selectorInUse(selector);
  throw new AppError('SERVICE_UNAVAILABLE', 'No free DKIM selector was found for this name. Try again.', {
    retryAfterSeconds: 1,
  });
}
