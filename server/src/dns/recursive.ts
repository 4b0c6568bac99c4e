import type { AnswerSource, QuestionType } from '../core/dns-answer.ts';
import type { Budget } from './budget.ts';
import { type ExchangeTools, exchange } from './exchange.ts';
import { firstUsable } from './first-usable.ts';
import { interpretRecursive, type Referral, type Reply } from './interpret.ts';
import type { Target } from './sockets.ts';

/** A resolver's answer and the CNAMEs it went through. */
export interface ResolverReply {
  readonly reply: Exclude<Reply, Referral>;
  readonly aliases: readonly string[];
  readonly source: AnswerSource;
}

/** Asks the configured resolvers. */
export type AskResolvers = (question: { name: string; type: QuestionType }, budget: Budget) => Promise<ResolverReply>;

/** The chain of CNAMEs that is followed at most (`verification.md` §1). */
export const MAX_ALIASES = 8;

/**
 * Builds the question to the resolvers: the first usable answer counts, SERVFAIL and REFUSED go on to the next one. Those
 * that do not answer are left alone while another is there; the last one is asked all the same.
 */
export function createAskResolvers(
  tools: ExchangeTools,
  resolvers: readonly Target[],
  staggerMs: number,
): AskResolvers {
  return async (question, budget) => {
    const awake = resolvers.filter(({ address }) => !tools.backOff.isResting(address));
    const evenAtRest = awake.length === 0;
    const attempts = (evenAtRest ? resolvers : awake).map(
      (resolver) => (branch: Budget) => askResolver(tools, resolver, { ...question, evenAtRest }, branch),
    );
    const { usable, results } = await firstUsable(attempts, ({ reply }) => reply.kind !== 'failed', budget, staggerMs);
    return (
      usable ?? results.find(({ reply }) => reply.kind === 'failed' && reply.reason !== 'timeout') ?? results[0] ?? NONE
    );
  };
}

const NONE: ResolverReply = {
  reply: { kind: 'failed', reason: 'network', detail: 'no resolver is configured' },
  aliases: [],
  source: { server: 'resolver', address: '', via: 'recursive', rttMs: 0 },
};

async function askResolver(
  tools: ExchangeTools,
  resolver: Target,
  question: { name: string; type: QuestionType; evenAtRest: boolean },
  budget: Budget,
): Promise<ResolverReply> {
  const result = await exchange(tools, resolver, { ...question, recursionDesired: true }, budget);
  const source: AnswerSource = {
    server: resolver.address,
    address: resolver.address,
    via: 'recursive',
    rttMs: result.rttMs,
  };
  if (!result.ok)
    return { reply: { kind: 'failed', reason: result.reason, detail: result.detail }, aliases: [], source };
  return { ...interpretRecursive(result.message, question, MAX_ALIASES), source };
}
