import type { RecordRow } from '../domain/record-rows.ts';

/** How the records stood when somebody last had this page open. */
export interface Visit {
  readonly at: number;
  /** By kind, the state of each row. */
  readonly states: Readonly<Record<string, string>>;
}

/** Later than this, a page that is opened again is another visit. */
const ANOTHER_VISIT_MS = 10 * 60_000;

/** Writes down how the rows stand. */
export function noteVisit(rows: readonly RecordRow[], at: number): Visit {
  return { at, states: Object.fromEntries(rows.map(({ kind, state }) => [kind, state])) };
}

/** Says what changed since the last visit, a sentence each; nothing where there was none or it was a moment ago. */
export function describeChanges(last: Visit | null, rows: readonly RecordRow[], now: number): string[] {
  if (!last || now - last.at < ANOTHER_VISIT_MS) return [];
  return rows.flatMap(({ kind, title, state }) => {
    const was = last.states[kind];
    if (was === undefined || was === state) return [];
    if (state === 'verified') return [`${title} is live.`];
    if (was === 'verified') return [`${title} is no longer right.`];
    return state === 'wrong' ? [`${title} was found, but needs fixing.`] : [];
  });
}

/** Reads what this browser knows of the last visit by a link. */
export function recallVisit(token: string): Visit | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(token)) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps it in this browser. */
export function rememberVisit(token: string, visit: Visit): void {
  try {
    localStorage.setItem(keyOf(token), JSON.stringify(visit));
  } catch {
    // A browser that keeps nothing knows of no last visit.
  }
}

/** The end of a token tells links apart, and opens nothing. */
function keyOf(token: string): string {
  return `visit:${token.slice(-6)}`;
}
