import type { DnssecStatus } from '../../core/answers/dns-answer.ts';
import { parentOf } from '../../core/names/name-wire.ts';
import type { Budget } from '../budget.ts';
import type { FailedReply } from '../failed-reply.ts';
import type { Loaded } from '../flight-cache.ts';
import type { ResolverReply, Resolvers } from '../recursive.ts';
import type { Unreachable } from '../unreachable.ts';
import { failSearch, failStep, type Zone, type ZoneFailure } from './zone.ts';

/** The zone to start from, as the resolvers say. */
export type ZoneStart = Pick<Zone, 'name' | 'dnssec'>;

/** Finds the nearest zone at or above a name that the resolvers know. */
export type FindZoneStart = (from: string, budget: Budget) => Promise<Loaded<ZoneStart, ZoneFailure>>;

/**
 * Builds the search. The zone is where the resolvers have a SOA record, or name the zone in a "no". Some resolvers answer no
 * questions for SOA (an option of home routers against chatty clients), and some zones' servers answer none: then it is
 * where NS records are.
 */
export function createFindZoneStart(deps: {
  resolvers: Pick<Resolvers, 'askValidated'>;
  unreachable: Unreachable;
  /** What one try over UDP may take: a shorter silence proves nothing. */
  tryMs: number;
}): FindZoneStart {
  const { resolvers } = deps;

  async function findBySoa(from: string, budget: Budget): Promise<Loaded<ZoneStart, ZoneFailure>> {
    // A dead zone makes the resolver slow: who comes a moment later need not wait as long for the same.
    const key = `start ${from}`;
    if (!budget.force && deps.unreachable.has(key)) {
      return failSearch(undefined, failStep({ kind: 'asked_in_vain' }, { at: 'zone', name: from }, NO_RESOLVER));
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
      if (name === '') return failSearch(undefined, failStep({ kind: 'no_soa' }, { at: 'zone', name: from }, source));
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
  ): Promise<Loaded<ZoneStart, ZoneFailure>> {
    if (dnssec !== 'unsigned') return { ok: true, value: { name, dnssec }, ttlSeconds };
    const answer = await resolvers.askValidated({ name, type: 'SOA' }, budget);
    if (answer.reply.kind === 'failed') return failStart(name, answer.reply, answer);
    return { ok: true, value: { name, dnssec: answer.dnssec }, ttlSeconds };
  }

  /** Null: no answer names a zone. */
  async function findByNs(from: string, budget: Budget): Promise<Loaded<ZoneStart, ZoneFailure> | null> {
    for (let name = from; ; name = parentOf(name)) {
      const { reply, aliases, dnssec } = await resolvers.askValidated({ name, type: 'NS' }, budget);
      if (reply.kind === 'failed') return null;
      if (reply.kind === 'found' && aliases.length === 0) {
        return { ok: true, value: { name, dnssec }, ttlSeconds: reply.ttlSeconds };
      }
      if (name === '') return null;
    }
  }

  return async (from, budget) => {
    const start = await findBySoa(from, budget);
    if (start.ok || !start.failure.failures.every(isAboutSoaOnly)) return start;
    return (await findByNs(from, budget)) ?? start;
  };
}

/** Whether a resolver did answer, and that answer may be one to questions for SOA alone. */
function isAboutSoaOnly({ kind, reason }: ZoneFailure['failures'][number]): boolean {
  return kind === 'no_soa' || (kind === 'error_code' && (reason === 'servfail' || reason === 'refused'));
}

const NO_RESOLVER = { server: 'resolver', address: '', via: 'recursive', rttMs: 0 } as const;

/** No start was found, and the resolver says why. A zone that is bogus is named, as far as it can be told. */
function failStart(
  asked: string,
  reply: FailedReply,
  { source, dnssec, unchecked }: ResolverReply,
): Loaded<never, ZoneFailure> {
  const owner = unchecked?.kind === 'absent' ? (unchecked.soaOwner ?? asked) : asked;
  const zone = dnssec === 'bogus' ? { name: owner, servers: [], dnssec } : undefined;
  return failSearch(zone, failStep(reply.fault, { at: 'zone', name: asked }, source));
}
