import { listQuestions } from '../src/core/check/check.ts';
import { DEFAULT_SCHEDULE, FIRST_CHECK_MS } from '../src/core/lifecycle/schedule.ts';
import { DEFAULT_RULES } from '../src/core/lifecycle/status.ts';
import { STATUS_EDGES } from '../src/core/lifecycle/status-edges.ts';
import { RECORD_KINDS, REQUIRED_FLAGS } from '../src/core/records/record.ts';
import { DEFAULT_LABELS } from '../src/core/records/record-input.ts';
import { buildDnsRecords } from '../src/core/records/records.ts';
import { BUILT_IN_REGIONS } from '../src/core/records/regions.ts';
import type { RecordToPublish } from '../src/core/records/to-publish.ts';
import { formatTable } from './markdown.ts';

/** Builds the table of the questions, for the domain that every example has. */
export function buildQuestionTable(): string {
  const [region] = BUILT_IN_REGIONS;
  if (!region) throw new Error('There is no built-in region.');
  const records = buildDnsRecords({
    domainName: 'example.com',
    ownershipToken: '…',
    selector: DEFAULT_LABELS.selectorPrefix,
    publicKey: '…',
    region,
    labels: DEFAULT_LABELS,
  });
  const questions = listQuestions(records);
  const rows = RECORD_KINDS.map((kind) => [
    `\`${kind}\``,
    questions[kind].type,
    `\`${questions[kind].name}\``,
    `\`${formatExpected(records[kind])}\``,
  ]);
  return formatTable(['record', 'type', 'name', 'published value'], rows);
}

function formatExpected(record: RecordToPublish): string {
  return record.type === 'MX' ? `${record.priority} ${record.value}` : record.value;
}

/** Builds the table of waits between two checks. */
export function buildScheduleTable(): string {
  const { afterVerifyMs, steadyMs, afterVerifyWindowMs, verifiedMs, missedMs, failedMs } = DEFAULT_SCHEDULE;
  const { afterAddedMs, unaskedMs, unaskedWindowMs, watchedMs } = DEFAULT_SCHEDULE;
  const added = [FIRST_CHECK_MS, ...afterAddedMs].map(formatWait).join(', ');
  const ladder = afterVerifyMs.map(formatWait).join(', ');
  const window = formatWait(afterVerifyWindowMs);
  const quick = 'shorter if `verify` was just called';
  const rows = [
    [
      '`PENDING_CONFIGURATION`, `verify` never called',
      `${added}, then every ${formatWait(steadyMs)}, for ${window} after it was added or after a record was last found; then ${formatWait(unaskedMs)}, and ${formatWait(failedMs)} after ${unaskedWindowMs / 86_400_000} days`,
    ],
    ['somebody watches, and not all is right', formatWait(watchedMs)],
    [
      '`PENDING_CONFIGURATION` after `verify`',
      `${ladder}, then every ${formatWait(steadyMs)}, for ${window}; after that, if DNS never answered, every ${formatWait(failedMs)}`,
    ],
    ['`VERIFIED`, all five right', formatWait(verifiedMs)],
    [
      '`VERIFIED`, MAIL FROM or DMARC still missing',
      `as while it is pending, for ${window}; then ${formatWait(verifiedMs)}`,
    ],
    ['`VERIFIED`, a record was just missed', `${formatWait(missedMs)}; ${quick}`],
    ['`VERIFIED`, nothing answered', `as while it is pending, for ${window}; then ${formatWait(missedMs)}`],
    ['`TEMPORARY_FAILURE`', `${formatWait(missedMs)}; ${quick}`],
    ['`FAILED`', formatWait(failedMs)],
  ];
  return formatTable(['state', `wait, each ±${DEFAULT_SCHEDULE.jitter * 100} % at random`], rows);
}

/** Builds the table of states. */
export function buildStateTable(): string {
  const rows = STATUS_EDGES.map(({ from, to, when }) => [`\`${from}\``, `\`${to}\``, when(DEFAULT_RULES)]);
  return formatTable(['from', 'to', 'when'], rows);
}

/** Builds what revokes a proof and how long one is valid, with the figures of the code. */
export function buildValidity(): string {
  const { missesToFall, missSpreadMs, pendingLimitMs, atRiskLimitMs } = DEFAULT_RULES;
  const required = REQUIRED_FLAGS.join(' and ');
  return [
    '- **How long a value is valid**: as long as the domain exists. The ownership value, the DKIM key and the names never change between attempts or after `FAILED`, so records that were published once stay right. Only a new domain object gets new values.',
    `- **What keeps a proof**: the scheduled checks keep finding ${required}. A check without an answer never counts against it.`,
    `- **What revokes it**: one of the two missing or wrong in ${missesToFall} checks in a row that got an answer, the last at least ${formatWait(missSpreadMs)} after the first. The domain is then \`TEMPORARY_FAILURE\`, may still send, and becomes \`FAILED\` ${formatWait(atRiskLimitMs)} after the first miss.`,
    `- **What ends an attempt**: ${formatWait(pendingLimitMs)} without both after \`verify\` was last called.`,
    '- **What brings it back**: publishing the same records again, without any call.',
    '- **How to revoke it immediately**: delete the domain, and its key with it.',
  ].join('\n');
}

function formatWait(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60 || seconds % 60 > 0) return `${seconds} s`;
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`;
}
