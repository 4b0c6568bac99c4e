import {
  type Answer,
  joinTxt,
  type LookupResult,
  type Lookups,
  type MxRecord,
  type Question,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import { checkDkim } from '../dkim/check.ts';
import { checkDmarc } from '../dmarc/check.ts';
import {
  combineServers,
  type Judgement,
  type RecordJudgement,
  type RecordKind,
  type Step,
} from '../judgement/judgement.ts';
import type { CheckOutcome, FlagName, FlagOutcome } from '../lifecycle/status.ts';
import { checkMailFromMx } from '../mail-from/check.ts';
import { checkOwnership } from '../ownership/check.ts';
import type { DnsRecords } from '../records/records.ts';
import { checkSpf, findOwnMechanism } from '../spf/check.ts';

/** What one check a domain amounts to, record by record. */
export type DomainJudgement = Readonly<Record<RecordKind, RecordJudgement>>;

/** What is to be found for a domain: its name, its records as shown to the customer, and the public key behind the DKIM record. */
export interface ExpectedDomain {
  readonly name: string;
  readonly publicKey: string;
  readonly records: DnsRecords;
  /** Which of the records count as found: their absence would count against the domain. */
  readonly isUp: Readonly<Record<FlagName, boolean>>;
}

/** The five questions that every check starts with, one for each record. @param isUp which records count as found; none where left out */
export function listQuestions(
  records: DnsRecords,
  isUp?: ExpectedDomain['isUp'],
): Readonly<Record<RecordKind, Question>> {
  const ask = (name: string, type: 'TXT' | 'MX', flag: FlagName): Question => {
    return { name, type, servers: 'every', validateAbsence: isUp?.[flag] ?? false };
  };
  return {
    ownership: ask(records.ownership.name, 'TXT', 'ownership'),
    dkim: ask(records.dkim.name, 'TXT', 'dkim'),
    mail_from_mx: ask(records.mailFrom[0].name, 'MX', 'mailFrom'),
    mail_from_spf: ask(records.mailFrom[1].name, 'TXT', 'mailFrom'),
    dmarc: ask(records.dmarc.name, 'TXT', 'dmarc'),
  };
}

/**
 * Judges a domain from the check-ups made so far (sans-I/O): answers with the names to ask next, or with the verdict on
 * each record. Each server's answer is judged by itself, then they are joined.
 */
export function checkDomain(expected: ExpectedDomain, lookups: Lookups): Step<DomainJudgement> {
  const questions = listQuestions(expected.records, expected.isUp);
  const first = Object.values(questions).filter((question) => !lookups.has(questionKey(question)));
  if (first.length > 0) return { done: false, ask: first };

  const ask = new Map<string, Question>();
  const judge = (kind: RecordKind, rule: (answer: Answer) => Step<Judgement | null>): RecordJudgement => {
    const result = lookups.get(questionKey(questions[kind])) as LookupResult;
    const judged = result.answers.map((answer) => {
      const step: Step<Judgement | null> = answer.outcome === 'failed' ? { done: true, value: null } : rule(answer);
      if (!step.done) for (const question of step.ask) ask.set(questionKey(question), question);
      return { answer, judgement: step.done ? step.value : null };
    });
    return combineServers(judged);
  };
  // A record set has no order (RFC 1035 §3.6, RFC 2181 §5): servers that hold the same must come to the same words.
  const txtOf = (answer: Answer): string[] => (recordsOfType(answer, 'TXT') ?? []).map(joinTxt).sort();
  const mxOf = (answer: Answer): MxRecord[] => (recordsOfType(answer, 'MX') ?? []).sort(compareMx);
  const [mx, spf] = expected.records.mailFrom;

  const judgement: DomainJudgement = {
    ownership: judge('ownership', (a) => finished(checkOwnership(expected.records.ownership.value, txtOf(a)))),
    dkim: judge('dkim', (a) => finished(checkDkim(expected.publicKey, txtOf(a)))),
    mail_from_mx: judge('mail_from_mx', (a) =>
      finished(checkMailFromMx({ exchange: mx.value, preference: mx.priority }, mxOf(a))),
    ),
    mail_from_spf: judge('mail_from_spf', (a) =>
      checkSpf({ domain: spf.name, txt: txtOf(a), expectedMechanism: findOwnMechanism(spf.value), lookups }),
    ),
    dmarc: judge('dmarc', (a) =>
      checkDmarc({ domain: expected.name, txt: txtOf(a), lookups, offered: expected.records.dmarc.value }),
    ),
  };
  return ask.size > 0 ? { done: false, ask: [...ask.values()] } : { done: true, value: judgement };
}

/** Reduces a verdict to what the life cycle counts; MAIL FROM is right when both of its records are. */
export function summarizeOutcome(judgement: DomainJudgement): CheckOutcome {
  return {
    ownership: toOutcome(judgement.ownership),
    dkim: toOutcome(judgement.dkim),
    mailFrom: joinOutcomes(toOutcome(judgement.mail_from_mx), toOutcome(judgement.mail_from_spf)),
    dmarc: toOutcome(judgement.dmarc),
  };
}

function toOutcome({ status }: RecordJudgement): FlagOutcome {
  if (status === 'unknown') return 'unknown';
  return status === 'verified' ? 'right' : 'wrong';
}

// One record that is wrong makes the pair wrong whatever the other is; otherwise one that is unknown leaves it open.
function joinOutcomes(a: FlagOutcome, b: FlagOutcome): FlagOutcome {
  if (a === 'wrong' || b === 'wrong') return 'wrong';
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'right';
}

function compareMx(a: MxRecord, b: MxRecord): number {
  return a.preference - b.preference || (a.exchange < b.exchange ? -1 : 1);
}

function finished(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
