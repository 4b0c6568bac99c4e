/*
 * A whole check of a domain, without any I/O. `listQuestions` says what to ask, `checkDomain` hands each server's
 * answer to the rule of its record (`rules.ts` names one for each kind) and joins the servers' verdicts, and
 * `summarizeOutcome` reduces them to flags for `lifecycle/status.ts`. `services/checks/check-domain.ts` feeds it
 * answers until it has nothing left to ask. The rules themselves are in the protocol rooms.
 */

import { type LookupResult, type Lookups, type Question, questionKey } from '../answers/dns-answer.ts';
import { combineServers, type RecordJudgement, type Step } from '../judgement/judgement.ts';
import type { CheckOutcome, FlagOutcome } from '../lifecycle/status.ts';
import { type FlagName, listKindsOf, mapFlags, mapKinds, RECORDS, type RecordKind } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { RULES, type Rule } from './rules.ts';

/** What one check of a domain amounts to, record by record. */
export type DomainJudgement = Readonly<Record<RecordKind, RecordJudgement>>;

/** What is to be found for a domain: its name and its records as shown to the customer. */
export interface ExpectedDomain {
  readonly name: string;
  readonly records: DnsRecords;
  /** Which of the records count as found: their absence would count against the domain. */
  readonly isUp: Readonly<Record<FlagName, boolean>>;
}

/** The questions that every check starts with, one for each record. @param isUp which records count as found; none where left out */
export function listQuestions(
  records: DnsRecords,
  isUp?: ExpectedDomain['isUp'],
): Readonly<Record<RecordKind, Question>> {
  return mapKinds((kind) => {
    const { name, type } = records[kind];
    return { name, type, servers: 'every', validateAbsence: isUp?.[RECORDS[kind].flag] ?? false };
  });
}

/**
 * Judges a domain from the look-ups made so far (sans-I/O): answers with the names to ask next, or with the verdict on
 * each record. Each server's answer is judged alone, then the verdicts are joined.
 */
export function checkDomain(expected: ExpectedDomain, lookups: Lookups): Step<DomainJudgement> {
  const questions = listQuestions(expected.records, expected.isUp);
  const first = Object.values(questions).filter((question) => !lookups.has(questionKey(question)));
  if (first.length > 0) return { done: false, ask: first };

  const ask = new Map<string, Question>();
  const judgement = mapKinds((kind): RecordJudgement => {
    const result = lookups.get(questionKey(questions[kind])) as LookupResult;
    const { name, value } = expected.records[kind];
    const judged = result.answers.map((answer) => {
      const step: ReturnType<Rule> =
        answer.outcome === 'failed'
          ? { done: true, value: null }
          : RULES[kind]({ domain: expected.name, name, value, answer, lookups });
      if (!step.done) for (const question of step.ask) ask.set(questionKey(question), question);
      return { answer, judgement: step.done ? step.value : null };
    });
    return combineServers(judged);
  });
  return ask.size > 0 ? { done: false, ask: [...ask.values()] } : { done: true, value: judgement };
}

/** Reduces a verdict to what the life cycle counts; a flag of several records is right when all of them are. */
export function summarizeOutcome(judgement: DomainJudgement): CheckOutcome {
  return mapFlags((flag) => joinOutcomes(listKindsOf(flag).map((kind) => toOutcome(judgement[kind]))));
}

function toOutcome({ status }: RecordJudgement): FlagOutcome {
  if (status === 'unknown') return 'unknown';
  return status === 'verified' ? 'right' : 'wrong';
}

// One record that is wrong makes all wrong whatever the others are; otherwise one that is unknown leaves it open.
function joinOutcomes(outcomes: readonly FlagOutcome[]): FlagOutcome {
  if (outcomes.includes('wrong')) return 'wrong';
  return outcomes.includes('unknown') ? 'unknown' : 'right';
}
