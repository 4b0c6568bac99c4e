import type { FindingCode } from '../judgement/observation.ts';
import type { VerificationStatus } from '../lifecycle/status.ts';
import { FLAGS, RECORDS, type RecordKind } from '../records/record.ts';

/** What of a record decides whether somebody has to act on it. */
export interface RecordStanding {
  readonly status: string;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

/** What tells no more of a record than that it isn't there: nothing was entered at another name. */
const ONLY_MISSING: ReadonlySet<string> = new Set<FindingCode>([
  'record_missing',
  'dkim_cname_one_of_two',
  'dkim_target_empty',
]);

/** Whether a record that is missing was put somewhere else, or is kept from being seen: more is known than that it is not there. */
export function isMisplaced(findings: RecordStanding['findings']): boolean {
  return findings.some(({ severity, code }) => severity === 'error' && !ONLY_MISSING.has(code));
}

/** Whether a record is there with another value, in conflict with others, or at another name. One that is only missing may be on its way. */
export function isWrong({ status, findings }: RecordStanding): boolean {
  return status === 'mismatched' || status === 'conflicting' || (status === 'missing' && isMisplaced(findings));
}

/** How a record stands in a list: one that is only missing waits, but not where the domain was verified by it. */
export type Standing = 'right' | 'wrong' | 'waiting' | 'unknown';

/** Tells how a record stood at the last check of a domain with this status. */
export function judgeStanding(
  status: VerificationStatus,
  record: RecordStanding & { readonly record: RecordKind },
): Standing {
  if (record.status === 'verified') return 'right';
  const wasThere = status === 'VERIFIED' || status === 'TEMPORARY_FAILURE';
  const isGone = wasThere && record.status === 'missing' && isRequired(record.record);
  if (isWrong(record) || isGone) return 'wrong';
  return record.status === 'unknown' ? 'unknown' : 'waiting';
}

/**
 * Whether somebody has to act on a domain though its status does not say so: a record to fix before it is verified, or one
 * that it was verified by and that receivers no longer find.
 */
export function needsFix(
  status: VerificationStatus,
  records: readonly (RecordStanding & { readonly record: RecordKind })[],
): boolean {
  const wrong = records.filter((record) => judgeStanding(status, record) === 'wrong');
  return status === 'VERIFIED' ? wrong.some(({ record }) => isRequired(record)) : wrong.length > 0;
}

function isRequired(record: RecordKind): boolean {
  return FLAGS[RECORDS[record].flag].isRequired;
}
