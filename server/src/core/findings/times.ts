import { RECORD_KINDS } from '../records/record.ts';
import type { FindingCode } from './catalogue.ts';
import type { Evidence, RecordEvidence } from './evidence.ts';
import { buildFinding, type Finding } from './finding.ts';
import type { RecordPlace, RecordPlaces } from './place.ts';
import { formatTime } from './zone.ts';

const MINUTE_MS = 60_000;

/** Nothing could be concluded, so it is told when there will be more. */
const SILENCE: ReadonlySet<FindingCode> = new Set<FindingCode>(['no_nameserver_answered', 'resolver_unanswered']);

/** The records and findings of a check, as they are to be told now. */
export interface TimedDiagnostics {
  readonly records: readonly (RecordEvidence & { readonly expected: string })[];
  readonly findings: readonly Finding[];
}

/**
 * Brings evidence up to the minute: what has run out since is left out, and what is said about waiting names the time.
 * @param evidence null where never checked: then all is unknown
 * @param places where the records belong, for what has not been checked
 */
export function tellTimes(
  evidence: Evidence | null,
  places: RecordPlaces,
  times: { readonly now: Date; readonly nextCheckAt: Date | null },
): TimedDiagnostics {
  const records = RECORD_KINDS.map((kind) => {
    // Since the last check the domain may have another key, and its record another name.
    const seen = evidence?.records.find((each) => each.record === kind && each.name === places[kind].name);
    const record = seen ?? { record: kind, ...buildUnseen(places[kind]) };
    return { ...tellVisibility(record, times.now), expected: formatExpected(places[kind]) };
  });
  const findings = (evidence?.findings ?? []).map((finding) =>
    SILENCE.has(finding.code) ? tellWaiting(finding, evidence?.unanswered, times) : finding,
  );
  return { records, findings };
}

/** The record as it should be found: the text, or priority and host of an MX. */
function formatExpected({ value, priority }: RecordPlace): string {
  return priority === null ? value : `${priority} ${value}`;
}

/** What is told of a record that never checked for yet. */
export function buildUnseen({ name, host }: RecordPlace): Omit<RecordEvidence, 'record'> {
  return { status: 'unknown', name, host, zone: null, aliases: [], found: [], answers: [], findings: [] };
}

function tellVisibility(record: RecordEvidence, now: Date): RecordEvidence {
  const { visibleToResolversBy, ...rest } = record;
  if (visibleToResolversBy === undefined || new Date(visibleToResolversBy) <= now) return rest;
  const until = formatTime(new Date(visibleToResolversBy));
  const finding = buildFinding(
    {
      code: 'negative_cache',
      text: `Your name servers have the record. Some resolvers remember from earlier that it was not there, until ${until} at the latest.`,
    },
    { kind: record.record, fix: 'No action.', evidence: [] },
  );
  return { ...record, findings: [...record.findings, finding] };
}

function tellWaiting(
  finding: Finding,
  unanswered: Evidence['unanswered'],
  times: { readonly now: Date; readonly nextCheckAt: Date | null },
): Finding {
  const asked = unanswered ? ` ${formatAsked(unanswered.checks, formatTime(new Date(unanswered.since)))}` : '';
  return { ...finding, detail: `${finding.detail}${asked}`, fix: formatWait(times) };
}

function formatAsked(checks: number, since: string): string {
  return checks === 1
    ? `We asked at ${since}.`
    : `We have asked ${checks === 2 ? 'twice' : `${checks} times`} since ${since}.`;
}

function formatWait({ now, nextCheckAt }: { readonly now: Date; readonly nextCheckAt: Date | null }): string {
  if (nextCheckAt === null) return 'No action.';
  const isSoon = nextCheckAt.getTime() - now.getTime() < MINUTE_MS;
  return `No action; we ask again ${isSoon ? 'within a minute' : `at ${formatTime(nextCheckAt)}`}.`;
}
