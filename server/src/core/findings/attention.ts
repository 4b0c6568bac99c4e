/** What of a record decides whether somebody has to act on it. */
export interface RecordStanding {
  readonly status: string;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

/** Whether a record that is missing was put somewhere else, or is kept from being seen: more is known than that it is not there. */
export function isMisplaced(findings: RecordStanding['findings']): boolean {
  return findings.some(({ severity, code }) => severity === 'error' && code !== 'record_missing');
}

/** Whether a record is there with another value, in conflict with others, or at another name. One that is only missing may be on its way. */
export function isWrong({ status, findings }: RecordStanding): boolean {
  return status === 'mismatched' || status === 'conflicting' || (status === 'missing' && isMisplaced(findings));
}
