import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Daemon, startDaemon } from '../daemon.ts';
import type { UpdateRights } from './name-server-config.ts';
import type { RealServer } from './real-name-servers.ts';
import { formatZone, type ZoneText } from './zone-text.ts';

/** A PowerDNS server with its API. */
export interface PowerDns extends RealServer {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Calls the API, as another of its users would; throws where it doesn't succeed. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Debian's schema for the SQLite backend. */
const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';
const API_KEY = 'the-api-key-of-the-test';

/**
 * Starts PowerDNS with `zones` in SQLite; its files are in `folder`, which it has to itself. `updates` are allowed by TSIG, and
 * the API is on the same address.
 */
export async function startPowerDns(options: {
  folder: string;
  address: string;
  port: number;
  apiPort: number;
  zones: readonly ZoneText[];
  updates: UpdateRights;
}): Promise<PowerDns> {
  const { folder, address, port, apiPort, zones, updates } = options;
  await mkdir(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'pdns.sqlite3'));
  database.exec(await readFile(SCHEMA, 'utf8'));
  database.close();
  await writeFile(join(folder, 'pdns.conf'), formatConfig(options));

  const apiUrl = `http://${address}:${apiPort}`;
  const call: PowerDns['call'] = async (method, path, body) => {
    const response = await fetch(`${apiUrl}/api/v1/servers/localhost${path}`, {
      method,
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };

  let daemon: Daemon | null = null;
  const server: PowerDns = {
    address,
    port,
    apiUrl,
    apiKey: API_KEY,
    call,
    async start() {
      daemon = startDaemon('pdns_server', [`--config-dir=${folder}`]);
      await daemon.until(() =>
        call('GET', '').then(
          () => true,
          () => false,
        ),
      );
    },
    async stop() {
      await daemon?.stop();
      daemon = null;
    },
  };
  try {
    await server.start();
    await fill(server, zones, updates);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function fill(
  { call }: PowerDns,
  zones: readonly ZoneText[],
  { keys, narrow = [], readers = [], signed = [] }: UpdateRights,
): Promise<void> {
  for (const { name, algorithm, secret } of [...keys, ...narrow, ...readers])
    await call('POST', '/tsigkeys', { name, algorithm, key: secret });
  for (const zone of zones) {
    const path = `/zones/${zone.name}.`;
    await call('POST', '/zones', { name: `${zone.name}.`, kind: 'Native', nameservers: [], zone: formatZone(zone) });
    const metadata = [...keys, ...narrow].map(({ name }) => name);
    await call('POST', `${path}/metadata`, { kind: 'TSIG-ALLOW-DNSUPDATE', metadata });
    if (signed.includes(zone.name)) await call('PUT', path, { dnssec: true, api_rectify: true });
  }
}

function formatConfig({
  folder,
  address,
  port,
  apiPort,
}: {
  folder: string;
  address: string;
  port: number;
  apiPort: number;
}) {
  const settings = {
    launch: 'gsqlite3',
    'gsqlite3-database': join(folder, 'pdns.sqlite3'),
    'gsqlite3-pragma-synchronous': 0,
    'gsqlite3-dnssec': 'yes',
    'local-address': address,
    'local-port': port,
    'socket-dir': folder,
    webserver: 'yes',
    'webserver-address': address,
    'webserver-port': apiPort,
    'webserver-allow-from': '127.0.0.0/8',
    api: 'yes',
    'api-key': API_KEY,
    dnsupdate: 'yes',
    'allow-dnsupdate-from': '127.0.0.0/8',
    'allow-axfr-ips': '127.0.0.0/8',
    'receiver-threads': 1,
    'distributor-threads': 1,
    daemon: 'no',
    guardian: 'no',
    'security-poll-suffix': '',
    'include-dir': '',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
