import { failureOf, joinTxt, type LookupResult, recordsOfType } from '../../core/answers/dns-answer.ts';
import { describeFailureOf } from '../../core/answers/failure-words.ts';
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

/** Why it isn't known that every server has what is wanted. */
export interface Unsettled {
  /** In a sentence. */
  readonly problem: string;
  /** Whether a server was seen to have something else, or nothing; false where one couldn't be asked. */
  readonly isSeen: boolean;
}

/** Finds a server that hasn't exactly what is wanted, or else one that couldn't be asked; null where all have it. */
export async function findUnsettled(
  ctx: AskingContext,
  zone: string,
  targets: readonly KeyTarget[],
): Promise<Unsettled | null> {
  const results = await askZone(
    ctx,
    zone,
    targets.map(({ name }) => ({ name, type: 'TXT' })),
  );
  const found = targets.flatMap(({ name, text }, index): Unsettled[] => {
    const result = results[index];
    return result ? listUnsettled(result, name, text) : [{ problem: `${name} wasn't checked.`, isSeen: false }];
  });
  return found.find(({ isSeen }) => isSeen) ?? found[0] ?? null;
}

function listUnsettled({ answers, aliases }: LookupResult, name: string, text: string): Unsettled[] {
  if (aliases.length > 0) return [{ problem: `${name} is a CNAME.`, isSeen: true }];
  return answers.flatMap((answer): Unsettled[] => {
    const { source } = answer;
    if (answer.outcome === 'failed')
      return [{ problem: `${name}: ${describeFailureOf(source, failureOf(answer))}`, isSeen: false }];
    const texts = (recordsOfType(answer, 'TXT') ?? []).map(joinTxt);
    if (texts.length === 0) return [{ problem: `${source.server} has nothing at ${name}.`, isSeen: true }];
    const isRight = texts.length === 1 && texts[0] === text;
    return isRight ? [] : [{ problem: `${source.server} has another record at ${name}.`, isSeen: true }];
  });
}
