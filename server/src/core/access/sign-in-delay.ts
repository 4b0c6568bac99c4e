/** Wrong passwords that an account sees before anybody has to wait. */
const FREE_ATTEMPTS = 10;
/** Each time so many more are seen, the pause doubles. */
const STEP = 10;
const MAX_PAUSE_MS = 5 * 60_000;

/**
 * How long one network waits between two guesses at an account's password, by how many wrong ones the account has seen from
 * everywhere. The first guess of a network never waits, and the pause has an end: strangers cannot keep anybody out.
 */
export function findPauseMs(wrongAttempts: number): number {
  if (wrongAttempts < FREE_ATTEMPTS) return 0;
  return Math.min(MAX_PAUSE_MS, 1000 * 2 ** Math.min(20, Math.floor((wrongAttempts - FREE_ATTEMPTS) / STEP)));
}
