import type { Client } from 'pg';
import { type Connection, createConnector } from './connector.ts';

/** A server that takes a connection and says nothing is one that is away. */
const CONNECT_MS = 10_000;
/** The same of one that says nothing to a statement that takes no time. */
const ANSWER_MS = 20_000;
const END_MS = 5_000;

/** Runs work on a connection that is no pool's, and ends it. */
export async function withOwnConnection<T>(
  connection: Connection,
  name: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connector = createConnector(connection);
  const client = new connector.Client({
    ...connector.config,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
  });
  // A connection that breaks between two queries rejects the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    // A server that is silent does not end a connection either.
    const late = setTimeout(() => client.connection.stream.destroy(), END_MS);
    await client.end().finally(() => {
      clearTimeout(late);
      connector.close();
    });
  }
}
