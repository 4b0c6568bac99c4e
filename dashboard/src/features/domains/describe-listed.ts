import { FLAGS, RECORD_KINDS, RECORDS } from '../../../../server/src/core/records/record.ts';
import type { DomainListItem } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';
import { describeDomain, type HeadlineRow } from '../domain/headline.ts';

const STATES = { right: 'verified', wrong: 'wrong', waiting: 'waiting', unknown: 'unknown' } as const;

/** Says where a domain stands in the words of its page, and which records are still missing. */
export function describeListed(
  domain: Pick<DomainListItem, 'verificationStatus' | 'domainName' | 'standings' | 'isChecking'>,
): { readonly state: State; readonly word: string; readonly missing: string } {
  const { standings } = domain;
  if (standings === null)
    return domain.isChecking
      ? { state: 'waiting', word: 'Checking for the first time…', missing: '' }
      : { state: 'waiting', word: 'Never checked', missing: '' };
  const rows: HeadlineRow[] = RECORD_KINDS.map((kind, at) => ({
    kind,
    isRequired: FLAGS[RECORDS[kind].flag].isRequired,
    state: STATES[standings[at] ?? 'unknown'],
  }));
  const { state, word } = describeDomain(domain, rows);
  const open = rows.filter((row) => row.state !== 'verified');
  if (domain.verificationStatus === 'PENDING_CONFIGURATION' && open.every((row) => row.state === 'unknown'))
    return { state: 'unknown', word: 'DNS unreachable', missing: '' };
  const flags = [...new Set(open.map(({ kind }) => FLAGS[RECORDS[kind as keyof typeof RECORDS].flag].word))];
  const isNew = open.length === rows.length;
  return { state, word, missing: isNew || flags.length === 0 ? '' : `missing: ${flags.join(', ')}` };
}
