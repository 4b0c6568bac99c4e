import type { DnssecStatus, Failed, QuestionType, ZoneOddity, ZoneOfName } from '../core/answers/dns-answer.ts';
import type { FailureStep } from '../core/answers/failure.ts';
import { type Budget, spentFault } from './budget.ts';
import { toFailed } from './failed-reply.ts';
import { firstUsable } from './first-usable.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';
import type { Referral } from './interpret.ts';
import { isWithin, parentOf } from './name-wire.ts';
import {
  isUsable,
  type NameServer,
  type NameServers,
  noNameservers,
  type ServerReply,
  toAnswer,
} from './nameserver.ts';
import type { Resolvers } from './recursive.ts';
import type { Unreachable } from './unreachable.ts';
import { failSearch, failStep, type Zone, type ZoneFailure } from './zone.ts';
import { createFindZoneStart, type ZoneStart } from './zone-start.ts';

/** A zone that holds a name, or the one from which the search for that zone goes down. */
export interface NearZone {
  readonly zone: Zone;
  readonly isEnclosing: boolean;
}

/** Finds the zone that really holds a name. */
export interface Zones {
  /** The nearest zone that is known without asking any of its servers. */
  findNear(name: string, startAt: string, budget: Budget): Promise<Loaded<NearZone, ZoneFailure>>;
  /** Notes that a zone holds a name, because its servers said so. */
  noteEnclosing(name: string, startAt: string, zone: Zone, ttlSeconds: number): void;
  find(name: string, startAt: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>>;
  /** Called when no server of a zone answered: it may have moved. */
  forget(name: string, zone: Zone): void;
  /**
   * Called when no server of a zone gave a usable answer: whether the zone above it delegates it to other servers than its
   * own NS records name. Receivers find those; from then on they are asked here too.
   */
  correct(name: string, zone: ZoneOfName, budget: Budget): Promise<boolean>;
}

const MAX_DEPTH = 8;
/** How far up it is asked who holds a zone. */
const MAX_LEVELS_ABOVE = 3;
const NO_SOA: ZoneOddity = { kind: 'no_soa' };
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
  const { resolvers, nameServers } = deps;
  const findStart = createFindZoneStart(deps);
  const starts = createFlightCache<ZoneStart, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const zones = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const enclosing = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES * 5, MAX_TTL_SECONDS);
  const delegations = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);

  /** Whether a zone below `parent` is signed too. Where no zone is there for the resolver, all must be validated for as in the parent. */
  async function readDnssec(name: string, parent: Zone, budget: Budget): Promise<DnssecStatus> {
    if (parent.dnssec !== 'signed') return parent.dnssec;
    const { reply, aliases, dnssec } = await resolvers.askValidated({ name, type: 'SOA' }, budget);
    return reply.kind === 'found' && aliases.length === 0 && dnssec === 'unsigned' ? 'unsigned' : 'signed';
  }

  async function loadZone({ name, dnssec }: ZoneStart, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const { reply, source } = await resolvers.ask({ name, type: 'NS' }, budget);
    const step: FailureStep = { at: 'nameservers', zone: name };
    if (reply.kind === 'failed') return failSearch(undefined, failStep(reply.fault, step, source));
    const names = reply.kind === 'found' ? targetsOf(reply.records) : [];
    if (names.length === 0) {
      return failSearch({ name, servers: [], dnssec }, toFailed(noNameservers(name), source));
    }
    const { servers, ttlSeconds, isCutShort } = await nameServers.locate(name, names, [], budget);
    if (isCutShort) return failSearch({ name, servers, dnssec }, failStep(spentFault(budget), step, source));
    const ttl = reply.kind === 'found' ? reply.ttlSeconds : 0;
    return { ok: true, value: { name, servers, dnssec }, ttlSeconds: Math.min(ttl, ttlSeconds) };
  }

  async function askOne(zone: Zone, question: { name: string; type: QuestionType }, budget: Budget) {
    const attempts = zone.servers.map(
      (server) => (branch: Budget) => nameServers.ask(server, zone.name, question, branch),
    );
    return firstUsable(attempts, isUsable, budget, deps.staggerMs);
  }

  /** The zone's own NS set, from a server that holds it; the resolvers' view of it where that server keeps silent. */
  async function loadFrom(
    name: string,
    by: ServerReply,
    near: Zone,
    budget: Budget,
  ): Promise<Loaded<Zone, ZoneFailure>> {
    const delegatedTo = near.name === name ? near.delegatedTo : undefined;
    const server: NameServer = { name: by.source.server, addresses: [by.source.address], problem: undefined };
    const [{ reply }, dnssec] = await Promise.all([
      nameServers.ask(server, name, { name, type: 'NS' }, budget),
      readDnssec(name, near, budget),
    ]);
    if (reply.kind !== 'found') return loadZone({ name, dnssec }, budget);
    const known = near.servers.flatMap((each) => each.addresses.map((address) => ({ name: each.name, address })));
    const { servers, ttlSeconds, isCutShort } = await nameServers.locate(name, targetsOf(reply.records), known, budget);
    if (isCutShort) {
      const step: FailureStep = { at: 'nameservers', zone: name };
      return failSearch({ name, servers, dnssec }, failStep(spentFault(budget), step, by.source));
    }
    const value: Zone = { name, servers, dnssec, ...(delegatedTo && { delegatedTo }) };
    return { ok: true, value, ttlSeconds: Math.min(reply.ttlSeconds, ttlSeconds) };
  }

  async function descend(name: string, start: Zone, ttl: number, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    let zone = start;
    let ask = name;
    let referred = false;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const { usable, results } = await askOne(zone, { name: ask, type: 'SOA' }, budget);
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
      const own = await zones.get(owner, budget, () => loadFrom(owner, usable, near, budget));
      if (own.ok || isCutShort(own.failure)) return own;
      return { ok: true, value: { ...near, name: owner, oddity: NO_SOA }, ttlSeconds: 0 };
    }
    const source = { server: start.name, address: '', via: 'authoritative', rttMs: 0 } as const;
    return failSearch(zone, failStep({ kind: 'deep_delegations', limit: MAX_DEPTH }, { at: 'zone', name }, source));
  }

  async function loadStart(from: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const start = await starts.get(from, budget, () => findStart(from, budget));
    if (!start.ok) return start;
    const zone = await zones.get(start.value.name, budget, () => loadZone(start.value, budget));
    // The zone may be remembered from before it was signed.
    return zone.ok ? { ...zone, value: { ...zone.value, ...start.value } } : zone;
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

  /** The servers that the zone above names, whatever the zone says of itself. */
  async function loadDelegation(below: ZoneOfName, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const { name } = below;
    const above = await loadStart(parentOf(name), budget);
    if (!above.ok) return above;
    let zone = above.value;
    for (let depth = 0; depth < MAX_LEVELS_ABOVE; depth++) {
      const { usable } = await askOne(zone, { name, type: 'NS' }, budget);
      if (usable?.reply.kind !== 'referral') break;
      const { reply } = usable;
      if (reply.zone === name && isSameSet(below.nameservers, reply)) break;
      const { servers, ttlSeconds } = await nameServers.locate(reply.zone, reply.nameservers, reply.glue, budget);
      zone = { ...zone, name: reply.zone, servers };
      if (zone.name === name) return { ok: true, value: zone, ttlSeconds: Math.min(reply.ttlSeconds, ttlSeconds) };
    }
    return failSearch(zone);
  }

  function forgetEnclosing(name: string): void {
    for (let from = name; ; from = parentOf(from)) {
      enclosing.forget(`${name} ${from}`);
      if (from === '') return;
    }
  }

  const startOf = (name: string, startAt: string) => (isWithin(name, startAt) ? startAt : parentOf(name));
  return {
    findNear: async (name, startAt, budget) => {
      const from = startOf(name, startAt);
      const found = enclosing.find(`${name} ${from}`);
      if (found) return { ...found, value: { zone: found.value, isEnclosing: true } };
      return startOrAbove(name, from, budget);
    },
    noteEnclosing: (name, startAt, zone, ttlSeconds) =>
      enclosing.keep(`${name} ${startOf(name, startAt)}`, { ok: true, value: zone, ttlSeconds }),
    find: (name, startAt, budget) => {
      const from = startOf(name, startAt);
      return enclosing.get(`${name} ${from}`, budget, async () => {
        const start = await startOrAbove(name, from, budget);
        if (!start.ok) return start;
        const { zone, isEnclosing } = start.value;
        return isEnclosing ? { ...start, value: zone } : descend(name, zone, start.ttlSeconds, budget);
      });
    },
    forget: (name, zone) => {
      zones.forget(zone.name);
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

function targetsOf(records: readonly { type: string }[]): string[] {
  return records.flatMap((record) =>
    record.type === 'NS' && 'target' in record && typeof record.target === 'string' ? [record.target] : [],
  );
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

function isErrorCode({ kind }: Failed): boolean {
  return kind === 'error_code';
}

function isCutShort({ failures }: ZoneFailure): boolean {
  return failures.some(({ kind }) => kind === 'out_of_time' || kind === 'out_of_questions');
}

/** Whether a delegation names the servers that are known, and no further address of theirs. */
function isSameSet(known: ZoneOfName['nameservers'], { nameservers, glue }: Referral): boolean {
  return (
    nameservers.every((name) => known.some((server) => server.name === name)) &&
    glue.every(({ name, address }) => known.some((s) => s.name === name && s.addresses.includes(address)))
  );
}

/** The zone as it is delegated; null where that leads to the same addresses. */
function correctServers({ name, nameservers, dnssec }: ZoneOfName, servers: readonly NameServer[]): Zone | null {
  const known = new Set(nameservers.flatMap(({ addresses }) => addresses));
  if (servers.every(({ addresses }) => addresses.every((address) => known.has(address)))) return null;
  const delegated = servers.map((server) => server.name);
  const outdated = nameservers.flatMap((server) => (delegated.includes(server.name) ? [] : [server.name]));
  return { name, dnssec, servers, delegatedTo: delegated, oddity: { kind: 'outdated_ns', outdated, delegated } };
}
