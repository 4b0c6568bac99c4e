import {
  joinTxt,
  type LookupResult,
  type Lookups,
  type Question,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import { combineServers, type Judgement, type RecordJudgement, type Step } from '../judgement/judgement.ts';
import { buildKeyRecord, type KeyRecordInput, keyKindOf } from '../records/dkim-key.ts';
import { checkDkim } from './check.ts';
import type { KeyObservation } from './key-stages.ts';

/** How the record of one key stands. */
export interface KeyVerdict {
  readonly observation: KeyObservation;
  readonly judgement: RecordJudgement;
  /** For how long what the servers showed may be remembered, at most; 0 where they showed nothing. */
  readonly ttlSeconds: number;
}

/** The question for a key's record: every server is asked, because signing may move to it. */
export function buildKeyQuestion(key: KeyRecordInput): Question {
  // A "no" never counts against anything here, so a validating resolver need not be asked for it (see Question).
  return { name: buildKeyRecord(key).name.toLowerCase(), type: 'TXT', servers: 'every', validateAbsence: false };
}

/** Judges the records of keys from the look-ups made so far (sans-I/O), in the order of the keys. */
export function checkKeys(keys: readonly KeyRecordInput[], lookups: Lookups): Step<readonly KeyVerdict[]> {
  const questions = keys.map(buildKeyQuestion);
  const ask = questions.filter((question) => !lookups.has(questionKey(question)));
  if (ask.length > 0) return { done: false, ask };
  return {
    done: true,
    value: keys.map((key, index) => {
      const question = questions[index];
      return judgeKey(key, question && lookups.get(questionKey(question)));
    }),
  };
}

function judgeKey(key: KeyRecordInput, result: LookupResult | undefined): KeyVerdict {
  const judged = (result?.answers ?? []).map((answer) => {
    const records = recordsOfType(answer, 'TXT');
    const judgement: Judgement | null =
      records && checkDkim(key.publicKey, records.map(joinTxt).sort(), keyKindOf(key.algorithm));
    return { answer, judgement };
  });
  const answered = judged.filter(({ judgement }) => judgement !== null);
  const right = answered.filter(({ judgement }) => judgement?.status === 'verified');
  return {
    observation: findObservation(judged.length, answered.length, right.length),
    judgement: combineServers(judged),
    ttlSeconds: Math.max(0, ...judged.map(({ answer }) => (answer.outcome === 'found' ? answer.ttlSeconds : 0))),
  };
}

function findObservation(servers: number, answered: number, right: number): KeyObservation {
  if (answered === 0) return 'unknown';
  if (right === 0) return 'nowhere';
  if (right < answered) return 'partly';
  return answered < servers ? 'answering' : 'everywhere';
}
