import { AppError, validationError } from '../../core/errors.ts';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import { selectChanges } from '../../core/publishing/plan.ts';
import type { RrSetChange } from '../../core/publishing/rr-set.ts';
import { formatProviderProblem, type ProviderOperation } from '../../core/publishing/words.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { noteDnsIntent } from '../../db/queries/publishing/intents.ts';
import { noteAction } from '../audit/audit.ts';
import { verifyDomain } from '../checks/check-now.ts';
import type { Context } from '../context.ts';
import { getDomain } from '../domains/domains.ts';
import type { FailedConnection } from './find-connection.ts';
import { type DnsPlan, type PlanOutcome, planDomain } from './plan.ts';
import type { OnSettled } from './publications.ts';
import { type WriteOutcome, writeZone } from './write-zone.ts';

/** A caller waits so long; then the write goes on without them. */
const WAIT_MS = 10_000;

/** What came of an apply. */
export interface AppliedPlan {
  readonly plan: DnsPlan;
  readonly domain: StoredDomain;
  /** What was agreed to. */
  readonly consents: readonly string[];
  /** Null while it goes on. */
  readonly written: readonly RrSetChange[] | null;
}

/**
 * Makes a plan of what to write for a domain.
 * @throws AppError NOT_FOUND, FORBIDDEN for a test project, DNS_ZONE_NOT_FOUND, DNS_CONNECTION_MISSING, DNS_CONNECTION_FAILED
 */
export async function getDnsPlan(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
): Promise<{ readonly domain: StoredDomain; readonly plan: DnsPlan }> {
  const domain = await getDomain(ctx, projectId, domainId);
  if (domain.isTest)
    throw new AppError('FORBIDDEN', 'The DNS of a test project is simulated: there is no zone to publish in.');
  const admission = await ctx.checkLimits.admit(domain, 'asked');
  if (admission.retryAfterSeconds !== null)
    throw new AppError('RATE_LIMIT_EXCEEDED', 'DNS was asked about this domain too often. Please try again later.', {
      retryAfterSeconds: admission.retryAfterSeconds,
    });
  const outcome = await planDomain(ctx, domain, (questions) => admission.settle(questions));
  if (outcome.outcome !== 'planned') throw planFailed(domain, outcome);
  return { domain, plan: outcome.plan };
}

/**
 * Carries out a plan that somebody has seen: all that takes nothing away, and the conflicts that they agreed to. Then the
 * domain is checked at once. A write that takes long goes on after the answer.
 * @param consents the codes of the conflicts that are agreed to
 * @throws AppError as `getDnsPlan`; DNS_PLAN_CHANGED where it would be another plan now, VALIDATION_FAILED for a consent that it doesn't ask for
 */
export async function applyDnsPlan(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  { planId, consents = [] }: { readonly planId: string; readonly consents?: readonly string[] | undefined },
): Promise<AppliedPlan> {
  const { domain, plan } = await getDnsPlan(ctx, projectId, domainId);
  if (plan.planId !== planId) throw planChanged();
  const asked = new Set(plan.changes.flatMap(({ consent }) => consent ?? []));
  const unknown = consents.find((consent) => !asked.has(consent));
  if (unknown !== undefined)
    throw validationError('consents', `The plan doesn't ask for the consent "${unknown.slice(0, 100)}".`);
  if (plan.isUnderWay) return { plan, domain, consents, written: null };

  const note = async (tx: Db, changes: readonly RrSetChange[]) => {
    await noteAction(tx, ctx.realClock.now(), describeWrite(domain, plan, changes));
    await noteDnsIntent(tx, domain, ctx.realClock.now());
  };
  const work = writePlan(ctx, plan, consents, note).then((outcome) => {
    if (outcome.outcome !== 'under_way') ctx.background.run(verifyDomain(ctx, projectId, domainId));
    return outcome;
  });
  ctx.background.run(work);
  const tooLate = new AbortController();
  const waited = ctx.realClock.sleep(WAIT_MS, tooLate.signal).then(() => null);
  const outcome = await Promise.race([work, waited]).finally(() => tooLate.abort());
  if (outcome === null || outcome.outcome === 'under_way') return { plan, domain, consents, written: null };
  if (outcome.outcome === 'failed') throw writeFailed(plan, outcome);
  return { plan, domain, consents, written: outcome.changes };
}

/**
 * Writes what a plan says: all that takes nothing away, and the conflicts that are agreed to.
 * @param onSettled runs in the transaction that notes what was written
 */
export function writePlan(
  ctx: Parameters<typeof writeZone>[0],
  plan: DnsPlan,
  consents: readonly string[],
  onSettled?: OnSettled,
): Promise<WriteOutcome> {
  return writeZone(ctx, plan, selectChanges(plan.changes, consents), onSettled);
}

function planChanged(): AppError {
  return new AppError(
    'DNS_PLAN_CHANGED',
    'The zone has changed since this plan was made. Get the plan again and publish the new one.',
  );
}

function planFailed({ name }: StoredDomain, outcome: Exclude<PlanOutcome, { outcome: 'planned' }>): AppError {
  switch (outcome.outcome) {
    case 'no_zone':
      return new AppError(
        'DNS_ZONE_NOT_FOUND',
        `We couldn't find out which zone ${name} is in: either its name servers didn't answer, or it isn't registered. Check that it is, then try again.`,
      );
    case 'no_connection':
      return new AppError('DNS_CONNECTION_MISSING', sayMissing(outcome.zone, outcome.failed));
    case 'failed':
      return connectionFailed(outcome, 'read');
  }
}

function sayMissing(zone: string, failed: readonly FailedConnection[]): string {
  const advice = 'Add one for the DNS provider of this zone, or publish the records yourself.';
  const [first] = failed;
  if (!first) return `No DNS connection can write to the zone ${zone}. ${advice}`;
  const why = formatProviderProblem(first.connection.provider, first.problem, 'findZone');
  return `No DNS connection can write to the zone ${zone}. The connection ${first.connection.name} failed: ${why}`;
}

function writeFailed(
  plan: DnsPlan,
  { problem, changes, isInDoubt }: Extract<WriteOutcome, { outcome: 'failed' }>,
): AppError {
  if (problem.outcome === 'changed') {
    const some = changes.length > 0 ? ' Some of the records were written.' : '';
    return new AppError(
      'DNS_PLAN_CHANGED',
      `Someone changed these records at the same moment.${some} Get the plan again.`,
    );
  }
  const error = connectionFailed({ connection: plan.connection, problem }, 'write');
  const rest = isInDoubt
    ? 'The records may have been written anyway. Get the plan again.'
    : changes.length > 0
      ? 'Some of the records were written. Get the plan again.'
      : 'Nothing was written.';
  return new AppError(error.code, `${error.message} ${rest}`, {
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
  });
}

function connectionFailed(
  { connection, problem }: Pick<FailedConnection, 'connection' | 'problem'>,
  operation: ProviderOperation,
): AppError {
  const { retryAfterSeconds } = problem;
  return new AppError('DNS_CONNECTION_FAILED', formatProviderProblem(connection.provider, problem, operation), {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function describeWrite(
  { id, name, projectId }: StoredDomain,
  { zone, connection }: DnsPlan,
  changes: readonly RrSetChange[],
) {
  const list = (side: 'before' | 'after') =>
    changes.flatMap(
      (change) => change[side]?.rdata.map((rdata) => `${change[side]?.name} ${change[side]?.type} ${rdata}`) ?? [],
    );
  return {
    action: 'domain.dns_published',
    projectId,
    object: { kind: 'domain', id: id satisfies DomainId, name },
    before: { records: list('before') },
    after: { records: list('after'), zone: zone.name, connection: connection.name },
  } as const;
}
