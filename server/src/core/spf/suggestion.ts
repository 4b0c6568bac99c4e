import { excerptsOf } from '../answers/quote-found.ts';
import type { Step } from '../judgement/judgement.ts';
import type { Suggestion } from '../judgement/observation.ts';
import { evaluateOnce } from './evaluate-once.ts';
import type { SpfEvaluation } from './evaluation.ts';
import { type MergedSpf, mergeSpfRecords } from './merge.ts';
import { isPassOfOurs } from './outcomes.ts';
import { parseOnce } from './parsed-records.ts';
import { isSpfRecord, isTooLongToRead } from './record.ts';
import type { SpfEvaluationInput } from './walk.ts';

/** Longer than this, nobody can check it by eye. */
const LONGEST_SUGGESTION = 450;

/**
 * Finds the one record to publish instead (sans-I/O): what is there, put right and with our mechanism. What receivers can't
 * use all the same is left out and named.
 */
export function findSuggestion(input: Omit<SpfEvaluationInput, 'terms'>): Step<Suggestion> {
  const nothing = { done: true, value: {} } as const;
  const records = input.txt.filter(isSpfRecord);
  if (records.length === 0 || records.some(isTooLongToRead)) return nothing;
  const merged = mergeSpfRecords(records, input.own.text);
  if (merged.record.length > LONGEST_SUGGESTION) return nothing;
  const step = evaluateMerged(input, merged);
  if (step === null) return nothing;
  if (!step.done) return step;
  return offer(isRight(step.value) ? merged : leaveOut(input, records, listUnwanted(step.value)));
}

/** Leaves out more terms until the record is right; null where that doesn't help. */
function leaveOut(
  input: Omit<SpfEvaluationInput, 'terms'>,
  records: readonly string[],
  unwanted: ReadonlySet<string>,
): MergedSpf | null {
  const rest = mergeSpfRecords(records, input.own.text, unwanted);
  const step = evaluateMerged(input, rest);
  // What the record itself doesn't lead to is not asked for a suggestion: nobody shall make us ask without end.
  if (!step?.done) return null;
  if (isRight(step.value)) return rest;
  const more = unwanted.union(listUnwanted(step.value));
  return more.size > unwanted.size ? leaveOut(input, records, more) : null;
}

function evaluateMerged(input: Omit<SpfEvaluationInput, 'terms'>, { record }: MergedSpf): Step<SpfEvaluation> | null {
  const parsed = parseOnce(input.lookups, record);
  return parsed.ok ? evaluateOnce({ ...input, terms: parsed.terms, txt: [record] }, record) : null;
}

function isRight({ problems, allowsEveryone, own }: SpfEvaluation): boolean {
  return problems.length === 0 && !allowsEveryone && isPassOfOurs(own);
}

/** The terms without which the record may be right. Of too many look-ups nobody but the owner can say which are not needed. */
function listUnwanted({ problems, openers }: SpfEvaluation): Set<string> {
  const causes = problems.flatMap((each) =>
    each.error.kind === 'limit' && each.error.limit.what === 'lookups' ? [] : [...each.causes],
  );
  return new Set([...causes, ...openers]);
}

function offer(merged: MergedSpf | null): Step<Suggestion> {
  if (merged === null) return { done: true, value: {} };
  const { record, leftOut } = merged;
  const named = leftOut.length > 0 && { leftOut: excerptsOf(leftOut, LONGEST_LIST) };
  return { done: true, value: { suggestion: record, ...named } };
}

/** So many terms are named one by one. */
const LONGEST_LIST = 10;
