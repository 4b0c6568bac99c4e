import { type LookupResult, type Question, questionKey } from '../answers/dns-answer.ts';
import type { Verdict } from './plan-rules.ts';
import type { PlanInput, WantedRecord } from './planned-change.ts';
import { isOurs, type Publication } from './publication.ts';
import type { RrSet } from './rr-set.ts';
import { type answerWith, readStanding, type StandingRecord } from './standing.ts';

/** An hour is what people wait at most until a correction is seen everywhere. */
const TTL_SECONDS = 3600;

/** The plan of one name, while it is made. */
export interface Planning extends PlanInput {
  /** What DNS is still to be asked. */
  readonly ask: Map<string, Question>;
  /** In lower case. */
  readonly name: string;
  /** The records that are wanted at this name. */
  readonly wantedHere: readonly WantedRecord[];
}

/** Finds what DNS says of the name; asks for it where that isn't known yet. */
export function lookUp({ lookups, ask, name }: Planning, type: 'TXT' | 'MX'): LookupResult | undefined {
  const question: Question = { name, type, servers: 'any' };
  const result = lookups.get(questionKey(question));
  if (!result) ask.set(questionKey(question), question);
  return result;
}

/** Judges an answer as the verifier would; what that takes to know is asked for. */
export function judgeAnswer(
  planning: Planning,
  { kind, record }: WantedRecord,
  answer: ReturnType<typeof answerWith>,
): Verdict {
  const { domain, name, lookups, ask, rules } = planning;
  const step = rules[kind]({ domain, name, value: record.value, answer, lookups });
  if (step.done) return step.value;
  for (const question of step.ask) ask.set(questionKey(question), question);
  return 'pending';
}

/** Finds the record set of a type that stands at the name. */
export function findSet({ standing, name }: Planning, type: RrSet['type']): RrSet | null {
  return standing.find((each) => each.name === name && each.type === type && each.rdata.length > 0) ?? null;
}

/** Reads a record set, and tells which of its records are ours. */
export function readSet(planning: Planning, set: RrSet | null): StandingRecord[] {
  if (!set) return [];
  const publication = findPublication(planning, set.type);
  return set.rdata.map((rdata) => ({ rdata, text: readStanding(set.type, rdata), isOurs: isOurs(publication, rdata) }));
}

/** Whether others have records in a set. */
export function hasForeign(planning: Planning, set: RrSet | null): boolean {
  return readSet(planning, set).some(({ isOurs: ours }) => !ours);
}

/** Finds what we wrote at the name. */
export function findPublication({ written, name }: Planning, type: RrSet['type']): Publication | undefined {
  return written.find((each) => each.name === name && each.type === type);
}

/** Builds a record set; one that others have records in keeps its TTL, which is theirs to choose (a set has one: RFC 2181 §5.2). */
export function buildSet(
  { name, limits }: Planning,
  type: RrSet['type'],
  before: RrSet | null,
  rdata: readonly string[],
): RrSet | null {
  if (rdata.length === 0) return null;
  const isShared = before?.rdata.some((each) => rdata.includes(each)) ?? false;
  const ttlSeconds = Math.max(before && isShared ? before.ttlSeconds : TTL_SECONDS, limits.minTtlSeconds);
  return { name, type, ttlSeconds, rdata: [...new Set(rdata)] };
}
