import type { Failed, ZoneOddity } from '../../core/answers/dns-answer.ts';
import { parentOf } from '../../core/names/name-wire.ts';
import type { Budget } from '../budget.ts';
import type { Loaded } from '../flight-cache.ts';
import { type NameServers, type ServerReply, toAnswer } from '../nameserver.ts';
import { failSearch, failStep, type Zone, type ZoneFailure } from './zone.ts';
import type { ZoneServers } from './zone-servers.ts';

const MAX_DEPTH = 8;
const NO_SOA: ZoneOddity = { kind: 'no_soa' };

/** Goes down from a zone that is known to the one that holds a name. @param ttl how long the answer stands where that is the same zone */
export type Descend = (name: string, start: Zone, ttl: number, budget: Budget) => Promise<Loaded<Zone, ZoneFailure>>;

/**
 * Builds it.
 * @param loadChild finds the servers of the zone `owner`, of which a server of `near` has told
 */
export function createDescend({
  nameServers,
  zoneServers,
  loadChild,
}: {
  nameServers: NameServers;
  zoneServers: ZoneServers;
  loadChild: (owner: string, by: ServerReply, near: Zone, budget: Budget) => Promise<Loaded<Zone, ZoneFailure>>;
}): Descend {
  return async (name, start, ttl, budget) => {
    let zone = start;
    let ask = name;
    let referred = false;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const { usable, results } = await zoneServers.askOne(zone, { name: ask, type: 'SOA' }, budget);
      if (!usable) {
        // Servers that refuse this question may hold the record all the same: that is for its own question to show.
        if (results.some(hasAnswered)) return { ok: true, value: { ...zone, oddity: NO_SOA }, ttlSeconds: 0 };
        return failSearch(zone, ...results.flatMap((result) => toZoneFailure(ask, result)));
      }
      const { reply } = usable;
      if (reply.kind === 'referral') {
        const { servers } = await nameServers.locate(reply.zone, reply.nameservers, reply.glue, budget);
        zone = { ...zone, name: reply.zone, servers, delegatedTo: reply.nameservers };
        referred = true;
        continue;
      }
      if (reply.kind === 'cname' && parentOf(ask) !== zone.name && ask !== zone.name) {
        ask = parentOf(ask); // an alias is never an apex: whoever holds the label above holds it too
        continue;
      }
      const owner = reply.kind === 'found' ? ask : reply.kind === 'absent' ? (reply.soaOwner ?? zone.name) : zone.name;
      if (owner === zone.name && !referred) return { ok: true, value: zone, ttlSeconds: ttl };
      const near = zone;
      const own = await loadChild(owner, usable, near, budget);
      if (own.ok || isCutShort(own.failure)) return own;
      return { ok: true, value: { ...near, name: owner, oddity: NO_SOA }, ttlSeconds: 0 };
    }
    const source = { server: start.name, address: '', via: 'authoritative', rttMs: 0 } as const;
    return failSearch(zone, failStep({ kind: 'deep_delegations', limit: MAX_DEPTH }, { at: 'zone', name }, source));
  };
}

/** What a server answered to the question which zone holds a name. */
function toZoneFailure(name: string, result: ServerReply): readonly Failed[] {
  const answer = toAnswer(result);
  if (answer.outcome !== 'failed') return [];
  return [answer.step.at === 'record' ? { ...answer, step: { at: 'zone', name } } : answer];
}

/** Whether a server did answer, though not in a way that could be used. */
function hasAnswered({ reply }: ServerReply): boolean {
  return reply.kind === 'failed' && reply.reason !== 'timeout' && reply.reason !== 'network';
}

/** Whether a search ended because the budget did. */
function isCutShort({ failures }: ZoneFailure): boolean {
  return failures.some(({ kind }) => kind === 'out_of_time' || kind === 'out_of_questions');
}
