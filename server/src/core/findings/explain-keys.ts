import { type LookupResult, questionKey } from '../answers/dns-answer.ts';
import type { RecordJudgement, Step } from '../judgement/judgement.ts';
import type { KeyRecord } from '../records/key-slots.ts';
import { mapKinds } from '../records/record.ts';
import { findAskedType } from '../records/to-publish.ts';
import { type ExplainInput, explainRecord } from './explain.ts';
import type { SeenFinding } from './finding.ts';
import { findPlace, type RecordPlace } from './place.ts';
import { startProbe } from './probe.ts';

/** A DKIM record beside the domain's own, and the verdict on it. */
export interface JudgedKey {
  readonly selector: string;
  readonly record: KeyRecord;
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
  input: Pick<ExplainInput, 'domain' | 'places' | 'lookups' | 'now' | 'mayProbe' | 'otherCname'> &
    Partial<Pick<ExplainInput, 'isBeforeVerify'>>,
): Step<readonly ExplainedKey[]> {
  const probe = startProbe(input.lookups, input.mayProbe);
  const value = keys.map((key): ExplainedKey => {
    const { selector, record, judgement } = key;
    const question = { name: record.name.toLowerCase(), type: findAskedType(record.type) };
    const result = input.lookups.get(questionKey(question)) as LookupResult;
    const place = findPlace(input.domain, 'dkim', record, result);
    const context = {
      domain: input.domain,
      now: input.now,
      wasFound: mapKinds(() => key.hadRecord),
      places: { ...input.places, dkim: place },
      isBeforeVerify: input.isBeforeVerify ?? false,
      keyOwner: null,
      otherCname: input.otherCname,
    };
    const findings = explainRecord({ place, judgement, result }, context, probe, probe);
    return { selector, judgement, place, result, findings };
  });
  const ask = probe.outstanding;
  return ask.length > 0 ? { done: false, ask } : { done: true, value };
}
