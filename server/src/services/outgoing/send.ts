import type { HttpProblem, HttpReply, HttpRequest } from '../../delivery/http-request.ts';
import type { Context } from '../context.ts';
import type { OutgoingPolicy } from '../ports.ts';
import { type DestinationProblem, findDestination } from './destination.ts';

/** What came of a request: an answer, or why there is none. */
export type OutgoingReply =
  | Extract<HttpReply, { readonly status: number }>
  | { readonly problem: HttpProblem | DestinationProblem; readonly isConnected: boolean };

/**
 * Sends one request to the first address of its host that a connection can be made to and that the policy allows. Once there
 * was a connection no other address is tried: the request may have arrived. `timeoutMs` is for all of it. Never throws for what
 * the other side does.
 */
export async function sendOutgoing(
  ctx: Pick<Context, 'clock' | 'dns' | 'dnsSettings' | 'sendHttp'>,
  request: Omit<HttpRequest, 'address' | 'ca'>,
  policy: OutgoingPolicy,
): Promise<OutgoingReply> {
  const endsAtMs = ctx.clock.monotonicMs() + request.timeoutMs;
  const destination = await findDestination(ctx, request.url, policy, request.timeoutMs / 2);
  if ('problem' in destination) return { ...destination, isConnected: false };
  let last: HttpReply = { problem: 'connection_failed', isConnected: false };
  for (const address of destination.addresses) {
    const timeoutMs = endsAtMs - ctx.clock.monotonicMs();
    if (timeoutMs <= 0 || request.signal.aborted) break;
    last = await ctx.sendHttp({ ...request, address, timeoutMs });
    if (!('problem' in last) || last.problem !== 'connection_failed' || last.isConnected) break;
  }
  return last;
}
