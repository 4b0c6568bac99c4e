import { sayOfPlan } from '../../core/findings/words/plan.ts';
import type { DnsProviderProblem } from '../../core/publishing/dns-provider.ts';
import type { PlannedChange } from '../../core/publishing/planned-change.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import type { PublishProblem } from '../../core/publishing/publish-state.ts';
import { describePublishReason } from '../../core/publishing/publish-words.ts';
import { choosePublishing, type TurnResult } from '../../core/publishing/turn.ts';
import { describeProviderProblem, type ProviderOperation } from '../../core/publishing/words.ts';
import type { StoredDnsConnection } from '../../db/queries/dns-connections.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { type DnsPlan, type PlanOutcome, planDomain } from './plan.ts';
import { writeZone } from './write-zone.ts';

/** What came of a turn for a domain. */
export interface PublishResult extends TurnResult {
  readonly zone: string | null;
  /** Whether anything was written: then the domain is checked at once. */
  readonly isWritten: boolean;
  /** What was withdrawn, or has become somebody else's. */
  readonly forgotten: readonly Publication[];
}

/** Somebody else's write is under way: the turn comes again. */
export const UNDER_WAY = 'under_way';

/**
 * Compares what a domain wants with its zone, and writes what takes nothing away from anybody. Everything that is expected to
 * go wrong is a value.
 */
export async function publishDomain(ctx: Context, domain: StoredDomain): Promise<PublishResult | typeof UNDER_WAY> {
  const outcome = await planDomain(ctx, domain);
  if (outcome.outcome !== 'planned') return failBefore(outcome);
  const { plan } = outcome;
  if (plan.isUnderWay) return UNDER_WAY;
  const { changes, drift, conflicts, stale } = choosePublishing(plan.changes, plan.written, plan.standing);
  const result = { zone: plan.zone.name, drift, forgotten: stale };
  const done = await writeZone(ctx, plan, changes);
  if (done.outcome === 'under_way') return UNDER_WAY;
  if (done.outcome === 'failed') {
    const isWritten = done.changes.length > 0 || done.isInDoubt;
    return { ...result, ...failWith(plan.connection, plan.zone.name, done.problem, 'write'), isWritten, forgotten: [] };
  }
  return { ...result, problem: sayConflicts(plan, conflicts), isWritten: done.changes.length > 0 };
}

function failBefore(outcome: Exclude<PlanOutcome, { outcome: 'planned' }>): PublishResult {
  const nothing = { isWritten: false, forgotten: [] };
  switch (outcome.outcome) {
    case 'no_zone':
      return { ...nothing, zone: null, problem: toProblem('no_zone', null) };
    case 'no_connection': {
      const { zone, failed } = outcome;
      // One that couldn't be asked may be the one that reaches the zone.
      const [first] = failed;
      if (first) return { ...nothing, zone, ...failWith(first.connection, zone, first.problem, 'findZone') };
      return { ...nothing, zone, problem: toProblem('no_connection', zone) };
    }
    case 'failed':
      return { ...nothing, zone: null, ...failWith(outcome.connection, null, outcome.problem, 'read') };
  }
}

/** Words what a provider said, and takes over how long it wants to be left alone. */
export function failWith(
  { provider }: StoredDnsConnection,
  zone: string | null,
  problem: DnsProviderProblem,
  operation: ProviderOperation,
): Pick<TurnResult, 'problem' | 'retryAfterSeconds'> {
  const { outcome, retryAfterSeconds, ...rest } = problem;
  const { message } = describeProviderProblem(provider, { outcome, ...rest }, operation);
  return { problem: { reason: outcome, message, zone, conflicts: [] }, retryAfterSeconds };
}

/** A problem in which no provider is involved. */
export function toProblem(reason: 'no_zone' | 'no_connection', zone: string | null): PublishProblem {
  return { reason, message: describePublishReason(reason), zone, conflicts: [] };
}

function sayConflicts({ zone }: DnsPlan, conflicts: readonly PlannedChange[]): PublishProblem | null {
  if (conflicts.length === 0) return null;
  return {
    reason: 'needs_consent',
    message: describePublishReason('needs_consent'),
    zone: zone.name,
    conflicts: conflicts.map((change) => ({
      name: change.name,
      type: change.type,
      reason: sayOfPlan(change)?.detail ?? '',
    })),
  };
}
