import { findRegistrableDomain } from '../names/public-suffix.ts';
import type { FindingCode } from './catalogue.ts';
import { isTheRecord } from './likeness.ts';
import type { RecordPlace } from './place.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, type RecordView } from './view.ts';
import { nameNeighbour } from './wildcard.ts';

type PlaceCode = Extract<
  FindingCode,
  'published_at_doubled_name' | 'published_at_apex' | 'published_without_subdomain' | 'published_at_other_name'
>;

interface Candidate {
  readonly code: PlaceCode;
  readonly name: string;
}

/**
 * Looks for a missing record where people put it by mistake. For `_autosend-verify.mail.example.com` in the zone `example.com`:
 *
 *     _autosend-verify.mail.example.com.example.com   the panel adds the zone by itself
 *     _autosend-verify.example.com                    the subdomain was left out
 *     example.com                                     the name was left empty, or `@`
 *     autosend-verify.mail.example.com, mail.example.com, …   close to it
 *
 * The first that holds the very record is told, and nothing else is guessed.
 */
export function findWrongPlace(view: RecordView, domain: string, publicKey: string, probe: Probe): Explanation | null {
  let found: Explanation | null = null;
  // All are asked at once, so that one round is enough.
  for (const candidate of listCandidates(view.place, domain)) {
    const result = probe.ask(candidate.name, view.place.type);
    if (found !== null || result === null || result.aliases.length > 0) continue;
    if (isTheRecord(view.place, publicKey, result) && !isWildcard(candidate, view.place, publicKey, probe))
      found = explain(candidate, view.place, evidenceOf(result));
  }
  return found;
}

/** A `*` record shows the very record at any name, also at those that nobody ever typed; what cannot be asked may be one. */
function isWildcard({ name }: Candidate, place: RecordPlace, publicKey: string, probe: Probe): boolean {
  // A `*` record does not answer at the top of its zone.
  if (name === place.zoneName) return false;
  const neighbour = probe.ask(nameNeighbour(name), place.type);
  return neighbour === null || isTheRecord(place, publicKey, neighbour);
}

function explain({ code, name }: Candidate, place: RecordPlace, evidence: Explanation['evidence']): Explanation {
  const panel = place.provider?.name ?? 'Your DNS panel';
  const more =
    code === 'published_at_doubled_name'
      ? `${panel} adds \`${place.zoneName}\` by itself.`
      : `It belongs at \`${place.name}\`, where it is missing.`;
  return {
    code,
    text: `We found your ${place.type} record${place.type === 'MX' ? ` with \`${place.value}\`` : ''} at \`${name}\`. ${more}`,
    evidence,
  };
}

function listCandidates(place: RecordPlace, domain: string): Candidate[] {
  const { kind, name, zoneName } = place;
  const registrable = findRegistrableDomain(domain) ?? domain;
  const prefix = name.slice(0, name.length - domain.length);
  const candidates: Candidate[] = [{ code: 'published_at_doubled_name', name: `${name}.${zoneName}` }];
  // What stands at these names of the parent is often meant for the parent: only what is ours alone is certain.
  if (kind === 'ownership' || kind === 'dkim') {
    for (let parent = domain; parent !== registrable && parent.includes('.'); ) {
      parent = parent.slice(parent.indexOf('.') + 1);
      candidates.push({ code: 'published_without_subdomain', name: `${prefix}${parent}` });
    }
  }
  // An SPF record at the top of a zone speaks for the mail of that name, and has every right to be there.
  if (kind !== 'mail_from_spf') {
    // A DMARC text at the top of a zone was meant for the zone's own domain, if for any.
    if (kind !== 'dmarc' || domain === zoneName) candidates.push({ code: 'published_at_apex', name: zoneName });
    if (domain !== zoneName) candidates.push({ code: 'published_at_other_name', name: domain });
  }
  for (const near of listNearPrefixes(kind, prefix)) {
    candidates.push({ code: 'published_at_other_name', name: `${near}${domain}` });
  }
  return candidates.filter((candidate) => candidate.name !== name && candidate.name !== '');
}

/** What a panel, or a hand, makes of the part before the domain: underscores get lost, and so do labels. */
function listNearPrefixes(kind: RecordPlace['kind'], prefix: string): string[] {
  const [first = ''] = prefix.split('.');
  const bare = prefix.replace(/(^|\.)_/g, '$1');
  switch (kind) {
    case 'ownership':
    case 'dmarc':
      return bare === prefix ? [] : [bare];
    case 'dkim':
      return [bare, `${first}.`, '_domainkey.', `${first}_domainkey.`];
    case 'mail_from_mx':
    case 'mail_from_spf':
      return [`_${prefix}`];
  }
}
