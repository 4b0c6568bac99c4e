import type { Answer, Lookups } from '../answers/dns-answer.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import type { RecordKind } from '../records/record.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import type { DnsProviderLimits } from './dns-provider.ts';
import type { PlanReason } from './plan-reason.ts';
import type { Publication } from './publication.ts';
import type { RrSet } from './rr-set.ts';

/** A record that a domain wants, with the rule by which it is judged. */
export interface WantedRecord {
  readonly kind: RecordKind;
  readonly record: RecordToPublish;
}

/** A rule of the verifier: whether an answer has the record. */
type JudgingRule = (input: {
  readonly domain: string;
  readonly name: string;
  readonly value: string;
  readonly answer: Answer;
  readonly lookups: Lookups;
}) => Step<Judgement | Undecided | null>;

/** What is planned from. */
export interface PlanInput {
  /** The sending domain, lower case, without final dot. */
  readonly domain: string;
  /** The zone that is written. */
  readonly zone: string;
  readonly wanted: readonly WantedRecord[];
  /** The record sets that stand at the names wanted. */
  readonly standing: readonly RrSet[];
  /** What we wrote for this domain. */
  readonly written: readonly Publication[];
  /** The rules of the verifier, `check/rules.ts`: what they accept is kept, and what is to be written has to pass them. */
  readonly rules: Readonly<Record<RecordKind, JudgingRule>>;
  readonly limits: Pick<DnsProviderLimits, 'minTtlSeconds' | 'maxTxtOctets'>;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
}

/**
 * What becomes of a record set: `create` where nothing stands, `merge` where ours is added to what others have there, `replace`
 * where only what we wrote ourselves changes, `keep` where nothing has to be done, `conflict` where something of others would
 * have to go, or somebody has to do something first.
 */
export const PLAN_ACTIONS = ['create', 'merge', 'replace', 'keep', 'conflict'] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

/** One record set in a plan. */
export interface PlannedChange extends Pick<RrSet, 'name' | 'type'> {
  readonly action: PlanAction;
  readonly before: RrSet | null;
  /** What is to stand there in the end; where no consent helps, what stands there now. */
  readonly after: RrSet | null;
  readonly reason: PlanReason | null;
  /** What has to be given for a conflict to be resolved: it names the record set and, by a digest, what stands there. Null where none is needed, or none helps. */
  readonly consent: string | null;
}
