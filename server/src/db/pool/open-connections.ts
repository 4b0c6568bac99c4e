import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Pool } from 'pg';

/** The connections of a pool until they have ended, also those that the pool no longer counts. */
export interface OpenConnections {
  /** Has a new one watched. */
  add(client: Client): void;
  /** Cuts those that nobody uses: where the network has forgotten one connection, it may have forgotten the others. */
  cutIdle(): void;
  /** Ends the pool. A server that is silent, or a connection that nobody gives back, is not waited for. */
  close(): Promise<void>;
}

/** What is under way when the pool closes has so long; then its connections are cut. */
const CLOSE_MS = 5_000;
/** So long the server has to end its side of a connection. */
const GOODBYE_MS = 1_000;

/** Watches the connections of a pool that it is told of by `add`. */
export function watchConnections(pool: Pool): OpenConnections {
  const open = new Set<Client>();
  const idle = new Set<Client>();
  pool.on('acquire', (client) => idle.delete(client as unknown as Client));
  pool.on('release', (_error, client) => {
    const released = client as unknown as Client;
    if (open.has(released)) idle.add(released);
  });
  const cut = (clients: Iterable<Client>) => {
    for (const client of clients) client.connection.stream.destroy();
  };
  return {
    add(client) {
      open.add(client);
      // The pool listens to idle connections only. One that breaks between two queries of a transaction rejects the next query;
      // without a listener it would end the process.
      client.on('error', () => undefined);
      client.once('end', () => {
        open.delete(client);
        idle.delete(client);
      });
    },
    cutIdle() {
      // As where the system reports it: the pool lends none of them from now on, and cuts them.
      for (const client of [...idle])
        client.connection.emit('error', new Error('Another connection has gone silent, so this one is not relied on.'));
    },
    async close() {
      await within(pool.end(), CLOSE_MS);
      // The pool has said goodbye on those that it could. Where the network has forgotten one nobody answers, and it would keep the process.
      if (pool.totalCount === 0) await within(Promise.all([...open].map((client) => once(client, 'end'))), GOODBYE_MS);
      cut(open);
    },
  };
}

/** Waits for work, but no longer than so. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const late = new AbortController();
  // Only the abort rejects.
  const deadline = delay(ms, null, { signal: late.signal }).catch(() => undefined);
  await Promise.race([work, deadline]).finally(() => late.abort());
}
