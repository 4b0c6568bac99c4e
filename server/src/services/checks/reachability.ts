import { type Answer, type Question, recordsOfType } from '../../core/answers/dns-answer.ts';
import { describeFailure } from '../../core/answers/failure-words.ts';
import type { Context } from '../context.ts';

/** One thing that was checked, how it stands, and what to do about it. */
export interface HealthFinding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
}

type ResolverContext = Pick<Context, 'dns' | 'dnsSettings' | 'regions'>;

/** Checks whether DNS can be asked from here as checks need it: the resolvers, authoritative servers, and what the regions point at. */
export async function diagnoseReachability(ctx: ResolverContext): Promise<HealthFinding[]> {
  const resolvers = await Promise.all(ctx.dnsSettings.resolvers.map((resolver) => examineResolver(ctx, resolver)));
  if (resolvers.length === 0)
    return [{ what: 'resolvers', state: 'error', detail: 'none configured. Set AUTOSEND_DNS_SERVERS.' }];
  if (resolvers.every(({ state }) => state === 'error')) return resolvers;
  return [...resolvers, await examineAuthoritative(ctx), ...(await examineRegions(ctx))];
}

async function examineResolver(
  ctx: ResolverContext,
  resolver: { address: string; port: number },
): Promise<HealthFinding> {
  const what = `resolver ${resolver.address}:${resolver.port}`;
  const question = { name: '', type: 'NS' } as const;
  const { answer, authenticated } = await ctx.dns.askServer(resolver, question, { recursionDesired: true });
  if (answer.outcome === 'found' && ctx.dnsSettings.mode !== 'recursive' && (await isSoaFiltered(ctx, resolver)))
    return {
      what,
      state: 'warning',
      detail:
        'answers, but not SOA queries. Some home routers filter them. Zones are found by their NS records instead, which takes more queries. Turn the filter off, or set AUTOSEND_DNS_SERVERS to another resolver.',
    };
  // The root is signed, so whoever validates validates for its name servers.
  if (answer.outcome === 'found' && authenticated) return { what, state: 'ok', detail: 'answers and validates DNSSEC' };
  if (answer.outcome === 'found')
    return {
      what,
      state: 'ok',
      detail: "answers, but doesn't validate DNSSEC, so forged answers for signed zones go unnoticed",
    };
  return {
    what,
    state: 'error',
    detail: `${describeAnswer(answer)}. Set AUTOSEND_DNS_SERVERS to a resolver that works.`,
  };
}

/** Whether a resolver that knows who serves the root keeps the root's SOA record to itself: nothing but a filter does that. */
async function isSoaFiltered(ctx: ResolverContext, resolver: { address: string; port: number }): Promise<boolean> {
  const soa = await ctx.dns.askServer(resolver, { name: '', type: 'SOA' }, { recursionDesired: true });
  return soa.answer.outcome !== 'found';
}

/** Asks a root server itself. What answers in its place is a cache or a filter, and would show records as they were. */
async function examineAuthoritative(ctx: ResolverContext): Promise<HealthFinding> {
  const what = 'authoritative servers';
  if (ctx.dnsSettings.mode === 'recursive')
    return {
      what,
      state: 'ok',
      detail: 'not queried (AUTOSEND_DNS_MODE=recursive), so changes only show once caches expire',
    };
  const advice = 'Allow outgoing DNS (port 53, UDP and TCP) to any address, or set AUTOSEND_DNS_MODE=recursive.';
  const names = await askResolver(ctx, { name: '', type: 'NS' });
  const [root] = (recordsOfType(names, 'NS') ?? []).map(({ target }) => target).sort();
  const addresses = root === undefined ? null : recordsOfType(await askResolver(ctx, { name: root, type: 'A' }), 'A');
  const address = addresses?.[0]?.address;
  if (root === undefined || address === undefined)
    return {
      what,
      state: 'warning',
      detail: "not queried, because the resolvers don't return the addresses of the root servers",
    };
  const port = ctx.dnsSettings.authoritativePort;
  const seen = await ctx.dns.askServer({ address, port }, { name: '', type: 'SOA' }, { recursionDesired: false });
  const where = `${root} (${address})`;
  if (seen.authoritative === undefined)
    return { what, state: 'warning', detail: `${where} ${describeAnswer(seen.answer)}. ${advice}` };
  if (!seen.authoritative || seen.recursionAvailable)
    return {
      what,
      state: 'warning',
      detail: `something between here and ${where} intercepted the query and answered from a cache. ${advice}`,
    };
  return { what, state: 'ok', detail: `${where} answered directly` };
}

/** Our own SPF mechanism and MAIL FROM host are not followed in checks: what stands behind them is the operator's, and checked here. */
async function examineRegions(ctx: ResolverContext): Promise<HealthFinding[]> {
  const hosts = [...new Set(ctx.regions.map(({ mailFromHost }) => mailFromHost))];
  const includes = [
    ...new Set(ctx.regions.flatMap(({ spfMechanism }) => /^include:(.+)$/i.exec(spfMechanism)?.[1] ?? [])),
  ];
  const hostFindings = hosts.map(async (host): Promise<HealthFinding> => {
    const answer = await askResolver(ctx, { name: host, type: 'A' });
    return toFinding(
      `MAIL FROM host ${host}`,
      answer,
      answer.outcome === 'found',
      "has no address, so bounces can't be delivered",
    );
  });
  const includeFindings = includes.map(async (name): Promise<HealthFinding> => {
    const answer = await askResolver(ctx, { name, type: 'TXT' });
    const texts = (recordsOfType(answer, 'TXT') ?? []).map(({ strings }) => strings.join(''));
    const count = texts.filter((text) => /^v=spf1(?: |$)/i.test(text)).length;
    return toFinding(
      `SPF include ${name}`,
      answer,
      count === 1,
      `has ${count} SPF records instead of one, so SPF fails with permerror`,
    );
  });
  return Promise.all([...hostFindings, ...includeFindings]);
}

function toFinding(what: string, answer: Answer, isRight: boolean, problem: string): HealthFinding {
  if (answer.outcome === 'failed')
    return { what, state: 'warning', detail: `couldn't be looked up: our resolver ${describeFailure(answer)}` };
  return isRight
    ? { what, state: 'ok', detail: 'found' }
    : {
        what,
        state: 'error',
        detail: `${problem}. Publish the record, or correct the region in AUTOSEND_REGIONS_FILE.`,
      };
}

async function askResolver(ctx: ResolverContext, question: Pick<Question, 'name' | 'type'>): Promise<Answer> {
  let last: Answer | null = null;
  for (const resolver of ctx.dnsSettings.resolvers) {
    last = (await ctx.dns.askServer(resolver, question, { recursionDesired: true })).answer;
    if (last.outcome !== 'failed') return last;
  }
  if (!last) throw new Error('There is no resolver to query.');
  return last;
}

function describeAnswer(answer: Answer): string {
  if (answer.outcome === 'failed') return describeFailure(answer);
  return answer.outcome === 'absent' ? 'says the root zone has no name servers' : 'it answers';
}
