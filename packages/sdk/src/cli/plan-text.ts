import type { AppliedDnsPlan, DnsPlan } from '../domains.ts';

type Change = Omit<DnsPlan['changes'][number], 'reason' | 'consent'> & {
  readonly reason?: { readonly message: string; readonly fix: string | null } | undefined;
  readonly consent?: { readonly code: string; readonly message: string } | undefined;
};
type RrSet = Change['before'];

/** A plan, whether it came over the API or from the use cases themselves. */
export type ShownPlan = Omit<DnsPlan, 'changes'> & { readonly changes: readonly Change[] };
/** What was written, the same way. */
export type ShownApplied = Omit<AppliedDnsPlan, 'left'> & { readonly left: readonly Change[] };

const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  merge: '~',
  replace: '~',
  keep: '=',
  conflict: '!',
};
/** Anything longer is cut; `--json` has it whole. */
const LONGEST = 100;

/** Writes a plan as a diff that people read. What came from DNS is escaped. */
export function formatPlan({ zone, connectionName, isBeingWritten, changes }: ShownPlan): string {
  return [
    `Zone ${zone}, through the DNS connection "${connectionName}"`,
    ...(isBeingWritten ? ['An earlier plan is being written right now.'] : []),
    '',
    ...changes.flatMap(formatChange),
    '',
    summarize(changes),
  ]
    .map(escapeControls)
    .join('\n');
}

/** Writes what was published, and what was left. */
export function formatApplied({ status, zone, written, left }: ShownApplied): string {
  const lines =
    status === 'writing'
      ? [`Not yet written to ${zone}. The service keeps trying: see the plan again in a few minutes.`]
      : [
          written.length === 0 ? `Nothing was written to ${zone}.` : `Written to ${zone}:`,
          ...written.flatMap(({ name, type, before, after }) => [`  ${type}  ${name}`, ...listDiff(before, after)]),
        ];
  const rest = left.length === 0 ? [] : ['', 'Left unchanged:', ...left.flatMap(formatChange)];
  return [...lines, ...rest].map(escapeControls).join('\n');
}

/** Whether applying a plan writes this change of it. @param consents what is agreed to */
export function isToWrite({ action, consent }: Change, consents: readonly string[]): boolean {
  return action === 'conflict' ? consent !== undefined && consents.includes(consent.code) : action !== 'keep';
}

function formatChange({ name, type, action, before, after, reason, consent }: Change): string[] {
  const isKept = action === 'keep' || (action === 'conflict' && consent === undefined);
  return [
    `${SIGNS[action]} ${type.padEnd(5)}  ${name}  (${action})`,
    ...(isKept ? (before?.rdata ?? []).map((rdata) => `      ${shorten(rdata)}`) : listDiff(before, after)),
    ...(reason ? [`    ${unquote(reason.message)}`] : []),
    ...(reason?.fix ? [`    ${unquote(reason.fix)}`] : []),
    ...(consent ? [`    With --consent ${consent.code}:`, `      ${unquote(consent.message)}`] : []),
  ];
}

function listDiff(before: RrSet, after: RrSet): string[] {
  const [gone, come] = [before?.rdata ?? [], after?.rdata ?? []];
  return [
    ...gone.map((rdata) => `    ${come.includes(rdata) ? ' ' : '-'} ${shorten(rdata)}`),
    ...come.filter((rdata) => !gone.includes(rdata)).map((rdata) => `    + ${shorten(rdata)}`),
  ];
}

function summarize(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const parts = (['create', 'merge', 'replace', 'conflict', 'keep'] as const)
    .filter((action) => count(action) > 0)
    .map((action) => `${count(action)} ${action}`);
  return `${parts.join(', ')}. Nothing has been written yet.`;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function unquote(text: string): string {
  return text.replaceAll('`', '');
}

/** What was found in DNS must not steer a terminal. */
export function escapeControls(line: string): string {
  return line.replaceAll(
    /[^\P{Cc}\n]/gu,
    (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}
