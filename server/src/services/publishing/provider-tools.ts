import { recordsOfType } from '../../core/answers/dns-answer.ts';
import type {
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderReply,
  ProviderRequest,
  ProviderTools,
} from '../../core/publishing/dns-provider.ts';
import { startBudget } from '../../dns/budget.ts';
import { exchangeTcp } from '../../dns/tcp.ts';
import type { Context } from '../context.ts';
import { type DestinationProblem, findAddresses } from '../outgoing/destination.ts';
import { NO_HOST_LIMITS, sendLimited } from '../outgoing/host-limits.ts';
import type { OutgoingReply } from '../outgoing/send.ts';
import type { HostLimits, OutgoingPolicy } from '../ports.ts';

/** So long one request may take, with all that goes before it. */
const REQUEST_MS = 20_000;
/** A longer answer is none. */
const MAX_OCTETS = 1024 * 1024;

/** What the tools are made of. */
export type ToolContext = Pick<
  Context,
  'clock' | 'realClock' | 'randomBytes' | 'dns' | 'dnsSettings' | 'sendHttp' | 'dnsProviderPolicy' | 'providerHosts'
>;

/** Where requests may go, and how many. */
interface Way {
  readonly policy: OutgoingPolicy;
  readonly hosts: HostLimits;
}

/**
 * Makes the tools by which an adapter reaches its provider: one connection for each request, to an address that was looked up
 * and checked and to no other; no redirect; 20 seconds and 1 MiB.
 * @param isOfInstance the operator made the connection, who may name an address of their own network, and a server without TLS
 * @param isNamed whether the connection names the server; one that we know ourselves has limits by account
 */
export function createProviderTools(
  ctx: ToolContext,
  { isOfInstance, isNamed }: { readonly isOfInstance: boolean; readonly isNamed: boolean },
): ProviderTools {
  const way: Way = {
    policy: isOfInstance ? { allowPrivate: true, denied: undefined } : ctx.dnsProviderPolicy,
    hosts: isNamed && !isOfInstance ? ctx.providerHosts : NO_HOST_LIMITS,
  };
  return {
    clock: ctx.realClock,
    randomBytes: (size) => ctx.randomBytes(size),
    send: (request) => send(ctx, request, way),
    findNameServers: (zoneName, signal) => findNameServers(ctx, zoneName, signal),
    exchange: (to) => exchange(ctx, to, way),
  };
}

async function send(
  ctx: ToolContext,
  { method, url, headers, body, signal }: ProviderRequest,
  { policy, hosts }: Way,
): Promise<ProviderReply | DnsProviderProblem> {
  const limits = { timeoutMs: REQUEST_MS, maxOctets: MAX_OCTETS, signal };
  const reply = await sendLimited(ctx, { method, url, headers, body, ...limits }, policy, hosts);
  if ('problem' in reply && reply.problem === 'asked_often') return ASKED_OFTEN;
  if ('status' in reply && reply.cut === null)
    return { outcome: 'done', status: reply.status, headers: reply.headers, body: reply.body };
  const isConnected = 'status' in reply || reply.isConnected;
  return { ...describeFailure(reply), ...(method !== 'GET' && isConnected && { mayBeWritten: true }) };
}

function describeFailure(reply: OutgoingReply): DnsProviderProblem {
  if ('problem' in reply) return PROBLEMS[reply.problem];
  if (reply.cut === 'too_long') return { outcome: 'bad_answer', detail: 'The response is longer than 1 MiB.' };
  const detail = reply.cut === 'timeout' ? TIMED_OUT : `The response (HTTP ${reply.status}) was cut off.`;
  return { outcome: 'unreachable', detail };
}

/** It wasn't sent. */
const ASKED_OFTEN: DnsProviderProblem = {
  outcome: 'throttled',
  detail: 'We have sent this server too many requests in a short time.',
  retryAfterSeconds: 10,
};
const TIMED_OUT = `No response within ${REQUEST_MS / 1000} seconds.`;
const NOT_CONNECTED: DnsProviderProblem = { outcome: 'unreachable', detail: 'No connection could be made.' };
const LOOKUP_PROBLEMS: Readonly<Record<DestinationProblem, DnsProviderProblem>> = {
  name_not_found: { outcome: 'unreachable', detail: "The host name doesn't resolve to an address." },
  lookup_failed: {
    outcome: 'unreachable',
    detail: "The host's name couldn't be looked up: DNS gave no usable answer.",
  },
  address_refused: { outcome: 'address_refused', detail: 'The address is private or reserved.' },
  insecure: { outcome: 'address_refused', detail: 'The URL is http, but only https is allowed.' },
};
const PROBLEMS: Readonly<Record<Extract<OutgoingReply, { problem: string }>['problem'], DnsProviderProblem>> = {
  ...LOOKUP_PROBLEMS,
  connection_failed: NOT_CONNECTED,
  tls_failed: { outcome: 'tls_failed', detail: 'The TLS handshake failed.' },
  timeout: { outcome: 'unreachable', detail: TIMED_OUT },
  bad_answer: { outcome: 'bad_answer', detail: "The response isn't HTTP." },
};

/** Who serves a zone as it is found from above; where nothing but resolvers is asked (`recursive`), what they know of it. */
async function findNameServers(
  { dns, dnsSettings }: ToolContext,
  zoneName: string,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const budget = startBudget({ signal });
  const { zone } = await dns.lookup({ name: zoneName, type: 'NS', servers: 'any' }, { budget, startAt: zoneName });
  if (zone) return zone.name === zoneName ? (zone.delegatedTo ?? zone.nameservers.map(({ name }) => name)) : null;
  for (const resolver of dnsSettings.resolvers) {
    const question = { name: zoneName, type: 'NS' } as const;
    const { answer } = await dns.askServer(resolver, question, { recursionDesired: true, budget });
    const records = recordsOfType(answer, 'NS');
    if (records && records.length > 0) return records.map(({ target }) => target);
  }
  return null;
}

/** Sends one DNS message over TCP, and reads the one answer with its id. Once there was a connection no other address is tried. */
async function exchange(
  ctx: ToolContext,
  { host, port, message, signal }: Parameters<ProviderTools['exchange']>[0],
  { policy, hosts }: Way,
): Promise<DnsProviderAnswer<Uint8Array>> {
  if (!hosts.mayAsk(`${host}:${port}`)) return ASKED_OFTEN;
  const budget = startBudget({ deadlineMs: REQUEST_MS, signal });
  const found = await findAddresses(ctx, host, policy, REQUEST_MS / 2);
  if ('problem' in found) return LOOKUP_PROBLEMS[found.problem];
  let last: DnsProviderProblem = NOT_CONNECTED;
  for (const address of found.addresses) {
    if (budget.remainingMs() <= 0) break;
    if (!hosts.mayAsk(address)) return ASKED_OFTEN;
    const outcome = await exchangeTcp({ address, port }, Buffer.from(message), budget.remainingMs(), budget);
    if (outcome.ok)
      return hasSameId(outcome.message, message)
        ? { outcome: 'done', value: outcome.message }
        : { outcome: 'bad_answer', detail: 'The response belongs to a different query.', mayBeWritten: true };
    const { kind } = outcome.fault;
    if (kind === 'silent') last = { outcome: 'unreachable', detail: TIMED_OUT, mayBeWritten: true };
    else if (kind === 'closed')
      last = { outcome: 'unreachable', detail: 'The connection was closed without a response.', mayBeWritten: true };
    if (last.mayBeWritten) break;
  }
  return last;
}

/** RFC 1035 §4.1.1: the first two octets. */
function hasSameId(one: Uint8Array, other: Uint8Array): boolean {
  return one.length >= 12 && one[0] === other[0] && one[1] === other[1];
}
