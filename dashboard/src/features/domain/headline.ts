import { FLAGS, type FlagName, RECORDS } from '../../../../server/src/core/records/record.ts';
import type { Domain } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';
import type { RecordRow } from './record-rows.ts';

/** Where a domain stands: in a word or two, and the answer to "may I send now?". */
export interface Headline {
  readonly state: State;
  readonly word: string;
  /** `yes` says that mail goes out and arrives; `risky` that it goes out and may be refused. */
  readonly sends: 'yes' | 'risky' | 'no';
  readonly answer: string;
}

/** What of a row the headline is made of. */
export type HeadlineRow = Pick<RecordRow, 'kind' | 'isRequired' | 'state'>;

/**
 * Says where a domain stands. The rows come first, since they tell what receivers see now; the status says what still
 * holds: a domain whose key is gone counts as verified for a while, and its mail fails all the same.
 */
export function describeDomain(
  { verificationStatus, domainName }: Pick<Domain, 'verificationStatus' | 'domainName'>,
  rows: readonly HeadlineRow[],
): Headline {
  const open = rows.filter(({ state }) => state !== 'verified');
  const broken = listFlags(open.filter(({ isRequired, state }) => isRequired && state === 'wrong'));
  const wrong = open.filter(({ state }) => state === 'wrong').length;
  switch (verificationStatus) {
    case 'VERIFIED':
      if (broken.length > 0) return { ...describeBroken(domainName, broken, rows), state: 'wrong' };
      return { state: 'verified', word: 'Verified', sends: 'yes', answer: describeReady(domainName, open) };
    case 'TEMPORARY_FAILURE':
      if (broken.length > 0) {
        const { word, ...rest } = describeBroken(domainName, broken, rows);
        return { ...rest, state: 'attention', word: `At risk: ${word.replace(/^Own/, 'own')}` };
      }
      return {
        state: 'attention',
        word: 'At risk',
        sends: 'risky',
        answer: 'Mail is still being sent, but receivers may refuse it.',
      };
    case 'FAILED':
      return { state: 'wrong', word: 'Verification failed', sends: 'no', answer: describeNeeded(domainName, rows) };
    case 'PENDING_CONFIGURATION': {
      const answer = describeNeeded(domainName, rows);
      if (wrong > 0)
        return {
          state: 'wrong',
          word: wrong === 1 ? '1 record needs fixing' : `${wrong} records need fixing`,
          sends: 'no',
          answer,
        };
      return {
        state: 'waiting',
        word: `${rows.length - open.length} of ${rows.length} records found`,
        sends: 'no',
        answer,
      };
    }
  }
}

function describeBroken(
  domainName: string,
  broken: readonly FlagName[],
  rows: readonly HeadlineRow[],
): Omit<Headline, 'state'> {
  const names = formatList(broken.map((flag) => FLAGS[flag].word));
  const word = `${names.replace(/^./, (first) => first.toUpperCase())} ${broken.length === 1 ? 'is' : 'are'} broken`;
  return { word, sends: 'risky', answer: `${describeHarm(domainName, broken, rows)}.` };
}

/** Without the key, receivers see a signature that they cannot verify; without the other required record, they notice nothing. */
function describeHarm(domainName: string, broken: readonly FlagName[], rows: readonly HeadlineRow[]): string {
  if (!broken.includes(RECORDS.dkim.flag))
    return `Mail from ${domainName} is still being sent. Fix the record below to keep it that way`;
  // Of two CNAMEs only one leads to the key that signs.
  const isFailing = rows.every(({ kind, state }) => findFlag(kind) !== RECORDS.dkim.flag || state === 'wrong');
  return isFailing
    ? `Mail from ${domainName} is failing DKIM right now. Fix the record below`
    : `Mail from ${domainName} may be failing DKIM, and its key can’t be rotated. Fix the record below`;
}

function describeReady(domainName: string, open: readonly HeadlineRow[]): string {
  const recommended = open.filter(({ isRequired, kind }) => !isRequired && kind in RECORDS).length;
  const unseen = listFlags(open.filter(({ isRequired }) => isRequired));
  if (unseen.length > 0)
    return `${domainName} can send mail. Its name servers didn’t tell us about ${formatList(unseen.map((flag) => FLAGS[flag].word))} at the last check.`;
  // A further key changes nothing for receivers before it signs.
  if (recommended === 0 && open.length > 0)
    return `${domainName} is ready to send. Publish the record of the new key, and we’ll switch to it.`;
  if (recommended === 0)
    return `${domainName} is ready to send. Keep these records in place; we check them every few hours.`;
  const many = recommended === 1 ? '1 recommended record isn’t' : `${recommended} recommended records aren’t`;
  return `${domainName} can send mail. ${many} in place yet, so some receivers may trust it less.`;
}

function describeNeeded(domainName: string, rows: readonly HeadlineRow[]): string {
  const needed = listFlags(rows.filter(({ isRequired, state }) => isRequired && state !== 'verified'));
  const names = formatList(needed.map((flag) => FLAGS[flag].word));
  return needed.length === 0
    ? `${domainName} can send as soon as the next check confirms it.`
    : `${domainName} can’t send yet. Required: ${names}.`;
}

/** The flags of some rows, each once. */
function listFlags(rows: readonly HeadlineRow[]): FlagName[] {
  return [...new Set(rows.flatMap(({ kind }) => findFlag(kind) ?? []))];
}

/** The flag that a row counts for: both CNAMEs of the DKIM keys count for one, and the record of a further key for none. */
function findFlag(kind: HeadlineRow['kind']): FlagName | null {
  if (kind === 'dkim:second') return RECORDS.dkim.flag;
  return kind in RECORDS ? RECORDS[kind as keyof typeof RECORDS].flag : null;
}

function formatList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
