import type { Answer, Question } from '../core/answers/dns-answer.ts';
import { type Budget, startBudget } from './budget.ts';
import { type ExchangeResult, type ExchangeTools, exchange } from './exchange.ts';
import { failedReply, toFailed } from './failed-reply.ts';
import { interpretAuthoritative, interpretRecursive } from './interpret.ts';
import { toPromise } from './listener.ts';
import { toAnswer } from './nameserver.ts';
import { MAX_ALIASES } from './recursive.ts';
import { type Target, toCanonical } from './udp/sockets.ts';

/** What one address answered, for an operator who checks it. */
export interface ServerAnswer {
  readonly answer: Answer;
  /** The AA flag; undefined where no answer came. */
  readonly authoritative: boolean | undefined;
  readonly recursionAvailable: boolean | undefined;
  /** The AD flag (RFC 4035 §3.2.3): a resolver has validated all of the answer. */
  readonly authenticated: boolean | undefined;
}

/** Asks one address one question, without zones, fallbacks to others, rests or the address policy: for `doctor`. */
export type AskServer = (
  target: Target,
  question: Pick<Question, 'name' | 'type'>,
  options: { recursionDesired: boolean; budget?: Budget },
) => Promise<ServerAnswer>;

/** Builds it. */
export function createAskServer(tools: ExchangeTools): AskServer {
  return async (server, asked, { recursionDesired, budget }) => {
    const target = toCanonical(server);
    const question = { name: asked.name.toLowerCase(), type: asked.type };
    const ask = { name: question.name, type: question.type, recursionDesired, evenBackingOff: true };
    const result = await toPromise<ExchangeResult>((listener) =>
      exchange(tools, target, ask, budget ?? startBudget(), listener),
    );
    const via = recursionDesired ? 'recursive' : 'authoritative';
    const source = { server: target.address, address: target.address, via, rttMs: result.rttMs } as const;
    if (!result.ok) {
      const answer = toFailed(failedReply(result.fault), source);
      return { answer, authoritative: undefined, recursionAvailable: undefined, authenticated: undefined };
    }
    const { message } = result;
    const reply = recursionDesired
      ? interpretRecursive(message, question, MAX_ALIASES).reply
      : interpretAuthoritative(message, question, '');
    const { authoritative, recursionAvailable, authenticated } = message;
    return { answer: toAnswer({ reply, source }), authoritative, recursionAvailable, authenticated };
  };
}
