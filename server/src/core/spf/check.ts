/*
 * SPF (RFC 7208). `checkSpf` judges the record at the return path: `record.ts` parses it, and `evaluation.ts`
 * walks it for any sender as receivers do, counting look-ups (`walk.ts`), resolving hosts (`hosts.ts`), expanding
 * macros (`macro.ts`) and computing address ranges (`address-ranges.ts`). An include that isn't known yet is
 * returned as the next name to ask. `suggestion.ts` finds the record to publish instead: `merge.ts` writes it and puts
 * right what was written wrong (`slips.ts`).
 */

import type { Lookups } from '../answers/dns-answer.ts';
import { removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import type { Observation, Suggestion } from '../judgement/observation.ts';
import { evaluateOnce } from './evaluate-once.ts';
import type { SpfEvaluation } from './evaluation.ts';
import { findMistyped } from './merge.ts';
import { isPassOfOurs } from './outcomes.ts';
import { parseOnce } from './parsed-records.ts';
import {
  buildMechanismKey,
  isSpfRecord,
  isTooLongToRead,
  parseSpfTerm,
  type SpfMechanism,
  splitTerms,
} from './record.ts';
import { listWrongCharacters } from './slips.ts';
import { findSuggestion } from './suggestion.ts';
import { type CausedPermerror, MAX_LOOKUPS } from './walk.ts';

/** What `checkSpf` judges. */
export interface SpfCheckInput {
  /** The MAIL FROM name, lower case, without final dot. */
  readonly domain: string;
  /** The TXT records at the name as one server serves them, character-strings joined (RFC 7208 §3.3), as latin1. */
  readonly txt: readonly string[];
  /** Our mechanism without qualifier, such as `include:amazonses.com`. */
  readonly expectedMechanism: string;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
}

/** Finds our mechanism in the record shown to the customer: the first one that is not `all`. */
export function findOwnMechanism(expectedRecord: string): string {
  const own = splitTerms(expectedRecord).find((text) => {
    const term = parseSpfTerm(text);
    return 'kind' in term && term.kind === 'mechanism' && term.name !== 'all';
  });
  if (own === undefined) throw new Error(`The SPF record to publish names no mechanism: ${expectedRecord}`);
  return own.replace(/^\+/, '');
}

/**
 * Judges the MAIL FROM SPF record as its owner must have it (sans-I/O): exactly one record, no permerror for any sender
 * (RFC 7208 §4.6, §4.6.4), our mechanism reached before any term that turns our mail away, and no pass for everyone. Our
 * mechanism is found by its meaning, also behind an `include` or `redirect`, and is not followed. A record that is suggested
 * in place of a wrong one has passed the same judgement.
 * @returns the names to ask next, or the judgement; undecided where a name that may hold our mechanism could not be asked:
 * like a failed answer, that must not change anything
 */
export function checkSpf(input: SpfCheckInput): Step<Judgement | Undecided> {
  const step = judgeTexts(input, {});
  if (!step.done || !CAN_BE_MENDED.has(step.value.status)) return step;
  const suggestion = findSuggestion({ ...input, own: parseOwn(input.expectedMechanism) });
  return suggestion.done ? judgeTexts(input, suggestion.value) : suggestion;
}

const CAN_BE_MENDED: ReadonlySet<string> = new Set(['mismatched', 'conflicting']);

function judgeTexts(input: SpfCheckInput, suggestion: Suggestion): Step<Judgement | Undecided> {
  const { txt, domain } = input;
  const own = parseOwn(input.expectedMechanism);
  const records = txt.filter(isSpfRecord);
  const [record] = records;
  if (record === undefined) return finish(judgeNoRecord(txt, own));
  if (records.length > 1) {
    const facts = { found: excerptsOf(records), ...suggestion };
    return finish({ status: 'conflicting', observations: [{ code: 'spf_multiple', facts }] });
  }
  const parsed = parseOnce(input.lookups, record);
  if (!parsed.ok) {
    const facts = { problem: parsed.problem, ...suggestion };
    return finish({ status: 'mismatched', observations: [{ code: 'spf_syntax', facts }] });
  }
  const step = evaluateOnce({ domain, terms: parsed.terms, txt, own, lookups: input.lookups }, record);
  return step.done ? { done: true, value: judge(step.value, { domain, own, record, suggestion }) } : step;
}

/** What observations tell beside the evaluation. */
interface Judged {
  readonly domain: string;
  readonly own: SpfMechanism;
  readonly record: string;
  readonly suggestion: Suggestion;
}

function judge(evaluation: SpfEvaluation, judged: Judged): Judgement | Undecided {
  const { record, suggestion } = judged;
  const observations = evaluation.problems.map((each) => observeProblem(each, evaluation, judged));
  if (evaluation.allowsEveryone)
    observations.push({ code: 'spf_allows_everyone', facts: { found: excerptOf(record), ...suggestion } });
  const isRight = isPassOfOurs(evaluation.own);
  if (!isRight && evaluation.isWhole) observations.push(observeOwn(evaluation, judged));
  if (observations.length > 0) return { status: 'mismatched', observations };
  return isRight ? { status: 'verified', observations: [] } : { status: 'undecided', names: evaluation.unanswered };
}

function observeProblem({ error, causes }: CausedPermerror, { ownRoot }: SpfEvaluation, judged: Judged): Observation {
  const { own, suggestion } = judged;
  if (error.kind === 'record') return { code: 'spf_syntax', facts: { problem: error.problem, ...suggestion } };
  const terms = [...causes].filter((text) => text !== ownRoot && !isSameMechanism(text, own));
  const offered = suggestion.suggestion === undefined ? { removable: excerptsOf(terms, MAX_LOOKUPS) } : suggestion;
  return { code: 'spf_too_many_lookups', facts: { ...error.limit, ...offered } };
}

function observeOwn(
  { own: outcome, blocked }: SpfEvaluation,
  { domain, own, record, suggestion }: Judged,
): Observation {
  const facts = { mechanism: own.text, found: excerptOf(record), ...suggestion };
  const mistyped = findMistyped(record, own);
  if (mistyped !== undefined) return { code: 'spf_mechanism_missing', facts: { ...facts, mistyped } };
  if (outcome?.by === 'own')
    return { code: 'spf_mechanism_missing', facts: { ...facts, qualifier: outcome.qualifier } };
  if (blocked === null) return { code: 'spf_mechanism_missing', facts };
  const there = {
    ...facts,
    found: excerptOf(blocked.record),
    ...(blocked.domain !== domain && { at: excerptOf(blocked.domain) }),
  };
  return blocked.isAll
    ? { code: 'spf_mechanism_after_all', facts: there }
    : { code: 'spf_mechanism_not_reached', facts: { ...there, term: excerptOf(blocked.term) } };
}

/** No text is selected as an SPF record (RFC 7208 §4.5); one that was meant as such is told by how it misses. */
function judgeNoRecord(txt: readonly string[], own: SpfMechanism): Judgement {
  const meant = txt.find((text) => isMeantAsSpf(removeOddCharacters(text), own));
  if (meant === undefined) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  return { status: 'mismatched', observations: [observeMeant(meant)] };
}

/** `v=spf1`, with something before it that people paste along: a bullet, quotation marks, the name of the field; or a part of it. */
const MEANT_AS_SPF = /^.{0,40}?(?<![a-z0-9])v\s*[=:]\s*spf|^\W{0,5}spf1(?![a-z0-9])/is;

/** Whether somebody meant an SPF record, or wrote our mechanism without one. A record of Sender ID (RFC 4406) is something else. */
function isMeantAsSpf(text: string, own: SpfMechanism): boolean {
  if (/^\W*spf2\.0\//i.test(text) || isTooLongToRead(text)) return false;
  return MEANT_AS_SPF.test(text) || text.split(/[\s,;"']+/).some((word) => isSameMechanism(word, own));
}

function observeMeant(text: string): Observation {
  const found = excerptOf(text);
  if (/^\s*["']/.test(text)) return { code: 'value_quoted', facts: { found } };
  const characters = listWrongCharacters(text);
  if (characters.length > 0) return { code: 'value_mismatch', facts: { what: 'odd_characters', characters, found } };
  if (isSpfRecord(text.trim())) return { code: 'value_has_spaces', facts: { found } };
  const [, before = ''] = /^(.{1,40}?)(?<![a-z0-9])v=spf1/is.exec(text) ?? [];
  return before === ''
    ? { code: 'value_mismatch', facts: { what: 'no_spf_record', found } }
    : { code: 'value_mismatch', facts: { what: 'text_before', text: excerptOf(before), found } };
}

function isSameMechanism(text: string, own: SpfMechanism): boolean {
  const term = parseSpfTerm(text);
  return 'kind' in term && term.kind === 'mechanism' && buildMechanismKey(term) === buildMechanismKey(own);
}

function parseOwn(text: string): SpfMechanism {
  const own = parseSpfTerm(text);
  if (!('kind' in own) || own.kind !== 'mechanism') throw new Error(`Not an SPF mechanism: ${text}`);
  return own;
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
