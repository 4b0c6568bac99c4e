import { isSameText } from '../../../../server/src/core/answers/same-text.ts';
import { isMisplaced } from '../../../../server/src/core/findings/attention.ts';
import { findPanel, formatPanelValue, type PanelValue } from '../../../../server/src/core/panels/panel-value.ts';
import { FLAGS, RECORDS, type RecordKind } from '../../../../server/src/core/records/record.ts';
import type { Diagnostics, Domain, DomainEvent } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';

type RecordToPublish = Domain['records'][number];
type RecordDiagnostics = Diagnostics['records'][number];

/** One record as the page shows it: what to publish, and what was seen of it. */
export interface RecordRow {
  /** The record, the second of two CNAMEs of the DKIM keys, or `key:` with the selector for the record of a further key. */
  readonly kind: RecordKind | 'dkim:second' | `key:${string}`;
  readonly title: string;
  /** What it does, in a few words behind the title. */
  readonly benefit: string;
  /** Whether mail waits for it; the others are recommended. */
  readonly isRequired: boolean;
  readonly type: RecordToPublish['type'];
  /** As the panel of the zone wants it. */
  readonly host: string;
  readonly name: string;
  readonly value: string;
  readonly chunks: readonly string[];
  /** The value as the panel of the zone wants it, and what is different there. */
  readonly panel: PanelValue;
  readonly priority: number | null;
  readonly ttlSeconds: number;
  readonly state: State;
  readonly word: string;
  /** Said under the state, such as "seen" with a time. */
  readonly note: { readonly text: string; readonly at: string } | null;
  readonly found: readonly string[];
  readonly findings: Diagnostics['findings'];
  readonly answers: RecordDiagnostics['answers'];
  /** When the last resolver has forgotten that the record wasn't there; null where none remembers. */
  readonly resolversSeeItBy: string | null;
  /** Whether the owner's own record is there in place of the one we would add. */
  readonly isOwn: boolean;
}

/**
 * Joins the records to publish with what was seen of them. The state comes with the domain and may be a moment ahead of the
 * diagnostics: a record that is right is shown without what was wrong before.
 */
export function buildRecordRows(
  domain: Pick<Domain, 'records' | 'checkedAt'>,
  diagnostics: Diagnostics | undefined,
  events: readonly DomainEvent[] = [],
): RecordRow[] {
  const panel = findPanel(diagnostics?.zone?.provider?.name);
  const cnames = domain.records.filter(({ type }) => type === 'CNAME');
  return domain.records.map((record) => {
    const isSecond = record === cnames[1];
    const seen = isSecond
      ? diagnostics?.keys?.find(({ name }) => name === record.name)
      : diagnostics?.records.find((each) => each.record === record.record);
    const changes = events.filter(
      ({ type, data }) => type.startsWith('record.') && data.record === RECORDS[record.record].flag,
    );
    const wasSeen = changes.some(({ type }) => type === 'record.verified');
    const isRight = record.state === 'verified';
    const isOwn =
      record.record === 'dmarc' &&
      isRight &&
      seen?.status === 'verified' &&
      !seen.found.some((value) => isSameText(value, record.value));
    const told = seen && (seen.status === 'verified' || !isRight) ? seen.findings : [];
    const findings = told.filter(({ code }) => code !== 'record_missing' || wasSeen);
    return {
      kind: isSecond ? ('dkim:second' as const) : record.record,
      title: `${RECORDS[record.record].title}${cnames.includes(record) ? ` ${cnames.indexOf(record) + 1}` : ''}`,
      benefit: isSecond ? 'lets keys rotate without you' : RECORDS[record.record].benefit,
      isRequired: FLAGS[RECORDS[record.record].flag].isRequired,
      type: record.type,
      host: seen?.host ?? record.name,
      name: record.name,
      value: record.value,
      chunks: record.chunks,
      panel: formatPanelValue(record, panel),
      priority: record.priority,
      ttlSeconds: record.ttlSeconds,
      ...describeState(record, findings, { isOwn, wasSeen }),
      note: describeNote(isRight, domain.checkedAt, changes),
      found: seen?.found ?? [],
      findings,
      answers: seen?.answers ?? [],
      resolversSeeItBy: seen?.visibleToResolversBy ?? null,
      isOwn,
    };
  });
}

/** Says where a record stands. */
export function describeState(
  record: Pick<RecordToPublish, 'state'>,
  findings: Diagnostics['findings'],
  { isOwn, wasSeen }: { isOwn: boolean; wasSeen: boolean },
): { state: State; word: string } {
  switch (record.state) {
    case 'unchecked':
      return { state: 'unknown', word: 'Not checked' };
    case 'verified':
      return { state: 'verified', word: isOwn ? 'Your own policy' : 'Live' };
    case 'mismatched':
      return { state: 'wrong', word: 'Wrong' };
    case 'conflicting':
      return { state: 'wrong', word: 'Conflict' };
    case 'missing':
      if (isMisplaced(findings)) return { state: 'wrong', word: 'Wrong name' };
      return wasSeen ? { state: 'wrong', word: 'Missing' } : { state: 'waiting', word: 'Waiting' };
    case 'unknown':
      return findings.some(({ code }) => code === 'nameservers_disagree')
        ? { state: 'attention', word: 'Propagating' }
        : { state: 'unknown', word: 'DNS unreachable' };
  }
}

function describeNote(isRight: boolean, checkedAt: string | null, changes: readonly DomainEvent[]): RecordRow['note'] {
  if (checkedAt === null) return null;
  if (isRight) return { text: 'checked', at: checkedAt };
  const [last] = changes;
  if (last?.type === 'record.missing') return { text: 'noticed', at: last.at };
  if (last?.type === 'record.verified') return { text: 'last correct', at: last.at };
  return null;
}

/** How many records there are, and how many of them are still to be added or fixed. */
export function countOpen(rows: readonly RecordRow[]): { readonly open: number; readonly all: number } {
  return { open: rows.filter(({ state }) => state !== 'verified').length, all: rows.length };
}
