import type { RecordStatus } from '../core/judgement/judgement.ts';
import type { DiagnosticsObject, FindingObject } from '../wire/diagnostics.ts';

/** The sign of a state, beside its word. */
const MARKS: Readonly<Record<RecordStatus, string>> = {
  verified: '✓',
  missing: '✕',
  mismatched: '✕',
  conflicting: '✕',
  unknown: '?',
};

/** Formats diagnostics for a terminal: a line for each record, and under it what is wrong and what to do. Without colors. */
export function formatDiagnosticsText(domainName: string, diagnostics: DiagnosticsObject): string {
  const { checkedAt, nextCheckAt, deadlineAt, zone, records, keys = [], provider, findings } = diagnostics;
  const times = [
    checkedAt === null ? 'not checked yet' : `checked ${checkedAt}`,
    ...(nextCheckAt === null ? [] : [`next check ${nextCheckAt}`]),
    ...(deadlineAt === undefined ? [] : [`until ${deadlineAt}`]),
  ];
  const at = zone?.provider ? ` at ${zone.provider.name}` : '';
  const servers = zone?.nameservers.map(({ name, answered }) => (answered ? name : `${name} (no answer)`)).join(', ');
  const width = Math.max(...[...records, ...keys].map(({ type }) => type.length));
  return [
    `${domainName}  ${times.join(', ')}`,
    ...(zone ? [`zone ${zone.name || '.'}${at}: ${servers}`] : []),
    '',
    ...[...records, ...keys].flatMap(({ status, type, host, findings: own }) => [
      `${MARKS[status]} ${status.padEnd(11)}  ${type.padEnd(width)}  ${host}`,
      ...own.flatMap(formatFinding),
    ]),
    ...(provider ? ['', ...formatProvider(provider)] : []),
    ...(findings.length > 0 ? ['', `${zone?.name || domainName}`, ...findings.flatMap(formatFinding)] : []),
  ].join('\n');
}

function formatProvider({
  title,
  region,
  state,
  dkimStatus,
  mailFromStatus,
  explanation,
}: NonNullable<DiagnosticsObject['provider']>): string[] {
  const said = `DKIM ${dkimStatus ?? 'unknown'}, MAIL FROM ${mailFromStatus ?? 'unknown'}`;
  return [`${title} in ${region}: ${state} (${said})`, ...(explanation === undefined ? [] : [`  ${explanation}`])];
}

function formatFinding({ severity, title, detail, fix, copy, suggestion }: FindingObject): string[] {
  const isInFix = (value: string) => fix?.includes(value) ?? false;
  const values = new Set([copy?.value, suggestion].filter((value) => value !== undefined && !isInFix(value)));
  return [
    `    ${severity}: ${title}`,
    `      ${detail}`,
    ...(fix === null ? [] : [`      → ${fix}`]),
    ...[...values].map((value) => `      ${value}`),
  ];
}
