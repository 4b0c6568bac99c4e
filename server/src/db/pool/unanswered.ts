import type { PoolClient } from 'pg';

/** Connections on which a write was sent that the server hasn't answered. */
export interface Unanswered {
  /** Keeps one until the server has answered, or doesn't work on it any more. @param letGo is called once, then */
  hold(client: PoolClient, letGo: () => void): void;
  /** Cuts them all. */
  close(): void;
}

/** How often the server is asked what it still works on. */
const ASK_MS = 5_000;
/** Where the server can't be asked, it is not waited for any longer. */
const UNKNOWN_MS = 300_000;

/**
 * A commit that waits for a synchronous standby ends neither when its client leaves nor by `statement_timeout`. Whoever cut
 * such a connection and opened another would take one more of the server's every time, until it had none left for reads.
 * @param findBusy for which of these connections the server is at work; null where it can't tell
 */
export function createUnanswered(
  findBusy: (clients: readonly PoolClient[]) => Promise<ReadonlySet<PoolClient> | null>,
  askMs = ASK_MS,
): Unanswered {
  const held = new Map<PoolClient, { readonly sinceMs: number; settle(): void }>();
  let timer: NodeJS.Timeout | null = null;

  function schedule(): void {
    if (timer !== null || held.size === 0) return;
    timer = setTimeout(() => void ask(), askMs).unref();
  }

  async function ask(): Promise<void> {
    const asked = [...held];
    const busy = await findBusy(asked.map(([client]) => client)).catch(() => null);
    for (const [client, { sinceMs, settle }] of asked) {
      const isAtWork = busy ? busy.has(client) : performance.now() - sinceMs < UNKNOWN_MS;
      if (!isAtWork) settle();
    }
    timer = null;
    schedule();
  }

  return {
    hold(client, letGo) {
      const settle = () => {
        client.off('drain', settle).off('end', settle);
        if (held.delete(client)) letGo();
      };
      // The driver's word for an answer that nobody waits for any more.
      client.on('drain', settle).on('end', settle);
      held.set(client, { sinceMs: performance.now(), settle });
      schedule();
    },
    close() {
      for (const { settle } of [...held.values()]) settle();
    },
  };
}
