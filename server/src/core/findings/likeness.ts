import { type DnsRecord, firstAnswer, joinTxt, type LookupResult, type Lookups } from '../answers/dns-answer.ts';
import { removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import { RULES } from '../check/rules.ts';
import { isChangedCopy } from '../dkim/compare-key.ts';
import { parseDkimKeyRecord } from '../dkim/key-record.ts';
import { removeFws } from '../dkim/tag-list.ts';
import { isDmarcRecord } from '../dmarc/record.ts';
import type { StrayFacts } from '../judgement/observation.ts';
import { findOwnHost, readMailServer } from '../mail-from/own-host.ts';
import { RECORDS } from '../records/record.ts';
import { findOwnMechanism } from '../spf/check.ts';
import { buildMechanismKey, isSpfRecord, parseSpfTerm, splitTerms } from '../spf/record.ts';
import type { RecordPlace } from './place.ts';
import { textsOf } from './view.ts';

/** A rule needs nothing but its answer for a record that depends on no other name. */
const NOTHING_ELSE: Lookups = new Map();

/**
 * Finds the record that belongs elsewhere among those that stand at a name, also where it was mistyped. What is ours alone, a
 * value, a key or our mail server, is recognized anywhere. A DMARC policy has no use where it cannot be found, whatever it
 * says. An SPF record has, so it must be the very one that was shown, unless nobody would want any there.
 * @param isDoubled whether the name ends with that of the zone twice: nobody publishes anything there on purpose
 */
export function findStray(
  place: RecordPlace,
  domain: string,
  found: LookupResult,
  isDoubled: boolean,
): StrayFacts | null {
  const answer = firstAnswer(found);
  if (answer.outcome !== 'found') return null;
  // Elsewhere other records may stand beside it, as at the top of a zone.
  const strays = answer.records.flatMap((record): StrayFacts[] => {
    const text = readText(record);
    if (text === null || !isLike(place, text, isDoubled)) return [];
    const { kind, name, value } = place;
    const alone = { ...answer, records: [record] };
    const step = RULES[kind]({ domain, name, value, answer: alone, lookups: NOTHING_ELSE });
    const isRight = step.done && step.value?.status === 'verified';
    const isOurs = RECORDS[kind].isOursAlone || kind === 'mail_from_mx' || isSameText(text, value);
    if (isOurs) return [isRight ? {} : { found: excerptOf(text), value: 'replaced' }];
    return [{ found: excerptOf(text), ...(isRight && { value: 'kept' }) }];
  });
  return strays.find(({ value }) => value !== 'replaced') ?? strays[0] ?? null;
}

function readText(record: DnsRecord): string | null {
  if (record.type === 'MX') return readMailServer(record.exchange);
  return record.type === 'TXT' ? joinTxt(record) : null;
}

function isLike(place: RecordPlace, text: string, isDoubled: boolean): boolean {
  switch (place.kind) {
    case 'ownership':
      return hasWord(text, place.value);
    case 'dkim':
      return isCopyOfOurKey(place, removeFws(text));
    case 'mail_from_mx':
      return findOwnHost(text, place.value.toLowerCase()) !== null;
    case 'mail_from_spf':
      return isSameText(text, place.value) || (isDoubled && isSpfRecord(unwrap(text)) && namesOurTarget(place, text));
    case 'dmarc':
      return isSameText(text, place.value) || isDmarcRecord(unwrap(text));
  }
}

/** Whether a text is a copy of our key, right or changed. */
export function isCopyOfOurKey({ value }: RecordPlace, text: string): boolean {
  const ours = parseDkimKeyRecord(value);
  if ('problem' in ours) return false;
  return isChangedCopy({ publicKey: ours.publicKey, kind: ours.keyType === 'ed25519' ? 'ed25519' : 'rsa' }, text);
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

/** Whether a text names what our SPF mechanism names, however the mechanism is written: it was added for us. */
export function namesOurTarget({ value }: RecordPlace, text: string): boolean {
  const mechanism = findOwnMechanism(value);
  return hasWord(text, mechanism.slice(mechanism.indexOf(':') + 1));
}

/** Whether a name or a value stands in a text, and is not a part of a longer one. */
function hasWord(text: string, word: string): boolean {
  const escaped = word.toLowerCase().replace(/[^a-z0-9]/g, '\\$&');
  return new RegExp(`(?<![a-z0-9.-])${escaped}(?![a-z0-9-]|\\.[a-z0-9])`).test(removeOddCharacters(text).toLowerCase());
}

/** Takes off what was pasted around a text. */
function unwrap(text: string): string {
  return removeOddCharacters(text)
    .replace(/["'\\]/g, '')
    .trim();
}
