/** What is said for a few seconds at the foot of the page. */
export interface Toast {
  readonly id: number;
  readonly text: string;
}

let current: Toast | null = null;
let hosts: readonly string[] = [];
const listeners = new Set<() => void>();

/** Says `text`, in place of what is being said. */
export function showToast(text: string): void {
  current = { id: (current?.id ?? 0) + 1, text };
  notify();
}

/** The present toast and who shows it, as external stores of React. */
export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): Toast | null => current,
  /** The one that shows it: the last to be mounted, which is the open dialog's where there is one. */
  getHost: (): string | undefined => hosts.at(-1),
  /** Takes over until the returned function is called. */
  addHost(id: string): () => void {
    hosts = [...hosts, id];
    notify();
    return () => {
      hosts = hosts.filter((each) => each !== id);
      notify();
    };
  },
};

function notify(): void {
  for (const listener of listeners) listener();
}
