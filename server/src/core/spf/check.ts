/*
 * SPF (RFC 7208). `checkSpf` judges the record at the return path: `record.ts` parses it, and `evaluation.ts`
 * walks it for any sender as receivers do, counting look-ups (`walk.ts`), resolving hosts (`hosts.ts`), expanding
 * macros (`macro.ts`) and computing address ranges (`address-ranges.ts`). An include that isn't known yet is
 * returned as the next name to ask. `merge.ts` writes the one record that replaces two.
 */

import type { Lookups } from '../answers/dns-answer.ts';
import { listOddCharacters, removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import { evaluateSpf, isPassOfOurs, type SpfEvaluation } from './evaluation.ts';
import { mergeSpfRecords } from './merge.ts';
import { parseOnce } from './parsed-records.ts';
import { isSpfRecord, isTooLongToRead, parseSpfTerm, repairTerm, type SpfMechanism, splitTerms } from './record.ts';
import type { SpfEvaluationInput } from './walk.ts';

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

/** Longer than this, nobody can check it by eye. */
const LONGEST_SUGGESTION = 450;

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
  const step = judgeTexts(input, undefined);
  if (!step.done || !CAN_BE_MENDED.has(step.value.status)) return step;
  const suggestion = findSuggestion(input);
  return suggestion.done ? judgeTexts(input, suggestion.value) : suggestion;
}

const CAN_BE_MENDED: ReadonlySet<string> = new Set(['mismatched', 'conflicting']);

/** Finds the one record to publish instead: what is there with our mechanism, if that is short, new and right. */
function findSuggestion(input: SpfCheckInput): Step<string | undefined> {
  const records = input.txt.filter(isSpfRecord);
  if (records.some(isTooLongToRead)) return { done: true, value: undefined };
  const suggestion = records.length > 0 ? mergeSpfRecords(records, input.expectedMechanism) : undefined;
  const isOffered =
    suggestion !== undefined &&
    suggestion.length <= LONGEST_SUGGESTION &&
    !(records.length === 1 && records[0] === suggestion);
  if (!isOffered) return { done: true, value: undefined };
  const step = judgeTexts({ ...input, txt: [suggestion] }, undefined);
  return step.done ? { done: true, value: step.value.status === 'verified' ? suggestion : undefined } : step;
}

function judgeTexts(input: SpfCheckInput, suggested: string | undefined): Step<Judgement | Undecided> {
  const { txt, expectedMechanism } = input;
  const own = parseOwn(expectedMechanism);
  const records = txt.filter(isSpfRecord);
  const suggestion = suggested === undefined ? {} : { suggestion: suggested };
  const [record] = records;
  if (record === undefined) return finish(judgeNoRecord(txt));
  if (records.length > 1) {
    const facts = { found: excerptsOf(records), ...suggestion };
    return finish({ status: 'conflicting', observations: [{ code: 'spf_multiple', facts }] });
  }
  const parsed = parseOnce(input.lookups, record);
  if (!parsed.ok) {
    const facts = { problem: parsed.problem, ...suggestion };
    return finish({ status: 'mismatched', observations: [{ code: 'spf_syntax', facts }] });
  }
  const step = evaluateOnce({ domain: input.domain, terms: parsed.terms, txt, own, lookups: input.lookups }, record);
  if (!step.done) return step;
  return { done: true, value: judge(step.value, { mechanism: expectedMechanism, record, suggestion }) };
}

const evaluationsOf = new WeakMap<Lookups, Map<string, Step<SpfEvaluation>>>();

/** Evaluates a record once for all that is said of it: more look-ups change nothing once it needs none. */
function evaluateOnce(input: SpfEvaluationInput, record: string): Step<SpfEvaluation> {
  const known = evaluationsOf.get(input.lookups) ?? new Map<string, Step<SpfEvaluation>>();
  evaluationsOf.set(input.lookups, known);
  const key = JSON.stringify([input.domain, input.own.text, record]);
  const step = known.get(key) ?? evaluateSpf(input);
  if (step.done) known.set(key, step);
  return step;
}

/** What observations tell beside the evaluation. */
interface Judged {
  readonly mechanism: string;
  readonly record: string;
  readonly suggestion: { readonly suggestion?: string };
}

function judge(evaluation: SpfEvaluation, judged: Judged): Judgement | Undecided {
  const observations = evaluation.problems.map(
    (each): Observation =>
      each.kind === 'limit'
        ? { code: 'spf_too_many_lookups', facts: each.limit }
        : { code: 'spf_syntax', facts: { problem: each.problem, ...judged.suggestion } },
  );
  if (evaluation.allowsEveryone)
    observations.push({
      code: 'spf_allows_everyone',
      facts: { found: excerptOf(judged.record), ...judged.suggestion },
    });
  const isRight = isPassOfOurs(evaluation.own);
  if (!isRight && evaluation.isWhole) observations.push(observeOwn(evaluation, judged));
  if (observations.length > 0) return { status: 'mismatched', observations };
  return isRight ? { status: 'verified', observations: [] } : { status: 'undecided', names: evaluation.unanswered };
}

function observeOwn({ own, ownAfterAll }: SpfEvaluation, { mechanism, record, suggestion }: Judged): Observation {
  const facts = { mechanism, found: excerptOf(record), ...suggestion };
  const mistyped = splitTerms(record).find(
    (term) => repairTerm(term).replace(/^\+/, '').toLowerCase() === mechanism.toLowerCase() && term.includes('='),
  );
  if (mistyped !== undefined) return { code: 'spf_mechanism_missing', facts: { ...facts, mistyped } };
  if (own?.by === 'own') return { code: 'spf_mechanism_missing', facts: { ...facts, qualifier: own.qualifier } };
  if (ownAfterAll) return { code: 'spf_mechanism_after_all', facts };
  return own?.by === 'term'
    ? { code: 'spf_mechanism_not_reached', facts: { ...facts, term: excerptOf(own.term) } }
    : { code: 'spf_mechanism_missing', facts };
}

/** No text is selected as an SPF record (RFC 7208 §4.5); one that was meant as such is told by how it misses. */
function judgeNoRecord(txt: readonly string[]): Judgement {
  const meant = txt.find((text) => MEANT_AS_SPF.test(removeOddCharacters(text)));
  if (meant === undefined) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  return { status: 'mismatched', observations: [observeMeant(meant)] };
}

/** `v=spf1`, with something before it that people paste along: a bullet, quotation marks, the name of the field. */
const MEANT_AS_SPF = /^.{0,40}?(?<![a-z0-9])v\s*=\s*spf/is;

function observeMeant(text: string): Observation {
  const found = excerptOf(text);
  if (/^\s*["']/.test(text)) return { code: 'value_quoted', facts: { found } };
  if (isSpfRecord(text.trim())) return { code: 'value_has_spaces', facts: { found } };
  const characters = listOddCharacters(text);
  if (characters.length > 0) return { code: 'value_mismatch', facts: { what: 'odd_characters', characters, found } };
  const [, before = ''] = /^(.{1,40}?)(?<![a-z0-9])v=spf1/is.exec(text) ?? [];
  return before === ''
    ? { code: 'value_mismatch', facts: { what: 'no_spf_record', found } }
    : { code: 'value_mismatch', facts: { what: 'text_before', text: excerptOf(before), found } };
}

function parseOwn(text: string): SpfMechanism {
  const own = parseSpfTerm(text);
  if (!('kind' in own) || own.kind !== 'mechanism') throw new Error(`Not an SPF mechanism: ${text}`);
  return own;
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
