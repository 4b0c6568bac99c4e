import { formatDkimKeyRecord, type KeyStage } from '../records/dkim-key.ts';
import { buildTarget, formatEmptySlot, listSlotSelectors } from '../records/key-slots.ts';

/** How long resolvers may remember what stands in the keys zone: as long as signing waits until it moves to a key that is there. */
export const KEYS_ZONE_TTL_SECONDS = 300;

/** No resolver should remember a record for longer, whatever it says. */
const LONGEST_TTL_SECONDS = 86_400;

/** How long signing waits once a key is published in the place of another record: as long as that may be remembered. @param ttlSeconds of what the servers show now */
export function findSettlingMs(ttlSeconds: number): number {
  return 1_000 * Math.min(Math.max(KEYS_ZONE_TTL_SECONDS, ttlSeconds), LONGEST_TTL_SECONDS);
}

/** How long what is behind the CNAMEs of a deleted domain stays: mail that it signed may be under way, and read later (RFC 5321 §4.5.4.1). */
export const KEEP_TARGETS_MS = 30 * 24 * 3_600_000;

/** What stands at one name of the keys zone. */
export interface KeyTarget {
  readonly name: string;
  /** The whole text of the TXT record. */
  readonly text: string;
}

/** A key of a domain, as far as it decides what stands in the keys zone. */
export interface TargetKey {
  readonly selector: string;
  readonly publicKey: string;
  readonly stage: KeyStage;
  readonly revokedAt: Date | null;
}

/**
 * Says what is to stand behind the two CNAMEs of a domain: the key of each selector from the moment it is made until it is
 * retired, and else a record that says that there is none.
 */
export function listKeyTargets(keys: readonly TargetKey[], keysBelow: string): KeyTarget[] {
  const [any] = keys;
  if (!any) return [];
  return listSlotSelectors(any.selector).map((selector) => {
    const name = buildTarget(selector, keysBelow);
    const key = keys.find((each) => each.selector === selector && each.stage !== 'retired' && each.revokedAt === null);
    return { name, text: key ? formatDkimKeyRecord(key.publicKey) : formatEmptySlot(name) };
  });
}

/** Whether the keys zone is to hold the same. */
export function hasSameTargets(one: readonly KeyTarget[], other: readonly KeyTarget[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, text }, at) => other[at]?.name === name && other[at].text === text)
  );
}

const SECOND_MS = 1_000;
/** A write is seen within seconds; what is wrong for longer, somebody has to mend first. */
const RETRY_MS = [1, 2, 3, 5, 10, 20, 30, 60, 120, 300].map((seconds) => seconds * SECOND_MS);
/** What is right is compared once a day, since others may change the zone, too. */
const RIGHT_MS = 24 * 3_600_000;

/** When what is not written, or not everywhere, is tried again. @param attempts how often it was, this time included @param random at least 0 and less than 1 */
export function findTargetWaitMs(attempts: number, random: number): number {
  const waitMs = RETRY_MS[Math.min(attempts, RETRY_MS.length) - 1] ?? SECOND_MS;
  return Math.round(waitMs * (0.8 + 0.4 * random));
}

/** When what is right is compared again. */
export function findRightWaitMs(random: number): number {
  return Math.round(RIGHT_MS * (0.8 + 0.4 * random));
}
