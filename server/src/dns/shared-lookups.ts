import type { LookupResult, Question } from '../core/answers/dns-answer.ts';
import type { Budget } from './budget.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';

/** Makes a look-up; the same as `Dns.lookup`, without its options' names. */
export type Lookup = (question: Question, startAt: string, budget: Budget) => Promise<LookupResult>;

/** How long an answer from `any` server stands for the same question of the next domain. */
const MAX_AGE_SECONDS = 5;
const MAX_ANSWERS = 5_000;

/**
 * Asks the same question only once at a time. Where one server's word is enough (SPF includes, the policy of a TLD), the
 * answer also stands for a few seconds, so that a batch of domains does not hammer a provider. What `every` server says
 * decides, and is never remembered.
 * @param now milliseconds, for ages
 */
export function shareLookups(lookup: Lookup, now: () => number): Lookup {
  const shared = createFlightCache<LookupResult, LookupResult>(now, MAX_ANSWERS, MAX_AGE_SECONDS);
  return async (question, startAt, budget) => {
    // Who isForced must not be given the answer of somebody who does not.
    const key = `${question.type} ${question.name} ${startAt} ${question.servers} ${question.validateAbsence === true} ${budget.force}`;
    const loaded = await shared.get(key, budget, async () => toLoaded(await lookup(question, startAt, budget), budget));
    return loaded.ok ? loaded.value : loaded.failure;
  };
}

/** A failure, or a result that a budget cut short, is its owner's alone. */
function toLoaded(result: LookupResult, budget: Budget): Loaded<LookupResult, LookupResult> {
  const isCutShort = budget.isSpent() || result.answers.every(({ outcome }) => outcome === 'failed');
  if (isCutShort) return { ok: false, failure: result };
  const isKept = result.question.servers === 'any' && !budget.force;
  return { ok: true, value: result, ttlSeconds: isKept ? lowestTtl(result) : 0 };
}

function lowestTtl({ answers }: LookupResult): number {
  const ttls = answers.map((answer) => {
    if (answer.outcome === 'failed') return 0;
    return answer.outcome === 'found' ? answer.ttlSeconds : answer.negativeTtlSeconds;
  });
  return Math.min(...ttls);
}
