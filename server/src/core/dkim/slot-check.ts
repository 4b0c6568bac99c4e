import { joinTxt, type Lookups, type Question, questionKey, recordsOfType } from '../answers/dns-answer.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import { combineServers, type Judgement, type RecordJudgement, type Step } from '../judgement/judgement.ts';
import type { KeyStage } from '../records/dkim-key.ts';
import { buildTarget, formatEmptySlot } from '../records/key-slots.ts';
import { checkDkim } from './check.ts';

/** What is to be found by one of the two CNAMEs of a domain. */
export interface KeySlot {
  /** The name that the CNAME leads to. */
  readonly target: string;
  /** The keys that may stand there, in base64, the one that is meant to first. */
  readonly keys: readonly string[];
  /** Whether it may have no key: nothing is signed with it. */
  readonly mayBeEmpty: boolean;
}

/** A key as it stands behind a CNAME. */
interface SlotKey {
  readonly selector: string;
  readonly publicKey: string;
  readonly stage: KeyStage;
  readonly revokedAt: unknown;
}

/**
 * Builds what is to be found by the CNAME of a selector. Behind the one that signs, its key must be there: every receiver asks
 * for it. The other one is empty or has a key that came or went a moment ago, and then servers and caches may show either.
 */
export function buildSlot(selector: string, keysBelow: string, keys: readonly SlotKey[]): KeySlot {
  const own = keys.filter((key) => key.selector === selector);
  const active = own.find(({ stage }) => stage === 'active');
  const others = own.filter(({ revokedAt }) => revokedAt === null);
  return {
    target: buildTarget(selector, keysBelow),
    keys: (active ? [active] : others).map(({ publicKey }) => publicKey),
    mayBeEmpty: active === undefined,
  };
}

/**
 * Judges what one server has by a CNAME, from the texts that were found: whether they came by the CNAME or stand at the name
 * itself, as where a provider flattens it, is the same to every receiver.
 * @param txt the TXT records, character-strings joined, as latin1
 */
export function checkSlot({ target, keys, mayBeEmpty }: KeySlot, txt: readonly string[]): Judgement {
  const [text] = txt;
  if (mayBeEmpty && txt.length === 1 && text !== undefined && isSameText(text, formatEmptySlot(target)))
    return { status: 'verified', observations: [] };
  const judged = keys.map((key) => checkDkim(key, txt));
  const right = judged.find(({ status }) => status === 'verified');
  if (right ?? judged[0]) return right ?? (judged[0] as Judgement);
  if (text === undefined) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  return {
    status: 'mismatched',
    observations: [{ code: 'value_mismatch', facts: { what: 'value', found: excerptsOf(txt) } }],
  };
}

/** The question for what is found by a CNAME of this name. */
export function buildSlotQuestion(name: string, validateAbsence: boolean): Question {
  return { name, type: 'TXT', servers: 'every', validateAbsence };
}

/** Judges the other DKIM record of a domain from the look-ups made so far (sans-I/O). */
export function checkSecondSlot(question: Question, slot: KeySlot, lookups: Lookups): Step<RecordJudgement> {
  const result = lookups.get(questionKey(question));
  if (!result) return { done: false, ask: [question] };
  const judged = result.answers.map((answer) => {
    const records = recordsOfType(answer, 'TXT');
    return { answer, judgement: records && checkSlot(slot, records.map(joinTxt).sort()) };
  });
  return { done: true, value: combineServers(judged) };
}
