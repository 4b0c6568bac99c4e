import { type LookupResult, questionKey } from '../answers/dns-answer.ts';
import { buildKeyQuestion } from '../dkim/key-check.ts';
import type { RecordJudgement, Step } from '../judgement/judgement.ts';
import { buildKeyRecord, type KeyRecordInput } from '../records/dkim-key.ts';
import { mapKinds } from '../records/record.ts';
import { type ExplainInput, explainRecord } from './explain.ts';
import type { SeenFinding } from './finding.ts';
import { findPlace, type RecordPlace } from './place.ts';
import { startProbe } from './probe.ts';

/** A further DKIM key, and the verdict on its record. */
export interface JudgedKey extends KeyRecordInput {
  readonly judgement: RecordJudgement;
  /** Whether its record was found at some time. */
  readonly hadRecord: boolean;
}

/** What is told of a further key. */
export interface ExplainedKey {
  readonly selector: string;
  readonly judgement: RecordJudgement;
  readonly place: RecordPlace;
  readonly result: LookupResult;
  readonly findings: readonly SeenFinding[];
}

/** Explains the verdicts on further keys in the order of the keys, as the domain's own DKIM record is explained (sans-I/O). */
export function explainKeys(
  keys: readonly JudgedKey[],
  input: Pick<ExplainInput, 'domain' | 'places' | 'lookups' | 'now' | 'mayProbe'>,
): Step<readonly ExplainedKey[]> {
  const probe = startProbe(input.lookups, input.mayProbe);
  const value = keys.map((key): ExplainedKey => {
    const result = input.lookups.get(questionKey(buildKeyQuestion(key))) as LookupResult;
    const place = findPlace(input.domain, 'dkim', buildKeyRecord(key), result);
    const { selector, judgement } = key;
    const context = {
      domain: input.domain,
      now: input.now,
      wasFound: mapKinds(() => key.hadRecord),
      places: { ...input.places, dkim: place },
      isBeforeVerify: false,
      keyOwner: null,
    };
    const findings = explainRecord({ place, judgement, result }, context, probe, probe);
    return { selector, judgement, place, result, findings };
  });
  const ask = probe.outstanding;
  return ask.length > 0 ? { done: false, ask } : { done: true, value };
}
