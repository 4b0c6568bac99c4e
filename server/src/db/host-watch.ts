import { Client, type ClientConfig } from 'pg';
import type { HostState } from './choose-primary.ts';
import type { Host } from './url/database-url.ts';

/** One server of several, on a connection that stays open: it survives a promotion, and so sees it. */
export interface HostWatch {
  /** Asks the server what it is. Never rejects, and has an end whatever the server does. */
  ask(): Promise<HostState>;
  close(): void;
}

/** A server that says nothing for so long is a silent one. */
const ANSWER_MS = 1_500;
/**
 * What a server is, and the timeline that it writes, from the name of the file that it writes to: what the last checkpoint
 * noted is older than a promotion.
 */
const QUESTION = `select current_setting('transaction_read_only') = 'on' as is_read_only,
  case when pg_is_in_recovery() then null else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as number,
  (select system_identifier::text from pg_control_system()) as cluster`;
/** All that is sure to be known to a database that only resembles PostgreSQL. */
const PLAIN_QUESTION = 'show transaction_read_only';
/** Such a database doesn't have those functions, or keeps them for others (SQLSTATE classes 42 and 0A). */
const IS_UNKNOWN_THERE = /^(?:42|0A)/;

interface Answer {
  readonly is_read_only: boolean;
  readonly number: number | null;
  readonly cluster: string | null;
}

/** Watches a server; nothing is connected before it is asked. @param config the settings of the driver, but for the host */
export function watchHost(config: ClientConfig, { host, port }: Host): HostWatch {
  let client: Client | null = null;
  let isClosed = false;

  async function connect(): Promise<Client> {
    if (client) return client;
    const made = new Client({
      ...config,
      application_name: 'autosend-watch',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    Object.assign(made, { host, port });
    // What breaks between two questions shows at the next one.
    made.on('error', () => drop(made));
    made.on('end', () => drop(made));
    client = made;
    await made.connect();
    return made;
  }

  function drop(dropped: Client): void {
    if (client === dropped) client = null;
    dropped.connection.stream.destroy();
  }

  return {
    async ask() {
      try {
        const asked = await connect();
        return await askServer(asked);
      } catch (error) {
        if (client) drop(client);
        return { kind: 'silent', error };
      } finally {
        if (isClosed && client) drop(client);
      }
    },
    close() {
      isClosed = true;
      if (client) drop(client);
    },
  };
}

async function askServer(client: Client): Promise<HostState> {
  try {
    const { rows } = await client.query<Answer>(QUESTION);
    const { is_read_only, number, cluster } = rows[0] ?? { is_read_only: true, number: null, cluster: null };
    if (is_read_only) return { kind: 'read-only' };
    return { kind: 'primary', timeline: number === null || cluster === null ? null : { cluster, number } };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && IS_UNKNOWN_THERE.test(String(error.code)))) throw error;
    const { rows } = await client.query<{ transaction_read_only: string }>(PLAIN_QUESTION);
    return rows[0]?.transaction_read_only === 'off' ? { kind: 'primary', timeline: null } : { kind: 'read-only' };
  }
}
