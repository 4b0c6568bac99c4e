import { firstAnswer, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { listEvidence } from './finding.ts';
import type { Probe } from './probe.ts';
import {
  type Explanation,
  evidenceOf,
  findAlias,
  listAliasEvidence,
  listTexts,
  listUsable,
  type RecordView,
} from './view.ts';
import { findWildcard, nameNeighbor } from './wildcard.ts';
import { findWrongPlace } from './wrong-places.ts';

/** The other CNAME of a domain, and whether that one is right. */
export interface OtherCname {
  readonly name: string;
  readonly isRight: boolean;
}

/**
 * Explains why no key is found by a CNAME: it leads elsewhere, it leads to where it should and the key isn't there, something
 * else stands in its place, or nothing does.
 */
export function explainKeyCname(
  view: RecordView,
  other: OtherCname | undefined,
  domain: string,
  probe: Probe,
): Explanation | null {
  const { place, judgement } = view;
  if (leadsToTarget(view)) {
    const code = judgement.status === 'missing' ? 'dkim_target_empty' : 'dkim_target_outdated';
    return { code, facts: { target: place.value }, evidence: [...listAliasEvidence(view), ...listTextEvidence(view)] };
  }
  const wildcard = findWildcard(view, probe);
  if (wildcard) return wildcard;
  const target = findAlias(view);
  if (target !== null) return explainTarget(view, target);
  if (judgement.status !== 'missing')
    return {
      code: 'dkim_cname_replaced',
      facts: { found: excerptOf(listTexts(view.result)[0] ?? ''), expected: place.value },
      evidence: listTextEvidence(view),
    };
  const candidates = [findWrongPlace(view, domain, probe), findAddresses(view, probe)];
  const found = candidates.find((candidate) => candidate !== null) ?? null;
  if (found || !other?.isRight) return found;
  return {
    code: 'dkim_cname_one_of_two',
    facts: { other: other.name, expected: place.value },
    evidence: listTextEvidence(view),
  };
}

/** Whether the name is a CNAME that leads to where it should, if by others. */
export function leadsToTarget({ place, result }: RecordView): boolean {
  return place.type === 'CNAME' && result.aliases.includes(place.value);
}

/**
 * Notices that the key is right, and no CNAME was seen: the provider answers with what is behind it ("flattening"), or somebody
 * entered the key by hand. DNS doesn't tell the two apart before the next rotation does.
 */
export function findFlattened(view: RecordView): Explanation<'dkim_cname_flattened'> | null {
  const { place, judgement, result } = view;
  if (place.type !== 'CNAME' || judgement.status !== 'verified' || result.aliases.length > 0) return null;
  return { code: 'dkim_cname_flattened', facts: { expected: place.value }, evidence: listTextEvidence(view) };
}

function explainTarget(view: RecordView, target: string): Explanation<'dkim_cname_wrong_target'> {
  const { value: expected, zoneName } = view.place;
  // Without the final dot some panels add the zone.
  const isZoneAppended = target === `${expected}.${zoneName}`;
  return {
    code: 'dkim_cname_wrong_target',
    facts: { target, expected, ...(isZoneAppended && { isZoneAppended }) },
    evidence: listAliasEvidence(view),
  };
}

/** Addresses in place of the CNAME: a proxy was switched on for it, and answers with its own. */
function findAddresses({ place, result }: RecordView, probe: Probe): Explanation<'cname_proxied'> | null {
  // A name that does not exist has no addresses.
  if (!listUsable(result).some((answer) => answer.outcome === 'absent' && answer.reason === 'nodata')) return null;
  for (const type of ['A', 'AAAA'] as const) {
    const found = probe.ask(place.name, type);
    const addresses = listAddresses(found);
    if (!found || addresses.length === 0) continue;
    // A `*` record answers at every name, so it says nothing about this one; unasked, it could be that.
    const neighbor = probe.ask(nameNeighbor(place.name), type);
    if (neighbor === null || listAddresses(neighbor).length > 0) return null;
    return { code: 'cname_proxied', facts: { addresses: excerptsOf(addresses) }, evidence: evidenceOf(found) };
  }
  return null;
}

function listAddresses(found: LookupResult | null): string[] {
  const answer = found && firstAnswer(found);
  if (!answer) return [];
  return [...(recordsOfType(answer, 'A') ?? []), ...(recordsOfType(answer, 'AAAA') ?? [])].map(
    ({ address }) => address,
  );
}

function listTextEvidence({ place, result }: RecordView) {
  return listEvidence({ name: place.name, type: 'TXT' }, listUsable(result));
}
