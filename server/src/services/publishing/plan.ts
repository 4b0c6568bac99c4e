import { createHash } from 'node:crypto';
import type { LookupResult, Question } from '../../core/answers/dns-answer.ts';
import { questionKey } from '../../core/answers/dns-answer.ts';
import { RULES } from '../../core/check/rules.ts';
import type { Step } from '../../core/judgement/judgement.ts';
import { findRegistrableDomain } from '../../core/names/public-suffix.ts';
import type { DnsProviderProblem } from '../../core/publishing/dns-provider.ts';
import { planRecords } from '../../core/publishing/plan.ts';
import type { PlannedChange, WantedRecord } from '../../core/publishing/planned-change.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import type { StoredDnsConnection } from '../../db/queries/dns-connections.ts';
import { listPublications } from '../../db/queries/dns-publications.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { feedRule } from '../node/feed-rule.ts';
import { type ConnectionSearch, type FailedConnection, findConnection } from './find-connection.ts';
import { findHeldZone } from './held-zone.ts';
import { settleByReading } from './publications.ts';
import { listWantedRecords } from './wanted-records.ts';
import type { WriteTarget } from './write-zone.ts';

/** What is to be written into the zone of a domain, and where that is. */
export interface DnsPlan extends WriteTarget {
  /** A digest of the zone, the connection, what stands there and what is planned: the same plan has the same one. */
  readonly planId: string;
  readonly connection: StoredDnsConnection;
  readonly changes: readonly PlannedChange[];
  /** What stands at the names of the plan, and at those that we have written before. */
  readonly standing: readonly RrSet[];
  /** What was written into the zone for the domain before. */
  readonly written: readonly Publication[];
  /** Whether a write of an earlier plan is under way. */
  readonly isUnderWay: boolean;
}

/** A plan, or why there is none. */
export type PlanOutcome =
  | { readonly outcome: 'planned'; readonly plan: DnsPlan }
  /** DNS doesn't say in which zone the domain is. */
  | { readonly outcome: 'no_zone' }
  /** No connection reaches the zone; some couldn't be asked. */
  | { readonly outcome: 'no_connection'; readonly zone: string; readonly failed: readonly FailedConnection[] }
  /** The provider didn't say what stands there. */
  | { readonly outcome: 'failed'; readonly connection: StoredDnsConnection; readonly problem: DnsProviderProblem };

/** A person waits for a plan. */
const PLAN_MS = 25_000;
/** An SPF record leads to 40 names at most, and a policy to 8. */
const QUESTIONS = 400;

/**
 * Plans what to write for a domain: by the zone that really holds its names, what stands there now, and what we wrote before.
 * @param onAsked is told how many questions went out
 */
export async function planDomain(
  ctx: Context,
  domain: StoredDomain,
  onAsked: (questions: number) => void = () => undefined,
): Promise<PlanOutcome> {
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true, deadlineMs: PLAN_MS, queries: QUESTIONS });
  return planWithin(ctx, domain, budget).finally(() => onAsked(budget.queriesUsed()));
}

async function planWithin(ctx: Context, domain: StoredDomain, budget: Budget): Promise<PlanOutcome> {
  const wanted = await listWantedRecords(ctx.db, domain);
  const signal = AbortSignal.any([ctx.stopping, AbortSignal.timeout(PLAN_MS)]);
  const lookups = new Map<string, LookupResult>();
  const feed = <T>(rule: () => Step<T>) => feedRule(ctx, { lookups, budget, startAt: domain.name }, rule);

  const held = await feed(() => askForZone(domain.name, wanted, lookups));
  const found = await findZoneAndConnection(ctx, domain, held, signal);
  if (found.outcome !== 'found') return found;
  const { connection, provider, zone } = found;
  const ours = (await listPublications(ctx.db, domain.id)).filter((row) => row.zone === zone.name);
  const names = [
    ...new Set([...wanted.map(({ record }) => record.name.toLowerCase()), ...ours.map(({ name }) => name)]),
  ];
  const read = await provider.read(
    zone,
    names.filter((name) => isIn(zone.name, name)),
    signal,
  );
  if (read.outcome !== 'done') return { outcome: 'failed', connection, problem: read };
  const standing = read.value;
  const { written, isUnderWay } = await settleByReading(
    ctx,
    { domainId: domain.id, projectId: domain.projectId },
    zone.name,
    standing,
  );
  const changes = await feed(() =>
    planRecords({
      domain: domain.name,
      zone: zone.name,
      wanted,
      standing,
      written,
      rules: RULES,
      limits: provider.limits,
      lookups,
    }),
  );
  const plan = {
    domainId: domain.id,
    projectId: domain.projectId,
    connectionId: connection.id,
    connection,
    provider,
    zone,
  };
  const planId = digestPlan({ zone: zone.id, connectionId: connection.id, standing, changes });
  return { outcome: 'planned', plan: { ...plan, planId, changes, standing, written, isUnderWay } };
}

/** Asks DNS for the zone of the names wanted; null where it doesn't say. */
function askForZone(
  domainName: string,
  wanted: readonly WantedRecord[],
  lookups: ReadonlyMap<string, LookupResult>,
): Step<string | null> {
  const questions = wanted.map(
    ({ record }): Question => ({
      name: record.name.toLowerCase(),
      type: record.type === 'MX' ? 'MX' : 'TXT',
      servers: 'any',
    }),
  );
  const ask = questions.filter((question) => !lookups.has(questionKey(question)));
  if (ask.length > 0) return { done: false, ask };
  const results = questions.flatMap((question) => lookups.get(questionKey(question)) ?? []);
  return { done: true, value: findHeldZone(domainName, results) };
}

async function findZoneAndConnection(
  ctx: Context,
  domain: StoredDomain,
  held: string | null,
  signal: AbortSignal,
): Promise<Exclude<ConnectionSearch, { outcome: 'none' }> | Exclude<PlanOutcome, { outcome: 'planned' }>> {
  // Resolvers don't say where zones are cut: whoever keeps the zone knows.
  const candidates = held !== null ? [held] : ctx.dnsSettings.mode === 'recursive' ? listParents(domain.name) : [];
  let last: Extract<ConnectionSearch, { outcome: 'none' }> | null = null;
  for (const zone of candidates) {
    const search = await findConnection(ctx, domain.projectId, zone, signal);
    if (search.outcome === 'found') return search;
    last = search;
  }
  const zone = candidates.at(-1);
  return last && zone !== undefined ? { outcome: 'no_connection', zone, failed: last.failed } : { outcome: 'no_zone' };
}

/** The names that may be the zone of a domain, the longest first. */
function listParents(name: string): string[] {
  const registrable = findRegistrableDomain(name) ?? name;
  const labels = name.split('.');
  const most = labels.length - registrable.split('.').length;
  return Array.from({ length: most + 1 }, (_, index) => labels.slice(index).join('.'));
}

function isIn(zone: string, name: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

function digestPlan({
  zone,
  connectionId,
  standing,
  changes,
}: {
  readonly zone: string;
  readonly connectionId: string;
  readonly standing: readonly RrSet[];
  readonly changes: readonly PlannedChange[];
}): string {
  const sort = (sets: readonly RrSet[]) =>
    sets.map(({ name, type, ttlSeconds, rdata }) => JSON.stringify([name, type, ttlSeconds, [...rdata].sort()])).sort();
  const planned = changes.map(({ name, type, action, after, consent }) => [name, type, action, after, consent]);
  const text = JSON.stringify([zone, connectionId, sort(standing), planned]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
