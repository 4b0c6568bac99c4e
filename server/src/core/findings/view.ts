import { type Answer, firstAnswer, joinTxt, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { nameServer } from '../answers/failure-words.ts';
import type { RecordJudgement } from '../judgement/judgement.ts';
import type { FindingCode, ObservationOf } from '../judgement/observation.ts';
import { type FindingEvidence, listEvidence } from './finding.ts';
import type { RecordPlace } from './place.ts';

/** One record of a check: where it belongs, what was seen, and the verdict. */
export interface RecordView {
  readonly place: RecordPlace;
  readonly judgement: RecordJudgement;
  readonly result: LookupResult;
}

/** What explains a record better than the verdict alone. */
export type Explanation<C extends FindingCode = FindingCode> = ObservationOf<C> & {
  readonly evidence: readonly FindingEvidence[];
};

/** The answers that count. */
export function listUsable({ answers }: LookupResult): Answer[] {
  return answers.filter(({ outcome }) => outcome !== 'failed');
}

/** The different TXT texts that the servers showed, character-strings joined. */
export function listTexts(result: LookupResult): string[] {
  const texts = listUsable(result).flatMap((answer) => (recordsOfType(answer, 'TXT') ?? []).map(joinTxt));
  return [...new Set(texts)];
}

/** The TXT texts (or those of the type SPF) that one server showed to a probe. */
export function textsOf(result: LookupResult, type: 'TXT' | 'SPF' = 'TXT'): string[] {
  return (recordsOfType(firstAnswer(result), type) ?? []).map(joinTxt);
}

/** What a probe showed. */
export function evidenceOf(result: LookupResult): FindingEvidence[] {
  return listEvidence(result.question, [firstAnswer(result)]);
}

/** Where the first CNAME of a record leads; null where there is none. */
export function findAlias({ result }: RecordView): string | null {
  return result.aliases[0] ?? null;
}

/** That a name is a CNAME, as evidence. */
export function listAliasEvidence({ place, result }: RecordView): FindingEvidence[] {
  const [first] = result.answers;
  const server = first ? nameServer(first.source) : '';
  return result.aliases.slice(0, 3).map((value, index) => ({
    name: index === 0 ? place.name : (result.aliases[index - 1] ?? place.name),
    type: 'CNAME',
    value,
    server: index === 0 && result.askedZone ? (result.askedZone.nameservers[0]?.name ?? server) : server,
  }));
}
