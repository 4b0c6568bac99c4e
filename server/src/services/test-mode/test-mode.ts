/*
 * Test mode: what is different for the domains of a test project, which is their DNS and their clock, and nothing else. A use
 * case that checks or changes a domain takes its context through `inTestMode`; for any other domain that is the context as it
 * is. `test-clock/` moves the clock of a project and runs what becomes due. The parts that domains play are in
 * `core/test-mode/`, and no rule knows of them.
 */

import type { Clock } from '../../core/clock.ts';
import { isInMotion } from '../../core/dkim/key-stages.ts';
import type { ProjectId } from '../../core/ids.ts';
import { buildKeyRecord, keyKindOf } from '../../core/records/dkim-key.ts';
import { answerInTestMode } from '../../core/test-mode/scripted-answers.ts';
import type { Db } from '../../db/db.ts';
import { listKeys } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { readClockOffsets } from '../../db/queries/test-projects.ts';
import { createScriptedDns } from '../../dns/scripted-dns.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import { createMeters } from '../node/meters.ts';
import { NO_CHECK_LIMITS } from '../node/no-check-limits.ts';

/** Nobody listens: what a script answered says nothing of DNS. */
const NO_METERS = createMeters();

/** The clock of a test project: ahead of real time by so much, and as fast. */
function setAhead(realClock: Clock, offsetMs: number): Clock {
  return { ...realClock, now: () => new Date(realClock.now().getTime() + offsetMs) };
}

/** The context of a project that was just read: with its clock, where it is one for tests. */
export function inProjectTime<C extends Pick<Context, 'clock' | 'realClock'>>(
  ctx: C,
  project: { readonly isTest: boolean; readonly clockOffsetMs: number },
): C {
  return project.isTest ? { ...ctx, clock: setAhead(ctx.realClock, project.clockOffsetMs) } : ctx;
}

/** Reads the clocks of the projects of these domains; gives what finds the context with the clock of one of them. */
export async function findProjectTimes<C extends Pick<Context, 'db' | 'clock' | 'realClock'>>(
  ctx: C,
  domains: readonly Pick<StoredDomain, 'isTest' | 'projectId'>[],
): Promise<(domain: Pick<StoredDomain, 'isTest' | 'projectId'>) => C> {
  const ids = new Set(domains.flatMap(({ isTest, projectId }) => (isTest ? [projectId] : [])));
  if (ids.size === 0) return () => ctx;
  const offsets = await readClockOffsets(ctx.db, [...ids]);
  return ({ isTest, projectId }) => inProjectTime(ctx, { isTest, clockOffsetMs: offsets.get(projectId) ?? 0 });
}

/** What it takes to check or change a domain in test mode. */
type CheckingContext = Pick<Context, 'db' | 'dns' | 'clock' | 'realClock' | 'meters' | 'checkLimits'>;

/**
 * The context in which a domain is checked and changed: for one of a test project with the project's clock, DNS that plays the
 * domain's part, no limits of checks (nobody is asked), and nothing of it in the metrics.
 * @param db the transaction under way, where there is one
 */
export async function inTestMode<C extends CheckingContext>(ctx: C, domain: StoredDomain, db: Db = ctx.db): Promise<C> {
  if (!domain.isTest) return ctx;
  const { clock } = inProjectTime(ctx, { isTest: true, clockOffsetMs: await readOffset(db, domain.projectId) });
  const keys = domain.hasKeysInMotion ? await listKeys(db, domain) : [];
  const played = {
    name: domain.name,
    records: buildRecordsOf(domain),
    furtherKeys: keys
      .filter(({ algorithm, stage }) => isInMotion({ kind: keyKindOf(algorithm), stage }))
      .map((key) => ({ record: buildKeyRecord(key), createdAt: key.createdAt })),
    createdAt: domain.createdAt,
    verifiedAt: domain.verifiedAt,
  };
  const dns = createScriptedDns((question) => answerInTestMode({ ...played, now: clock.now() }, question));
  return { ...ctx, clock, dns, checkLimits: NO_CHECK_LIMITS, meters: NO_METERS };
}

/** The clock of a domain's project, for a change that asks no DNS. @param db the transaction under way */
export async function inTimeOf<C extends Pick<Context, 'clock' | 'realClock'>>(
  ctx: C,
  { isTest, projectId }: Pick<StoredDomain, 'isTest' | 'projectId'>,
  db: Db,
): Promise<C> {
  if (!isTest) return ctx;
  return inProjectTime(ctx, { isTest, clockOffsetMs: await readOffset(db, projectId) });
}

async function readOffset(db: Db, id: ProjectId): Promise<number> {
  return (await readClockOffsets(db, [id])).get(id) ?? 0;
}
