import { buildKeyPrefix, KEY_PURPOSE } from './dkim-key.ts';
import type { RecordLabels } from './record-input.ts';
import type { CnameRecordToPublish, TxtRecordToPublish } from './to-publish.ts';

/*
 * DKIM by CNAME: a domain has two selectors that never change, each a CNAME into the operator's keys zone.
 *
 *     autosend1._domainkey.customer.example.  CNAME  autosend1.<domain id>.dkim.operator.example.  TXT  the key that signs
 *     autosend2._domainkey.customer.example.  CNAME  autosend2.<domain id>.dkim.operator.example.  TXT  none, or the next key
 */

/** The two selectors of a domain differ in their last character. */
const SLOTS = ['1', '2'] as const;

/** How a domain publishes its DKIM keys: each as a TXT record of its own zone, or by two CNAMEs that never change. */
export const DKIM_MODES = ['txt', 'cname'] as const;
export type DkimMode = (typeof DKIM_MODES)[number];

/** The record of a DKIM key: the key itself, or what leads to it. */
export type KeyRecord = TxtRecordToPublish | CnameRecordToPublish;

/** The two selectors of a domain, in their order. */
export type SlotSelectors = readonly [first: string, second: string];

/** Builds the two selectors of a domain. @param suffix where another project has verified the name with the usual ones */
export function buildSlotSelectors(
  { selectorPrefix }: Pick<RecordLabels, 'selectorPrefix'>,
  suffix?: string,
): SlotSelectors {
  const base = suffix === undefined ? selectorPrefix : `${selectorPrefix}-${suffix}`;
  return [`${base}${SLOTS[0]}`, `${base}${SLOTS[1]}`];
}

/** Lists both selectors of a domain, by either of them. */
export function listSlotSelectors(selector: string): SlotSelectors {
  const base = selector.slice(0, -1);
  return [`${base}${SLOTS[0]}`, `${base}${SLOTS[1]}`];
}

/** Builds where the keys of a domain stand. The id makes it a name that no other domain had, or ever gets. */
export function buildKeysBelow(domainId: string, keysZone: string): string {
  return `${domainId}.${keysZone}`;
}

/** Finds the zone that holds the keys of a domain. */
export function findKeysZone(keysBelow: string): string {
  return keysBelow.slice(keysBelow.indexOf('.') + 1);
}

/** Builds the name that a selector's CNAME leads to. */
export function buildTarget(selector: string, keysBelow: string): string {
  return `${selector}.${keysBelow}`;
}

/** Builds the CNAME of a selector. */
export function buildSlotRecord(domainName: string, selector: string, keysBelow: string): CnameRecordToPublish {
  return {
    name: `${buildKeyPrefix(selector)}.${domainName}`,
    value: buildTarget(selector, keysBelow),
    type: 'CNAME',
    purpose: KEY_PURPOSE,
  };
}

/**
 * Formats what stands at a target without a key: a record with an empty `p=`, which says that there is none (RFC 6376 §3.6.1).
 * A record and not nothing: a CNAME to nothing can't be told from none where a provider flattens it, and resolvers may
 * remember that there is nothing for as long as the SOA record of the zone says (RFC 2308 §5), which isn't ours to choose. The
 * note (`n=`) says whose it is, so that nobody else's empty record is taken for it.
 */
export function formatEmptySlot(target: string): string {
  return `v=DKIM1; k=rsa; n=${target}; p=`;
}
