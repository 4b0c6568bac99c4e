import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDnsFilter } from '../../support/dns/dns-filter.ts';
import { type RealServer, startNameServer, startResolver } from '../../support/dns/real-name-servers.ts';
import type { ZoneLine, ZoneText } from '../../support/dns/zone-text.ts';
import type { RowSetup } from './row.ts';

/** Addresses of the servers, on one port. */
export const AT = {
  resolver: '127.0.0.101',
  /** NSD: the registry of com and net; it holds no customer's zone, though some say so. */
  registry: '127.0.0.102',
  /** Knot: the customers' zones. */
  host: '127.0.0.103',
  /** Refuses SOA and NS, hands on the rest to NSD, and has no TCP. */
  filtered: '127.0.0.104',
  /** Hands on everything over UDP, and has no TCP. */
  udpOnly: '127.0.0.105',
  /** Unbound in place of a name server. */
  cache: '127.0.0.106',
  /** Hands on everything over UDP, and takes connections over TCP without ever answering. */
  silentTcp: '127.0.0.107',
} as const;

/** A zone of a customer. */
export interface CustomerZone {
  readonly name: string;
  readonly setup: RowSetup | undefined;
  readonly lines: readonly ZoneLine[];
  /** What NSD has of the zone in place of `lines`, where it is on three servers. */
  readonly elsewhere?: readonly ZoneLine[];
  /** What lies in a zone of its own, on the server with the filter. */
  readonly keys?: readonly ZoneLine[];
}

const NAMESERVERS_OF: Readonly<Record<RowSetup | 'usual', readonly [string, ...string[]]>> = {
  usual: ['ns.host.net'],
  stale_ns: ['ns.host.net'],
  not_served: ['old.registry.net'],
  without_tcp: ['udp.host.net'],
  silent_tcp: ['silent.host.net'],
  without_authority: ['cache.host.net'],
  private: ['private.host.net'],
  mixed: ['ns.host.net', 'udp.host.net', 'old.registry.net'],
};
/** A network that is never asked here, as those of others are not on the internet. */
export const PRIVATE_NETWORK = '10.0.0.0/8';

const ADDRESSES: readonly ZoneLine[] = [
  { name: 'ns.host.net', type: 'A', value: AT.host },
  { name: 'udp.host.net', type: 'A', value: AT.udpOnly },
  { name: 'cache.host.net', type: 'A', value: AT.cache },
  { name: 'silent.host.net', type: 'A', value: AT.silentTcp },
  { name: 'private.host.net', type: 'A', value: '10.11.12.13' },
  { name: 'ns.filtered.net', type: 'A', value: AT.filtered },
  { name: 'old.registry.net', type: 'A', value: AT.registry },
];

/** Starts NSD as the registry, Knot with all zones, and Unbound, which knows the way to each. */
export async function startHosts(
  port: number,
  zones: readonly CustomerZone[],
): Promise<{ stop(): Promise<void>; cache: RealServer }> {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-verdicts-'));
  const running: { stop(): Promise<void> }[] = [];
  const keep = <T extends { stop(): Promise<void> }>(server: T): T => {
    running.unshift(server);
    return server;
  };
  const stop = async () => {
    for (const server of running) await server.stop();
    await rm(folder, { recursive: true });
  };
  const place = (name: string, address: string) => ({ folder: join(folder, name), address, port });
  try {
    const [served, keys] = [zones.map(buildZone), zones.flatMap(buildKeysZone)];
    const registry = keep(
      await startNameServer({
        software: 'nsd',
        ...place('nsd', AT.registry),
        zones: [...buildRegistry(zones), ...keys, ...zones.flatMap(buildElsewhere)],
      }),
    );
    const knot = keep(await startNameServer({ software: 'knot', ...place('knot', AT.host), zones: served }));
    const filtered = keep(
      await startDnsFilter({ address: AT.filtered, port, server: registry, refused: ['SOA', 'NS'] }),
    );
    const udpOnly = keep(await startDnsFilter({ address: AT.udpOnly, port, server: knot, refused: [] }));
    const silentTcp = keep(
      await startDnsFilter({ address: AT.silentTcp, port, server: knot, refused: [], isTcpSilent: true }),
    );
    // What nobody on the internet can ask is as good as not served there.
    const serverOf: Readonly<Partial<Record<RowSetup, Pick<RealServer, 'address' | 'port'>>>> = {
      not_served: registry,
      private: registry,
      without_tcp: udpOnly,
      silent_tcp: silentTcp,
    };
    const ways = [
      ...['com', 'net'].map((zone) => ({ zone, servers: [registry] })),
      ...keys.map(({ name }) => ({ zone: name, servers: [filtered] })),
      ...zones.map(({ name, setup }) => ({
        zone: name,
        servers: [(setup && serverOf[setup]) ?? knot],
      })),
    ];
    const cache = keep(await startResolver({ ...place('cache', AT.cache), stubs: ways }));
    keep(await startResolver({ ...place('unbound', AT.resolver), stubs: ways }));
    return { stop, cache };
  } catch (error) {
    await stop();
    throw error;
  }
}

function buildRegistry(zones: readonly CustomerZone[]): ZoneText[] {
  const own = { serial: 1, nameservers: ['old.registry.net'] };
  const delegations = zones.flatMap(({ name, setup }) =>
    NAMESERVERS_OF[setup ?? 'usual'].map((value): ZoneLine => ({ name, type: 'NS', value })),
  );
  return [
    { name: 'com', ...own, records: delegations },
    { name: 'net', ...own, records: ADDRESSES },
  ];
}

function buildZone({ name, setup, lines }: CustomerZone): ZoneText {
  const nameservers = setup === 'stale_ns' ? ['old.registry.net'] : NAMESERVERS_OF[setup ?? 'usual'];
  return { name, serial: 1, nameservers, records: lines };
}

function buildElsewhere({ name, setup, elsewhere }: CustomerZone): ZoneText[] {
  return elsewhere ? [buildZone({ name, setup, lines: elsewhere })] : [];
}

function buildKeysZone({ name, keys }: CustomerZone): ZoneText[] {
  const zone = { name: `_domainkey.${name}`, serial: 1, nameservers: ['ns.filtered.net'] };
  return keys ? [{ ...zone, records: keys }] : [];
}
