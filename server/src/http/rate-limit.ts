import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findNetwork } from '../core/access/address-network.ts';
import { buildAllowance } from '../core/access/token-bucket.ts';
import { createBoundedMap } from '../core/bounded-map.ts';
import { AppError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { createAllowances, type Holder } from '../services/node/allowances.ts';
import type { FindAddress } from './client-address.ts';
import type { ConnectionLimit } from './connection-limit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How much of the allowance a request of this route costs, as far as that shows before it is read; left out, 1. */
    cost?: (request: FastifyRequest) => number;
  }
}

/** How many credentials are remembered as good; beyond that the one that was unused for longest goes. */
const MAX_KNOWN = 10_000;
/** All keys of a project together get so many times the rate of one. */
const KEYS_OF_A_PROJECT = 5;
/** What an address may ask without a key: pages and answers, and the dashboard's files, of which one page takes many. */
const OF_AN_ADDRESS = {
  page: buildAllowance(20, 100),
  file: buildAllowance(200, 1_000),
  // Apart, so that a load balancer in front of strangers is answered whatever they ask.
  health: buildAllowance(20, 100),
} as const;

/** Counts requests; an allowance for each key, project and person, and for each network that sends none of them. */
export interface RateLimiter {
  /**
   * Counts a request, and finds who sent it. A credential that was not good a while ago is counted against its network before
   * `find` asks the database: guesses are limited before they cost anything. Where it is good, the network gets that back: an
   * office behind one address has no limit in common.
   * @returns null for a request without a valid credential
   * @throws AppError RATE_LIMIT_EXCEEDED, and what `find` throws
   */
  admit<T extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    credential: string | undefined,
    by: { find(credential: string): Promise<T | null>; idsOf(caller: T): CallerIds },
  ): Promise<T | null>;
  /** Counts a request that nobody has to be known for. @throws AppError RATE_LIMIT_EXCEEDED */
  countAddress(request: FastifyRequest, kind: keyof typeof OF_AN_ADDRESS): void;
}

/** What a caller is counted by. */
interface CallerIds {
  readonly own: string;
  readonly project?: string;
}

/** Who pays for a request that was admitted, for what it turns out to cost. */
const payers = new WeakMap<FastifyRequest, (reply: FastifyReply, cost: number) => void>();

/** Charges what a request has cost beyond what was counted before it was served, such as the length of a list. */
export function chargeMore(request: FastifyRequest, reply: FastifyReply, cost: number): void {
  if (cost > 0) payers.get(request)?.(reply, cost);
}

/** So many checks of simulated DNS count as a request. */
const CHECKS_FOR_ONE = 20;
/** So many tries of deliveries do: each is a request to somebody's server. */
const DELIVERIES_FOR_ONE = 5;

/** Charges what moving the clock of a test project has run. */
export function chargeAdvance(
  request: FastifyRequest,
  reply: FastifyReply,
  { checks, deliveries }: { readonly checks: number; readonly deliveries: number },
): void {
  chargeMore(request, reply, Math.floor(checks / CHECKS_FOR_ONE + deliveries / DELIVERIES_FOR_ONE));
}

/** Creates it. @param perSecond 0 turns all limits off; no header is sent then */
export function createRateLimiter(
  ctx: Context,
  perSecond: number,
  { connections, findAddress }: { connections: Pick<ConnectionLimit, 'keep'>; findAddress: FindAddress },
): RateLimiter {
  const allowances = createAllowances(ctx);
  const own = buildAllowance(perSecond);
  const ofProject = buildAllowance(perSecond * KEYS_OF_A_PROJECT);
  /** Hashes of credentials that were good: only what is counted depends on it, never what is allowed. */
  const known = createBoundedMap<string, true>(MAX_KNOWN);

  const tellLimits = (reply: FastifyReply, { allowance }: Holder, tokens: number): void => {
    const fullAtMs = ctx.clock.now().getTime() + ((allowance.capacity - tokens) / allowance.perSecond) * 1000;
    reply.header('x-ratelimit-limit', allowance.capacity);
    reply.header('x-ratelimit-remaining', Math.max(0, Math.floor(tokens)));
    reply.header('x-ratelimit-reset', Math.ceil(fullAtMs / 1000));
  };
  const charge = (
    holder: Holder,
    reply: FastifyReply | null,
    { cost = 1, isTold = true, whose = '' }: { cost?: number; isTold?: boolean; whose?: string } = {},
  ): void => {
    const { capacity, perSecond: rate } = holder.allowance;
    const { isAllowed, tokens } = allowances.take(holder, { cost, isTold });
    if (reply) tellLimits(reply, holder, tokens);
    if (isAllowed) return;
    throw new AppError('RATE_LIMIT_EXCEEDED', `Too many requests${whose}. The limit is ${rate} per second.`, {
      retryAfterSeconds: Math.max(1, Math.ceil((Math.min(cost, capacity) - tokens) / rate)),
    });
  };
  const addressOf = (request: FastifyRequest, kind: keyof typeof OF_AN_ADDRESS): Holder => {
    return { id: `${kind}:${findNetwork(findAddress(request))}`, allowance: OF_AN_ADDRESS[kind], isStranger: true };
  };

  const chargeCaller = (request: FastifyRequest, reply: FastifyReply, ids: CallerIds): void => {
    const cost = request.routeOptions.config?.cost?.(request) ?? 1;
    const caller: Holder = { id: ids.own, allowance: own };
    const project: Holder | null = ids.project === undefined ? null : { id: ids.project, allowance: ofProject };
    charge(caller, reply, { cost });
    if (project) {
      try {
        charge(project, null, { cost, whose: ' by all keys of this project' });
      } catch (error) {
        allowances.giveBack(caller, Math.min(cost, own.capacity));
        throw error;
      }
    }
    payers.set(request, (to, more) => {
      tellLimits(to, caller, allowances.take(caller, { cost: more, isDebt: true }).tokens);
      if (project) allowances.take(project, { cost: more, isDebt: true });
    });
  };

  return {
    async admit(request, reply, credential, { find, idsOf }) {
      if (perSecond === 0) {
        const caller = credential === undefined ? null : await find(credential);
        if (caller) connections.keep(request.raw);
        return caller;
      }
      const network = addressOf(request, 'page');
      if (credential === undefined) {
        charge(network, reply);
        return null;
      }
      const name = createHash('sha256').update(credential).digest('base64');
      const isKnown = known.get(name) === true;
      if (!isKnown) charge(network, reply, { isTold: false });
      const caller = await find(credential).catch((error: unknown) => {
        // The database is away: the limits are on this answer, too.
        if (isKnown) charge(network, reply);
        throw error;
      });
      if (caller) {
        if (!isKnown) allowances.giveBack(network, 1);
        known.set(name, true);
        chargeCaller(request, reply, idsOf(caller));
        connections.keep(request.raw);
      } else if (isKnown) {
        known.delete(name);
        charge(network, reply);
      }
      return caller;
    },
    countAddress(request, kind) {
      if (perSecond > 0) charge(addressOf(request, kind), null);
    },
  };
}
