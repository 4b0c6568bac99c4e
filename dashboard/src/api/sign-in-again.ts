/*
 * A session may end while a page is open. The page stays as it is, with all that was typed, and the person signs in above
 * it; then what was refused is asked for again. Only where a page listens (`isAsking` is set): elsewhere nobody was signed in.
 */

interface Question {
  readonly answer: Promise<boolean>;
  /** Whether somebody is signed in again. */
  resolve(isSignedIn: boolean): void;
}

let current: Question | null = null;
let listeners: readonly (() => void)[] = [];

/**
 * Asks the person to sign in again; whoever asks while it is open gets the same answer.
 * @returns false where they would not, or where no page can ask
 */
export function askForSignIn(): Promise<boolean> {
  if (listeners.length === 0) return Promise.resolve(false);
  if (current) return current.answer;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  current = {
    answer: promise,
    resolve(isSignedIn) {
      current = null;
      notify();
      resolve(isSignedIn);
    },
  };
  notify();
  return promise;
}

/** The open question, as an external store of React. */
export const signInStore = {
  subscribe(listener: () => void): () => void {
    listeners = [...listeners, listener];
    return () => {
      listeners = listeners.filter((each) => each !== listener);
      // Nobody is left who could answer.
      if (listeners.length === 0) current?.resolve(false);
    };
  },
  get: (): Question | null => current,
};

function notify(): void {
  for (const listener of listeners) listener();
}
