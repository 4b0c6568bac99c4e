import { failureOf, joinTxt, type LookupResult, recordsOfType } from '../../core/answers/dns-answer.ts';
import { describeFailure } from '../../core/answers/failure-words.ts';
import type { KeyTarget } from '../../core/dkim/key-target.ts';
import type { Context } from '../context.ts';

type AskingContext = Pick<Context, 'dns' | 'stopping'>;

/** Asks every server of the keys zone for these names, whatever was remembered. */
export async function askZone(
  ctx: AskingContext,
  zone: string,
  questions: readonly { readonly name: string; readonly type: 'TXT' | 'SOA' }[],
): Promise<readonly LookupResult[]> {
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  return Promise.all(
    questions.map(({ name, type }) => ctx.dns.lookup({ name, type, servers: 'every' }, { budget, startAt: zone })),
  );
}

/** Finds the first server that hasn't exactly what is wanted, in a sentence; null where all have. */
export async function findUnsettled(
  ctx: AskingContext,
  zone: string,
  targets: readonly KeyTarget[],
): Promise<string | null> {
  const results = await askZone(
    ctx,
    zone,
    targets.map(({ name }) => ({ name, type: 'TXT' })),
  );
  for (const [index, { name, text }] of targets.entries()) {
    const result = results[index];
    const problem = result ? describeUnsettled(result, name, text) : `${name} wasn't checked.`;
    if (problem !== null) return problem;
  }
  return null;
}

function describeUnsettled({ answers, aliases }: LookupResult, name: string, text: string): string | null {
  if (aliases.length > 0) return `${name} is a CNAME.`;
  for (const answer of answers) {
    const { server } = answer.source;
    if (answer.outcome === 'failed')
      return `${server} gave no usable answer for ${name}: ${describeFailure(failureOf(answer))}`;
    const texts = (recordsOfType(answer, 'TXT') ?? []).map(joinTxt);
    if (texts.length === 0) return `${server} has nothing at ${name}.`;
    if (texts.length !== 1 || texts[0] !== text) return `${server} has another record at ${name}.`;
  }
  return null;
}
