import type { KeyKind, KeyStage } from '../records/dkim-key.ts';

/**
 * The life of a DKIM key, as pure steps:
 *
 *     pending ── every authoritative server has it ──► active ── a newer one became active ──► retiring ── 7 days ──► retired
 *        │                                               ▲                                        │                     │
 *        │                                               └──── activate, while its record is there ┴─────────────────────┘
 *        └────────────── revoke ──────────────► retired (revoked)
 *
 * Of each kind one key is active at most, and of RSA always one: what becomes active takes the place of the one before in
 * the same step, and was seen in DNS just before. What DNS did not answer moves nothing.
 */

/** A key as its life cycle sees it. */
export interface KeyState {
  readonly id: string;
  readonly kind: KeyKind;
  readonly stage: KeyStage;
  readonly createdAt: Date;
  /** When every authoritative server was first seen to have it. */
  readonly publishedAt: Date | null;
  readonly activatedAt: Date | null;
  /** Of a retiring key: when it becomes a retired one. */
  readonly retireAt: Date | null;
  readonly retiredAt: Date | null;
  /** When it was revoked; its private half is gone. */
  readonly revokedAt: Date | null;
}

/**
 * What one check saw of a key's record: right on every server that there is, right on those that answered (others were
 * silent), on some of them only, on none; `unknown` where nobody answered.
 */
export type KeyObservation = 'everywhere' | 'answering' | 'partly' | 'nowhere' | 'unknown';

/** The changes of a key that are told in the history. */
export type KeyChangeType = 'key.published' | 'key.activated' | 'key.retiring' | 'key.retired' | 'key.revoked';

/** One change of one key. */
export interface KeyChange {
  readonly type: KeyChangeType;
  readonly id: string;
}

/** Keys after a step, all of them, and what changed, in order. */
export interface KeyStep<K extends KeyState> {
  readonly keys: readonly K[];
  readonly changes: readonly KeyChange[];
}

/** How long after its last use for signing a key's record must stay, unless configured: mail is delivered or bounced within days (RFC 5321 §4.5.4.1). */
export const DEFAULT_KEY_RETIRING_MS = 7 * 24 * 3_600_000;

/**
 * Applies what one check saw, and the time: a pending key that every server has becomes active, a retiring one whose time is
 * over becomes retired. Everything else stays as it is.
 * @param observations by key id; what was not looked for is `unknown`
 * @param settling where a key stands in the place of what was there before: for how long what was may be remembered
 */
export function advanceKeys<K extends KeyState>(
  keys: readonly K[],
  observations: ReadonlyMap<string, KeyObservation>,
  now: Date,
  retiringMs: number = DEFAULT_KEY_RETIRING_MS,
  settling: Settling | null = null,
): KeyStep<K> {
  const pending = keys.filter(({ stage }) => stage === 'pending');
  const activated = pending.reduce<KeyStep<K>>(
    (step, key) => {
      const observation = observations.get(key.id) ?? 'unknown';
      if (settling) return chain(step, settleKey(step.keys, key, observation, settling, { now, retiringMs }));
      return observation === 'everywhere' ? chain(step, activateKey(step.keys, key.id, now, retiringMs)) : step;
    },
    { keys, changes: [] },
  );
  return activated.keys.reduce<KeyStep<K>>((step, key) => {
    if (key.stage !== 'retiring' || key.retireAt === null || key.retireAt > now) return step;
    return chain(step, {
      keys: replace(step.keys, key.id, { stage: 'retired', retireAt: null, retiredAt: now }),
      changes: [{ type: 'key.retired', id: key.id }],
    });
  }, activated);
}

/** What a key waits for that stands in the place of another record. */
export interface Settling {
  /** How long resolvers may remember the record that was there before, by key id. */
  readonly waitMs: ReadonlyMap<string, number>;
  /** The ids of keys that every server of the operator's keys zone has. */
  readonly keyIds: ReadonlySet<string>;
}

/** When signing may move to a key that is published in the place of another record; null while it isn't. */
export function findSettledTime({ publishedAt }: Pick<KeyState, 'publishedAt'>, waitMs: number): Date | null {
  return publishedAt && new Date(publishedAt.getTime() + waitMs);
}

/**
 * Takes a step with a pending key behind a CNAME: it is published once every server has it, and signs when nobody remembers
 * any more what was there before. Where a server has lost it meanwhile, that begins again.
 */
function settleKey<K extends KeyState>(
  keys: readonly K[],
  { id, publishedAt }: K,
  observation: KeyObservation,
  { waitMs, keyIds }: Settling,
  { now, retiringMs }: { readonly now: Date; readonly retiringMs: number },
): KeyStep<K> {
  if (observation === 'partly' || observation === 'nowhere')
    return { keys: publishedAt === null ? keys : replace(keys, id, { publishedAt: null }), changes: [] };
  if (observation !== 'everywhere' || !keyIds.has(id)) return { keys, changes: [] };
  if (publishedAt === null)
    return { keys: replace(keys, id, { publishedAt: now }), changes: [{ type: 'key.published', id }] };
  const settledAt = findSettledTime({ publishedAt }, waitMs.get(id) ?? 0);
  return settledAt !== null && settledAt <= now ? activateKey(keys, id, now, retiringMs) : { keys, changes: [] };
}

/**
 * Moves signing to a key whose record was just seen; the active one of its kind retires. Nothing changes for a key that is
 * active already, or revoked.
 */
export function activateKey<K extends KeyState>(
  keys: readonly K[],
  id: string,
  now: Date,
  retiringMs: number = DEFAULT_KEY_RETIRING_MS,
): KeyStep<K> {
  const key = keys.find((each) => each.id === id);
  if (!key || !isActivatable(key)) return { keys, changes: [] };
  const before = keys.find(({ kind, stage }) => kind === key.kind && stage === 'active');
  const retireAt = new Date(now.getTime() + retiringMs);
  const retiring = before ? replace(keys, before.id, { stage: 'retiring', retireAt }) : keys;
  const active = { stage: 'active', publishedAt: key.publishedAt ?? now, activatedAt: now, retireAt: null } as const;
  return {
    keys: replace(retiring, id, { ...active, retiredAt: null }),
    changes: [
      ...(key.publishedAt === null ? [{ type: 'key.published', id } as const] : []),
      { type: 'key.activated', id },
      ...(before ? [{ type: 'key.retiring', id: before.id } as const] : []),
    ],
  };
}

/** Whether signing may move to a key. */
export function isActivatable({
  stage,
  revokedAt,
}: {
  readonly stage: KeyStage;
  readonly revokedAt: unknown;
}): boolean {
  return stage !== 'active' && revokedAt === null;
}

/** Whether a key may be revoked: any but the one RSA key that mail is signed with. */
export function isRevocable({ kind, stage }: Pick<KeyState, 'kind' | 'stage'>): boolean {
  return stage !== 'active' || kind !== 'rsa';
}

/** Revokes a key for good. Nothing changes for the active RSA key, and for one that is revoked already. */
export function revokeKey<K extends KeyState>(keys: readonly K[], id: string, now: Date): KeyStep<K> {
  const key = keys.find((each) => each.id === id);
  if (!key || key.revokedAt !== null || !isRevocable(key)) return { keys, changes: [] };
  const retiredAt = key.retiredAt ?? now;
  return {
    keys: replace(keys, id, { stage: 'retired', retireAt: null, retiredAt, revokedAt: now }),
    changes: [{ type: 'key.revoked', id }],
  };
}

/**
 * Whether a key's record is to be in DNS besides the one of the active RSA key, for checks, files, pages and whoever has a
 * link: the key may become active, signs beside that one, or signed mail that is still on its way.
 */
export function isInMotion({ kind, stage }: Pick<KeyState, 'kind' | 'stage'>): boolean {
  return stage === 'pending' || stage === 'retiring' || (stage === 'active' && kind === 'ed25519');
}

const DAY_MS = 24 * 3_600_000;

/** When the active RSA key is old enough for a successor; null where none is wanted. @param days 0 for never */
export function findRotationTime(activeSince: Date, days: number): Date | null {
  return days > 0 ? new Date(activeSince.getTime() + days * DAY_MS) : null;
}

/**
 * Whether the active RSA key is to get a successor now: it is old enough, and none was made since it is. One that was made
 * and revoked counts too, or the next check would make it again.
 */
export function isRotationDue(keys: readonly KeyState[], days: number, now: Date): boolean {
  const active = keys.find(({ kind, stage }) => kind === 'rsa' && stage === 'active');
  const dueAt = active && findRotationTime(active.activatedAt ?? active.createdAt, days);
  if (!dueAt || dueAt > now) return false;
  return !keys.some(({ kind, stage, createdAt }) => kind === 'rsa' && (stage === 'pending' || createdAt >= dueAt));
}

function replace<K extends KeyState>(keys: readonly K[], id: string, change: Partial<KeyState>): K[] {
  return keys.map((key) => (key.id === id ? { ...key, ...change } : key));
}

function chain<K extends KeyState>(before: KeyStep<K>, after: KeyStep<K>): KeyStep<K> {
  return { keys: after.keys, changes: [...before.changes, ...after.changes] };
}
