/** What is said for a few seconds at the foot of the page. */
export interface Toast {
  readonly id: number;
  readonly text: string;
}

let current: Toast | null = null;
const listeners = new Set<() => void>();

/** Says `text`, in place of what is being said. */
export function showToast(text: string): void {
  current = { id: (current?.id ?? 0) + 1, text };
  for (const listener of listeners) listener();
}

/** The present toast, as an external store of React. */
export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): Toast | null => current,
};
