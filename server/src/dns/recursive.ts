import type { AnswerSource, DnssecStatus, QuestionType } from '../core/answers/dns-answer.ts';
import type { Budget } from './budget.ts';
import { type ExchangeResult, type ExchangeTools, exchange } from './exchange.ts';
import { failedReply } from './failed-reply.ts';
import { type Attempt, type FirstUsable, firstUsable } from './first-usable.ts';
import { interpretRecursive, type Referral, type Reply } from './interpret.ts';
import { toPromise } from './listener.ts';
import type { Target } from './udp/sockets.ts';
import { createValidators } from './validators.ts';

/** A resolver's answer and the CNAMEs it went through. */
export interface ResolverReply {
  readonly reply: Exclude<Reply, Referral>;
  readonly aliases: readonly string[];
  readonly source: AnswerSource;
  /** What the resolver says of this answer: `signed` with the AD bit, `unsigned` without it where the resolver validates. */
  readonly dnssec: DnssecStatus;
  /** With `bogus`: what the resolver answers when it is told not to validate. */
  readonly unchecked?: ResolverReply['reply'];
}

interface Asked {
  readonly name: string;
  readonly type: QuestionType;
}

/** The configured resolvers. */
export interface Resolvers {
  /** Asks any of them: for where servers are to be found, which is put to the proof by asking them. */
  ask(question: Asked, budget: Budget): Promise<ResolverReply>;
  /**
   * Asks those that validate, and no others where such are known. A zone that they refuse, and have an answer for when
   * they do not validate, is `bogus` (RFC 4035 §5.5): `failed` as `dnssec_bogus`.
   */
  askValidated(question: Asked, budget: Budget): Promise<ResolverReply>;
}

/** The chain of CNAMEs that is followed at most (`verification.md` §1). */
export const MAX_ALIASES = 8;

/** Builds them: the first usable answer counts, SERVFAIL and REFUSED go on to the next one. */
export function createResolvers(tools: ExchangeTools, resolvers: readonly Target[], staggerMs: number): Resolvers {
  const validators = createValidators(resolvers, askForProof, () => performance.now(), staggerMs);

  async function askForProof(resolver: Target, budget: Budget): Promise<boolean | null> {
    const { reply, dnssec } = await askOne(resolver, { name: '', type: 'SOA' }, budget);
    return reply.kind === 'failed' ? null : dnssec === 'signed';
  }

  async function askOne(
    resolver: Target,
    question: Asked & { evenBackingOff?: boolean; checkingDisabled?: boolean },
    budget: Budget,
  ): Promise<ResolverReply> {
    const asked = { ...question, recursionDesired: true };
    const result = await toPromise<ExchangeResult>((listener) => exchange(tools, resolver, asked, budget, listener));
    const { address } = resolver;
    const source: AnswerSource = { server: address, address, via: 'recursive', rttMs: result.rttMs };
    if (!result.ok) {
      return { reply: failedReply(result.fault), aliases: [], source, dnssec: 'unknown' };
    }
    const read = interpretRecursive(result.message, question, MAX_ALIASES);
    if (read.reply.kind === 'failed') return { ...read, source, dnssec: 'unknown' };
    if (!result.message.authenticated) {
      return { ...read, source, dnssec: validators.has(resolver) ? 'unsigned' : 'unknown' };
    }
    validators.note(resolver);
    return { ...read, source, dnssec: 'signed' };
  }

  /** One that refuses an answer, has it when it does not validate, and refuses it still, is no passing trouble. */
  async function askAndCheck(
    resolver: Target,
    question: Asked & { evenBackingOff: boolean },
    budget: Budget,
  ): Promise<ResolverReply> {
    const first = await askOne(resolver, question, budget);
    if (first.reply.kind !== 'failed' || first.reply.reason !== 'servfail') return first;
    const { reply: unchecked } = await askOne(resolver, { ...question, checkingDisabled: true }, budget);
    if (unchecked.kind === 'failed') return first;
    const again = await askOne(resolver, question, budget);
    if (again.reply.kind !== 'failed' || again.reply.reason !== 'servfail') return again;
    await validators.learn(budget);
    if (!validators.has(resolver)) return again;
    return { ...again, reply: failedReply({ kind: 'dnssec_bogus' }), dnssec: 'bogus', unchecked };
  }

  async function askFirst(
    from: readonly Target[],
    askResolver: typeof askAndCheck,
    question: Asked,
    budget: Budget,
  ): Promise<ResolverReply> {
    // Those that do not answer are left alone while another is there; the last ones are asked all the same.
    const awake = from.filter(({ address }) => !tools.backOff.isBackingOff(address));
    const evenBackingOff = awake.length === 0;
    const attempts = (evenBackingOff ? from : awake).map(
      (resolver): Attempt<ResolverReply> =>
        (branch, own) =>
          askResolver(resolver, { ...question, evenBackingOff }, branch).then(
            (result) => own.onResult(result),
            (error) => own.onFault(error),
          ),
    );
    const { usable, results } = await toPromise<FirstUsable<ResolverReply>>((listener) =>
      firstUsable(attempts, isUsableReply, budget, staggerMs, listener),
    );
    return (
      usable ?? results.find(({ reply }) => reply.kind === 'failed' && reply.reason !== 'timeout') ?? results[0] ?? NONE
    );
  }

  return {
    ask: (question, budget) => askFirst(resolvers, askOne, question, budget),
    askValidated: async (question, budget) => {
      // Of several, the one that validates must be known before; of one, nothing depends on it.
      if (resolvers.length > 1) await validators.learn(budget);
      const known = resolvers.filter(validators.has);
      const answer = await askFirst(known.length > 0 ? known : resolvers, askAndCheck, question, budget);
      if (answer.dnssec !== 'unknown' || answer.reply.kind === 'failed' || resolvers.length > 1) return answer;
      await validators.learn(budget);
      return resolvers.every(validators.has) ? { ...answer, dnssec: 'unsigned' } : answer;
    },
  };
}

const NONE: ResolverReply = {
  reply: failedReply({ kind: 'no_resolver' }),
  aliases: [],
  source: { server: 'resolver', address: '', via: 'recursive', rttMs: 0 },
  dnssec: 'unknown',
};

/** That a zone is bogus is an answer too: a resolver that does not validate must not talk it away. */
function isUsableReply({ reply, dnssec }: ResolverReply): boolean {
  return reply.kind !== 'failed' || dnssec === 'bogus';
}
