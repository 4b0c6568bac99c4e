import { join } from 'node:path';

/** What a configuration file of an authoritative server says; each zone is in `<folder>/<zone>.zone`. */
export interface NameServerSettings {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly zones: readonly string[];
  /** Zones that Knot is to fetch from another server, which is not there: what remains of a copy that has expired. */
  readonly expired?: readonly string[];
  /** Where given, all zones are dynamic: they are changed by updates, and what was changed is kept in the zone files. */
  readonly updates?: UpdateRights;
}

/** A TSIG key. */
export interface UpdateKey {
  readonly name: string;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha512';
  /** In base64. */
  readonly secret: string;
}

/** Who may change the zones of a server. Everybody on loopback may fetch them. */
export interface UpdateRights {
  readonly keys: readonly UpdateKey[];
  /** Keys that may change TXT, MX and CNAME records only, as docs/dns-publishing.md recommends; on PowerDNS, anything. */
  readonly narrow?: readonly UpdateKey[];
  /** Keys that the server knows and that may change nothing. */
  readonly readers?: readonly UpdateKey[];
  /** Zones that the server signs itself (DNSSEC). */
  readonly signed?: readonly string[];
}

/** A zone that the resolver finds at these servers, without asking its way from the root. */
export interface Stub {
  readonly zone: string;
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

/** Formats `nsd.conf`: nothing outside the folder is read or written, no privileges are changed. */
export function formatNsdConfig({ folder, address, port, zones }: NameServerSettings): string {
  return lines([
    'server:',
    `  ip-address: ${address}@${port}`,
    '  server-count: 1',
    // NSD limits its answers a second by default, and is silent or truncates beyond.
    '  rrl-ratelimit: 0',
    '  username: ""',
    '  chroot: ""',
    '  database: ""',
    `  zonesdir: "${folder}"`,
    `  pidfile: "${join(folder, 'nsd.pid')}"`,
    `  zonelistfile: "${join(folder, 'zone.list')}"`,
    `  xfrdfile: "${join(folder, 'xfrd.state')}"`,
    `  xfrdir: "${folder}"`,
    'remote-control:',
    '  control-enable: no',
    ...zones.flatMap((zone) => ['zone:', `  name: "${zone}"`, `  zonefile: "${zone}.zone"`]),
  ]);
}

/** Formats `knot.conf`, with the same limits. */
export function formatKnotConfig({ folder, address, port, zones, expired = [], updates }: NameServerSettings): string {
  return lines([
    'server:',
    `  rundir: "${folder}"`,
    `  listen: ${address}@${port}`,
    '  udp-workers: 1',
    '  tcp-workers: 1',
    '  background-workers: 1',
    'control:',
    `  listen: "${join(folder, 'knot.sock')}"`,
    'log:',
    '  - target: stderr',
    '    any: warning',
    'database:',
    `  storage: "${folder}"`,
    ...(updates ? formatKnotRights(updates) : []),
    'template:',
    '  - id: default',
    `    storage: "${folder}"`,
    ...(updates
      ? // Written back at once, as it is by default.
        ['    zonefile-sync: 0', `    acl: [${listKnotRules(updates)}]`]
      : ['    zonefile-load: whole', '    zonefile-sync: -1', '    journal-content: none']),
    ...(expired.length > 0 ? ['remote:', '  - id: away', '    address: 127.0.0.1@1'] : []),
    'zone:',
    ...zones.flatMap((zone) => [
      `  - domain: ${zone}`,
      `    file: "${zone}.zone"`,
      ...(updates?.signed?.includes(zone) ? ['    dnssec-signing: on'] : []),
    ]),
    ...expired.flatMap((zone) => [`  - domain: ${zone}`, '    master: away']),
  ]);
}

function formatKnotRights({ keys, narrow = [], readers = [] }: UpdateRights): string[] {
  const rule = (id: string, of: readonly UpdateKey[], ...rights: readonly string[]) =>
    of.length === 0
      ? []
      : [
          `  - id: ${id}`,
          `    key: [${of.map(({ name }) => name).join(', ')}]`,
          ...rights.map((each) => `    ${each}`),
        ];
  return [
    'key:',
    ...[...keys, ...narrow, ...readers].flatMap(({ name, algorithm, secret }) => [
      `  - id: ${name}`,
      `    algorithm: ${algorithm}`,
      `    secret: ${secret}`,
    ]),
    'acl:',
    ...rule('update', keys, 'action: update'),
    ...rule('narrow', narrow, 'action: update', 'update-type: [TXT, MX, CNAME]'),
    ...rule('read', readers, 'action: query'),
    '  - id: transfer',
    '    address: 127.0.0.0/8',
    '    action: transfer',
  ];
}

function listKnotRules({ keys, narrow = [], readers = [] }: UpdateRights): string {
  const rules = Object.entries({ update: keys, narrow, read: readers }).filter(([, of]) => of.length > 0);
  return [...rules.map(([id]) => id), 'transfer'].join(', ');
}

/** Formats the configuration of `kzonesign` and `keymgr` for one zone, which is in `<folder>/zone`: one key, no serial changed. */
export function formatSignerConfig(folder: string, zone: string): string {
  return lines([
    'database:',
    `  storage: "${folder}"`,
    'policy:',
    '  - id: test',
    '    algorithm: ecdsap256sha256',
    '    single-type-signing: on',
    'zone:',
    `  - domain: "${zone}"`,
    `    storage: "${folder}"`,
    '    file: "zone"',
    '    dnssec-signing: on',
    '    dnssec-policy: test',
    '    journal-content: none',
    '    zonefile-load: whole',
  ]);
}

/** Formats `named.conf`, with the same limits. */
export function formatBindConfig({ folder, address, port, zones, updates }: NameServerSettings): string {
  const { keys = [], narrow = [], readers = [] } = updates ?? {};
  const grants = [
    ...keys.map(({ name }) => `grant ${name} zonesub ANY; `),
    ...narrow.map(({ name }) => `grant ${name} zonesub TXT MX CNAME; `),
  ];
  const rights = updates ? ` update-policy { ${grants.join('')}}; allow-transfer { 127.0.0.0/8; };` : '';
  return lines([
    'options {',
    `  directory "${folder}";`,
    `  listen-on port ${port} { ${address}; };`,
    '  listen-on-v6 { none; };',
    `  pid-file "${join(folder, 'named.pid')}";`,
    `  session-keyfile "${join(folder, 'session.key')}";`,
    '  lock-file none;',
    '  recursion no;',
    '  dnssec-validation no;',
    '  notify no;',
    '};',
    // No rndc: a signal is enough.
    'controls { };',
    ...[...keys, ...narrow, ...readers].map(
      ({ name, algorithm, secret }) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`,
    ),
    ...zones.map((zone) => {
      const signing = updates?.signed?.includes(zone) ? ' dnssec-policy default; inline-signing no;' : '';
      return `zone "${zone}" { type primary; file "${zone}.zone";${rights}${signing} };`;
    }),
  ]);
}

/**
 * Formats `unbound.conf`. It holds a root zone of its own (RFC 8806), so that no question ever leaves this machine and a
 * name that is nowhere is an NXDOMAIN, as it is on the Internet. With the DS record of that root it validates.
 */
export function formatUnboundConfig(options: {
  folder: string;
  address: string;
  port: number;
  stubs: readonly Stub[];
  rootDs: string | undefined;
}): string {
  const { folder, address, port, stubs, rootDs } = options;
  return lines([
    'server:',
    `  interface: ${address}@${port}`,
    `  port: ${port}`,
    // Unlike `allow`, what is remembered is told without recursion too, as by a resolver that is entered as a name server.
    '  access-control: 127.0.0.0/8 allow_snoop',
    '  do-not-query-localhost: no',
    '  do-ip6: no',
    ...(rootDs === undefined
      ? ['  module-config: "iterator"']
      : ['  module-config: "validator iterator"', `  trust-anchor: ". DS ${rootDs}"`]),
    '  num-threads: 1',
    '  username: ""',
    '  chroot: ""',
    `  directory: "${folder}"`,
    `  pidfile: "${join(folder, 'unbound.pid')}"`,
    '  use-syslog: no',
    'remote-control:',
    '  control-enable: no',
    'auth-zone:',
    '  name: "."',
    `  zonefile: "${join(folder, '.zone')}"`,
    '  fallback-enabled: no',
    '  for-downstream: no',
    '  for-upstream: yes',
    ...stubs.flatMap(({ zone, servers }) => [
      'stub-zone:',
      `  name: "${zone}"`,
      ...servers.map((server) => `  stub-addr: ${server.address}@${server.port}`),
    ]),
  ]);
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
