/** Whether the server can be reached; `offline` where the browser itself has no network. */
export type Connection = 'connected' | 'offline' | 'away';

/** How often the server is asked for while it is away. */
const ASK_AGAIN_MS = 3_000;

let isAway = false;
let isAsking = false;
const listeners = new Set<() => void>();

/** Tells that the server could not be reached, or that something else answered in its place. It is asked for until it is back. */
export function noteAway(): void {
  set(true);
  if (isAsking) return;
  isAsking = true;
  setTimeout(() => {
    isAsking = false;
    if (isAway) void askServer();
  }, ASK_AGAIN_MS);
}

/** Tells that the server answered. */
export function noteConnected(): void {
  set(false);
}

/** Asks whether the server is there. Live updates that broke off may be one stream's own matter. */
export async function askServer(): Promise<void> {
  try {
    const { status } = await fetch('/health/live', { cache: 'no-store' });
    if (status < 500) noteConnected();
    else noteAway();
  } catch {
    // Whatever the reason, there was no answer.
    noteAway();
  }
}

/** How it stands, as an external store of React. */
export const connectionStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    window.addEventListener('online', listener);
    window.addEventListener('offline', listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('online', listener);
      window.removeEventListener('offline', listener);
    };
  },
  get(): Connection {
    if (!navigator.onLine) return 'offline';
    return isAway ? 'away' : 'connected';
  },
};

function set(next: boolean): void {
  if (isAway === next) return;
  isAway = next;
  for (const listener of listeners) listener();
}
