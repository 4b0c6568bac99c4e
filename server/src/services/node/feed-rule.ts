import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LookupResult, questionKey } from '../../core/answers/dns-answer.ts';
import type { Step } from '../../core/judgement/judgement.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';

/** A rule that asks nothing yet is not done has more to judge than fits into a turn; it never needs so many. */
const MAX_TURNS = 1_000;
/** More rounds of questions than any sane set of records needs; the budget is the real bound. */
const MAX_ROUNDS = 24;

/** What it takes to ask for a rule. */
export type RuleContext = Pick<Context, 'dns' | 'meters'>;

/** What is known, and what may still be asked. */
interface RuleFeed {
  /** The answers so far; those that the rule asks for are added. */
  readonly lookups: Map<string, LookupResult>;
  readonly budget: Budget;
  /** The domain under test: where the search for zones begins. */
  readonly startAt: string;
  /** The zone that held the names of all records at the previous check. */
  readonly lastZone?: string | undefined;
}

/** Asks DNS for what a rule of core/ wants to know, round by round, until it has its verdict: the only loop that does. */
export async function feedRule<T>(
  ctx: RuleContext,
  { lookups, budget, startAt, lastZone }: RuleFeed,
  rule: () => Step<T>,
): Promise<T> {
  let turns = 0;
  for (let round = 0; round < MAX_ROUNDS; ) {
    const step = rule();
    if (step.done) return step.value;
    if (step.ask.length === 0) {
      turns += 1;
      if (turns > MAX_TURNS) break;
      await nextTurn();
      continue;
    }
    round += 1;
    const results = await ctx.dns.lookupAll(step.ask, { budget, startAt, lastZone });
    for (const [index, question] of step.ask.entries()) {
      const result = results[index];
      if (!result) continue;
      lookups.set(questionKey(question), result);
      for (const answer of result.answers) ctx.meters.answer(answer);
    }
  }
  throw new Error(`The rules kept asking for more than ${MAX_ROUNDS} rounds for ${startAt}.`);
}
