/*
 * The operator's keys zone, which the CNAMEs of domains lead into. Whatever changes a domain or its keys makes a row of
 * `key_targets` due, in the same transaction (triggers see to that); a job claims it, and `reconcileTargets` writes what is
 * missing (`write-targets.ts`), asks every server of the zone whether it has it (`zone-servers.ts`), and notes since when all
 * do: signing moves to no key before (`keys/settled-keys.ts`). `keys-zone-watch.ts` watches the zone itself.
 */

import {
  findRightWaitMs,
  findTargetWaitMs,
  hasSameTargets,
  KEEP_TARGETS_MS,
  listKeyTargets,
} from '../../core/dkim/key-target.ts';
import { formatProviderProblem } from '../../core/publishing/words.ts';
import { findKeysZone } from '../../core/records/key-slots.ts';
import * as table from '../../db/queries/keys-zone/key-targets.ts';
import type { Context } from '../context.ts';
import { type Claim, hasRunOut } from '../node/claims.ts';
import { findConnection } from '../publishing/find-connection.ts';
import { type WantedTargets, writeTargets } from './write-targets.ts';
import { findUnsettled } from './zone-servers.ts';

/** Longer than some calls of a provider take; none is begun in the last part of it. */
const LEASE_MS = 60_000;
const MARGIN_MS = 20_000;

/** A domain whose keys are compared with the keys zone, and the claim it was taken under. */
export interface ClaimedTargets {
  readonly row: table.StoredKeyTarget;
  readonly claim: Claim;
}

/** Claims up to `limit` domains whose keys have to be compared. */
export async function claimTargets(ctx: Context, owner: string, limit: number): Promise<ClaimedTargets[]> {
  const endsAtMs = ctx.clock.monotonicMs() + LEASE_MS - MARGIN_MS;
  const now = ctx.clock.now();
  const claim = { owner, until: new Date(now.getTime() + LEASE_MS), endsAtMs };
  return (await table.claimKeyTargets(ctx.db, now, claim, limit)).map((row) => ({ row, claim }));
}

/**
 * Brings the keys zone to what a domain needs there, and stores how it stands. It may be repeated at any time, and may end at
 * any point: whoever takes it next reads first.
 */
export async function reconcileTargets(ctx: Context, claimed: ClaimedTargets): Promise<void> {
  const { row, claim } = claimed;
  const keys = await table.listTargetKeys(ctx.db, row.domainId);
  const isGone = row.isGone || keys.length === 0;
  const now = ctx.clock.now();
  const removeAt = isGone ? (row.removeAt ?? new Date(now.getTime() + KEEP_TARGETS_MS)) : null;
  if (isGone && row.targets.length === 0) return table.deleteKeyTarget(ctx.db, row);
  if (removeAt !== null && removeAt > now)
    return table.storeKeyTarget(ctx.db, row, { ...row, nextAt: removeAt, attempts: 0, removeAt });
  const targets = isGone ? row.targets : listKeyTargets(keys, row.keysBelow);
  // First it is noted, so that what may be there is known whatever happens next.
  const isSame = hasSameTargets(row.targets, targets);
  if (!isSame && !(await table.noteTargets(ctx.db, row, targets))) return;
  const problem = await bringAbout(ctx, claimed, { targets, isRemoved: isGone });
  // Cut short, it says nothing; whoever stops the loop gives the claim back.
  if (ctx.stopping.aborted || hasRunOut(ctx, claim)) return;
  if (problem === null && isGone) return table.deleteKeyTarget(ctx.db, row);
  const attempts = problem === null ? 0 : row.attempts + 1;
  const waitMs = problem === null ? findRightWaitMs(ctx.random()) : findTargetWaitMs(attempts, ctx.random());
  const seenAt = ctx.clock.now();
  const settledAt = problem !== null || isGone ? null : isSame && row.settledAt ? row.settledAt : seenAt;
  await table.storeKeyTarget(ctx.db, row, {
    nextAt: new Date(seenAt.getTime() + waitMs),
    attempts,
    settledAt,
    problem,
    removeAt,
  });
  if (problem !== null && problem !== row.problem)
    ctx.log.warn(
      { domainId: row.domainId, zone: findKeysZone(row.keysBelow), problem },
      "keys aren't on every server of the keys zone yet; retrying",
    );
  if (settledAt !== null && row.settledAt === null) await table.makeCheckDue(ctx.db, row.domainId, seenAt);
}

/** Writes, and asks every server; null where all is as wanted, else what is wrong. */
async function bringAbout(ctx: Context, { row, claim }: ClaimedTargets, wanted: WantedTargets): Promise<string | null> {
  const zoneName = findKeysZone(row.keysBelow);
  const search = await findConnection(ctx, null, zoneName, ctx.stopping);
  if (search.outcome === 'none') {
    const [failed] = search.failed;
    return failed
      ? formatProviderProblem(failed.connection.provider, failed.problem, 'findZone')
      : `None of the operator's DNS connections can write to ${zoneName}.`;
  }
  const { provider, zone, connection } = search;
  const mayGoOn = () => !ctx.stopping.aborted && !hasRunOut(ctx, claim);
  const written = await writeTargets(provider, zone, wanted, { signal: ctx.stopping, mayGoOn });
  switch (written.outcome) {
    case 'right':
      return wanted.isRemoved ? null : ((await findUnsettled(ctx, zoneName, wanted.targets))?.problem ?? null);
    case 'in_the_way':
      return `There is another record at ${written.name}.`;
    case 'lost':
      return 'It took too long.';
    case 'failed':
      return formatProviderProblem(connection.provider, written.problem, 'write');
  }
}
