import { firstAnswer, type LookupResult, type Lookups, type Question, questionKey } from '../answers/dns-answer.ts';

/** Questions beyond the five of a check: what helps to explain, and never decides. */
export interface Probe {
  /** What one server said; null where it is not known yet, could not be asked, or must not be asked for. */
  ask(name: string, type: Question['type']): LookupResult | null;
  /** What has to be asked before the explanation is whole. */
  readonly outstanding: readonly Question[];
}

/** DNS names are at most 253 characters long; what is longer cannot have been published. */
const MAX_NAME = 253;

/**
 * Starts to probe. One usable answer is enough for a hint, so any server is asked.
 * @param mayAsk false: only what was asked anyway is known
 */
export function startProbe(lookups: Lookups, mayAsk: boolean): Probe {
  const outstanding = new Map<string, Question>();
  return {
    ask(name, type) {
      if (name.length > MAX_NAME) return null;
      const question: Question = { name, type, servers: 'any' };
      const key = questionKey(question);
      const known = lookups.get(key);
      if (known) return firstAnswer(known).outcome === 'failed' ? null : known;
      if (mayAsk) outstanding.set(key, question);
      return null;
    },
    get outstanding() {
      return [...outstanding.values()];
    },
  };
}
