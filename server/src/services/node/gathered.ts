import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks up in one go what is asked for at the same time. One look-up is under way at most: what is asked for meanwhile goes
 * with the next one, so that an answer is never older than its question. Without load nobody waits; the more load, the
 * more questions share a trip to the database.
 * @param toText the text that stands for a question
 * @param load gives what there is, by that text
 * @param restMs how long after one look-up the next may begin, so that more can share it
 * @returns what finds one thing; null where it is not there
 */
export function gatherLookups<Question, Found>(
  toText: (question: Question) => string,
  load: (questions: readonly Question[]) => Promise<ReadonlyMap<string, Found>>,
  restMs = 0,
): (question: Question) => Promise<Found | null> {
  let next: { readonly questions: Map<string, Question>; readonly found: Promise<ReadonlyMap<string, Found>> } | null;
  let last: Promise<unknown> = Promise.resolve();
  const begin = (): NonNullable<typeof next> => {
    const questions = new Map<string, Question>();
    const found = last.then(() => {
      next = null;
      return load([...questions.values()]);
    });
    // A failure is that of those who asked.
    last = found.catch(() => undefined).then(() => (restMs === 0 ? undefined : delay(restMs)));
    return { questions, found };
  };
  return async (question) => {
    const text = toText(question);
    next ??= begin();
    next.questions.set(text, question);
    return (await next.found).get(text) ?? null;
  };
}
