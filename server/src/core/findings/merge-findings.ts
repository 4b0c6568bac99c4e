import type { FindingSeverity } from './catalogue.ts';
import type { SeenFinding, ZoneFinding } from './finding.ts';

/** A finding about a zone or its servers, and the zone of the record at which it was made. */
export interface FindingOfZone {
  readonly finding: ZoneFinding;
  readonly zone: string;
}

const RANK: Readonly<Record<FindingSeverity, number>> = { info: 0, warning: 1, error: 2 };

/**
 * Merges findings about zones and servers: each is told once, however many records it concerns, and for however many
 * reasons the questions failed. The one that says most is kept.
 */
export function mergeZoneFindings(all: readonly FindingOfZone[]): ZoneFinding[] {
  const merged = new Map<string, ZoneFinding>();
  for (const { finding, zone } of all) {
    const key = JSON.stringify([finding.code, findSubject(finding, zone)]);
    const kept = merged.get(key);
    if (kept === undefined || saysMore(finding, kept)) merged.set(key, finding);
  }
  return [...merged.values()];
}

/** What a finding is about, beside its code: two about the same are one. */
function findSubject({ code, facts }: SeenFinding, zone: string): unknown {
  // Our own resolvers are the same for every zone.
  if (code === 'resolver_unanswered') return null;
  if ('server' in facts) return facts.server;
  return 'count' in facts ? zone : facts;
}

function saysMore(one: SeenFinding, other: SeenFinding): boolean {
  const byRank = RANK[one.severity] - RANK[other.severity];
  return byRank > 0 || (byRank === 0 && countServers(one) > countServers(other));
}

function countServers({ facts }: SeenFinding): number {
  return 'count' in facts && typeof facts.count === 'number' ? facts.count : 1;
}
