import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpdateRights } from './name-server-config.ts';
import { startPowerDns } from './power-dns.ts';
import { findSharedPort, type RealServer, startNameServer } from './real-name-servers.ts';
import type { ZoneText } from './zone-text.ts';

/** Name servers that take updates, each on an address of its own. */
export const UPDATE_SERVERS = {
  // BIND listens only on addresses that an interface has.
  bind: { title: 'BIND', address: '127.0.0.1', programs: ['named'] },
  knot: { title: 'Knot DNS', address: '127.0.0.42', programs: ['knotd'] },
  powerdns: { title: 'PowerDNS', address: '127.0.0.43', programs: ['pdns_server'] },
} as const;

/** A server that takes updates, in a temporary folder of its own. */
export interface UpdateServer extends RealServer {
  /** The settings of a connection to its API; null where it has none. */
  readonly apiSettings: { readonly url: string; readonly apiKey: string } | null;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Starts one of them with zones that these keys may change. */
export async function startUpdateServer(
  software: keyof typeof UPDATE_SERVERS,
  zones: readonly ZoneText[],
  updates: UpdateRights,
): Promise<UpdateServer> {
  const folder = await mkdtemp(join(tmpdir(), `autosend-${software}-`));
  const { address } = UPDATE_SERVERS[software];
  const port = await findSharedPort([address]);
  const common = { folder, address, port, zones, updates };
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const server =
      software === 'powerdns'
        ? await startPowerDns({ ...common, apiPort: await findSharedPort([address]) })
        : await startNameServer({ ...common, software });
    const close = async () => {
      await server.stop();
      await removeFolder();
    };
    const apiSettings = 'apiUrl' in server ? { url: server.apiUrl, apiKey: server.apiKey } : null;
    return { ...server, apiSettings, close };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
