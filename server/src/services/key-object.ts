import { buildKeyRecord, type KeyKind, type KeyStage, keyBitsOf, keyKindOf } from '../core/dkim-key.ts';
import type { TxtRecordToPublish } from '../core/records.ts';
import type { StoredKey } from '../db/dkim-keys.ts';

/** A key as the API shows it, in this order of keys; times are ISO 8601. */
export interface KeyObject {
  selector: string;
  type: KeyKind;
  /** The size of the RSA modulus; null for Ed25519. */
  bits: number | null;
  stage: KeyStage;
  origin: 'generated' | 'imported';
  record: TxtRecordToPublish;
  publishedAt: string | null;
  activatedAt: string | null;
  retiresAt: string | null;
  retiredAt: string | null;
  createdAt: string;
}

/** Formats a key for the API. Nothing of its private half is in it. */
export function formatKey(key: StoredKey): KeyObject {
  return {
    selector: key.selector,
    type: keyKindOf(key.algorithm),
    bits: keyBitsOf(key.algorithm),
    stage: key.stage,
    origin: key.origin,
    record: buildKeyRecord(key),
    publishedAt: formatTime(key.publishedAt),
    activatedAt: formatTime(key.activatedAt),
    retiresAt: formatTime(key.retireAt),
    retiredAt: formatTime(key.retiredAt),
    createdAt: key.createdAt.toISOString(),
  };
}

function formatTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
