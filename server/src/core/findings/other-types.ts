import { firstAnswer, recordsOfType } from '../answers/dns-answer.ts';
import { isSameText } from '../answers/same-text.ts';
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
function findAsAlias(view: RecordView): Explanation | null {
  const { place } = view;
  const alias = findAlias(view);
  const value = place.value.toLowerCase();
  if (alias === null || (alias !== value && alias !== `${value}.${place.zoneName}`)) return null;
  return {
    code: 'published_as_other_type',
    text: `\`${place.name}\` is a CNAME record with the right value. It has to be ${withArticle(place.type)} record.`,
    evidence: listAliasEvidence(view),
  };
}

/** Type 99 was given up in 2014 (RFC 7208 §3.1), and some panels offer it to this day. */
function findAsSpfType({ place }: RecordView, probe: Probe): Explanation | null {
  const found = probe.ask(place.name, 'SPF');
  if (!found || !textsOf(found, 'SPF').some((text) => isSameText(text, place.value))) return null;
  return {
    code: 'published_as_other_type',
    text: `The right text is there as a record of the type SPF, which nobody reads any more. It has to be a TXT record.`,
    evidence: evidenceOf(found),
  };
}

function findInsteadOfMx({ place }: RecordView, probe: Probe): Explanation | null {
  const wrong = (type: string, evidence: Explanation['evidence']): Explanation => ({
    code: 'published_as_other_type',
    text: `At \`${place.name}\` our mail server stands in ${withArticle(type)} record. It has to be an MX record.`,
    evidence,
  });
  const host = place.value.toLowerCase();
  const texts = probe.ask(place.name, 'TXT');
  const isHost = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^\d+\s+/, '')
      .replace(/\.$/, '') === host;
  if (texts && textsOf(texts).some(isHost)) return wrong('TXT', evidenceOf(texts));
  const own = probe.ask(place.name, 'A');
  const ours = probe.ask(host, 'A');
  if (!own || !ours || own.aliases.length > 0) return null;
  const addresses = (recordsOfType(firstAnswer(ours), 'A') ?? []).map(({ address }) => address);
  const isOurs = (recordsOfType(firstAnswer(own), 'A') ?? []).some(({ address }) => addresses.includes(address));
  return isOurs ? wrong('A', evidenceOf(own)) : null;
}

function withArticle(type: string): string {
  return /^[AM]/.test(type) ? `an ${type}` : `a ${type}`;
}
