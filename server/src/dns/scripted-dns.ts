import type { LookupResult, Question } from '../core/answers/dns-answer.ts';
import { startBudget } from './budget.ts';
import type { Dns } from './lookup.ts';

/** Creates a `Dns` that says what a script says, and opens no socket. Its questions count as any others do. */
export function createScriptedDns(answer: (question: Question) => LookupResult): Dns {
  const lookup: Dns['lookup'] = async (question, { budget }) => {
    budget.takeQuery();
    return answer(question);
  };
  return {
    startBudget,
    lookup,
    lookupAll: (questions, options) => Promise.all(questions.map((question) => lookup(question, options))),
    async askServer() {
      throw new Error('A script has no servers that can be asked by their address.');
    },
    close: async () => undefined,
  };
}
