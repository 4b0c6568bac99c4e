import type { Answer, Question } from '../answers/dns-answer.ts';
import { recordsOfType } from '../answers/dns-answer.ts';
import { nameServer } from '../answers/failure-words.ts';
import { clipPresentation, formatRecordData } from '../answers/presentation.ts';
import type { FindingCode, Observation } from '../judgement/observation.ts';
import type { RecordKind } from '../records/record.ts';
import { FINDINGS, type FindingSeverity } from './catalogue.ts';
import type { CopyOffer } from './words/wording.ts';

/** One thing that DNS showed. `value` is in presentation format (RFC 1035 §5.1), clipped; null where nothing was there. */
export interface FindingEvidence {
  readonly name: string;
  readonly type: string;
  readonly value: string | null;
  readonly server: string;
}

/** A finding as it is kept: what was seen, and how much that matters. Its words are made when it is read. */
export type SeenFinding = Observation & {
  readonly severity: FindingSeverity;
  readonly evidence: readonly FindingEvidence[];
};

/** A finding about the zone and its servers, and the record at which it was noticed first. */
export type ZoneFinding = SeenFinding & { readonly record: RecordKind };

/** What is wrong or worth knowing, for a person who has never seen a DNS panel (`verification.md` §5). */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly title: string;
  /** What was asked, where, and what was found. */
  readonly detail: string;
  /** The one thing to do; null where there is nothing. */
  readonly fix: string | null;
  readonly copy?: CopyOffer;
  /** A value to publish as it stands, where it is not the one that the record is shown with. */
  readonly suggestion?: string;
  readonly evidence: readonly FindingEvidence[];
}

const MAX_EVIDENCE = 6;
const MAX_VALUES_OF_ANSWER = 3;
const MAX_VALUE_CHARACTERS = 200;

/** Builds a finding. @param severity in place of that of the catalogue */
export function buildFinding(
  observation: Observation,
  evidence: readonly FindingEvidence[],
  severity: FindingSeverity = FINDINGS[observation.code].severity,
): SeenFinding {
  return { ...observation, severity, evidence: evidence.slice(0, MAX_EVIDENCE) };
}

/** Lists what these answers showed to a question, one entry for each record; what failed shows nothing. */
export function listEvidence(question: Pick<Question, 'name' | 'type'>, answers: readonly Answer[]): FindingEvidence[] {
  const seen = new Map<string, FindingEvidence>();
  for (const answer of answers) {
    const records = recordsOfType(answer, question.type);
    if (records === null) continue;
    const values: (string | null)[] = records
      .slice(0, MAX_VALUES_OF_ANSWER)
      .map((record) => clipPresentation(formatRecordData(record), MAX_VALUE_CHARACTERS));
    for (const value of values.length > 0 ? values : [null]) {
      const entry = { name: question.name, type: question.type, value, server: nameServer(answer.source) };
      seen.set(JSON.stringify(entry), entry);
    }
  }
  return [...seen.values()].slice(0, MAX_EVIDENCE);
}
