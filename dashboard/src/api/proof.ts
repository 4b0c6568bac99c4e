/** Somebody who waits for the person to prove who they are. */
export interface ProofRequest {
  /** They did. */
  resolve(): void;
  /** They did not want to. */
  reject(): void;
}

let current: ProofRequest | null = null;
const listeners = new Set<() => void>();

function set(request: ProofRequest | null): void {
  current = request;
  for (const listener of listeners) listener();
}

/** Asks the person to prove who they are, in a dialog above whatever is open. False where they would not. */
export function askForProof(): Promise<boolean> {
  // Whatever asked before is answered with this one.
  const before = current;
  return new Promise((done) => {
    const end = (isProved: boolean) => () => {
      set(null);
      if (isProved) before?.resolve();
      else before?.reject();
      done(isProved);
    };
    set({ resolve: end(true), reject: end(false) });
  });
}

/** The open question, as an external store of React. */
export const proofStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): ProofRequest | null => current,
};
