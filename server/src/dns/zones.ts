import type { DnssecStatus, Failed, QuestionType } from '../core/answers/dns-answer.ts';
import type { FailureStep, Fault } from '../core/answers/failure.ts';
import { type Budget, spentFault } from './budget.ts';
import { type FailedReply, failedReply, toFailed } from './failed-reply.ts';
import { firstUsable } from './first-usable.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';
import { isWithin, parentOf } from './name-wire.ts';
import {
  isUsable,
  type NameServer,
  type NameServers,
  noNameservers,
  type ServerReply,
  toAnswer,
} from './nameserver.ts';
import type { ResolverReply, Resolvers } from './recursive.ts';
import type { Unreachable } from './unreachable.ts';

/** A zone and those who hold it. The root has the empty name. */
export interface Zone {
  readonly name: string;
  readonly servers: readonly NameServer[];
  /** With `signed`, nothing that its servers say counts until a validating resolver validates for it. */
  readonly dnssec: DnssecStatus;
}

/** The zone to start from, as the resolvers say. */
type Start = Pick<Zone, 'name' | 'dnssec'>;

/** Why a zone was not found; `zone` is as far as we came. */
export interface ZoneFailure {
  readonly zone: Zone | undefined;
  readonly failures: readonly Failed[];
}

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
}

const MAX_DEPTH = 8;
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
  const starts = createFlightCache<Start, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const zones = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES, MAX_TTL_SECONDS);
  const enclosing = createFlightCache<Zone, ZoneFailure>(deps.now, MAX_CACHED_ZONES * 5, MAX_TTL_SECONDS);

  async function findStart(from: string, budget: Budget): Promise<Loaded<Start, ZoneFailure>> {
    // A dead zone makes the resolver slow: who comes a moment later need not wait as long for the same.
    const key = `start ${from}`;
    if (!budget.force && deps.unreachable.has(key)) {
      return fail(undefined, failure({ kind: 'asked_in_vain' }, { at: 'zone', name: from }, NO_RESOLVER));
    }
    for (let name = from; ; name = parentOf(name)) {
      const answer = await resolvers.askValidated({ name, type: 'SOA' }, budget);
      const { reply, aliases, source, dnssec } = answer;
      if (reply.kind === 'failed') {
        if (reply.reason === 'timeout' && source.rttMs >= deps.tryMs) deps.unreachable.add(key);
        return failStart(name, reply, answer);
      }
      // A name that is an alias tells of the zone of its target: go up instead.
      const isAlias = aliases.length > 0 || reply.kind === 'cname';
      if (!isAlias && reply.kind === 'found')
        return { ok: true, value: { name, dnssec }, ttlSeconds: reply.ttlSeconds };
      if (!isAlias && reply.kind === 'absent' && reply.soaOwner !== undefined) {
        return startAbove(reply.soaOwner, dnssec, reply.negativeTtlSeconds, budget);
      }
      if (name === '') return fail(undefined, failure({ kind: 'no_soa' }, { at: 'zone', name: from }, source));
    }
  }

  /**
   * The zone that says no. Where names may go without proof (opt-out, RFC 5155 §6) a resolver cannot validate for the "no" of
   * a signed zone, so it is asked about the zone itself.
   */
  async function startAbove(
    name: string,
    dnssec: DnssecStatus,
    ttlSeconds: number,
    budget: Budget,
  ): Promise<Loaded<Start, ZoneFailure>> {
    if (dnssec !== 'unsigned') return { ok: true, value: { name, dnssec }, ttlSeconds };
    const answer = await resolvers.askValidated({ name, type: 'SOA' }, budget);
    if (answer.reply.kind === 'failed') return failStart(name, answer.reply, answer);
    return { ok: true, value: { name, dnssec: answer.dnssec }, ttlSeconds };
  }

  /** Whether a zone below `parent` is signed too. Where no zone is there for the resolver, all must be validated for as in the parent. */
  async function readDnssec(name: string, parent: Zone, budget: Budget): Promise<DnssecStatus> {
    if (parent.dnssec !== 'signed') return parent.dnssec;
    const { reply, aliases, dnssec } = await resolvers.askValidated({ name, type: 'SOA' }, budget);
    return reply.kind === 'found' && aliases.length === 0 && dnssec === 'unsigned' ? 'unsigned' : 'signed';
  }

  async function loadZone({ name, dnssec }: Start, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const { reply, source } = await resolvers.ask({ name, type: 'NS' }, budget);
    const step: FailureStep = { at: 'nameservers', zone: name };
    if (reply.kind === 'failed') return fail(undefined, failure(reply.fault, step, source));
    const names = reply.kind === 'found' ? targetsOf(reply.records) : [];
    if (names.length === 0) {
      return fail({ name, servers: [], dnssec }, toFailed(noNameservers(name), source));
    }
    const { servers, ttlSeconds, isCutShort } = await nameServers.locate(name, names, [], budget);
    if (isCutShort) return fail({ name, servers, dnssec }, failure(spentFault(budget), step, source));
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
      return fail({ name, servers, dnssec }, failure(spentFault(budget), step, by.source));
    }
    return { ok: true, value: { name, servers, dnssec }, ttlSeconds: Math.min(reply.ttlSeconds, ttlSeconds) };
  }

  async function descend(name: string, start: Zone, ttl: number, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    let zone = start;
    let ask = name;
    let referred = false;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const { usable, results } = await askOne(zone, { name: ask, type: 'SOA' }, budget);
      if (!usable) return fail(zone, ...results.flatMap((result) => toZoneFailure(ask, result)));
      const { reply } = usable;
      if (reply.kind === 'referral') {
        const { servers } = await nameServers.locate(reply.zone, reply.nameservers, reply.glue, budget);
        zone = { ...zone, name: reply.zone, servers };
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
      return own.ok || owner !== zone.name ? own : { ok: true, value: zone, ttlSeconds: 0 };
    }
    const source = { server: start.name, address: '', via: 'authoritative', rttMs: 0 } as const;
    return fail(zone, failure({ kind: 'deep_delegations', limit: MAX_DEPTH }, { at: 'zone', name }, source));
  }

  async function loadStart(from: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const start = await starts.get(from, budget, () => findStart(from, budget));
    if (!start.ok) return start;
    const zone = await zones.get(start.value.name, budget, () => loadZone(start.value, budget));
    // The zone may be remembered from before it was signed.
    return zone.ok ? { ...zone, value: { ...zone.value, ...start.value } } : zone;
  }

  const startOf = (name: string, startAt: string) => (isWithin(name, startAt) ? startAt : parentOf(name));
  return {
    findNear: async (name, startAt, budget) => {
      const from = startOf(name, startAt);
      const found = enclosing.find(`${name} ${from}`);
      if (found) return { ...found, value: { zone: found.value, isEnclosing: true } };
      const start = await loadStart(from, budget);
      return start.ok ? { ...start, value: { zone: start.value, isEnclosing: false } } : start;
    },
    noteEnclosing: (name, startAt, zone, ttlSeconds) =>
      enclosing.keep(`${name} ${startOf(name, startAt)}`, { ok: true, value: zone, ttlSeconds }),
    find: (name, startAt, budget) => {
      const from = startOf(name, startAt);
      return enclosing.get(`${name} ${from}`, budget, async () => {
        const start = await loadStart(from, budget);
        return start.ok ? descend(name, start.value, start.ttlSeconds, budget) : start;
      });
    },
    forget: (name, zone) => {
      zones.forget(zone.name);
      for (let from = name; ; from = parentOf(from)) {
        enclosing.forget(`${name} ${from}`);
        starts.forget(from);
        if (from === '') return;
      }
    },
  };
}

const NO_RESOLVER = { server: 'resolver', address: '', via: 'recursive', rttMs: 0 } as const;

function targetsOf(records: readonly { type: string }[]): string[] {
  return records.flatMap((record) =>
    record.type === 'NS' && 'target' in record && typeof record.target === 'string' ? [record.target] : [],
  );
}

function failure(fault: Fault, step: FailureStep, source: Failed['source']): Failed {
  return toFailed(failedReply(fault, step), source);
}

/** What a server answered to the question which zone holds a name. */
function toZoneFailure(name: string, result: ServerReply): readonly Failed[] {
  const answer = toAnswer(result);
  if (answer.outcome !== 'failed') return [];
  return [answer.step.at === 'record' ? { ...answer, step: { at: 'zone', name } } : answer];
}

/** No start was found, and the resolver says why. A zone that is bogus is named, as far as it can be told. */
function failStart(
  asked: string,
  reply: FailedReply,
  { source, dnssec, unchecked }: ResolverReply,
): Loaded<never, ZoneFailure> {
  const owner = unchecked?.kind === 'absent' ? (unchecked.soaOwner ?? asked) : asked;
  const zone = dnssec === 'bogus' ? { name: owner, servers: [], dnssec } : undefined;
  return fail(zone, failure(reply.fault, { at: 'zone', name: asked }, source));
}

function fail(zone: Zone | undefined, ...failures: readonly Failed[]): Loaded<never, ZoneFailure> {
  return { ok: false, failure: { zone, failures } };
}
