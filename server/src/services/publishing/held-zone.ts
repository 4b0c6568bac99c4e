import { findAnsweringZone, type LookupResult } from '../../core/answers/dns-answer.ts';
import { isAboveRegistrable } from '../../core/findings/place.ts';

/** Finds the zone that holds most names of a domain, as their servers say; null where none of them answered. */
export function findHeldZone(domainName: string, results: readonly LookupResult[]): string | null {
  const counts = new Map<string, number>();
  for (const result of results) {
    const zone = (result.aliases.length === 0 ? findAnsweringZone(result) : result.askedZone)?.name;
    // Nobody can write into the zone of a registry.
    if (zone !== undefined && !isAboveRegistrable(domainName, zone)) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  const [held] = [...counts].sort(([, one], [, other]) => other - one).map(([zone]) => zone);
  return held ?? null;
}
