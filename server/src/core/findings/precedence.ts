import type { SharedObservation } from '../judgement/judgement.ts';
import type { FindingCode } from '../judgement/observation.ts';
import { FINDINGS } from './catalogue.ts';
import type { Explanation, RecordView } from './view.ts';

/** These are about servers and zones, and are told once, however many records they concern. */
export const ABOUT_ZONE: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'nameserver_lame',
  'answered_without_authority',
  'nameserver_without_tcp',
  'nameserver_not_public',
  'nameserver_unreachable',
  'no_nameserver_answered',
  'resolver_unanswered',
  'domain_not_registered',
  'delegation_missing',
  'zone_expired',
  'ns_records_outdated',
  'soa_not_answered',
  'zone_not_served',
  'dnssec_bogus',
]);

/** Too general to stand beside what explains it. */
const GENERAL: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'record_missing',
  'value_mismatch',
  'no_nameserver_answered',
  'resolver_unanswered',
  'spf_mechanism_missing',
  'dmarc_invalid',
]);

/**
 * Selects what of the judge's observations is worth telling: of two that fit the more particular one, and beside an
 * explanation only what that does not say better.
 */
export function selectObservations(view: RecordView, explanation: Explanation | null): SharedObservation[] {
  return dropVague(view.judgement.observations).filter(
    (observation) =>
      isAboutOwnServers(view, observation) &&
      (explanation === null || standsBeside(observation.code, explanation, view)),
  );
}

/** The vaguest first: each of them says nothing that a later one, or any other error in the record, does not say better. */
const VAGUE: readonly FindingCode[] = ['record_missing', 'value_mismatch', 'spf_mechanism_missing'];

function dropVague(observations: readonly SharedObservation[]): SharedObservation[] {
  const errors = observations.filter(({ code }) => FINDINGS[code].severity === 'error' && !ABOUT_ZONE.has(code));
  const rank = ({ code }: SharedObservation) => (VAGUE.includes(code) ? VAGUE.indexOf(code) : VAGUE.length);
  return observations.filter(
    (each) => !VAGUE.includes(each.code) || errors.every((other) => rank(other) <= rank(each)),
  );
}

/** What single servers do. */
const ABOUT_SERVERS: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'nameserver_lame',
  'answered_without_authority',
  'nameserver_without_tcp',
  'nameserver_not_public',
  'nameserver_unreachable',
  'zone_expired',
]);

/** What one server does is told to those who can do something about it: not the registry's, nor those behind a CNAME. */
function isAboutOwnServers({ place }: RecordView, { code, answers }: SharedObservation): boolean {
  if (!ABOUT_SERVERS.has(code)) return true;
  const own = place.zone?.nameservers.map(({ name }) => name) ?? [];
  return answers.every(({ source }) => own.includes(source.server));
}

/** They say that the value comes from somewhere else: there is nothing to mend in it. */
const FROM_ELSEWHERE: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'wildcard_answer',
  'cname_in_the_way',
  'cname_dangling',
]);

/** Whether what the judge noticed is worth telling beside what explains it. */
function standsBeside(code: FindingCode, explanation: Explanation, { place }: RecordView): boolean {
  // Of two records, one is explained, and what the judge says is about the other.
  if (explanation.code === 'value_of_other_record' && explanation.facts.isSpare) return true;
  const isAboutServers = ABOUT_ZONE.has(code) || code === 'nameservers_disagree';
  const isOwnValue = !FROM_ELSEWHERE.has(explanation.code) && place.type !== 'CNAME';
  return !GENERAL.has(code) && (isAboutServers || isOwnValue);
}
