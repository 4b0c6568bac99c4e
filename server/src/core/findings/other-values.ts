import { isSameText } from '../answers/same-text.ts';
import { parseDkimKeyRecord } from '../dkim/key-record.ts';
import type { FindingCode, Observation } from '../judgement/observation.ts';
import { listEvidence } from './finding.ts';
import type { RecordPlace, RecordPlaces } from './place.ts';
import { ABOUT_ZONE } from './precedence.ts';
import { type Explanation, listTexts, listUsable, type RecordView } from './view.ts';

/** Finds the value of another of the domain's records: two rows were mixed up when they were copied. */
export function findValueOfOther({ place, judgement, result }: RecordView, places: RecordPlaces): Explanation | null {
  if (place.type !== 'TXT') return null;
  const texts = listTexts(result);
  const others: RecordPlace[] = Object.values(places).filter(
    ({ kind, value }) => kind !== place.kind && value !== place.value,
  );
  const other = others.find(({ value }) => texts.some((text) => isSameText(text, value)));
  // Of several keys the judge says which of them may stay.
  if (!other || judgement.observations.some(({ code }) => code === 'multiple_records')) return null;
  const isSpare = judgement.observations.some(({ code }) => !SAYS_NOTHING_ELSE.has(code));
  return {
    code: 'value_of_other_record',
    facts: { name: other.name, ...(texts.length > 1 && { count: texts.length, ...(isSpare && { isSpare }) }) },
    evidence: listEvidence({ name: place.name, type: 'TXT' }, listUsable(result)),
  };
}

/** What the judge says where no record is meant as this one. */
const SAYS_NOTHING_ELSE: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'record_missing',
  'value_mismatch',
  'nameservers_disagree',
  ...ABOUT_ZONE,
]);

/** The one valid DKIM key, in base64, that is published and is not ours; null where there is none, or more than one. */
export function findForeignKey({ place, judgement, result }: RecordView): string | null {
  if (place.kind !== 'dkim' || judgement.status !== 'mismatched') return null;
  const keys = listTexts(result).flatMap((text) => {
    const record = parseDkimKeyRecord(text);
    return 'problem' in record || record.publicKey === '' ? [] : [record.publicKey];
  });
  const [key] = keys;
  return keys.length === 1 && key !== undefined ? key : null;
}

/**
 * Explains a valid key that is not ours.
 * @param owner another domain of the same project that this is the key of
 * @param hadOurs whether our key was found here at some time
 */
export function explainForeignKey(view: RecordView, owner: string | null, hadOurs: boolean): Explanation | null {
  if (!view.judgement.observations.some(isOfOtherKey) || findForeignKey(view) === null) return null;
  const { name } = view.place;
  const evidence = listEvidence({ name, type: 'TXT' }, listUsable(view.result));
  if (owner !== null) return { code: 'key_of_other_domain', facts: { owner }, evidence };
  return hadOurs ? { code: 'key_replaced', facts: {}, evidence } : null;
}

/** A copy of our key that was changed is no other key: what was changed says more. */
function isOfOtherKey({ code, facts }: Observation): boolean {
  if (code === 'dkim_weak_key') return true;
  return code === 'value_mismatch' && (facts.what === 'key' || (facts.what === 'key_type' && !facts.isOurKey));
}
