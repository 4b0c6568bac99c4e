import type { RecordJudgement } from '../judgement/judgement.ts';
import { DNS_PROVIDERS } from '../panels/dns-provider-table.ts';
import { RECORD_KINDS } from '../records/record.ts';
import type { Evidence, NameEvidence, RecordEvidence } from './evidence.ts';
import { buildFinding, type Finding, type SeenFinding, type ZoneFinding } from './finding.ts';
import type { RecordPlace, RecordPlaces } from './place.ts';
import { ENGLISH, sayInEnglish } from './words/english.ts';
import type { About, WordedPlace } from './words/wording.ts';

/** When, and to whom, findings are told. */
export interface Telling {
  readonly now: Date;
  readonly nextCheckAt: Date | null;
  /** Whether it is somebody outside the project, who must not read the names of its other domains. */
  readonly isShared?: boolean;
}

/** What was seen at a name, its findings in words. */
export type ToldName<T extends NameEvidence> = Omit<T, 'findings'> & {
  readonly findings: readonly Finding[];
  /** The record as it should be found: the text, or priority and host of an MX. */
  readonly expected: string;
};

/** The records and findings of a check, as they are to be told now. */
export interface ToldDiagnostics {
  readonly records: readonly ToldName<RecordEvidence>[];
  readonly findings: readonly Finding[];
}

/**
 * Puts evidence into words and brings it up to the minute: what has run out since is left out, and what is said about waiting
 * names the time.
 * @param evidence null where never checked: then all is unknown
 * @param places where the records belong, for what has not been checked
 */
export function tellEvidence(evidence: Evidence | null, places: RecordPlaces, telling: Telling): ToldDiagnostics {
  const records = RECORD_KINDS.map((kind) => {
    // Since the last check the domain may have another key, and its record another name.
    const seen = evidence?.records.find((each) => each.record === kind && each.name === places[kind].name);
    return tellName(seen ?? { record: kind, ...buildUnseen(places[kind]) }, places[kind], telling);
  });
  const findings = (evidence?.findings ?? []).map((finding) => tellOfZone(finding, evidence, places, telling));
  return { records, findings };
}

/** Puts what was seen at one name into words. */
export function tellName<T extends NameEvidence & { readonly visibleToResolversBy?: string }>(
  seen: T,
  place: RecordPlace,
  telling: Telling,
): ToldName<T> {
  const { visibleToResolversBy, findings, ...rest } = seen;
  const isRemembered = visibleToResolversBy !== undefined && new Date(visibleToResolversBy) > telling.now;
  const remembered: SeenFinding[] = isRemembered
    ? [buildFinding({ code: 'negative_cache', facts: { what: 'resolvers', until: visibleToResolversBy } }, [])]
    : [];
  const about = { ...telling, place: buildWordedPlace(place, seen) };
  return {
    ...rest,
    ...(isRemembered && { visibleToResolversBy }),
    expected: place.priority === null ? place.value : `${place.priority} ${place.value}`,
    findings: [...findings, ...remembered].map((finding) => wordFinding(hideOwner(finding, telling), about)),
  } as ToldName<T>;
}

/** Says in words the first thing that was noticed in a verdict; empty where nothing was. */
export function tellVerdict({ observations: [first] }: RecordJudgement, place: RecordPlace, telling: Telling): string {
  const about = { ...telling, place: buildWordedPlace(place, buildUnseen(place)) };
  return first === undefined ? '' : sayInEnglish(first, about).detail;
}

/** What is told of a record that was never checked yet. */
export function buildUnseen({ name, host }: RecordPlace): Omit<RecordEvidence, 'record'> {
  return { status: 'unknown', name, host, zone: null, aliases: [], found: [], answers: [], findings: [] };
}

/** Makes the words of a finding. The order of the keys is the documented one: the database keeps them in an order of its own. */
function wordFinding(seen: SeenFinding, about: About): Finding {
  const { title = ENGLISH[seen.code].title, detail, fix, copy, suggestion } = sayInEnglish(seen, about);
  return {
    code: seen.code,
    severity: seen.severity,
    title,
    detail,
    fix,
    ...(copy && { copy: { label: copy.label, value: copy.value } }),
    ...(suggestion !== undefined && { suggestion }),
    evidence: seen.evidence.map(({ name, type, value, server }) => ({ name, type, value, server })),
  };
}

function tellOfZone(finding: ZoneFinding, evidence: Evidence | null, places: RecordPlaces, telling: Telling): Finding {
  const place = places[finding.record];
  const seen = evidence?.records.find(({ record }) => record === finding.record) ?? buildUnseen(place);
  const about = { ...telling, place: buildWordedPlace(place, seen), unanswered: evidence?.unanswered };
  return wordFinding(finding, about);
}

function buildWordedPlace(
  { kind, name, type, value, priority, zoneName }: RecordPlace,
  seen: NameEvidence,
): WordedPlace {
  const provider = DNS_PROVIDERS.find(({ key }) => key === seen.panel);
  return {
    kind,
    name,
    type,
    value,
    priority,
    host: seen.host,
    zoneName: seen.zone ?? zoneName,
    panel: provider?.name ?? null,
  };
}

function hideOwner(finding: SeenFinding, { isShared = false }: Telling): SeenFinding {
  return isShared && finding.code === 'key_of_other_domain' ? { ...finding, facts: { owner: null } } : finding;
}
