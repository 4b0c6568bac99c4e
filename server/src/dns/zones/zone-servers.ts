import type { DnssecStatus, QuestionType } from '../../core/answers/dns-answer.ts';
import type { FailureStep } from '../../core/answers/failure.ts';
import { type Budget, spentFault } from '../budget.ts';
import { toFailed } from '../failed-reply.ts';
import { type Attempt, type FirstUsable, firstUsable } from '../first-usable.ts';
import type { Loaded } from '../flight-cache.ts';
import { toPromise } from '../listener.ts';
import { isUsable, type NameServer, type NameServers, noNameservers, type ServerReply } from '../nameserver.ts';
import type { ResolverReply, Resolvers } from '../recursive.ts';
import { failSearch, failStep, type Zone, type ZoneFailure } from './zone.ts';
import type { ZoneStart } from './zone-start.ts';

/** Finds and asks the servers of a zone. */
export interface ZoneServers {
  /** The zone with its servers, as the resolvers know them. */
  load(start: ZoneStart, budget: Budget): Promise<Loaded<Zone, ZoneFailure>>;
  /** The same for a name that is taken for a zone: it fails where it is none. */
  loadNamed(name: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>>;
  /** The zone's own NS set, from a server that holds it; the resolvers' view of it where that server keeps silent. @param near the zone that led there */
  loadFrom(name: string, by: ServerReply, near: Zone, budget: Budget): Promise<Loaded<Zone, ZoneFailure>>;
  /** What the first server says that gives a usable answer, and what the others said before it. */
  askOne(zone: Zone, question: { name: string; type: QuestionType }, budget: Budget): Promise<FirstUsable<ServerReply>>;
}

/** Builds it. */
export function createZoneServers({
  resolvers,
  nameServers,
  staggerMs,
}: {
  resolvers: Resolvers;
  nameServers: NameServers;
  staggerMs: number;
}): ZoneServers {
  /** Whether a zone below `parent` is signed too. Where no zone is there for the resolver, all must be validated for as in the parent. */
  async function readDnssec(name: string, parent: Zone, budget: Budget): Promise<DnssecStatus> {
    if (parent.dnssec !== 'signed') return parent.dnssec;
    const { reply, aliases, dnssec } = await resolvers.askValidated({ name, type: 'SOA' }, budget);
    return reply.kind === 'found' && aliases.length === 0 && dnssec === 'unsigned' ? 'unsigned' : 'signed';
  }

  async function load(start: ZoneStart, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    return locate(start, await resolvers.ask({ name: start.name, type: 'NS' }, budget), budget);
  }

  async function loadNamed(name: string, budget: Budget): Promise<Loaded<Zone, ZoneFailure>> {
    const answer = await resolvers.askValidated({ name, type: 'NS' }, budget);
    const { aliases, dnssec, source } = answer;
    // The name servers would be those of the alias's target.
    if (aliases.length > 0) return failSearch(undefined, toFailed(noNameservers(name), source));
    return locate({ name, dnssec }, answer, budget);
  }

  async function locate(
    { name, dnssec }: ZoneStart,
    { reply, source }: ResolverReply,
    budget: Budget,
  ): Promise<Loaded<Zone, ZoneFailure>> {
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

  async function loadFrom(
    name: string,
    by: ServerReply,
    near: Zone,
    budget: Budget,
  ): Promise<Loaded<Zone, ZoneFailure>> {
    const delegatedTo = near.name === name ? near.delegatedTo : undefined;
    const server: NameServer = { name: by.source.server, addresses: [by.source.address], problem: undefined };
    const [{ reply }, dnssec] = await Promise.all([
      toPromise<ServerReply>((listener) => nameServers.ask(server, name, { name, type: 'NS' }, budget, listener)),
      readDnssec(name, near, budget),
    ]);
    if (reply.kind !== 'found') return load({ name, dnssec }, budget);
    const known = near.servers.flatMap((each) => each.addresses.map((address) => ({ name: each.name, address })));
    const { servers, ttlSeconds, isCutShort } = await nameServers.locate(name, targetsOf(reply.records), known, budget);
    if (isCutShort) {
      const step: FailureStep = { at: 'nameservers', zone: name };
      return failSearch({ name, servers, dnssec }, failStep(spentFault(budget), step, by.source));
    }
    const value: Zone = { name, servers, dnssec, ...(delegatedTo && { delegatedTo }) };
    return { ok: true, value, ttlSeconds: Math.min(reply.ttlSeconds, ttlSeconds) };
  }

  return {
    load,
    loadNamed,
    loadFrom,
    askOne: (zone, question, budget) => askFirstUsable(nameServers, zone, question, budget, staggerMs),
  };
}

/** Asks the servers of a zone one after the other until one gives a usable answer. */
export function askFirstUsable(
  nameServers: NameServers,
  zone: Zone,
  question: { name: string; type: QuestionType },
  budget: Budget,
  staggerMs: number,
): Promise<FirstUsable<ServerReply>> {
  const attempts = zone.servers.map(
    (server): Attempt<ServerReply> =>
      (branch, own) =>
        nameServers.ask(server, zone.name, question, branch, own),
  );
  return toPromise((listener) => firstUsable(attempts, isUsable, budget, staggerMs, listener));
}

function targetsOf(records: readonly { type: string }[]): string[] {
  return records.flatMap((record) =>
    record.type === 'NS' && 'target' in record && typeof record.target === 'string' ? [record.target] : [],
  );
}
