import type { HostedZone } from '@aws-sdk/client-route-53';
import type { DnsProviderAnswer, ProviderTools, ProviderZone } from '../../../core/publishing/dns-provider.ts';
import { ENDLESS_LIST, followPages } from '../pages.ts';
import type { Route53Caller } from './client.ts';
import { BROKEN_LIST } from './faults.ts';
import { formatName, parseName } from './names.ts';

/** The most that the API gives at once. */
const PAGE = 100;

/** Lists the public zones of the account, at most `limit`. */
export async function listPublicZones(
  caller: Route53Caller,
  limit: number,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly ProviderZone[]>> {
  const answer = await collectZones(caller, { goesOn: ({ count }) => count < limit, signal });
  return answer.outcome === 'done' ? { ...answer, value: answer.value.slice(0, limit) } : answer;
}

/**
 * Finds the public zone of a name. A private zone of the same name is for networks of the account and never meant. Several
 * public ones may have the same name, and the name servers that the zone above names say which one is served.
 */
export async function findPublicZone(
  caller: Route53Caller,
  tools: ProviderTools,
  name: string,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<ProviderZone | null>> {
  const answer = await collectZones(caller, { from: name, goesOn: ({ next }) => next === name, signal });
  if (answer.outcome !== 'done') return answer;
  const named = answer.value.filter((zone) => zone.name === name);
  if (named.length < 2) return { outcome: 'done', value: named[0] ?? null };
  const delegated = (await tools.findNameServers(name, signal)) ?? [];
  for (const zone of named) {
    const servers = await listServers(caller, zone, signal);
    if (servers.outcome !== 'done') return servers;
    if (servers.value.some((server) => delegated.includes(server))) return { outcome: 'done', value: zone };
  }
  const ids = named.map(({ id }) => id).join(', ');
  const detail = `The account has ${named.length} public hosted zones with this name (${ids}), and none of them is known to have the domain's name servers.`;
  return { outcome: 'no_such_zone', detail };
}

/** Reads pages in the order of names, for as long as they are wanted. One action of IAM is enough for it. */
async function collectZones(
  caller: Route53Caller,
  options: {
    readonly from?: string;
    /** @param so.next the name with which the next page begins @param so.count how many public zones were found */
    readonly goesOn: (so: { readonly next: string; readonly count: number }) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<DnsProviderAnswer<readonly ProviderZone[]>> {
  const { from, goesOn, signal } = options;
  const zones: ProviderZone[] = [];
  let start: { DNSName?: string; HostedZoneId?: string } = from === undefined ? {} : { DNSName: formatName(from) };
  const hasMore = followPages();
  for (;;) {
    const input = { MaxItems: PAGE, ...start };
    const answer = await caller.call(
      (sdk, client, sending) => client.send(new sdk.ListHostedZonesByNameCommand(input), sending),
      signal,
    );
    if (answer.outcome !== 'done') return answer;
    const { HostedZones = [], IsTruncated, NextDNSName, NextHostedZoneId } = answer.value;
    zones.push(...HostedZones.filter(({ Config }) => Config?.PrivateZone !== true).flatMap(readZone));
    if (IsTruncated === false) break;
    if (!IsTruncated || NextDNSName === undefined) return BROKEN_LIST;
    if (!goesOn({ next: parseName(NextDNSName), count: zones.length })) break;
    if (!hasMore(HostedZones.map(({ Id = '' }) => Id))) return ENDLESS_LIST;
    start = { DNSName: NextDNSName, ...(NextHostedZoneId !== undefined && { HostedZoneId: NextHostedZoneId }) };
  }
  return { outcome: 'done', value: zones };
}

async function listServers(
  caller: Route53Caller,
  { id }: ProviderZone,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly string[]>> {
  const answer = await caller.call(
    (sdk, client, sending) => client.send(new sdk.GetHostedZoneCommand({ Id: id }), sending),
    signal,
  );
  if (answer.outcome !== 'done') return answer;
  return { outcome: 'done', value: (answer.value.DelegationSet?.NameServers ?? []).map(parseName) };
}

function readZone({ Id, Name }: HostedZone): ProviderZone[] {
  return Id === undefined || Name === undefined
    ? []
    : [{ id: Id.replace(/^\/hostedzone\//, ''), name: parseName(Name) }];
}
