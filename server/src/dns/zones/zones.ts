/*
 * Which zone holds a name, and who serves it. `zones.ts` remembers and combines: `zone-start.ts` finds the zone that
 * the resolvers know, `zone-servers.ts` its servers, `descent.ts` goes down to the zone that really holds the name, and
 * `delegation.ts` asks the zone above where a zone names the wrong servers. `enclosing-zone.ts` asks the record itself,
 * whose answer often says which zone it is from.
 */

import type { Failed, ZoneOfName } from '../../core/answers/dns-answer.ts';
import { isWithin, parentOf } from '../../core/names/name-wire.ts';
import type { Budget } from '../budget.ts';
import { createFlightCache, type Loaded } from '../flight-cache.ts';
import type { NameServers } from '../nameserver.ts';
import type { Resolvers } from '../recursive.ts';
import type { Unreachable } from '../unreachable.ts';
import { correctServers, createLoadDelegation } from './delegation.ts';
import { createDescend } from './descent.ts';
import type { Zone, ZoneFailure } from './zone.ts';
import { createZoneServers } from './zone-servers.ts';
import { createFindZoneStart, type ZoneStart } from './zone-start.ts';

/** A zone that holds a name, or the one from which the search for that zone goes down. */
export interface NearZone {
  readonly zone: Zone;
  readonly isEnclosing: boolean;
}

/** One that was found. */
type FoundNear = Loaded<NearZone, ZoneFailure> & { readonly ok: true };

/** Finds the zone that really holds a name. */
export interface Zones {
  /** What `findNear` would find, where that is remembered; else null. */
  findKnown(name: string, startAt: string): FoundNear | null;
  /** The nearest zone that is known without asking any of its servers. */
  findNear(name: string, startAt: string, budget: Budget): Promise<Loaded<NearZone, ZoneFailure>>;
  find(name: string, startAt: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>>;
  /** The zone of exactly that name; null where it wasn't found, or is signed, or there is something odd about it. */
  findNamed(zone: string, budget: Budget): Promise<FoundNear | null>;
  /** Called when no server of a zone answered: it may have moved. */
  forget(name: string, zone: Zone): void;
  /**
   * Called when no server of a zone gave a usable answer: whether the zone above it delegates it to other servers than its
   * own NS records name. Receivers find those; from then on they are asked here too.
   */
  correct(name: string, zone: ZoneOfName, budget: Budget): Promise<boolean>;
}

/** How far up it is asked who holds a zone. */
const MAX_LEVELS_ABOVE = 3;
const MAX_TTL_SECONDS = 300;
// Those of busy providers and registries stay, being used; a domain is checked again only hours later.
const MAX_CACHED_ZONES = 2_000;

/**
 * Builds the search.
 *
 *     name      autosend._domainkey.example.com      startAt  example.com
 *
 *     1  resolver:            SOA example.com                      the zone to start from; the resolver never hears the
 *        (one label up while there is no SOA)                      record's name, and so cannot remember a "no" for it
 *     2  resolver:            NS, A, AAAA of that zone             its servers
 *     3  one of the servers:  SOA autosend._domainkey.example.com
 *          a "no" of example.com                                   example.com holds the name
 *          a "no" or a SOA of _domainkey.example.com               the same server holds the child: take its NS set
 *          a referral to _domainkey.example.com                    3 again, with the child's servers
 *
 * `findNear` ends after 2. Who asks these servers for the record itself often reads in the answer that example.com holds
 * it, from the SOA of a "no" or the NS set beside a record, and does without 3.
 */
export function createZones(deps: {
  resolvers: Resolvers;
  nameServers: NameServers;
  unreachable: Unreachable;
  /** What one try over UDP may take: a shorter silence proves nothing. */
  tryMs: number;
  now: () => number;
  staggerMs: number;
}): Zones {
  const { nameServers } = deps;
  const findStart = createFindZoneStart(deps);
  const starts = createFlightCache<ZoneStart, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const zones = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const enclosing = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES * 5, MAX_TTL_SECONDS);
  const delegations = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);

  const zoneServers = createZoneServers(deps);
  const loadChild: Parameters<typeof createDescend>[0]['loadChild'] = (owner, by, near, budget) =>
    zones.get(owner, budget, () => zoneServers.loadFrom(owner, by, near, budget));
  const descend = createDescend({ nameServers, zoneServers, loadChild });
  const loadDelegation = createLoadDelegation({ nameServers, zoneServers, loadStart });

  async function loadStart(from: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const start = await starts.get(from, budget, () => findStart(from, budget));
    if (!start.ok) return start;
    const zone = await zones.get(start.value.name, budget, () => zoneServers.load(start.value, budget));
    return zone.ok ? { ...zone, value: startingAs(start.value, zone.value) } : zone;
  }

  function findKnownStart(from: string): FoundNear | null {
    const start = starts.find(from);
    const zone = start && zones.find(start.value.name);
    return zone && { ...zone, value: { zone: startingAs(start.value, zone.value), isEnclosing: false } };
  }

  /** Where a zone does not say who holds it, the zone above it does. An absence that it claims instead is not believed here. */
  async function findFromAbove(
    name: string,
    from: string,
    failed: Loaded<never, ZoneFailure>,
    budget: Budget,
  ): Promise<Loaded<Zone, ZoneFailure>> {
    let above = from;
    for (let level = 0; level < MAX_LEVELS_ABOVE && above !== ''; level++) {
      above = parentOf(above);
      const start = await loadStart(above, budget);
      if (start.ok) {
        const found = await descend(name, start.value, start.ttlSeconds, budget);
        return found.ok && found.value.name !== start.value.name ? found : failed;
      }
      if (!start.failure.failures.every(isErrorCode)) return failed;
    }
    return failed;
  }

  async function startOrAbove(name: string, from: string, budget: Budget): Promise<Loaded<NearZone, ZoneFailure>> {
    const start = await loadStart(from, budget);
    if (start.ok) return { ...start, value: { zone: start.value, isEnclosing: false } };
    if (!start.failure.failures.every((each) => isErrorCode(each) || each.kind === 'no_nameservers')) return start;
    const found = await findFromAbove(name, from, start, budget);
    return found.ok ? { ...found, value: { zone: found.value, isEnclosing: true } } : found;
  }

  function forgetEnclosing(name: string): void {
    for (let from = name; ; from = parentOf(from)) {
      enclosing.forget(`${name} ${from}`);
      if (from === '') return;
    }
  }

  const startOf = (name: string, startAt: string) => (isWithin(name, startAt) ? startAt : parentOf(name));
  return {
    findKnown: (name, startAt) => {
      const from = startOf(name, startAt);
      const found = enclosing.find(`${name} ${from}`);
      return found ? { ...found, value: { zone: found.value, isEnclosing: true } } : findKnownStart(from);
    },
    findNear: (name, startAt, budget) => startOrAbove(name, startOf(name, startAt), budget),
    find: (name, startAt, budget) => {
      const from = startOf(name, startAt);
      return enclosing.get(`${name} ${from}`, budget, async () => {
        const start = await startOrAbove(name, from, budget);
        if (!start.ok) return start;
        const { zone, isEnclosing } = start.value;
        return isEnclosing ? { ...start, value: zone } : descend(name, zone, start.ttlSeconds, budget);
      });
    },
    findNamed: async (name, budget) => {
      const loaded = await zones.get(name, budget, () => zoneServers.loadNamed(name, budget));
      if (!loaded.ok || loaded.value.dnssec === 'signed' || loaded.value.oddity) return null;
      return { ...loaded, value: { zone: loaded.value, isEnclosing: false } };
    },
    forget: (name, zone) => {
      zones.forget(zone.name);
      nameServers.forget(zone.servers);
      forgetEnclosing(name);
      for (let from = name; ; from = parentOf(from)) {
        starts.forget(from);
        if (from === '') return;
      }
    },
    correct: async (name, zone, budget) => {
      if (zone.name === '' || zone.oddity?.kind === 'outdated_ns') return false;
      const delegated = await delegations.get(zone.name, budget, () => loadDelegation(zone, budget));
      if (!delegated.ok) return false;
      const corrected = correctServers(zone, delegated.value.servers);
      if (corrected) zones.keep(zone.name, { ...delegated, value: corrected });
      if (corrected) forgetEnclosing(name);
      return corrected !== null;
    },
  };
}

/** A zone that may be remembered from before it was signed, as the search for its start has just found it. */
function startingAs(start: ZoneStart, zone: Zone): Zone {
  return zone.dnssec === start.dnssec ? zone : { ...zone, ...start };
}

function isErrorCode({ kind }: Failed): boolean {
  return kind === 'error_code';
}
