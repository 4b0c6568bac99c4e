import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findNetwork } from '../core/access/address-network.ts';
import { createBoundedMap } from '../core/bounded-map.ts';
import { AppError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { createAllowances } from '../services/node/allowances.ts';

/** How many credentials are remembered as good; beyond that the one that was unused for longest goes. */
const MAX_KNOWN = 10_000;

/** Counts requests; one allowance for each key or person, and one for each network that sends none. */
export interface RateLimiter {
  /**
   * Counts a request, and finds who sent it. A credential that was not good a while ago is counted against its network before
   * `find` asks the database: guesses are limited before they cost anything.
   * @returns null for a request without a valid credential
   * @throws AppError RATE_LIMIT_EXCEEDED, and what `find` throws
   */
  admit<T extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    credential: string | undefined,
    by: { find(credential: string): Promise<T | null>; idOf(caller: T): string },
  ): Promise<T | null>;
}

/** Creates it. @param perSecond 0 turns the limit off; no header is sent then */
export function createRateLimiter(ctx: Context, perSecond: number): RateLimiter {
  const capacity = perSecond * 2;
  const allowances = createAllowances(ctx, perSecond);
  /** Hashes of credentials that were good: only what is counted depends on it, never what is allowed. */
  const known = createBoundedMap<string, true>(MAX_KNOWN);

  const charge = (id: string, reply: FastifyReply, isTold = true): void => {
    const { isAllowed, tokens } = allowances.take(id, isTold);
    const fullAtMs = ctx.clock.now().getTime() + ((capacity - tokens) / perSecond) * 1000;
    reply.header('x-ratelimit-limit', capacity);
    reply.header('x-ratelimit-remaining', Math.max(0, Math.floor(tokens)));
    reply.header('x-ratelimit-reset', Math.ceil(fullAtMs / 1000));
    if (!isAllowed)
      throw new AppError('RATE_LIMIT_EXCEEDED', `Too many requests. The limit is ${perSecond} per second.`, {
        retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / perSecond)),
      });
  };

  return {
    async admit(request, reply, credential, { find, idOf }) {
      if (perSecond === 0) return credential === undefined ? null : find(credential);
      const network = `address:${findNetwork(request.ip)}`;
      if (credential === undefined) {
        charge(network, reply);
        return null;
      }
      const name = createHash('sha256').update(credential).digest('base64');
      const isKnown = known.get(name) === true;
      if (!isKnown) charge(network, reply, false);
      const caller = await find(credential).catch((error: unknown) => {
        // The database is away: the limits are on this answer, too.
        if (isKnown) charge(network, reply);
        throw error;
      });
      if (caller) {
        known.set(name, true);
        charge(idOf(caller), reply);
      } else if (isKnown) {
        known.delete(name);
        charge(network, reply);
      }
      return caller;
    },
  };
}
