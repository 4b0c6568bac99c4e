import { type Allowance, fillBucket, type TokenBucket, takeToken } from '../../core/access/token-bucket.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import type { Clock } from '../../core/clock.ts';
import type { Context } from '../context.ts';
import type { HostLimits, OutgoingPolicy } from '../ports.ts';
import { type OutgoingReply, sendOutgoing } from './send.ts';

/** So many are remembered. Whoever wants one forgotten has to have us ask as many others. */
const MAX_REMEMBERED = 10_000;

/** Creates the limits of one node. @param ofOne what one host, and one address, is asked at most */
export function createHostLimits(clock: Pick<Clock, 'now'>, ofOne: Allowance): HostLimits {
  const buckets = createBoundedMap<string, TokenBucket>(MAX_REMEMBERED);
  return {
    mayAsk(what, cost = 1) {
      const nowMs = clock.now().getTime();
      const bucket = buckets.use(what) ?? fillBucket(ofOne, nowMs);
      buckets.set(what, bucket);
      return takeToken(bucket, ofOne, nowMs, cost);
    },
  };
}

/** No limits at all. */
export const NO_HOST_LIMITS: HostLimits = { mayAsk: () => true };

/**
 * Sends a request where the server hasn't been asked too often: by its name, and by the address that is behind it, since a
 * server may have any number of names, and a name several addresses.
 */
export async function sendLimited(
  ctx: Parameters<typeof sendOutgoing>[0],
  request: Parameters<typeof sendOutgoing>[1],
  policy: OutgoingPolicy,
  hosts: HostLimits,
): Promise<OutgoingReply | { readonly problem: 'asked_often'; readonly isConnected: false }> {
  const askedOften = { problem: 'asked_often', isConnected: false } as const;
  if (!hosts.mayAsk(new URL(request.url).host)) return askedOften;
  let isAddressAskedOften = false;
  const sendHttp: Context['sendHttp'] = async (each) => {
    if (hosts.mayAsk(each.address)) return ctx.sendHttp(each);
    isAddressAskedOften = true;
    // As one that no other address is tried after.
    return { problem: 'timeout', isConnected: false };
  };
  const reply = await sendOutgoing({ ...ctx, sendHttp }, request, policy);
  return isAddressAskedOften ? askedOften : reply;
}
