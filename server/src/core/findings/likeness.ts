import { firstAnswer, type LookupResult, type Lookups, recordsOfType } from '../answers/dns-answer.ts';
import { isSameText } from '../answers/same-text.ts';
import { RULES } from '../check/rules.ts';
import { RECORDS } from '../records/record.ts';
import { findOwnMechanism } from '../spf/check.ts';
import { buildMechanismKey, isSpfRecord, parseSpfTerm, splitTerms } from '../spf/record.ts';
import type { RecordPlace } from './place.ts';
import { textsOf } from './view.ts';

/** A rule for a record that is ours alone needs nothing but its answer. */
const NOTHING_ELSE: Lookups = new Map();

/**
 * Whether what stands at a name is the record that belongs elsewhere. Judged by the record's own rule where nobody else
 * could have published it, as a value or a key that is ours alone. Others are common, so they must be the very value that
 * was shown.
 */
export function isTheRecord(place: RecordPlace, domain: string, found: LookupResult): boolean {
  const { kind, name, value } = place;
  const answer = firstAnswer(found);
  if (!RECORDS[kind].isOursAlone) return hasValue(place, found);
  if (answer.outcome !== 'found') return false;
  // Elsewhere other records may stand beside it, as at the top of a zone.
  return answer.records.some((record) => {
    const alone = { ...answer, records: [record] };
    const step = RULES[kind]({ domain, name, value, answer: alone, lookups: NOTHING_ELSE });
    return step.done && step.value?.status === 'verified';
  });
}

/** Whether one of the texts at a name is an SPF record with our mechanism, whatever else it has. */
export function hasOurMechanism({ value }: RecordPlace, found: LookupResult): boolean {
  const ours = keyOfMechanism(findOwnMechanism(value));
  return textsOf(found).some(
    (text) => isSpfRecord(text) && splitTerms(text).some((term) => keyOfMechanism(term) === ours),
  );
}

function keyOfMechanism(text: string): string | null {
  const term = parseSpfTerm(text);
  return 'kind' in term && term.kind === 'mechanism' ? buildMechanismKey(term) : null;
}

/** Beside others too: at the top of a zone an MX was added to the servers that take the domain's mail. */
function hasValue({ type, value }: RecordPlace, found: LookupResult): boolean {
  const host = value.toLowerCase();
  switch (type) {
    case 'TXT':
      return textsOf(found).some((text) => isSameText(text, value));
    case 'MX':
      return (recordsOfType(firstAnswer(found), 'MX') ?? []).some(({ exchange }) => exchange === host);
    case 'CNAME':
      return (recordsOfType(firstAnswer(found), 'CNAME') ?? []).some(({ target }) => target === host);
  }
}
