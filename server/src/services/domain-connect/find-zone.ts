import { findAnsweringZone, firstAnswer, recordsOfType } from '../../core/answers/dns-answer.ts';
import { isAboveRegistrable } from '../../core/findings/place.ts';
import { findRegistrableDomain } from '../../core/names/public-suffix.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';

/** The zone that really holds a name. */
export interface HoldingZone {
  readonly apex: string;
  /** The names of its servers, as its own records have them; never none. */
  readonly nameservers: readonly string[];
}

/**
 * Finds the zone that holds a domain: its real zone cut, which may be above or below what was registered. Null where nobody
 * says: how far a search came that failed is no answer, and neither is silence about a name below.
 */
export async function findHoldingZone(
  ctx: Pick<Context, 'dns' | 'dnsSettings'>,
  domainName: string,
  budget: Budget,
): Promise<HoldingZone | null> {
  if (ctx.dnsSettings.mode === 'recursive') return findByResolvers(ctx, domainName, budget);
  const question = { name: domainName, type: 'SOA', servers: 'any' } as const;
  const zone = findAnsweringZone(await ctx.dns.lookup(question, { budget, startAt: domainName }));
  if (!zone || isAboveRegistrable(domainName, zone.name)) return null;
  return { apex: zone.name, nameservers: zone.nameservers.map(({ name }) => name) };
}

/** Where only resolvers are asked, a zone shows by its SOA record. */
async function findByResolvers(
  ctx: Pick<Context, 'dns'>,
  domainName: string,
  budget: Budget,
): Promise<HoldingZone | null> {
  const ask = async <T extends 'SOA' | 'NS'>(name: string, type: T) => {
    const result = await ctx.dns.lookup({ name, type, servers: 'any' }, { budget, startAt: name });
    // What is behind an alias is about another name.
    return result.aliases.length > 0 ? [] : recordsOfType(firstAnswer(result), type);
  };
  const highest = findRegistrableDomain(domainName) ?? domainName;
  for (let name = domainName; ; name = name.slice(name.indexOf('.') + 1)) {
    const soa = await ask(name, 'SOA');
    if (soa === null) return null;
    if (soa.length > 0) {
      const nameservers = ((await ask(name, 'NS')) ?? []).map(({ target }) => target);
      return nameservers.length > 0 ? { apex: name, nameservers } : null;
    }
    if (name === highest || !name.includes('.')) return null;
  }
}
