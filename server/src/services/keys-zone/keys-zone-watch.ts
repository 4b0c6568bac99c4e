import { failureOf, type LookupResult, recordsOfType } from '../../core/answers/dns-answer.ts';
import { describeFailureOf } from '../../core/answers/failure-words.ts';
import { formatProviderProblem } from '../../core/publishing/words.ts';
import * as targets from '../../db/queries/keys-zone/key-targets.ts';
import * as table from '../../db/queries/keys-zone/keys-zones.ts';
import type { Context } from '../context.ts';
import { findConnection } from '../publishing/find-connection.ts';
import { askZone, findUnsettled } from './zone-servers.ts';

const LEASE_MS = 60_000;
const RIGHT_MS = 60_000;
/** What is wrong in one check may be a transfer under way: it counts when the next one sees it, too. */
const AGAIN_MS = 15_000;
/** So many domains' keys are asked of every server in each check, others each time. */
const SAMPLE = 5;

/** Claims a keys zone that is due for a check; null where none is. Those in use, and the configured one, are watched. */
export async function claimZone(ctx: Context, owner: string): Promise<table.StoredKeysZone | null> {
  const now = ctx.clock.now();
  await table.addKeysZones(ctx.db, await listZonesToWatch(ctx), now);
  return table.claimKeysZone(ctx.db, now, { owner, until: new Date(now.getTime() + LEASE_MS) });
}

/** Lists the zones that keys of domains stand in, or are to. */
export async function listZonesToWatch({ db, keysZone }: Pick<Context, 'db' | 'keysZone'>): Promise<string[]> {
  return [...new Set([...(await targets.listZonesInUse(db)), ...(keysZone === null ? [] : [keysZone])])];
}

/** Checks a claimed zone and stores how it stands; a change is told in the log. */
export async function watchZone(ctx: Context, row: table.StoredKeysZone): Promise<void> {
  if (!(await listZonesToWatch(ctx)).includes(row.name)) return table.deleteKeysZone(ctx.db, row);
  const problems = await findZoneProblems(ctx, row.name);
  if (ctx.stopping.aborted) return;
  const now = ctx.clock.now();
  const isSuspected = row.problems.length > 0;
  const isRight = problems.length === 0 ? true : isSuspected ? false : row.isRight;
  const hasChanged = isRight !== row.isRight;
  await table.storeKeysZone(ctx.db, row, {
    nextAt: new Date(now.getTime() + (problems.length === 0 ? RIGHT_MS : AGAIN_MS)),
    checkedAt: now,
    isRight,
    since: hasChanged ? now : row.since,
    problems,
  });
  if (!hasChanged) return;
  if (isRight === false)
    ctx.log.error(
      { zone: row.name, problems },
      'the keys zone is not right on every server; all domains with dkimMode cname depend on it',
    );
  else if (row.isRight === false) ctx.log.info({ zone: row.name }, 'the keys zone is right on every server again');
}

/** Finds what is wrong with a keys zone, in a sentence each: its servers, its keys on them, DNSSEC, and whether it can be written. */
export async function findZoneProblems(ctx: Context, zone: string): Promise<string[]> {
  const problems = await findServerProblems(ctx, zone);
  if (problems.length === 0) {
    const sample = await targets.sampleSettledTargets(ctx.db, zone, SAMPLE);
    const seen = await Promise.all(sample.map((row) => findUnsettled(ctx, zone, row.targets)));
    const wrong = seen.filter((problem) => problem !== null);
    problems.push(...wrong.map(({ problem }) => problem));
    // Somebody else changed it, or it or the database came from a backup: all of them are compared.
    if (wrong.some(({ isSeen }) => isSeen)) await targets.makeZoneDue(ctx.db, zone, ctx.clock.now());
  }
  const failing = await targets.findFailingTargets(ctx.db, zone);
  if (failing.count > 0)
    problems.push(
      `The keys of ${failing.count} ${failing.count === 1 ? 'domain' : 'domains'} couldn't be published. ${failing.problem ?? ''}`.trim(),
    );
  return [...problems, ...(await findWritingProblem(ctx, zone))];
}

async function findWritingProblem(ctx: Context, zone: string): Promise<string[]> {
  const search = await findConnection(ctx, null, zone, ctx.stopping);
  if (search.outcome === 'found') return [];
  const [failed] = search.failed;
  return failed
    ? [formatProviderProblem(failed.connection.provider, failed.problem, 'findZone')]
    : [
        `None of the operator's DNS connections can write to ${zone}. Add one: npx autosend dns-connections add --instance.`,
      ];
}

async function findServerProblems(ctx: Context, zone: string): Promise<string[]> {
  const [soa] = await askZone(ctx, zone, [{ name: zone, type: 'SOA' }]);
  if (!soa) return [];
  if (soa.zone && soa.zone.name !== zone)
    return [`${zone} is not a zone of its own: it is part of ${soa.zone.name || 'the root zone'}, or isn't delegated.`];
  const problems = listSilent(soa);
  const serials = new Map<number, string[]>();
  for (const answer of soa.answers)
    for (const { serial } of recordsOfType(answer, 'SOA') ?? [])
      serials.set(serial, [...(serials.get(serial) ?? []), answer.source.server]);
  if (serials.size > 1)
    problems.push(
      `The servers of ${zone} have different versions of it: ${[...serials].map(([serial, names]) => `${[...new Set(names)].join(', ')} has serial ${serial}`).join('; ')}.`,
    );
  if (soa.zone?.dnssec === 'bogus') problems.push(`Validating resolvers reject the answers for ${zone} (DNSSEC).`);
  return problems;
}

function listSilent({ answers }: LookupResult): string[] {
  return answers.flatMap((answer) => {
    if (answer.outcome === 'failed') return [describeFailureOf(answer.source, failureOf(answer))];
    return answer.outcome === 'absent' ? [`${answer.source.server} has no SOA record for the zone.`] : [];
  });
}
