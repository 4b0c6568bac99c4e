import { findCause } from '../answers/failure.ts';
import { findRegistrableDomain } from '../names/public-suffix.ts';
import { type FindingEvidence, listEvidence } from './finding.ts';
import { isAboveRegistrable } from './place.ts';
import type { Explanation, RecordView } from './view.ts';
import { listUsable } from './view.ts';

/**
 * Explains why a record cannot be there at all: nobody holds a zone for the domain. The registry's own servers say so, not
 * the domain's.
 *
 *     com: no such name                  not registered (or expired, and taken out)
 *     com: the name, and no delegation   registered, and without name servers
 */
export function explainMissingZone({ place, result }: RecordView, domain: string): Explanation | null {
  const { zone } = result;
  const registrable = findRegistrableDomain(domain) ?? domain;
  const usable = listUsable(result);
  const isRegistry = zone !== undefined && result.aliases.length === 0 && isAboveRegistrable(domain, zone.name);
  if (isRegistry && usable.length === result.answers.length && usable.length > 0) {
    const isUnknown = usable.every((answer) => answer.outcome === 'absent' && answer.reason === 'nxdomain');
    const isKnown = usable.every((answer) => answer.outcome === 'absent' && answer.reason === 'nodata');
    const where = zone.name === '' ? 'the root' : `\`.${zone.name}\``;
    const evidence: FindingEvidence[] = listEvidence({ name: place.name, type: place.type }, usable);
    if (isUnknown)
      return {
        code: 'domain_not_registered',
        text: `We asked the name servers of ${where}, and they know no \`${registrable}\`. Either nobody has registered it, or its registration has run out, or it was never given any name servers.`,
        evidence,
      };
    if (isKnown) return { code: 'delegation_missing', text: describeNoServers(registrable), evidence };
  }
  const hasNoServers = result.answers.every((a) => a.outcome === 'failed' && findCause(a) === 'no_nameservers');
  if (!hasNoServers || result.aliases.length > 0) return null;
  const servers = zone?.nameservers.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name) ?? [];
  return { code: 'delegation_missing', text: describeNoServers(zone?.name || registrable, servers), evidence: [] };
}

/** @param servers those that there are, none of which has an address */
function describeNoServers(name: string, servers: readonly string[] = []): string {
  if (servers.length > 0)
    return `\`${name}\` is delegated to ${servers.map((server) => `\`${server}\``).join(' and ')}, and ${servers.length === 1 ? 'this name server has no address' : 'none of these name servers has an address'}, so nobody can be asked for its records.`;
  return `\`${name}\` has no name servers, so nobody can be asked for its records.`;
}

/** A validating resolver refuses the answer: what the servers say is not validated for, and does not count. */
export function explainBogus({ place, result }: RecordView): Explanation | null {
  const isBogus = result.answers.some((answer) => answer.outcome === 'failed' && findCause(answer) === 'dnssec_bogus');
  if (!isBogus) return null;
  const zone = result.askedZone?.name ?? result.zone?.name ?? place.zoneName;
  return {
    code: 'dnssec_bogus',
    text: `\`${zone}\` is signed with DNSSEC, and its signatures do not fit what it says: resolvers that check them refuse to answer. Mail receivers see nothing there either. Nothing has been changed.`,
    evidence: [],
  };
}

/** The zone is signed, and the resolver that checks it still remembers an older answer. */
export function explainUnvalidated({ place, result }: RecordView, now: Date): Explanation | null {
  const waits = result.answers.flatMap((answer) =>
    answer.outcome === 'failed' && answer.kind === 'dnssec_unvalidated' ? [answer.outdatedSeconds] : [],
  );
  if (waits.length === 0) return null;
  const until = formatTime(new Date(now.getTime() + Math.max(...waits) * 1000));
  return {
    code: 'negative_cache',
    text: `Your name servers have changed \`${place.name}\`. The zone is signed, and the resolver that checks the signatures remembers what was there before, until ${until} at the latest. We wait for it.`,
    evidence: [],
  };
}

/** Formats a time of day for a sentence, such as `11:20 UTC`. */
export function formatTime(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}
