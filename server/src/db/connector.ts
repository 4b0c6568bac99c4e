import { Client, type ClientConfig } from 'pg';
import { DatabaseUnavailable } from './failures.ts';
import { createPrimaryFinder, type PrimaryFinder, type ServerReport } from './primary-finder.ts';
import { readCertificates } from './url/certificate-files.ts';
import { formatHost, type Host, parseDatabaseUrl } from './url/database-url.ts';

/** What `openDatabase` needs: a URL, or the socket folder and password of the embedded server. */
export type Connection =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** How clients of the driver get to the database. */
export interface Connector {
  readonly config: ClientConfig;
  /** The driver's own, or one that goes to the primary wherever that is when it connects. */
  readonly Client: typeof Client;
  /** What is known of the servers where there are several; empty where there is one. */
  report(): readonly ServerReport[];
  /** Stops looking for the primary. */
  close(): void;
}

/**
 * Creates the way to a database. The driver knows one host; where the URL names several, or asks for a primary, each
 * connection is led to the server that is it, and is used only when that server has said so itself.
 * @throws DatabaseUrlError
 * @throws AppError VALIDATION_FAILED where it names a certificate that can't be read
 */
export function createConnector(
  connection: Connection,
  onMove: (message: string) => void = () => undefined,
): Connector {
  if (!('url' in connection)) return { config: { ...connection }, Client, report: () => [], close: () => undefined };
  const { url, hosts } = parseDatabaseUrl(connection.url);
  const config = readCertificates(url);
  if (hosts.length === 0) return { config, Client, report: () => [], close: () => undefined };
  const open = new Set<Client>();
  const finder = createPrimaryFinder(config, hosts, (primary, message) => {
    onMove(message);
    // Whatever waits for a server that is paused or cut off fails now, and nothing is read from one that is outdated.
    for (const client of open) if (!isConnectedTo(client, primary)) client.connection.stream.destroy();
  });
  return { config, Client: createPrimaryClient(finder, open), report: finder.report, close: finder.close };
}

function isConnectedTo(client: Client, host: Host | null): boolean {
  return client.host === host?.host && client.port === host.port;
}

function createPrimaryClient(finder: PrimaryFinder, open: Set<Client>): typeof Client {
  return class PrimaryClient extends Client {
    override connect(): Promise<Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: Client) => void)): void;
    override connect(
      callback?: ((error: Error) => void) | ((error: null, client: Client) => void),
    ): Promise<Client> | undefined {
      const connected = connectToPrimary(this, finder, open, () => super.connect()).then(() => this);
      if (callback === undefined) return connected;
      const tell = callback as (error: unknown, client?: Client) => void;
      connected.then((client) => tell(null, client), tell);
      return undefined;
    }
  };
}

/** @throws DatabaseUnavailable where the server has become another one meanwhile, or what the driver throws */
async function connectToPrimary(
  client: Client,
  finder: PrimaryFinder,
  open: Set<Client>,
  connect: () => Promise<unknown>,
): Promise<void> {
  // Nobody listens yet when a connection breaks between its first answers, and that would end the process.
  client.on('error', () => undefined);
  const primary = await finder.find();
  // The pool gave it up meanwhile.
  if (client.connection.stream.destroyed)
    throw new DatabaseUnavailable(new Error('There was no time left to connect.'));
  Object.assign(client, primary);
  open.add(client);
  client.on('end', () => open.delete(client));
  try {
    await connect();
    // What was the primary when it was asked last may be none since.
    const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
    if (rows[0]?.transaction_read_only !== 'off')
      throw new DatabaseUnavailable(new Error(`${formatHost(primary)} isn't the primary any more.`));
  } catch (error) {
    open.delete(client);
    finder.suspect();
    client.connection.stream.destroy();
    throw error;
  }
}
