import {
  type Answer,
  type DnssecStatus,
  failureOf,
  type LookupResult,
  type Lookups,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import type { Failure, FailureReason } from '../answers/failure.ts';
import { clipPresentation, formatRecordData } from '../answers/presentation.ts';
import type { DomainJudgement } from '../check/check.ts';
import { listQuestions } from '../check/check.ts';
import type { RecordStatus } from '../judgement/judgement.ts';
import { RECORD_KINDS, type RecordKind } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { findAskedType, type RecordType } from '../records/to-publish.ts';
import type { DomainFindings } from './explain.ts';
import type { ExplainedKey } from './explain-keys.ts';
import type { SeenFinding, ZoneFinding } from './finding.ts';
import type { RecordPlace, RecordPlaces } from './place.ts';

/** What one server said, as it is kept. */
export interface AnswerEvidence {
  readonly server: string;
  readonly address: string;
  readonly via: 'authoritative' | 'recursive';
  readonly outcome: 'found' | 'nxdomain' | 'nodata' | FailureReason;
  /** For a failure, what went wrong: worded when it is read. Absent in what an older version of this program wrote. */
  readonly failure?: Failure;
  /** Of the records, or of the "no" (RFC 2308 §5); null for a failure. */
  readonly ttlSeconds: number | null;
  readonly rttMs: number;
  /** Places in `found` of the record. */
  readonly found: readonly number[];
}

/** What was seen of one record. */
export interface RecordEvidence extends NameEvidence {
  readonly record: RecordKind;
  /** When the last resolver has forgotten that the record was not there, ISO 8601. */
  readonly visibleToResolversBy?: string;
}

/** What was seen of the record of a further DKIM key, or of the second of two CNAMEs. */
export interface KeyEvidence extends NameEvidence {
  readonly selector: string;
  /** Whether it is that CNAME, and counts as the domain's own record does. */
  readonly isCname?: true;
}

/** What was seen at one name. */
export interface NameEvidence {
  readonly status: RecordStatus;
  readonly name: string;
  /** The name as a DNS panel wants it. */
  readonly host: string;
  /** The zone that holds the name; null where it is not known. */
  readonly zone: string | null;
  readonly aliases: readonly string[];
  /** The different values that were seen, in presentation format, clipped. */
  readonly found: readonly string[];
  readonly answers: readonly AnswerEvidence[];
  readonly findings: readonly SeenFinding[];
  /** The key of the provider whose panel the record is entered in; absent where that is not certain. */
  readonly panel?: string;
}

/** The zone of the domain and who answered for it. */
export interface ZoneEvidence {
  readonly name: string;
  readonly nameservers: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly answered: boolean;
  }[];
  readonly dnssec: DnssecStatus;
}

/** The whole of one check, bounded in size whatever DNS sent. */
export interface Evidence {
  readonly version: typeof VERSION;
  readonly zone: ZoneEvidence | null;
  readonly records: readonly RecordEvidence[];
  readonly findings: readonly ZoneFinding[];
  /** Of the further keys that were looked for. */
  readonly keys?: readonly KeyEvidence[];
  /** Since when, and in how many checks in a row, nobody has answered for any of the records. */
  readonly unanswered?: { readonly since: string; readonly checks: number };
}

/** What evidence is built from. */
export interface EvidenceInput {
  readonly domain: string;
  readonly records: DnsRecords;
  readonly judgement: DomainJudgement;
  readonly lookups: Lookups;
  readonly places: RecordPlaces;
  readonly findings: DomainFindings;
  readonly explainedKeys?: readonly ExplainedKey[];
  /** Of the check before; null where it does not matter. */
  readonly previous: Evidence | null;
  readonly now: Date;
}

const VERSION = 5;
const MAX_VALUES = 8;
const MAX_VALUE_CHARACTERS = 800;
const MAX_ALIASES = 10;
const MAX_ANSWERS = 30;
const MAX_FINDINGS = 12;
/** A pending one and an active or retiring one of each kind are usual. */
const MAX_KEYS = 8;
/** No resolver should remember a "no" for longer (RFC 2308 §5). */
const MAX_NEGATIVE_SECONDS = 86_400;

/** Builds what is kept of one check: every server's answer to each of the questions, clipped, and the findings. */
export function buildEvidence(input: EvidenceInput): Evidence {
  const { judgement, places, lookups, explainedKeys = [], previous, now } = input;
  const questions = listQuestions(input.records);
  const resultOf = (kind: RecordKind) => lookups.get(questionKey(questions[kind]));
  const records = RECORD_KINDS.map((kind): RecordEvidence => {
    const result = resultOf(kind);
    const { status } = judgement[kind];
    const visibleBy = findVisibleBy(
      status,
      previous?.records.find(({ record }) => record === kind),
      now,
    );
    return {
      record: kind,
      ...describeName(places[kind], status, result, input.findings.records[kind]),
      ...(visibleBy !== null && { visibleToResolversBy: visibleBy }),
    };
  });
  const isUnanswered = records.every(({ answers }) => answers.every(({ ttlSeconds }) => ttlSeconds === null));
  return {
    version: VERSION,
    zone: findZone(input, RECORD_KINDS.map(resultOf)),
    records,
    findings: input.findings.findings.slice(0, 2 * MAX_FINDINGS),
    ...(explainedKeys.length > 0 && {
      keys: explainedKeys.slice(0, MAX_KEYS).map(({ selector, place, judgement, result, findings }) => ({
        selector,
        ...(place.type === 'CNAME' && { isCname: true as const }),
        ...describeName(place, judgement.status, result, findings),
      })),
    }),
    ...(isUnanswered && {
      unanswered: {
        since: previous?.unanswered?.since ?? now.toISOString(),
        checks: (previous?.unanswered?.checks ?? 0) + 1,
      },
    }),
  };
}

/** The second of two CNAMEs among what was seen, as the domain's own records stand in the lists. */
export function listSecondCnames({ keys = [] }: Evidence): (NameEvidence & { readonly record: 'dkim' })[] {
  return keys.filter(({ isCname }) => isCname).map((key) => ({ ...key, record: 'dkim' }));
}

function describeName(
  place: RecordPlace,
  status: RecordStatus,
  result: LookupResult | undefined,
  findings: readonly SeenFinding[],
): NameEvidence {
  return {
    status,
    name: place.name,
    host: place.host,
    zone: place.zone?.name ?? null,
    aliases: result?.aliases.slice(0, MAX_ALIASES) ?? [],
    ...collectAnswers(result, findAskedType(place.type)),
    findings: findings.slice(0, MAX_FINDINGS),
    ...(place.provider && { panel: place.provider.key }),
  };
}

/** Reads stored evidence; null where an older version of this program wrote it in another shape: the next check replaces it. */
export function readEvidence(stored: unknown): Evidence | null {
  const isOurs = typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === VERSION;
  return isOurs ? (stored as Evidence) : null;
}

function collectAnswers(
  result: LookupResult | undefined,
  type: RecordType,
): { found: string[]; answers: AnswerEvidence[] } {
  const found: string[] = [];
  const indexOf = (value: string): number => {
    const known = found.indexOf(value);
    if (known >= 0 || found.length === MAX_VALUES) return known;
    return found.push(value) - 1;
  };
  const answers = (result?.answers ?? []).slice(0, MAX_ANSWERS).map((answer): AnswerEvidence => {
    const { server, address, via, rttMs } = answer.source;
    const base = { server, address, via, rttMs: Math.round(rttMs * 10) / 10 };
    if (answer.outcome === 'absent')
      return { ...base, outcome: answer.reason, ttlSeconds: answer.negativeTtlSeconds, found: [] };
    if (answer.outcome === 'failed')
      return {
        ...base,
        outcome: answer.reason,
        failure: failureOf(answer),
        ttlSeconds: null,
        found: [],
      };
    const values = (recordsOfType(answer, type) ?? [])
      .slice(0, MAX_VALUES)
      .map((record) => indexOf(clipPresentation(formatRecordData(record), MAX_VALUE_CHARACTERS)));
    return { ...base, outcome: 'found', ttlSeconds: answer.ttlSeconds, found: values.filter((index) => index >= 0) };
  });
  return { found, answers };
}

/** Whoever asked before the record was there may remember the "no" for as long as it said, and no longer. */
function findVisibleBy(status: RecordStatus, before: RecordEvidence | undefined, now: Date): string | null {
  if (status !== 'verified' || before === undefined) return null;
  if (before.status === 'verified') {
    const kept = before.visibleToResolversBy;
    return kept !== undefined && new Date(kept) > now ? kept : null;
  }
  const negative = before.answers
    .filter(({ outcome }) => outcome === 'nxdomain' || outcome === 'nodata')
    .map(({ ttlSeconds }) => ttlSeconds ?? 0);
  const seconds = Math.min(Math.max(0, ...negative), MAX_NEGATIVE_SECONDS);
  return seconds === 0 ? null : new Date(now.getTime() + seconds * 1000).toISOString();
}

/** The zone that holds the domain itself, rather than one that only holds some of its records. */
function findZone(input: EvidenceInput, results: readonly (LookupResult | undefined)[]): ZoneEvidence | null {
  const zones = Object.values(input.places).flatMap(({ zone }) => zone ?? []);
  const zone = zones.find(({ name }) => name === input.domain || input.domain.endsWith(`.${name}`)) ?? zones[0];
  if (!zone) return null;
  const answers = results.flatMap((result) => result?.answers ?? []);
  return {
    name: zone.name,
    nameservers: zone.nameservers.map(({ name, addresses }) => ({
      name,
      addresses,
      answered: hasAnswered(answers, name),
    })),
    dnssec: zone.dnssec,
  };
}

function hasAnswered(answers: readonly Answer[], server: string): boolean {
  return answers.some((answer) => answer.source.server === server && answer.outcome !== 'failed');
}
