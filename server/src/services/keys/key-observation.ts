import type { LookupResult } from '../../core/answers/dns-answer.ts';
import { checkKeys, type KeyVerdict } from '../../core/dkim/key-check.ts';
import { findPlace } from '../../core/findings/place.ts';
import { tellVerdict } from '../../core/findings/tell.ts';
import type { RecordJudgement } from '../../core/judgement/judgement.ts';
import { buildKeyRecord, type KeyRecordInput } from '../../core/records/dkim-key.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { feedRule } from '../node/feed-rule.ts';

/** Looks for the record of one key now, on every authoritative server, for somebody who waits. */
export async function observeKey(
  ctx: Pick<Context, 'dns' | 'stopping' | 'meters'>,
  domain: Pick<StoredDomain, 'name'>,
  key: KeyRecordInput,
): Promise<KeyVerdict> {
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  const lookups = new Map<string, LookupResult>();
  const [verdict] = await feedRule(ctx, { lookups, budget, startAt: domain.name }, () => checkKeys([key], lookups));
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
