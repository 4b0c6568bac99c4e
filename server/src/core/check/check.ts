/*
 * A whole check of a domain, without any I/O. `listQuestions` says what to ask, `checkDomain` hands each server's
 * answer to the rule of its record (`rules.ts` names one for each kind) and joins the servers' verdicts, and
 * `summarizeOutcome` reduces them to flags for `lifecycle/status.ts`. `services/checks/check-domain.ts` feeds it
 * answers until it has nothing left to ask. The rules themselves are in the protocol rooms.
 */

import {
  type Answer,
  type Failed,
  type LookupResult,
  type Lookups,
  type Question,
  questionKey,
} from '../answers/dns-answer.ts';
import { writeRecord } from '../answers/record-text.ts';
import type { KeySlot } from '../dkim/slot-check.ts';
import {
  combineServers,
  type Judgement,
  type RecordJudgement,
  type Step,
  type Undecided,
} from '../judgement/judgement.ts';
import type { CheckOutcome, FlagOutcome } from '../lifecycle/status.ts';
import {
  type FlagName,
  listKindsOf,
  mapFlags,
  mapKinds,
  RECORD_KINDS,
  RECORDS,
  type RecordKind,
} from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { findAskedType } from '../records/to-publish.ts';
import { RULES, type Rule } from './rules.ts';

/** What one check of a domain amounts to, record by record. */
export type DomainJudgement = Readonly<Record<RecordKind, RecordJudgement>>;

/** What is to be found for a domain: its name and its records as shown to the customer. */
export interface ExpectedDomain {
  readonly name: string;
  readonly records: DnsRecords;
  /** Which of the records count as found: their absence would count against the domain. */
  readonly isUp: Readonly<Record<FlagName, boolean>>;
  /** What is to be found by the DKIM record, where that is a CNAME. */
  readonly slot?: KeySlot | undefined;
}

/** The questions that every check starts with, one for each record. @param isUp which records count as found; none where left out */
export function listQuestions(
  records: DnsRecords,
  isUp?: ExpectedDomain['isUp'],
): Readonly<Record<RecordKind, Question>> {
  return mapKinds((kind) => {
    const { name, type } = records[kind];
    return { name, type: findAskedType(type), servers: 'every', validateAbsence: isUp?.[RECORDS[kind].flag] ?? false };
  });
}

/** Asks those of the questions that every check starts with that were not asked yet (sans-I/O). */
export function askOwnQuestions(questions: ReturnType<typeof listQuestions>, lookups: Lookups): Step<null> {
  const ask = Object.values(questions).filter((question) => !lookups.has(questionKey(question)));
  return ask.length > 0 ? { done: false, ask } : { done: true, value: null };
}

/** What was judged in a check so far: servers that show the same are judged once, also in the next round of questions. */
export interface CheckMemo {
  readonly judged: Map<string, Judgement | Undecided | null>;
  readonly keys: WeakMap<Answer, string>;
}

/** Starts the memory of one check. */
export function startCheckMemo(): CheckMemo {
  return { judged: new Map(), keys: new WeakMap() };
}

/** So many octets are judged in one turn; where servers show more, the rest is for later turns. No ordinary domain shows as much. */
const TURN_OCTETS = 1_024;
/** The questions that every check asks; with more answers, an SPF record leads on to others and is as long as they are together. */
const OWN_QUESTIONS = RECORD_KINDS.length;

/**
 * Judges a domain from the look-ups made so far (sans-I/O): answers with the names to ask next, or with the verdict on
 * each record. Each server's answer is judged alone, then the verdicts are joined. Where that is much work, it answers with
 * nothing to ask: then it is to be called again, after others had their turn.
 * @param given what was judged so far; without it all is judged in one turn
 */
export function checkDomain(expected: ExpectedDomain, lookups: Lookups, given?: CheckMemo): Step<DomainJudgement> {
  const questions = listQuestions(expected.records, expected.isUp);
  const asked = askOwnQuestions(questions, lookups);
  if (!asked.done) return asked;

  const memo = given ?? startCheckMemo();
  const ask = new Map<string, Question>();
  const waiting = new Set<string>();
  let octets = 0;
  let isTired = false;
  const judge = (kind: RecordKind, answer: Answer): Judgement | Undecided | null => {
    if (answer.outcome === 'failed') return null;
    const key = `${kind} ${describeAnswer(answer, memo)}`;
    const known = memo.judged.get(key);
    if (known !== undefined || waiting.has(key)) return known ?? null;
    isTired ||= given !== undefined && octets > TURN_OCTETS;
    if (isTired) return null;
    octets += kind === 'mail_from_spf' && lookups.size > OWN_QUESTIONS ? key.length + TURN_OCTETS : key.length;
    const { name, value } = expected.records[kind];
    const step: ReturnType<Rule> = RULES[kind]({
      domain: expected.name,
      name,
      value,
      answer,
      lookups,
      slot: expected.slot,
    });
    if (step.done) memo.judged.set(key, step.value);
    else {
      waiting.add(key);
      for (const question of step.ask) ask.set(questionKey(question), question);
    }
    return step.done ? step.value : null;
  };
  const judged = mapKinds((kind) => {
    const { answers } = lookups.get(questionKey(questions[kind])) as LookupResult;
    return answers.map((answer) => ({ answer, judgement: judge(kind, answer) }));
  });
  if (ask.size > 0 || isTired) return { done: false, ask: [...ask.values()] };
  return { done: true, value: mapKinds((kind) => combineServers(judged[kind])) };
}

/** All that a rule sees of an answer, as a text. */
function describeAnswer(answer: Exclude<Answer, Failed>, { keys }: CheckMemo): string {
  if (answer.outcome === 'absent') return '';
  const known = keys.get(answer) ?? answer.records.map(writeRecord).join();
  keys.set(answer, known);
  return known;
}

/**
 * Reduces a verdict to what the life cycle counts; a flag of several records is right when all of them are.
 * @param second the verdict on the other DKIM record, where there are two
 */
export function summarizeOutcome(judgement: DomainJudgement, second?: RecordJudgement | null): CheckOutcome {
  return mapFlags((flag) => {
    const judged = listKindsOf(flag).map((kind) => judgement[kind]);
    return joinOutcomes([...judged, ...(second && flag === RECORDS.dkim.flag ? [second] : [])].map(toOutcome));
  });
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
