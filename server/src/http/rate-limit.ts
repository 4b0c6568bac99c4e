import type { FastifyReply } from 'fastify';
import { AppError } from '../core/errors.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts requests; one bucket for each key, and one for each address that sends none. */
export interface RateLimiter {
  /** Takes one token for `id` and writes the three headers. @throws AppError RATE_LIMIT_EXCEEDED */
  charge(id: string, nowMs: number, reply: FastifyReply): void;
}

const MAX_BUCKETS = 50_000;

/**
 * A token bucket: `perSecond` on average, bursts of twice that. Buckets are in this node's memory; the oldest is dropped
 * when there are too many, so that a flood of addresses cannot fill it.
 * @param perSecond 0 turns the limit off; no header is sent then
 */
export function createRateLimiter(perSecond: number): RateLimiter {
  const capacity = perSecond * 2;
  const buckets = new Map<string, Bucket>();
  return {
    charge(id, nowMs, reply) {
      if (perSecond === 0) return;
      const bucket = buckets.get(id) ?? { tokens: capacity, at: nowMs };
      // Put back at the end: the map's order is then the order of last use.
      buckets.delete(id);
      buckets.set(id, bucket);
      if (buckets.size > MAX_BUCKETS) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
      bucket.tokens = Math.min(capacity, bucket.tokens + (Math.max(0, nowMs - bucket.at) * perSecond) / 1000);
      bucket.at = nowMs;
      const isOver = bucket.tokens < 1;
      if (!isOver) bucket.tokens -= 1;
      const fullAtMs = nowMs + ((capacity - bucket.tokens) / perSecond) * 1000;
      reply.header('x-ratelimit-limit', capacity);
      reply.header('x-ratelimit-remaining', Math.floor(bucket.tokens));
      reply.header('x-ratelimit-reset', Math.ceil(fullAtMs / 1000));
      if (isOver)
        throw new AppError('RATE_LIMIT_EXCEEDED', `Too many requests: ${perSecond} a second are allowed.`, {
          retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
        });
    },
  };
}
