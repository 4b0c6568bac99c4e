import type { Question } from '../../core/answers/dns-answer.ts';
import type { Budget } from '../budget.ts';
import { firstUsable } from '../first-usable.ts';
import type { Reply } from '../interpret.ts';
import { isUsable, type NameServers, type ServerReply } from '../nameserver.ts';
import type { Zone, ZoneFailure } from './zone.ts';
import type { Zones } from './zones.ts';

/** What the servers of the zone that holds a name replied, or why that zone was not found. */
export type Replied =
  | { readonly ok: true; readonly zone: Zone; readonly replies: readonly ServerReply[] }
  | { readonly ok: false; readonly failure: ZoneFailure };

/** Asks the zone that holds a name. */
export type AskEnclosingZone = (question: Question, startAt: string, budget: Budget) => Promise<Replied>;

/**
 * Builds it. Where it is not known yet which zone holds the name, the nearest one is asked: mostly it is the one, and where
 * its servers say so the search is saved. What the servers of another zone said instead counts for nothing.
 */
export function createAskEnclosingZone({
  zones,
  nameServers,
  staggerMs,
}: {
  zones: Zones;
  nameServers: NameServers;
  staggerMs: number;
}): AskEnclosingZone {
  async function askZone(zone: Zone, question: Question, budget: Budget): Promise<readonly ServerReply[]> {
    const asks = zone.servers.map((server) => (b: Budget) => nameServers.ask(server, zone.name, question, b));
    if (question.servers === 'every') return Promise.all(asks.map((ask) => ask(budget)));
    const { usable, results } = await firstUsable(asks, isUsable, budget, staggerMs);
    return usable ? [usable] : results;
  }

  return async (question, startAt, budget) => {
    const near = zones.findKnown(question.name, startAt) ?? (await zones.findNear(question.name, startAt, budget));
    if (!near.ok) return near;
    const { zone, isEnclosing } = near.value;
    const replies = await askZone(zone, question, budget);
    if (isEnclosing || !replies.some(isUsable)) return { ok: true, zone, replies };
    // That isn't remembered: the next answer says so again, and five names of each domain would crowd out those that take a search.
    if (isSaidToHold(zone, replies)) return { ok: true, zone, replies };
    const found = await zones.find(question.name, startAt, budget);
    if (!found.ok) return found;
    const enclosing = found.value;
    const isSame = enclosing.name === zone.name && enclosing.servers === zone.servers;
    return { ok: true, zone: enclosing, replies: isSame ? replies : await askZone(enclosing, question, budget) };
  };
}

/** The zone that a reply says it is from; undefined where it does not say. */
export function zoneOfReply(reply: Reply): string | undefined {
  if (reply.kind === 'found') return reply.zone;
  return reply.kind === 'absent' ? reply.soaOwner : undefined;
}

/** Whether a server says that its zone holds the name, and none shows another one. An alias may lead out of it and tell of that zone. */
function isSaidToHold(zone: Zone, replies: readonly ServerReply[]): boolean {
  const usable = replies.filter(isUsable).map(({ reply }) => reply);
  if (usable.some(({ kind }) => kind === 'cname' || kind === 'referral')) return false;
  const said = new Set(usable.map(zoneOfReply));
  said.delete(undefined);
  return said.size === 1 && said.has(zone.name);
}
