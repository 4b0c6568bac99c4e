import type { Answer, Packet, StringAnswer } from 'dns-packet';

/** One record of a test zone. `name` is the whole name, without the final dot; a TXT text over 255 octets is split as a panel would do it. */
export type ZoneRecord =
  | { name: string; type: 'TXT'; value: string | readonly (string | Buffer)[]; ttl?: number }
  | { name: string; type: 'SPF'; value: string; ttl?: number }
  | { name: string; type: 'MX'; value: string; priority?: number; ttl?: number }
  | { name: string; type: 'A' | 'AAAA' | 'CNAME' | 'NS'; value: string; ttl?: number };

/** A zone and the servers that hold it. SOA, the NS set at the apex, glue, and the delegation from a parent zone are made from it. */
export interface ZoneSetup {
  nameservers: readonly { name: string; address: string | readonly string[] }[];
  records?: readonly ZoneRecord[];
  soa?: { ttl?: number; minimum?: number; serial?: number };
  /** TTL of the NS set; 3600 unless told. */
  nsTtl?: number;
  /** What a validating resolver says of it: AD, or SERVFAIL unless it is told not to validate. Unsigned unless told. */
  dnssec?: 'signed' | 'bogus';
  /** Whether an answer with records has the NS set beside them, as NSD sends it; Knot leaves it out. False unless told. */
  showsNameservers?: boolean;
  /** False: the parent zone knows nothing of this one. */
  delegated?: boolean;
}

/** A zone as the server keeps it. `perServer` holds the records of servers that were made to differ. */
export interface Zone {
  readonly name: string;
  readonly setup: ZoneSetup;
  records: readonly ZoneRecord[];
  readonly perServer: Map<string, readonly ZoneRecord[]>;
}

/** What a server says, before it is put on the wire. */
export interface Reply {
  rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  authoritative: boolean;
  /** The AD bit. */
  authenticated?: boolean;
  answers: Answer[];
  authorities: Answer[];
  additionals: Answer[];
}

export function isWithin(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`);
}

/** The addresses of a name server, as a list. */
export function addressesOf(server: ZoneSetup['nameservers'][number]): readonly string[] {
  return typeof server.address === 'string' ? [server.address] : server.address;
}

/** Answers as an authoritative server at one address does (RFC 1034 §4.3.2): AA, CNAME, wildcard, referral, NODATA and NXDOMAIN with SOA. */
export function answerAuthoritatively(all: readonly Zone[], address: string, name: string, type: string): Reply {
  const served = all.filter((zone) => zone.setup.nameservers.some((ns) => addressesOf(ns).includes(address)));
  const zone = deepest(served, name);
  if (!zone) return { ...empty('REFUSED'), authoritative: false };
  return answerFromZone(all, zone, address, name, type);
}

/** How a resolver takes the DNSSEC that zones are marked with. */
export interface Validation {
  readonly validates: boolean;
  readonly checkingDisabled: boolean;
}

/** Answers as a resolver without a cache does: from all zones, following CNAMEs from one into another. */
export function answerRecursively(all: readonly Zone[], name: string, type: string, by: Validation): Reply {
  const from = new Set<Zone>();
  const reply = collectRecursively(all, name, type, from);
  const isMarked = (mark: 'signed' | 'bogus') => (zone: Zone) =>
    (zone.name === '' ? 'signed' : zone.setup.dnssec) === mark;
  if (!by.validates || by.checkingDisabled) return reply;
  if ([...from].some(isMarked('bogus'))) return { ...empty('SERVFAIL'), authoritative: false };
  return { ...reply, authenticated: reply.rcode !== 'SERVFAIL' && [...from].every(isMarked('signed')) };
}

function collectRecursively(all: readonly Zone[], name: string, type: string, from: Set<Zone>): Reply {
  const answers: Answer[] = [];
  let wanted = name;
  for (let hop = 0; hop < 10; hop++) {
    const zone = deepest(all, wanted);
    if (!zone) return empty('SERVFAIL');
    from.add(zone);
    const host = zone.name === '' ? hostRecords(all, wanted, type) : [];
    if (host.length > 0) return { ...empty('NOERROR'), authoritative: false, answers: [...answers, ...host] };
    const reply = answerFromZone(all, zone, undefined, wanted, type);
    if (!reply.authoritative) return { ...empty('SERVFAIL'), authoritative: false };
    answers.push(...reply.answers);
    const last = reply.answers.at(-1);
    if (last?.type !== 'CNAME' || type === 'CNAME') return { ...reply, authoritative: false, answers };
    wanted = last.data.toLowerCase();
  }
  return { ...empty('SERVFAIL'), authoritative: false };
}

function answerFromZone(
  all: readonly Zone[],
  zone: Zone,
  address: string | undefined,
  name: string,
  type: string,
): Reply {
  const cut = findCut(all, zone, name);
  if (cut) return { ...empty('NOERROR'), authoritative: false, ...cut };
  const records = recordsOf(all, zone, address);
  const shown = zone.setup.showsNameservers ? nameserversOf(zone) : [];
  const answers: Answer[] = [];
  let wanted = name;
  for (let hop = 0; hop < 10; hop++) {
    const here = matchRecords(records, wanted, zone.name);
    if (here === null) {
      return { ...empty(answers.length > 0 ? 'NOERROR' : 'NXDOMAIN'), answers, authorities: [soaOf(zone)] };
    }
    const cname = here.find((record) => record.type === 'CNAME');
    if (cname?.type === 'CNAME' && type !== 'CNAME') {
      answers.push(cname);
      wanted = cname.data.toLowerCase();
      if (!isWithin(wanted, zone.name) || findCut(all, zone, wanted)) return { ...empty('NOERROR'), answers };
      continue;
    }
    const found = here.filter((record) => record.type === type);
    return {
      ...empty('NOERROR'),
      answers: [...answers, ...found],
      authorities: found.length > 0 ? shown : [soaOf(zone)],
    };
  }
  return { ...empty('NOERROR'), answers };
}

function empty(rcode: Reply['rcode']): Reply {
  return { rcode, authoritative: rcode !== 'SERVFAIL', answers: [], authorities: [], additionals: [] };
}

function deepest(zones: readonly Zone[], name: string): Zone | undefined {
  return zones.filter((zone) => isWithin(name, zone.name)).sort((a, b) => b.name.length - a.name.length)[0];
}

/** The delegation that `name` lies behind, as seen from `zone`: a registered child zone, or NS records written below the apex. */
function findCut(all: readonly Zone[], zone: Zone, name: string): Pick<Reply, 'authorities' | 'additionals'> | null {
  const children = all.filter((child) => {
    if (child === zone || child.setup.delegated === false || !isWithin(child.name, zone.name)) return false;
    return isWithin(name, child.name);
  });
  const written = zone.records.filter(
    (record) => record.type === 'NS' && record.name !== zone.name && isWithin(name, record.name),
  );
  const owner = [...children.map((child) => child.name), ...written.map((record) => record.name)].sort(
    (a, b) => a.length - b.length,
  )[0];
  if (owner === undefined) return null;
  const child = children.find((candidate) => candidate.name === owner);
  const authorities = child
    ? child.setup.nameservers.map((ns) => record(owner, 'NS', ns.name, child.setup.nsTtl ?? 3600))
    : written.filter((ns) => ns.name === owner).flatMap((ns) => toAnswers(ns));
  const additionals = authorities.flatMap((ns) => {
    if (ns.type !== 'NS' || !isWithin(ns.data, zone.name)) return [];
    return [...hostRecords(all, ns.data, 'A'), ...hostRecords(all, ns.data, 'AAAA')];
  });
  return { authorities, additionals };
}

/** Null: no such name. An empty list: the name is there (or something below it is), without records. */
function matchRecords(records: readonly Answer[], name: string, apex: string): Answer[] | null {
  const exact = records.filter((record) => record.name.toLowerCase() === name);
  if (exact.length > 0) return exact;
  if (name === apex || records.some((record) => record.name.toLowerCase().endsWith(`.${name}`))) return [];
  for (let parent = parentOf(name); ; parent = parentOf(parent)) {
    const wild = records.filter((record) => record.name.toLowerCase() === `*.${parent}`);
    if (wild.length > 0) return wild.map((record) => ({ ...record, name }));
    const exists = records.some((record) => isWithin(record.name.toLowerCase(), parent));
    if (exists || parent === apex || parent === '') return null;
  }
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

function recordsOf(all: readonly Zone[], zone: Zone, address: string | undefined): Answer[] {
  const own = (address === undefined ? undefined : zone.perServer.get(address)) ?? zone.records;
  const made = nameserversOf(zone);
  if (zone.name !== '') {
    const hosts = all.flatMap(({ setup }) => setup.nameservers.map((ns) => ns.name));
    for (const host of new Set(hosts.filter((name) => isWithin(name, zone.name)))) {
      made.push(...hostRecords(all, host, 'A'), ...hostRecords(all, host, 'AAAA'));
    }
  }
  return [soaOf(zone), ...made, ...own.flatMap(toAnswers)];
}

function nameserversOf({ name, setup }: Zone): Answer[] {
  return setup.nameservers.map((ns) => record(name, 'NS', ns.name, setup.nsTtl ?? 3600));
}

/** The address records of a name server, wherever its zone is. */
function hostRecords(all: readonly Zone[], name: string, type: string): Answer[] {
  const servers = all.flatMap((zone) => zone.setup.nameservers).filter((ns) => ns.name === name);
  const addresses = new Set(servers.flatMap((ns) => [...addressesOf(ns)]));
  return [...addresses].flatMap((address) => {
    const family = address.includes(':') ? 'AAAA' : 'A';
    return family === type ? [record(name, family, address, 3600)] : [];
  });
}

function soaOf(zone: Zone): Answer {
  return {
    name: zone.name,
    type: 'SOA',
    ttl: zone.setup.soa?.ttl ?? 3600,
    data: {
      mname: zone.setup.nameservers[0]?.name ?? 'nowhere.invalid',
      rname: 'hostmaster.invalid',
      serial: zone.setup.soa?.serial ?? 1,
      refresh: 3600,
      retry: 600,
      expire: 86400,
      minimum: zone.setup.soa?.minimum ?? 300,
    },
  };
}

function record(name: string, type: StringAnswer['type'], data: string, ttl: number): Answer {
  return { name, type, data, ttl };
}

/** The records as dns-packet takes them. */
export function toAnswers(source: ZoneRecord): Answer[] {
  const name = source.name.toLowerCase();
  const ttl = source.ttl ?? 300;
  if (source.type === 'TXT') {
    const text = source.value;
    const strings = typeof text === 'string' ? splitText(Buffer.from(text)) : text.map((part) => Buffer.from(part));
    return [{ name, type: 'TXT', ttl, data: strings }];
  }
  if (source.type === 'SPF') {
    // dns-packet knows the number of the type and not its data, which is that of TXT (RFC 4408 §3.1.1).
    const strings = splitText(Buffer.from(source.value)).flatMap((part) => [Buffer.of(part.length), part]);
    return [{ name, type: 'SPF', ttl, data: Buffer.concat(strings) } as unknown as Answer];
  }
  if (source.type === 'MX') {
    return [{ name, type: 'MX', ttl, data: { preference: source.priority ?? 10, exchange: source.value || '.' } }];
  }
  return [record(name, source.type, source.value, ttl)];
}

function splitText(text: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length || at === 0; at += 255) parts.push(text.subarray(at, at + 255));
  return parts;
}

/** The packet of a reply, for dns-packet. */
export function toPacket(query: Packet, reply: Reply, recursionAvailable: boolean): Packet & { flags: number } {
  const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
  const asked = (query.flags ?? 0) & 0x0100;
  return {
    id: query.id ?? 0,
    type: 'response',
    flags:
      asked |
      rcodes[reply.rcode] |
      (reply.authoritative ? 0x0400 : 0) |
      (recursionAvailable ? 0x0080 : 0) |
      (reply.authenticated ? 0x0020 : 0),
    questions: query.questions ?? [],
    answers: reply.answers,
    authorities: reply.authorities,
    additionals: reply.additionals,
  };
}
