import type { LookupResult } from '../../core/answers/dns-answer.ts';
import { checkKeys, type KeyVerdict } from '../../core/dkim/key-check.ts';
import type { KeyRecordInput } from '../../core/records/dkim-key.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { feedRule, type RuleContext } from '../node/feed-rule.ts';

/** Asks every authoritative server for the record of one key now, for somebody who waits. */
export async function observeKey(
  ctx: RuleContext & Pick<Context, 'stopping'>,
  domain: Pick<StoredDomain, 'name'>,
  key: KeyRecordInput,
): Promise<KeyVerdict> {
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  const lookups = new Map<string, LookupResult>();
  const [verdict] = await feedRule(ctx, { lookups, budget, startAt: domain.name }, () => checkKeys([key], lookups));
  if (!verdict) throw new Error(`No verdict came of the check of the key ${key.selector} of ${domain.name}.`);
  return verdict;
}
