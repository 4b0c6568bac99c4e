import { recordsOfType } from '../../core/answers/dns-answer.ts';
import { findRegistrableDomain } from '../../core/names/public-suffix.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';

/** The zone that really holds a name. */
export interface HoldingZone {
  readonly apex: string;
  /** The names of its servers, as its own records have them. */
  readonly nameservers: readonly string[];
}

/**
 * Finds the zone that holds a domain: its real zone cut, which may be above or below what was registered. Null where nobody
 * says.
 */
export async function findHoldingZone(
  ctx: Pick<Context, 'dns' | 'dnsSettings'>,
  domainName: string,
  budget: Budget,
): Promise<HoldingZone | null> {
  if (ctx.dnsSettings.mode === 'recursive') return findByResolvers(ctx, domainName, budget);
  const question = { name: domainName, type: 'SOA', servers: 'any' } as const;
  const { zone, askedZone } = await ctx.dns.lookup(question, { budget, startAt: domainName });
  const found = askedZone ?? zone;
  return found ? { apex: found.name, nameservers: found.nameservers.map(({ name }) => name) } : null;
}

/** Where only resolvers are asked, a zone shows by its SOA record. */
async function findByResolvers(
  ctx: Pick<Context, 'dns'>,
  domainName: string,
  budget: Budget,
): Promise<HoldingZone | null> {
  const highest = findRegistrableDomain(domainName) ?? domainName;
  for (let name = domainName; ; name = name.slice(name.indexOf('.') + 1)) {
    const ask = async <T extends 'SOA' | 'NS'>(type: T) => {
      const { answers } = await ctx.dns.lookup({ name, type, servers: 'any' }, { budget, startAt: name });
      return answers.flatMap((answer) => recordsOfType(answer, type) ?? []);
    };
    if ((await ask('SOA')).length > 0) {
      const servers = await ask('NS');
      return { apex: name, nameservers: servers.map(({ target }) => target) };
    }
    if (name === highest || !name.includes('.')) return null;
  }
}
