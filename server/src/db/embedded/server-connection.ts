import pg from 'pg';
import { SOCKET_PORT } from './socket-folder.ts';

/** How to reach the embedded server through its socket. */
export interface EmbeddedConnection {
  /** The folder of the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The name of the connection by which a process of ours claims the server. */
export const ATTACHED = 'autosend-keeper';

/** Describes the connection to the server whose socket is in the folder `host`. */
export function buildConnection(host: string, password: string): EmbeddedConnection {
  return { host, port: SOCKET_PORT, user: 'postgres', password, database: 'postgres' };
}

/** Counts the processes of ours that are attached to the server. */
export async function countAttached(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ attached: number }>(
    'SELECT count(*)::int AS attached FROM pg_stat_activity WHERE application_name = $1',
    [ATTACHED],
  );
  return rows[0]?.attached ?? 0;
}

/** Whether a process of ours is attached to that server; false where it lets nobody in. */
export async function isAttachedTo(host: string, password: string): Promise<boolean> {
  const client = new pg.Client({ ...buildConnection(host, password), connectionTimeoutMillis: 5_000 });
  // Its end is seen by whoever waits for an answer.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await countAttached(client)) > 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => null);
  }
}
