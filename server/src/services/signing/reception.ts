import { firstAnswer, type LookupResult, questionKey } from '../../core/answers/dns-answer.ts';
import { RULES } from '../../core/check/rules.ts';
import { ENGLISH } from '../../core/findings/words/english.ts';
import { wordSpfLimit, wordSpfProblem } from '../../core/findings/words/problems.ts';
import type { Judgement, Step } from '../../core/judgement/judgement.ts';
import { checkHost, type HostResult } from '../../core/spf/check-host.ts';
import type { Budget } from '../../dns/budget.ts';
import type { ProofObject } from '../../wire/proof.ts';
import { feedRule, type RuleContext } from '../node/feed-rule.ts';

/** How a message comes in, and what its domain's records should be. */
export interface Reception {
  /** The domain in From, under test. */
  readonly domain: string;
  readonly envelope: { readonly mailFrom: string; readonly helo: string; readonly ip: string | null };
  /** The records of the keys that signed, by selector. */
  readonly keys: ReadonlyMap<string, { readonly name: string; readonly value: string }>;
  readonly dmarc: { readonly name: string; readonly value: string };
  /** What may be asked for it. */
  readonly budget: Budget;
}

type Ask = Reception & { readonly lookups: Map<string, LookupResult> };

/** What other people's code made of the message; SPF is ours alone. */
type Seen = Omit<ProofObject, 'spf'>;

type Result = Pick<NonNullable<ProofObject['spf']>, 'result' | 'reason'>;

/**
 * Holds what a library found against our own rules, those that verify a domain: a signature counts only by a record that they
 * accept, SPF and the DMARC policy are theirs.
 */
export async function judgeReception(ctx: RuleContext, ask: Ask, seen: Seen): Promise<ProofObject> {
  const dkim = await Promise.all(seen.dkim.map(async (each) => ({ ...each, ...(await judgeKey(ctx, ask, each)) })));
  const spf = await judgeSender(ctx, ask);
  const aligned = (['dkim', 'spf'] as const).filter((kind) =>
    kind === 'dkim' ? dkim.some(isPass) : spf !== null && isPass(spf) && seen.dmarc.aligned.includes('spf'),
  );
  const policy = await judgeRecord(ctx, ask, 'dmarc', ask.dmarc);
  const isWithout = policy !== null && policy.status !== 'verified';
  const dmarc = isWithout
    ? { result: 'none', reason: titleOf(policy), policy: null, aligned }
    : { ...seen.dmarc, aligned, ...judgePolicy(seen.dmarc, aligned.length > 0) };
  return { dkim, spf, dmarc, authenticationResults: writeField(seen, { dkim, spf, dmarc }, ask) };
}

function judgePolicy(seen: Seen['dmarc'], isAligned: boolean): Partial<Result> {
  if (seen.result !== 'pass' && seen.result !== 'fail') return {};
  return { result: isAligned ? 'pass' : 'fail' };
}

async function judgeKey(ctx: RuleContext, ask: Ask, seen: Seen['dkim'][number]): Promise<Partial<Result>> {
  const record = ask.keys.get(seen.selector);
  if (!record || !isPass(seen)) return {};
  const judgement = await judgeRecord(ctx, ask, 'dkim', record);
  if (judgement === null || judgement.status === 'verified') return {};
  return { result: 'permerror', reason: titleOf(judgement) };
}

/** Judges what one server has at the name of a record; null where nobody could be asked. */
function judgeRecord(
  ctx: RuleContext,
  { lookups, budget, domain }: Ask,
  kind: 'dkim' | 'dmarc',
  { name, value }: { readonly name: string; readonly value: string },
): Promise<Judgement | null> {
  return feedRule(ctx, { lookups, budget, startAt: domain }, (): Step<Judgement | null> => {
    const question = { name, type: 'TXT', servers: 'any' } as const;
    const result = lookups.get(questionKey(question));
    if (!result) return { done: false, ask: [question] };
    const answer = firstAnswer(result);
    if (answer.outcome === 'failed') return { done: true, value: null };
    const step = RULES[kind]({ domain, name, value, answer, lookups });
    if (!step.done) return step;
    return { done: true, value: step.value === null || step.value.status === 'undecided' ? null : step.value };
  });
}

async function judgeSender(ctx: RuleContext, ask: Ask): Promise<ProofObject['spf']> {
  const { lookups, budget, domain, envelope } = ask;
  const { mailFrom, helo, ip } = envelope;
  if (ip === null) return null;
  const [localPart = '', sender = ''] = mailFrom.split('@');
  const input = { ip, domain: sender, localPart, helo, lookups };
  const host = await feedRule(ctx, { lookups, budget, startAt: domain }, () => checkHost(input));
  return { result: host.result, reason: sayWhy(host, sender), domain: sender, ip };
}

function sayWhy({ because }: HostResult, sender: string): string {
  switch (because.what) {
    case 'term':
      return because.domain === sender ? `matched ${because.term}` : `matched ${because.term} of ${because.domain}`;
    case 'no_match':
      return `nothing in the SPF record of ${because.domain} matched`;
    case 'no_record':
      return `there is no SPF record at ${because.domain}`;
    case 'several_records':
      return `there is more than one SPF record at ${because.domain}`;
    case 'problem':
      return wordSpfProblem(because.problem);
    case 'limit':
      return wordSpfLimit(because.limit, sender);
    case 'unanswered':
      return `${because.name} did not answer`;
  }
}

function titleOf({ observations }: Judgement): string {
  const [first] = observations;
  return first ? ENGLISH[first.code].title : '';
}

function isPass({ result }: Pick<Result, 'result'>): boolean {
  return result === 'pass';
}

const BETWEEN = ';\r\n ';

/** Writes the field as a receiver does (RFC 8601), with our results in the place of the library's. */
function writeField(seen: Seen, ours: Pick<ProofObject, 'dkim' | 'spf' | 'dmarc'>, { envelope }: Ask): string {
  const dkim = [...ours.dkim];
  const parts = seen.authenticationResults.split(BETWEEN).flatMap((part) => {
    if (part.startsWith('dkim=')) return [part.replace(/^dkim=\w+/, `dkim=${dkim.shift()?.result ?? 'none'}`)];
    if (part.startsWith('dmarc=')) return [part.replace(/^dmarc=\w+/, `dmarc=${ours.dmarc.result}`)];
    if (!part.startsWith('spf=')) return [part];
    const { spf } = ours;
    const reason = spf?.reason.replaceAll(/[()\\]|[^\x20-\x7e]/g, '');
    return spf === null
      ? []
      : [`spf=${spf.result} (${reason}) smtp.mailfrom=${envelope.mailFrom} smtp.helo=${envelope.helo}`];
  });
  return parts.join(BETWEEN);
}
