import { FINDINGS } from '../src/core/findings/catalogue.ts';
import { ENGLISH, sayInEnglish } from '../src/core/findings/words/english.ts';
import type { FindingCode, Observation } from '../src/core/judgement/observation.ts';
import type { RecordKind } from '../src/core/records/record.ts';
import { SAMPLE_FACTS } from '../test/support/findings/sample-facts.ts';
import { aboutRecord } from '../test/support/findings/worded-places.ts';

const SEVERITIES = {
  error: 'Error: the record does not count.',
  warning: 'Warning: worth a check.',
  info: 'Good to know.',
} as const;

/** Builds the chapter of every finding: its title, when it is said, and what a customer would read. */
export function buildFindingChapters(): string {
  return (Object.keys(FINDINGS) as FindingCode[]).map(buildChapter).join('\n\n');
}

function buildChapter(code: FindingCode): string {
  const { severity, seen } = FINDINGS[code];
  const [facts] = SAMPLE_FACTS[code];
  const { detail, fix } = sayInEnglish({ code, facts } as Observation, aboutRecord(kindOf(code)));
  return [
    `### \`${code}\``,
    `**${ENGLISH[code].title}.** ${SEVERITIES[severity]} Said when ${seen}.`,
    `> ${detail}`,
    fix === null ? '> There is nothing to do.' : `> ${fix}`,
  ]
    .join('\n\n')
    .replaceAll('\n\n> ', '\n>\n> ')
    .replace('\n>\n>', '\n\n>');
}

/** The record at which a finding is shown. */
function kindOf(code: FindingCode): RecordKind {
  if (code.startsWith('mx_')) return 'mail_from_mx';
  if (code.startsWith('spf_')) return 'mail_from_spf';
  if (code.startsWith('dmarc_')) return 'dmarc';
  return code.startsWith('dkim_') || code.startsWith('key_') || code.startsWith('value_') || code === 'multiple_records'
    ? 'dkim'
    : 'ownership';
}
