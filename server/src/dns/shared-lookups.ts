import type { Answer, LookupResult, Question } from '../core/answers/dns-answer.ts';
import { createBoundedMap } from '../core/bounded-map.ts';
import type { Budget } from './budget.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';

/** Makes a look-up; the same as `Dns.lookup`, without its options' names. */
export type Lookup = (question: Question, startAt: string, budget: Budget) => Promise<LookupResult>;

/** How long an answer from `any` server stands for the same question of the next domain. */
const MAX_AGE_SECONDS = 5;
const MAX_ANSWERS = 5_000;
/** How long what one owner's check was told serves the checks of others. */
const SHARED_FOR_MS = 2_000;
const MAX_SHARED = 1_000;
/** Longer answers are not kept for others: a thousand of them would fill the memory. */
const MAX_SHARED_LENGTH = 16_384;

/** What a check was told, for those of other owners. */
interface SharedAnswer {
  readonly owner: string;
  readonly result: LookupResult;
  readonly askedAtMs: number;
}

/**
 * Asks the same question only once at a time. Where one server's word is enough (SPF includes, the policy of a TLD), the
 * answer also stands for a few seconds, so that a batch of domains does not hammer a provider. What `every` server says
 * decides, and is remembered for two seconds only, for the checks of others than its owner: many projects that want to know
 * the same of somebody's name ask once. Who is content with that says so by the budget, and is told there that it was so.
 * @param now milliseconds, for ages
 */
export function shareLookups(lookup: Lookup, now: () => number): Lookup {
  const flights = createFlightCache<LookupResult, LookupResult>(now, MAX_ANSWERS, MAX_AGE_SECONDS);
  const shared = createBoundedMap<string, SharedAnswer>(MAX_SHARED);

  const findShared = (key: string, { sharing }: Budget): LookupResult | null => {
    const known = sharing?.takes ? shared.get(key) : undefined;
    const isRecent = known && Math.abs(now() - known.askedAtMs) < SHARED_FOR_MS;
    return isRecent && known.owner !== sharing?.owner ? known.result : null;
  };

  return async (question, startAt, budget) => {
    // Who isForced must not be given the answer of somebody who does not.
    const key = `${question.type} ${question.name} ${startAt} ${question.servers} ${question.validateAbsence === true} ${budget.force}`;
    const known = findShared(key, budget);
    if (known) {
      budget.noteShared();
      return known;
    }
    const { sharing } = budget;
    const askedAtMs = now();
    let isOurs = false;
    const load = async () => {
      isOurs = true;
      return toLoaded(await lookup(question, startAt, budget), budget);
    };
    // Who wants to know anew does not join a look-up of others that began before.
    const loaded = await (sharing && !sharing.takes ? load() : flights.get(key, budget, load));
    if (!loaded.ok) return loaded.failure;
    if (!isOurs) budget.noteShared();
    else if (sharing && measure(loaded.value) <= MAX_SHARED_LENGTH)
      shared.set(key, { owner: sharing.owner, result: loaded.value, askedAtMs });
    return loaded.value;
  };
}

/** About how long a result is. */
function measure({ answers }: LookupResult): number {
  return answers.reduce((total, answer) => total + measureAnswer(answer), 0);
}

function measureAnswer(answer: Answer): number {
  if (answer.outcome !== 'found') return 0;
  return answer.records.reduce(
    (total, record) => total + ('strings' in record ? record.strings.reduce((sum, text) => sum + text.length, 0) : 50),
    0,
  );
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
