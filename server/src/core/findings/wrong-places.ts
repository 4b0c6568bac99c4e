import type { LookupResult } from '../answers/dns-answer.ts';
import type { FindingCode, StrayFacts } from '../judgement/observation.ts';
import { findRegistrableDomain } from '../names/public-suffix.ts';
import { RECORDS, type RecordRow } from '../records/record.ts';
import { findAskedType } from '../records/to-publish.ts';
import { findStray, hasOurMechanism } from './likeness.ts';
import type { RecordPlace } from './place.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, type RecordView } from './view.ts';
import { nameNeighbor } from './wildcard.ts';

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
 *     _autosend-verify.mail.example.com.example.com   the panel appends the zone
 *     _autosend-verify.example.com                    the subdomain was left out
 *     example.com                                     the name was left empty, or `@`
 *     autosend-verify.mail.example.com, mail.example.com, …   close to it
 *
 * The first that holds the record is told, and nothing else is guessed.
 */
export function findWrongPlace(view: RecordView, domain: string, probe: Probe): Explanation | null {
  let found: Explanation | null = null;
  // All are asked at once, so that one round is enough.
  for (const candidate of listCandidates(view.place, domain)) {
    const result = probe.ask(candidate.name, findAskedType(view.place.type));
    if (found !== null || result === null) continue;
    if (result.aliases.length > 0 && view.place.type !== 'CNAME') continue;
    const stray = findStrayAt(candidate, view.place, domain, result);
    if (stray !== null && !isWildcard(candidate, view.place, domain, probe))
      found = { code: candidate.code, facts: { name: candidate.name, ...stray }, evidence: evidenceOf(result) };
  }
  return found;
}

/** An SPF record for the domain's own mail, into which ours was written, is merged with others as often as not. */
function findStrayAt(
  { code, name }: Candidate,
  place: RecordPlace,
  domain: string,
  found: LookupResult,
): StrayFacts | null {
  if (place.type === 'CNAME') return found.aliases.includes(place.value) ? {} : null;
  const isOwnSpf = place.kind === 'mail_from_spf' && `.${domain}`.endsWith(`.${name}`);
  if (isOwnSpf) return hasOurMechanism(place, found) ? {} : null;
  return findStray(place, domain, found, code === 'published_at_doubled_name');
}

/** A `*` record shows the very record at any name, also at those that nobody ever typed; what cannot be asked may be one. */
function isWildcard(candidate: Candidate, place: RecordPlace, domain: string, probe: Probe): boolean {
  // A `*` record does not answer at the top of its zone.
  if (candidate.name === place.zoneName) return false;
  const neighbor = probe.ask(nameNeighbor(candidate.name), findAskedType(place.type));
  return neighbor === null || findStrayAt(candidate, place, domain, neighbor) !== null;
}

function listCandidates(place: RecordPlace, domain: string): Candidate[] {
  const { kind, name, zoneName } = place;
  const registrable = findRegistrableDomain(domain) ?? domain;
  const prefix = name.slice(0, -`.${domain}`.length);
  const { isOursAlone, strayAtApex, nearPrefixes } = RECORDS[kind] as RecordRow;
  const candidates: Candidate[] = [{ code: 'published_at_doubled_name', name: `${name}.${zoneName}` }];
  // What stands at these names of the parent is often meant for the parent: only what is ours alone is certain.
  if (isOursAlone) {
    for (let parent = domain; parent !== registrable && parent.includes('.'); ) {
      parent = parent.slice(parent.indexOf('.') + 1);
      candidates.push({ code: 'published_without_subdomain', name: `${prefix}.${parent}` });
    }
  }
  if (strayAtApex !== 'never') {
    if (strayAtApex === 'always' || domain === zoneName) candidates.push({ code: 'published_at_apex', name: zoneName });
    if (domain !== zoneName) candidates.push({ code: 'published_at_other_name', name: domain });
  }
  for (const near of nearPrefixes(prefix)) {
    candidates.push({ code: 'published_at_other_name', name: `${near}.${domain}` });
  }
  return candidates.filter((candidate) => candidate.name !== name && candidate.name !== '');
}
