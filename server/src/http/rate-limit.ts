import type { FastifyReply } from 'fastify';
import { AppError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { createAllowances } from '../services/node/allowances.ts';

/** Counts requests; one allowance for each key, and one for each address that sends none. */
export interface RateLimiter {
  /** Takes one token for `id` and writes the three headers. @throws AppError RATE_LIMIT_EXCEEDED */
  charge(id: string, reply: FastifyReply): void;
}

/** Creates it. @param perSecond 0 turns the limit off; no header is sent then */
export function createRateLimiter(ctx: Context, perSecond: number): RateLimiter {
  const capacity = perSecond * 2;
  const allowances = createAllowances(ctx, perSecond);
  return {
    charge(id, reply) {
      if (perSecond === 0) return;
      const { isAllowed, tokens } = allowances.take(id);
      const fullAtMs = ctx.clock.now().getTime() + ((capacity - tokens) / perSecond) * 1000;
      reply.header('x-ratelimit-limit', capacity);
      reply.header('x-ratelimit-remaining', Math.max(0, Math.floor(tokens)));
      reply.header('x-ratelimit-reset', Math.ceil(fullAtMs / 1000));
      if (!isAllowed)
        throw new AppError('RATE_LIMIT_EXCEEDED', `Too many requests: ${perSecond} a second are allowed.`, {
          retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / perSecond)),
        });
    },
  };
}
