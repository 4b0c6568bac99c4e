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
    const evidence: FindingEvidence[] = listEvidence({ name: place.name, type: place.type }, usable);
    const facts = { domain: registrable, registry: zone.name };
    if (isUnknown) return { code: 'domain_not_registered', facts, evidence };
    if (isKnown) return { code: 'delegation_missing', facts: { zone: registrable, servers: [] }, evidence };
  }
  const hasNoServers = result.answers.every((a) => a.outcome === 'failed' && findCause(a) === 'no_nameservers');
  if (!hasNoServers || result.aliases.length > 0) return null;
  const servers = zone?.nameservers.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name) ?? [];
  const facts = { zone: zone?.name || registrable, servers: servers.slice(0, MAX_SERVERS) };
  return { code: 'delegation_missing', facts, evidence: [] };
}

const MAX_SERVERS = 6;

/** A validating resolver refuses the answer: what the servers say is not validated for, and does not count. */
export function explainBogus({ place, result }: RecordView): Explanation | null {
  const isBogus = result.answers.some((answer) => answer.outcome === 'failed' && findCause(answer) === 'dnssec_bogus');
  if (!isBogus) return null;
  const zone = result.askedZone?.name ?? result.zone?.name ?? place.zoneName;
  return { code: 'dnssec_bogus', facts: { zone }, evidence: [] };
}

/** The zone is signed, and the resolver that checks it still remembers an older answer. */
export function explainUnvalidated({ result }: RecordView, now: Date): Explanation | null {
  const waits = result.answers.flatMap((answer) =>
    answer.outcome === 'failed' && answer.kind === 'dnssec_unvalidated' ? [answer.outdatedSeconds] : [],
  );
  if (waits.length === 0) return null;
  const until = new Date(now.getTime() + Math.max(...waits) * 1000).toISOString();
  return { code: 'negative_cache', facts: { what: 'validator', until }, evidence: [] };
}
