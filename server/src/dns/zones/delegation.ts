import type { ZoneOfName } from '../../core/answers/dns-answer.ts';
import { parentOf } from '../../core/names/name-wire.ts';
import type { Budget } from '../budget.ts';
import type { Loaded } from '../flight-cache.ts';
import type { Referral } from '../interpret.ts';
import type { NameServer, NameServers } from '../nameserver.ts';
import { failSearch, type Zone, type ZoneFailure } from './zone.ts';
import type { ZoneServers } from './zone-servers.ts';

/** How many zones may lie between a zone and the one that delegates it. */
const MAX_LEVELS_ABOVE = 3;

/** Finds the servers that the zone above a zone names, whatever that zone says of itself. */
export type LoadDelegation = (below: ZoneOfName, budget: Budget) => Promise<Loaded<Zone, ZoneFailure>>;

/** Builds it. @param loadStart finds the nearest zone at or above a name */
export function createLoadDelegation({
  nameServers,
  zoneServers,
  loadStart,
}: {
  nameServers: NameServers;
  zoneServers: ZoneServers;
  loadStart: (from: string, budget: Budget) => Promise<Loaded<Zone, ZoneFailure>>;
}): LoadDelegation {
  return async (below, budget) => {
    const { name } = below;
    const above = await loadStart(parentOf(name), budget);
    if (!above.ok) return above;
    let zone = above.value;
    for (let depth = 0; depth < MAX_LEVELS_ABOVE; depth++) {
      const { usable } = await zoneServers.askOne(zone, { name, type: 'NS' }, budget);
      if (usable?.reply.kind !== 'referral') break;
      const { reply } = usable;
      if (reply.zone === name && isSameSet(below.nameservers, reply)) break;
      const { servers, ttlSeconds } = await nameServers.locate(reply.zone, reply.nameservers, reply.glue, budget);
      zone = { ...zone, name: reply.zone, servers };
      if (zone.name === name) return { ok: true, value: zone, ttlSeconds: Math.min(reply.ttlSeconds, ttlSeconds) };
    }
    return failSearch(zone);
  };
}

/** Whether a delegation names the servers that are known, and no further address of theirs. */
function isSameSet(known: ZoneOfName['nameservers'], { nameservers, glue }: Referral): boolean {
  return (
    nameservers.every((name) => known.some((server) => server.name === name)) &&
    glue.every(({ name, address }) => known.some((s) => s.name === name && s.addresses.includes(address)))
  );
}

/** The zone as it is delegated; null where that leads to the same addresses. */
export function correctServers({ name, nameservers, dnssec }: ZoneOfName, servers: readonly NameServer[]): Zone | null {
  const known = new Set(nameservers.flatMap(({ addresses }) => addresses));
  if (servers.every(({ addresses }) => addresses.every((address) => known.has(address)))) return null;
  const delegated = servers.map((server) => server.name);
  const outdated = nameservers.flatMap((server) => (delegated.includes(server.name) ? [] : [server.name]));
  return { name, dnssec, servers, delegatedTo: delegated, oddity: { kind: 'outdated_ns', outdated, delegated } };
}
