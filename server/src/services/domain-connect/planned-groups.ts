import { type LookupResult, questionKey } from '../../core/answers/dns-answer.ts';
import { RULES } from '../../core/check/rules.ts';
import type { PlannedRecord } from '../../core/domain-connect/groups.ts';
import { planRecords } from '../../core/publishing/plan.ts';
import type { WantedRecord } from '../../core/publishing/planned-change.ts';
import { formatMx, formatTarget, formatTxtStrings } from '../../core/publishing/rdata.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { feedRule } from '../node/feed-rule.ts';

/**
 * Plans what a link has to bring, by the rules that everything is published by: what stands is what the zone's own servers say
 * now. A record set that nobody answered for isn't in the plan.
 * @param wanted the records that a link may bring
 */
export async function planForLink(
  ctx: Pick<Context, 'dns' | 'meters'>,
  domainName: string,
  wanted: readonly WantedRecord[],
  { apex, budget }: { readonly apex: string; readonly budget: Budget },
): Promise<readonly PlannedRecord[]> {
  const lookups = new Map<string, LookupResult>();
  const standing = new Map<string, RrSet>();
  const answered: WantedRecord[] = [];
  const questions = wanted.map(({ record }) => ({
    name: record.name,
    type: record.type === 'MX' ? ('MX' as const) : ('TXT' as const),
    // What stands at any of them must not be lost; and these answers are never those of a moment ago.
    servers: 'every' as const,
  }));
  const results = await Promise.all(
    questions.map((question) => ctx.dns.lookup(question, { budget, startAt: domainName })),
  );
  for (const [index, result] of results.entries()) {
    const each = wanted[index];
    if (!each || !isAnswered(result)) continue;
    answered.push(each);
    lookups.set(questionKey(result.question), result);
    for (const set of listStanding(result)) standing.set(`${set.type} ${set.name}`, set);
  }
  const plan = await feedRule(ctx, { lookups, budget, startAt: domainName }, () =>
    planRecords({
      domain: domainName,
      zone: apex,
      wanted: answered,
      standing: [...standing.values()],
      written: [],
      rules: RULES,
      limits: { minTtlSeconds: 0 },
      lookups,
    }),
  );
  return plan.map(({ name, type, action, reason }) => ({ name, type, action, reasonCode: reason?.code ?? null }));
}

/** Whether the name itself was answered for: one that leads elsewhere was, whatever is there. */
function isAnswered(result: LookupResult): boolean {
  return result.aliases.length > 0 || result.answers.some(({ outcome }) => outcome !== 'failed');
}

/** The record sets that stand at the name that was asked: those of all servers together, since one may be behind. */
function listStanding({ question: { name }, aliases, answers }: LookupResult): readonly RrSet[] {
  const [alias] = aliases;
  if (alias !== undefined) return [{ name, type: 'CNAME', ttlSeconds: 0, rdata: [formatTarget(alias)] }];
  const found = answers.flatMap((answer) => (answer.outcome === 'found' ? answer.records : []));
  const texts = found.flatMap((record) =>
    record.type === 'TXT' ? [formatTxtStrings(record.strings.map((each) => Buffer.from(each, 'latin1')))] : [],
  );
  const hosts = found.flatMap((record) => (record.type === 'MX' ? [formatMx(record.preference, record.exchange)] : []));
  const buildSet = (type: 'TXT' | 'MX', rdata: readonly string[]) =>
    rdata.length > 0 ? [{ name, type, ttlSeconds: 0, rdata: [...new Set(rdata)] }] : [];
  return [...buildSet('TXT', texts), ...buildSet('MX', hosts)];
}
