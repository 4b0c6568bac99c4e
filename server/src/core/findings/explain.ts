/*
 * Findings explain a verdict: why a record isn't verified and what to do. `explainDomain` runs the detectors (one
 * file each: aliases, wildcards, wrong places, values of other records …) over what the judges saw; a detector
 * that has to ask for more does so through `Probe`. `precedence.ts` keeps the most particular explanation,
 * `evidence.ts` stores codes and facts, and `tell.ts` puts them into words when they are read. No detector may
 * change a verdict.
 */

import { type LookupResult, type Lookups, questionKey } from '../answers/dns-answer.ts';
import { type DomainJudgement, listQuestions } from '../check/check.ts';
import type { SharedObservation, Step } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import { mapKinds, type RecordKind } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { findAskedType } from '../records/to-publish.ts';
import { findCnameBeside, findCnameInTheWay, findEndlessCname, findProxy, findSilentAlias } from './aliases.ts';
import { FINDINGS } from './catalogue.ts';
import { findConflict } from './conflicts.ts';
import { buildFinding, listEvidence, type SeenFinding, type ZoneFinding } from './finding.ts';
import { explainKeyCname, findFlattened, type OtherCname } from './key-cname.ts';
import { type FindingOfZone, mergeZoneFindings } from './merge-findings.ts';
import { explainServerFault, explainUnserved, findOddity } from './odd-zones.ts';
import { findAsAlias, findOtherType } from './other-types.ts';
import { explainForeignKey, findValueOfOther } from './other-values.ts';
import type { RecordPlace, RecordPlaces } from './place.ts';
import { ABOUT_ZONE, selectObservations } from './precedence.ts';
import { type Probe, startProbe } from './probe.ts';
import { findUnauthorizedReports } from './reports.ts';
import type { Explanation, RecordView } from './view.ts';
import { findWildcard } from './wildcard.ts';
import { findWrongPlace } from './wrong-places.ts';
import { explainBogus, explainMissingZone, explainUnvalidated } from './zone.ts';

/** What is explained, and what may be done for it. */
export interface ExplainInput {
  readonly domain: string;
  readonly records: DnsRecords;
  readonly places: RecordPlaces;
  readonly judgement: DomainJudgement;
  readonly lookups: Lookups;
  readonly now: Date;
  /** Whether likely wrong places may be asked: only for what is missing, and only while somebody waits. */
  readonly mayProbe: boolean;
  /** Nobody has asked for verification yet: what is there already is a conflict, and what is not is no mistake. */
  readonly isBeforeVerify: boolean;
  /** Which of the records were found at some time. */
  readonly wasFound: Readonly<Record<RecordKind, boolean>>;
  /** Another domain of the same project whose key is the one that is published. */
  readonly keyOwner: string | null;
  /** The other DKIM record, where the domain has two CNAMEs. */
  readonly otherCname?: OtherCname | undefined;
}

/** The findings of one check: by record, and those that concern the zone and its servers as a whole. */
export interface DomainFindings {
  readonly records: Readonly<Record<RecordKind, readonly SeenFinding[]>>;
  readonly findings: readonly ZoneFinding[];
}

/**
 * Turns a verdict into findings (sans-I/O): asks for what would explain it better, where it may, else answers with them. Of
 * two explanations that fit, the more particular one is given and the other is not.
 */
export function explainDomain(input: ExplainInput): Step<DomainFindings> {
  const probe = startProbe(input.lookups, input.mayProbe);
  // Before anything is published, one question more tells what is in the way from what only answers there.
  const conflictProbe = startProbe(input.lookups, input.mayProbe || input.isBeforeVerify);
  const questions = listQuestions(input.records);
  const aboutZone: FindingOfZone[] = [];
  const records = mapKinds((kind) => {
    const result = input.lookups.get(questionKey(questions[kind])) as LookupResult;
    const view: RecordView = { place: input.places[kind], judgement: input.judgement[kind], result };
    const findings = explainRecord(view, input, probe, conflictProbe);
    const zone = result.askedZone?.name ?? result.zone?.name ?? view.place.zoneName;
    for (const finding of findings) {
      if (ABOUT_ZONE.has(finding.code)) aboutZone.push({ finding: { ...finding, record: kind }, zone });
    }
    return findings.filter(({ code }) => !ABOUT_ZONE.has(code));
  });
  const ask = [...probe.outstanding, ...conflictProbe.outstanding];
  if (ask.length > 0) return { done: false, ask };
  return { done: true, value: { records, findings: mergeZoneFindings(aboutZone) } };
}

/** What the explanation of one record depends on, beside the record. */
export type RecordContext = Pick<
  ExplainInput,
  'domain' | 'places' | 'now' | 'isBeforeVerify' | 'wasFound' | 'keyOwner' | 'otherCname'
>;

/** Explains the verdict on one record; what the probes could not answer yet they note as questions. */
export function explainRecord(
  view: RecordView,
  input: RecordContext,
  probe: Probe,
  conflictProbe: Probe,
): SeenFinding[] {
  const isOurs = input.keyOwner !== null || findValueOfOther(view, input.places) !== null;
  const conflict = input.isBeforeVerify && !isOurs ? findConflict(view, conflictProbe) : null;
  if (conflict) {
    const { evidence, severity, ...observation } = conflict;
    return [buildFinding(observation, evidence, severity)];
  }
  const found = findExplanation(view, input, probe);
  const odd = findOddity(view);
  const flattened = findFlattened(view);
  const observed = selectObservations(view, found);
  const findings = [
    ...(found ? [toFinding(found)] : []),
    ...(odd ? [toFinding(odd)] : []),
    ...(flattened ? [toFinding(flattened)] : []),
    ...observed.map((observation) => observedToFinding(view, input, observation)),
  ];
  if (view.place.kind === 'dmarc' && view.judgement.status === 'verified') {
    findings.push(...findUnauthorizedReports(view, input.domain, probe).map(toFinding));
  }
  return findings;
}

/** The most particular explanation there is for what the verdict calls missing, wrong or unknown. */
function findExplanation(view: RecordView, input: RecordContext, probe: Probe): Explanation | null {
  const { judgement } = view;
  switch (judgement.status) {
    case 'verified':
      return null;
    case 'unknown':
      return (
        explainMissingZone(view, input.domain) ??
        findEndlessCname(view) ??
        explainBogus(view) ??
        explainUnvalidated(view, input.now) ??
        findCnameBeside(view, input.domain) ??
        explainServerFault(view) ??
        explainUnserved(view) ??
        findSilentAlias(view)
      );
    case 'missing':
    case 'mismatched':
    case 'conflicting':
      if (view.place.type === 'CNAME')
        return explainMissingZone(view, input.domain) ?? explainKeyCname(view, input.otherCname, input.domain, probe);
      return (
        explainMissingZone(view, input.domain) ??
        findWildcard(view, probe) ??
        // Whatever is wrong behind it: it can't be mended there, and nothing can be added beside it.
        findAsAlias(view) ??
        findCnameInTheWay(view) ??
        findValueOfOther(view, input.places) ??
        explainForeignKey(view, input.keyOwner, input.wasFound.dkim) ??
        firstOf(
          judgement.status === 'missing' ? findOtherType(view, probe) : null,
          judgement.status === 'missing' ? findWrongPlace(view, input.domain, probe) : null,
          judgement.status === 'missing' ? findProxy(view, probe) : null,
        )
      );
  }
}

/** All of them have asked what they need by now; the first that found something is taken. */
function firstOf(...candidates: readonly (Explanation | null)[]): Explanation | null {
  return candidates.find((candidate) => candidate !== null) ?? null;
}

function toFinding({ evidence, ...observation }: Explanation): SeenFinding {
  return buildFinding(observation, evidence);
}

function observedToFinding(
  { place, judgement }: RecordView,
  { wasFound }: RecordContext,
  { answers, ...observation }: SharedObservation,
): SeenFinding {
  const { code } = observation;
  // One server without its copy is for the others to make good; all of them are not.
  const isMadeGood = code === 'zone_expired' && judgement.status !== 'unknown';
  const isHarmless = (judgement.status === 'verified' && FINDINGS[code].severity === 'error') || isMadeGood;
  const evidence = listEvidence({ name: place.name, type: findAskedType(place.type) }, answers);
  const isGone = code === 'record_missing' && wasFound[place.kind];
  return buildFinding(
    isGone ? { code, facts: { wasFound: true } } : noteDelegation(observation, place),
    evidence,
    isHarmless ? 'warning' : undefined,
  );
}

/** Where a server is named that does not know the zone: who can take it out depends on that. */
function noteDelegation(observation: Observation, { zone }: RecordPlace): Observation {
  if (observation.code !== 'nameserver_lame' || !zone?.delegatedTo) return observation;
  const isDelegated = zone.delegatedTo.includes(observation.facts.server);
  return { ...observation, facts: { ...observation.facts, isDelegated } };
}

/**
 * Leaves out what is only true before anything was published: for a check that began before verification was asked for and
 * ended after it.
 */
export function withoutConflicts({ records, findings }: DomainFindings): DomainFindings {
  const kept = mapKinds((kind) => records[kind].filter(({ code }) => code !== 'conflict_before_publishing'));
  return { records: kept, findings };
}
