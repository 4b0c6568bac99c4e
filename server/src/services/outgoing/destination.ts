/*
 * What is sent to addresses that users name. `destination.ts` looks up the host and refuses addresses, `send.ts` sends a
 * request to one that is left. Webhooks, DNS providers and Domain Connect all go through here.
 */

import { isIP } from 'node:net';
import { recordsOfType } from '../../core/answers/dns-answer.ts';
import { mayAsk } from '../../dns/address-policy.ts';
import type { Context } from '../context.ts';
import type { OutgoingPolicy } from '../ports.ts';

/** Why there is no address to send to. */
export type DestinationProblem = 'name_not_found' | 'lookup_failed' | 'address_refused' | 'insecure';

/** Where a request may go: addresses in the order in which they are tried, or why there is none. */
export type Destination = { readonly addresses: readonly string[] } | { readonly problem: DestinationProblem };

/** More are not tried: the time of a try is for all of them. */
const MAX_ADDRESSES = 3;

/**
 * Looks up the host of a URL and leaves out every address that nothing may be sent to: the service must not knock inside the
 * operator's network for whoever writes a URL. What is sent goes to one of these addresses, and no name is looked up again (an
 * answer that changes between two look-ups changes nothing).
 */
export async function findDestination(
  ctx: Pick<Context, 'dns' | 'dnsSettings'>,
  url: string,
  policy: OutgoingPolicy,
  timeoutMs: number,
): Promise<Destination> {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !policy.allowPrivate) return { problem: 'insecure' };
  return findAddresses(ctx, hostname.replace(/^\[|\]$/g, ''), policy, timeoutMs);
}

/** The same for a host. @param host a name, or an address without brackets */
export async function findAddresses(
  ctx: Pick<Context, 'dns' | 'dnsSettings'>,
  host: string,
  { allowPrivate, denied }: OutgoingPolicy,
  timeoutMs: number,
): Promise<Destination> {
  const found = await listAddresses(ctx, host.replace(/\.$/, ''), timeoutMs);
  if (found === null) return { problem: 'lookup_failed' };
  if (found.length === 0) return { problem: 'name_not_found' };
  const addresses = found.filter((address) => mayAsk(address, allowPrivate, denied));
  return addresses.length > 0 ? { addresses: addresses.slice(0, MAX_ADDRESSES) } : { problem: 'address_refused' };
}

/** The addresses of a host: none where DNS says so, null where it could not be asked. */
async function listAddresses(
  ctx: Pick<Context, 'dns' | 'dnsSettings'>,
  host: string,
  timeoutMs: number,
): Promise<string[] | null> {
  if (isIP(host) !== 0) return [host];
  // RFC 6761 §6.3: never a question for DNS.
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  const [v4, v6] = await Promise.all([ask(ctx, host, 'A', timeoutMs), ask(ctx, host, 'AAAA', timeoutMs)]);
  const found = [...(v4 ?? []), ...(v6 ?? [])];
  // One half of an answer is enough to connect, and too little to say that there is no address.
  return found.length === 0 && (v4 === null || v6 === null) ? null : found;
}

/** Asks the resolvers, the next one where one fails: what they remember is right for whoever connects. Null where all fail. */
async function ask(
  { dns, dnsSettings }: Pick<Context, 'dns' | 'dnsSettings'>,
  name: string,
  type: 'A' | 'AAAA',
  timeoutMs: number,
): Promise<string[] | null> {
  const budget = dns.startBudget({ deadlineMs: timeoutMs });
  for (const resolver of dnsSettings.resolvers) {
    const { answer } = await dns.askServer(resolver, { name, type }, { recursionDesired: true, budget });
    const records = recordsOfType(answer, type);
    if (records) return records.map(({ address }) => address);
  }
  return null;
}
