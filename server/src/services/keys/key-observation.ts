import type { LookupResult } from '../../core/answers/dns-answer.ts';
import { checkKeys, type KeyVerdict } from '../../core/dkim/key-check.ts';
import { findPlace } from '../../core/findings/place.ts';
import { tellVerdict } from '../../core/findings/tell.ts';
import type { RecordJudgement } from '../../core/judgement/judgement.ts';
import { buildKeyRecord, type KeyRecordInput } from '../../core/records/dkim-key.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { feedRule } from '../node/feed-rule.ts';
import { requireCheck } from '../node/required-check.ts';

/**
 * Looks for the record of one key now, on every authoritative server, for somebody who waits. It counts as a check.
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function observeKey(
  ctx: Pick<Context, 'dns' | 'stopping' | 'meters' | 'checkLimits'>,
  domain: Pick<StoredDomain, 'id' | 'projectId' | 'name' | 'status'>,
  key: KeyRecordInput,
): Promise<KeyVerdict> {
  const admission = await requireCheck(ctx, domain);
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  const lookups = new Map<string, LookupResult>();
  const feed = { lookups, budget, startAt: domain.name };
  const [verdict] = await feedRule(ctx, feed, () => checkKeys([key], lookups));
  admission.settle(budget.queriesUsed());
  if (verdict) return verdict;
  throw new Error(`No verdict came of the check of the key ${key.selector} of ${domain.name}.`);
}

/** Says in words what was noticed first of a key's record; empty where nothing was. */
export function tellKeyVerdict(
  { clock }: Pick<Context, 'clock'>,
  { name }: StoredDomain,
  key: KeyRecordInput,
  judgement: RecordJudgement,
): string {
  const place = findPlace(name, 'dkim', buildKeyRecord(key), undefined);
  return tellVerdict(judgement, place, { now: clock.now(), nextCheckAt: null });
}
