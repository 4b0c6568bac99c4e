import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainToPublish } from './publish.ts';
import {
  findSharedPort,
  type RealNameServer,
  type RealServer,
  startNameServer,
  startResolver,
} from './real-name-servers.ts';
import type { ZoneLine, ZoneText } from './zone-text.ts';

/**
 * The servers of example.com, all on one port:
 *
 *                                            ┌─ NSD  127.0.0.31  ns1.example.com ─┐ two implementations
 *     Unbound 127.0.0.30 ──── stub zones ────┼─ Knot 127.0.0.32  ns2.example.com ─┘ of one zone
 *                                            ├─ Knot 127.0.0.33  _domainkey.example.com, delegated to ns3.example.com
 *                                            └─ NSD  127.0.0.34  verify.example.net, where _dmarc.example.com is a CNAME to;
 *                                                             and com, where the search for a policy ends
 */
export interface RealDnsNetwork {
  readonly port: number;
  readonly resolver: RealServer;
  readonly nsd: RealNameServer;
  readonly knot: RealNameServer;
  readonly keys: RealNameServer;
  readonly other: RealNameServer;
  /** All but the resolver. */
  readonly servers: readonly RealNameServer[];
  /** Replaces the records of the zones that these servers hold; each takes those whose names lie in its zone. */
  publish(servers: readonly RealNameServer[], records: readonly ZoneLine[]): Promise<void>;
  close(): Promise<void>;
}

/** Where `_dmarc.example.com` points to. */
export const POLICY_NAME = 'example-com.verify.example.net';

const RESOLVER_ADDRESS = '127.0.0.30';
const ADDRESS_OF = { nsd: '127.0.0.31', knot: '127.0.0.32', keys: '127.0.0.33', other: '127.0.0.34' } as const;

/** It delegates nothing: Unbound finds example.com by its stub zone. */
const COM: ZoneText = { name: 'com', serial: 1, nameservers: ['ns1.verify.example.net'], records: [] };

type BuildZone = (serial: number, records: readonly ZoneLine[]) => ZoneText;

/** Starts all five; their files are in a temporary folder that `close` removes. */
export async function startRealDnsNetwork(): Promise<RealDnsNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-real-dns-'));
  const port = await findSharedPort([RESOLVER_ADDRESS, ...Object.values(ADDRESS_OF)]);
  const running: RealServer[] = [];
  const zoneOf = new Map<RealNameServer, BuildZone>();
  let serial = 1;

  const close = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  };
  const start = async (software: 'nsd' | 'knot', name: keyof typeof ADDRESS_OF, buildZone: BuildZone) => {
    const zones = [buildZone(serial, []), ...(name === 'other' ? [COM] : [])];
    const options = { software, folder: join(folder, name), address: ADDRESS_OF[name], port, zones };
    const server = await startNameServer(options);
    running.push(server);
    zoneOf.set(server, buildZone);
    return server;
  };
  try {
    const nsd = await start('nsd', 'nsd', buildMainZone);
    const knot = await start('knot', 'knot', buildMainZone);
    const keys = await start('knot', 'keys', buildKeysZone);
    const other = await start('nsd', 'other', buildOtherZone);
    const resolver = await startResolver({
      folder: join(folder, 'unbound'),
      address: RESOLVER_ADDRESS,
      port,
      stubs: [
        { zone: 'example.com', servers: [nsd, knot] },
        { zone: '_domainkey.example.com', servers: [keys] },
        { zone: 'verify.example.net', servers: [other] },
        { zone: COM.name, servers: [other] },
      ],
    });
    running.push(resolver);
    const publish: RealDnsNetwork['publish'] = async (servers, records) => {
      serial += 1;
      await Promise.all(
        servers.map((server) => server.publish((zoneOf.get(server) ?? buildMainZone)(serial, records))),
      );
    };
    return { port, resolver, nsd, knot, keys, other, servers: [nsd, knot, keys, other], publish, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the customer publishes: the records as the API shows them, but the DMARC policy in another zone with a CNAME to it. */
export function listZoneLines({ dnsRecords }: DomainToPublish): ZoneLine[] {
  const { ownership, dkim, mailFrom, dmarc } = dnsRecords;
  return [
    ownership,
    dkim,
    ...mailFrom,
    { name: dmarc.name, type: 'CNAME', value: POLICY_NAME },
    { name: POLICY_NAME, type: 'TXT', value: dmarc.value },
  ];
}

function buildMainZone(serial: number, records: readonly ZoneLine[]): ZoneText {
  return {
    name: 'example.com',
    serial,
    nameservers: ['ns1.example.com', 'ns2.example.com'],
    records: [
      { name: 'ns1.example.com', type: 'A', value: ADDRESS_OF.nsd },
      { name: 'ns2.example.com', type: 'A', value: ADDRESS_OF.knot },
      { name: 'ns3.example.com', type: 'A', value: ADDRESS_OF.keys },
      { name: '_domainkey.example.com', type: 'NS', value: 'ns3.example.com' },
      ...records.filter(({ name }) => name.endsWith('example.com') && !isDkim(name)),
    ],
  };
}

function buildKeysZone(serial: number, records: readonly ZoneLine[]): ZoneText {
  const own = records.filter(({ name }) => isDkim(name));
  return { name: '_domainkey.example.com', serial, nameservers: ['ns3.example.com'], records: own };
}

function buildOtherZone(serial: number, records: readonly ZoneLine[]): ZoneText {
  return {
    name: 'verify.example.net',
    serial,
    nameservers: ['ns1.verify.example.net'],
    records: [
      { name: 'ns1.verify.example.net', type: 'A', value: ADDRESS_OF.other },
      ...records.filter(({ name }) => name === POLICY_NAME),
    ],
  };
}

function isDkim(name: string): boolean {
  return name.endsWith('._domainkey.example.com');
}
