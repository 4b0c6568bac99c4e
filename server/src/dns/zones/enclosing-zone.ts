import type { Question } from '../../core/answers/dns-answer.ts';
import type { Budget } from '../budget.ts';
import type { Reply } from '../interpret.ts';
import { type Listener, toPromise } from '../listener.ts';
import { isUsable, type NameServers, type ServerReply } from '../nameserver.ts';
import type { Zone, ZoneFailure } from './zone.ts';
import { askFirstUsable } from './zone-servers.ts';
import type { NearZone, Zones } from './zones.ts';

/** What the servers of the zone that holds a name replied, or why that zone was not found. */
export type Replied =
  | { readonly ok: true; readonly zone: Zone; readonly replies: readonly ServerReply[] }
  | { readonly ok: false; readonly failure: ZoneFailure };

/** Asks the zone that holds a name. */
export interface EnclosingZone {
  ask(question: Question, startAt: string, budget: Budget): Promise<Replied>;
  /** Asks every server of a zone; the replies come in the order of the servers. */
  askEvery(zone: Zone, question: Question, budget: Budget, listener: Listener<readonly ServerReply[]>): void;
  /** Goes on from what the servers of the nearest zone replied. */
  settle(
    question: Question,
    startAt: string,
    near: NearZone,
    replies: readonly ServerReply[],
    budget: Budget,
  ): Promise<Replied>;
}

/**
 * Builds it. Where it is not known yet which zone holds the name, the nearest one is asked: mostly it is the one, and where
 * its servers say so the search is saved. What the servers of another zone said instead counts for nothing.
 */
export function createEnclosingZone({
  zones,
  nameServers,
  staggerMs,
}: {
  zones: Zones;
  nameServers: NameServers;
  staggerMs: number;
}): EnclosingZone {
  function askEvery(
    { name, servers }: Zone,
    question: Question,
    budget: Budget,
    listener: Listener<readonly ServerReply[]>,
  ): void {
    const gathering = new Gathering(servers.length, listener);
    for (const [at, server] of servers.entries()) nameServers.ask(server, name, question, budget, gathering.expect(at));
    if (servers.length === 0) listener.onResult([]);
  }

  async function askZone(zone: Zone, question: Question, budget: Budget): Promise<readonly ServerReply[]> {
    if (question.servers === 'every') return toPromise((listener) => askEvery(zone, question, budget, listener));
    const { usable, results } = await askFirstUsable(nameServers, zone, question, budget, staggerMs);
    return usable ? [usable] : results;
  }

  async function settle(
    question: Question,
    startAt: string,
    near: NearZone,
    replies: readonly ServerReply[],
    budget: Budget,
  ): Promise<Replied> {
    const { zone } = near;
    // That isn't remembered: the next answer says so again, and five names of each domain would crowd out those that take a search.
    if (!replies.some(isUsable) || isSaidToHold(near, replies)) return { ok: true, zone, replies };
    const found = await zones.find(question.name, startAt, budget);
    if (!found.ok) return found;
    const enclosing = found.value;
    const isSame = enclosing.name === zone.name && enclosing.servers === zone.servers;
    return { ok: true, zone: enclosing, replies: isSame ? replies : await askZone(enclosing, question, budget) };
  }

  return {
    askEvery,
    settle,
    ask: async (question, startAt, budget) => {
      const near = zones.findKnown(question.name, startAt) ?? (await zones.findNear(question.name, startAt, budget));
      if (!near.ok) return near;
      const replies = await askZone(near.value.zone, question, budget);
      return settle(question, startAt, near.value, replies, budget);
    },
  };
}

/** Waits for the replies of all servers of a zone. */
class Gathering {
  readonly #replies: ServerReply[];
  readonly #listener: Listener<readonly ServerReply[]>;
  #left: number;

  constructor(servers: number, listener: Listener<readonly ServerReply[]>) {
    this.#replies = new Array(servers);
    this.#left = servers;
    this.#listener = listener;
  }

  /** @param at which server it is */
  expect(at: number): Listener<ServerReply> {
    return {
      onResult: (reply) => {
        this.#replies[at] = reply;
        this.#left -= 1;
        if (this.#left === 0) this.#listener.onResult(this.#replies);
      },
      onFault: (error) => this.#listener.onFault(error),
    };
  }
}

/** The zone that a reply says it is from; undefined where it does not say. */
export function zoneOfReply(reply: Reply): string | undefined {
  if (reply.kind === 'found') return reply.zone;
  return reply.kind === 'absent' ? reply.soaOwner : undefined;
}

/** Whether it is known that a zone holds the name, or a server of it says so and none shows another one. An alias may lead out of it and tell of that zone. */
export function isSaidToHold({ zone, isEnclosing }: NearZone, replies: readonly ServerReply[]): boolean {
  if (isEnclosing) return true;
  let isSaid = false;
  for (const { reply } of replies) {
    if (reply.kind === 'failed') continue;
    if (reply.kind === 'cname' || reply.kind === 'referral') return false;
    const said = zoneOfReply(reply);
    if (said !== undefined && said !== zone.name) return false;
    isSaid ||= said !== undefined;
  }
  return isSaid;
}
