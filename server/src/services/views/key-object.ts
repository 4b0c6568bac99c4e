import { formatTime } from '../../core/format-time.ts';
import { keyBitsOf, keyKindOf } from '../../core/records/dkim-key.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { KeyObject } from '../../wire/key.ts';
import { buildRecordOfKey, type DomainKey } from '../keys/domain-keys.ts';

/** Formats a key for the API. Nothing of its private half is in it. */
export function formatKey(domain: StoredDomain, key: DomainKey): KeyObject {
  const bits = keyBitsOf(key.algorithm);
  return {
    selector: key.selector,
    type: keyKindOf(key.algorithm),
    bits,
    stage: key.stage,
    origin: key.origin,
    record: buildRecordOfKey(domain, key),
    isPublished: isPublished(domain, key),
    publishedAt: formatTime(key.publishedAt),
    activatedAt: formatTime(key.activatedAt),
    retiresAt: formatTime(key.retireAt),
    retiredAt: formatTime(key.retiredAt),
    revokedAt: formatTime(key.revokedAt),
    createdAt: key.createdAt.toISOString(),
    // RFC 8301 §3.2: signers SHOULD use keys of at least 2048 bits.
    warning:
      bits !== null && bits < 2048
        ? `This key has only ${bits} bits. Some receivers trust it less or not at all. Rotate to a 2048-bit key.`
        : null,
  };
}

/** The active RSA key is one of the domain's own records, and was looked for as such. */
function isPublished(domain: StoredDomain, key: DomainKey): boolean | null {
  const wasChecked = domain.lastCheckedAt > domain.createdAt || domain.state.verifyRequestedAt !== null;
  if (key.selector === domain.selector) return wasChecked ? domain.dkimEnabled : null;
  return key.observation === null ? null : key.observation === 'everywhere' || key.observation === 'answering';
}
