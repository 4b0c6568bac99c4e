import { firstAnswer, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { excerptOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import { findOwnHost } from '../mail-from/own-host.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, findAlias, listAliasEvidence, type RecordView, textsOf } from './view.ts';

/** Finds the right text in a record of the wrong type at the right name. */
export function findOtherType(view: RecordView, probe: Probe): Explanation | null {
  return findAsAlias(view) ?? findInsteadOf(view, probe);
}

function findInsteadOf(view: RecordView, probe: Probe): Explanation | null {
  switch (view.place.type) {
    case 'TXT':
      return findAsSpfType(view, probe);
    case 'MX':
      return findInsteadOfMx(view, probe);
    case 'CNAME':
      return null;
  }
}

/** A CNAME to the value. A panel may have added the zone to it, and resolvers answer that there is nothing behind it. */
export function findAsAlias(view: RecordView): Explanation | null {
  const { place } = view;
  if (place.type === 'CNAME') return null;
  const alias = findAlias(view);
  const value = place.value.toLowerCase();
  if (alias === null || (alias !== value && alias !== `${value}.${place.zoneName}`)) return null;
  return {
    code: 'published_as_other_type',
    facts: { type: 'CNAME', found: excerptOf(alias) },
    evidence: listAliasEvidence(view),
  };
}

/** Type 99 was given up in 2014 (RFC 7208 §3.1), and some panels offer it to this day. */
function findAsSpfType({ place }: RecordView, probe: Probe): Explanation | null {
  const found = probe.ask(place.name, 'SPF');
  const text = found && textsOf(found, 'SPF').find((each) => isSameText(each, place.value));
  if (!found || text == null) return null;
  return {
    code: 'published_as_other_type',
    facts: { type: 'SPF', found: excerptOf(text) },
    evidence: evidenceOf(found),
  };
}

function findInsteadOfMx({ place }: RecordView, probe: Probe): Explanation | null {
  const host = place.value.toLowerCase();
  const texts = probe.ask(place.name, 'TXT');
  const text = texts && textsOf(texts).find((each) => findOwnHost(each, host) !== null);
  if (texts && text != null)
    return {
      code: 'published_as_other_type',
      facts: { type: 'TXT', found: excerptOf(text) },
      evidence: evidenceOf(texts),
    };
  const own = probe.ask(place.name, 'A');
  const ours = probe.ask(host, 'A');
  if (!own || !ours || own.aliases.length > 0) return null;
  const addresses = listAddresses(ours);
  const address = listAddresses(own).find((each) => addresses.includes(each));
  if (address === undefined) return null;
  return {
    code: 'published_as_other_type',
    facts: { type: 'A', found: excerptOf(address) },
    evidence: evidenceOf(own),
  };
}

function listAddresses(found: LookupResult): string[] {
  return (recordsOfType(firstAnswer(found), 'A') ?? []).map(({ address }) => address);
}
