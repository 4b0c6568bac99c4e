import { LAST_PROJECT_COOKIE } from '../../../../server/src/core/first-calls.ts';

const YEAR_SECONDS = 365 * 86_400;

/** Remembers, in this browser, which project was open last. A cookie, so that the server can send its data along with `/`. */
export function rememberProject(projectId: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where the page is not https.
  document.cookie = `${LAST_PROJECT_COOKIE}=${projectId}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** The id of the project that was open last, or null. */
export function recallProject(): string | null {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${LAST_PROJECT_COOKIE}=`));
  return pair?.slice(LAST_PROJECT_COOKIE.length + 1) ?? null;
}
