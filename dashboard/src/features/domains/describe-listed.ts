import { FLAGS, RECORD_KINDS, RECORDS } from '../../../../server/src/core/records/record.ts';
import type { DomainListItem } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';
import { describeDomain, type HeadlineRow } from '../domain/headline.ts';

const STATES = { right: 'verified', wrong: 'wrong', waiting: 'waiting', unknown: 'unknown' } as const;

/** Where a domain stands, as its row of the list says it. */
export interface Listed {
  readonly state: State;
  readonly word: string;
  /** What the word does not say: "to fix: DKIM", or else "missing: return path". */
  readonly note: string;
  /** What is not right, in words. */
  readonly open: readonly string[];
}

/** Says where a domain stands in the words of its page, and which records are still missing or wrong. */
export function describeListed(
  domain: Pick<DomainListItem, 'verificationStatus' | 'domainName' | 'standings' | 'isChecking'>,
): Listed {
  const { standings, verificationStatus } = domain;
  if (standings === null)
    return {
      state: 'waiting',
      word: domain.isChecking ? 'Checking for the first time…' : 'Never checked',
      note: '',
      open: [],
    };
  const rows: HeadlineRow[] = RECORD_KINDS.map((kind, at) => ({
    kind,
    isRequired: FLAGS[RECORDS[kind].flag].isRequired,
    state: STATES[standings[at] ?? 'unknown'],
  }));
  const { state, word } = describeDomain(domain, rows);
  const notRight = rows.filter((row) => row.state !== 'verified');
  const open = nameFlags(notRight);
  if (verificationStatus === 'PENDING_CONFIGURATION' && notRight.every((row) => row.state === 'unknown'))
    return { state: 'unknown', word: 'DNS unreachable', note: '', open };
  if (notRight.length === rows.length && notRight.every((row) => row.state !== 'wrong'))
    return { state, word, note: '', open };
  // The word of a domain that is or was verified names what is broken of the required ones.
  const isNamed = verificationStatus === 'VERIFIED' || verificationStatus === 'TEMPORARY_FAILURE';
  const wrong = nameFlags(notRight.filter((row) => row.state === 'wrong'));
  const named = isNamed ? nameFlags(notRight.filter((row) => row.state === 'wrong' && row.isRequired)) : [];
  const toFix = wrong.filter((flag) => !named.includes(flag));
  const missing = open.filter((flag) => !wrong.includes(flag));
  // What is wrong comes first, and what is missing once that is mended: a row has one line.
  const note =
    toFix.length > 0 ? `to fix: ${toFix.join(', ')}` : missing.length > 0 ? `missing: ${missing.join(', ')}` : '';
  return { state, word, note, open };
}

/** The flags of some rows in words, each once. */
function nameFlags(rows: readonly HeadlineRow[]): string[] {
  return [...new Set(rows.map(({ kind }) => FLAGS[RECORDS[kind as keyof typeof RECORDS].flag].word))];
}
