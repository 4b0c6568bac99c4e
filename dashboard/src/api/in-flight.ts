const running = new Map<string, Promise<unknown>>();

/**
 * Runs a change once, however often it is asked for while it is under way: a double click, or a form that is sent by Enter
 * twice, gets one answer to one request.
 * @param key what makes two changes the same
 */
export function shareInFlight<T>(key: string, run: () => Promise<T>): Promise<T> {
  const before = running.get(key);
  if (before) return before as Promise<T>;
  const answer = run().finally(() => running.delete(key));
  running.set(key, answer);
  return answer;
}
