import type { Question } from '../../src/core/answers/dns-answer.ts';
import type { DnsSettings } from '../../src/dns/lookup.ts';
import type { lookUp } from '../support/dns/dns-client.ts';
import type { DnsServer } from '../support/dns/dns-server.ts';
import type { FaultName } from '../support/dns/dns-server-faults.ts';
import type { ZoneRecord } from '../support/dns/dns-server-zones.ts';

/** The record that the scenarios look up. */
export const NAME = '_autosend-verify.example.com';
/** The addresses of the three name servers. */
export const [A1, A2, A3] = ['127.0.0.11', '127.0.0.12', '127.0.0.13'] as const;
/** The name servers of example.com. */
export const SERVERS = [A1, A2, A3].map((address, index) => ({ name: `ns${index + 1}.example.com`, address }));
/** What all of them hold at first. */
export const RECORD: ZoneRecord = { name: NAME, type: 'TXT', value: 'value' };
const [FOUND1, FOUND2, FOUND3] = SERVERS.map(({ name }) => `${name} found "value"`) as [string, string, string];

/** One thing that goes wrong, and all that may come of it. */
export interface Scenario {
  readonly guarantee: string;
  arrange(server: DnsServer): void;
  readonly question?: Partial<Question>;
  readonly options?: Parameters<typeof lookUp>[2];
  /** Somebody is silent, so waits are short; all others are patient, however busy the machine is. */
  readonly silence?: boolean;
  readonly settings?: (server: DnsServer) => Partial<DnsSettings>;
  /** `server outcome …`, sorted. */
  readonly answers: readonly string[];
  readonly aliases?: readonly string[];
  /** Questions on the wire, for all of it: the search for the zone costs 9 of them here. */
  readonly atMost: number;
}

/** Questions, where nothing usable came, to find out who else may hold the zone, and those to the resolver. */
const OTHER_WAYS = { delegation: 3, resolver: 2 } as const;
const ALL_WAYS = 12 + OTHER_WAYS.delegation + OTHER_WAYS.resolver;

/** All three servers have the same fault on the record's TXT question, and so the resolver is of no help. */
function everywhere(fault: FaultName) {
  return (server: DnsServer) => {
    for (const address of [A1, A2, A3]) server.fault({ address, name: NAME, type: 'TXT' }, fault);
    server.fault({ address: server.resolver.address, name: NAME }, 'servfail');
  };
}

const allFailed = (reason: string) => SERVERS.map(({ name }) => `${name} failed ${reason}`);

/** Only what happens on the wire to the record's question, told by fault and by what is to come of it. */
const SAME_EVERYWHERE: readonly (readonly [guarantee: string, FaultName, readonly string[], atMost: number])[] = [
  ['SERVFAIL everywhere is a failure and never an absence', 'servfail', allFailed('servfail'), ALL_WAYS],
  [
    'SERVFAIL of a server whose copy of the zone expired says so',
    'servfail-expired',
    allFailed('servfail zone_expired'),
    ALL_WAYS,
  ],
  ['REFUSED everywhere is a failure and never an absence', 'refused', allFailed('refused'), ALL_WAYS],
  ['NOTIMP to every question is a failure', 'notimp', allFailed('servfail'), ALL_WAYS + 3],
  ['FORMERR to every question is a failure', 'formerr', allFailed('servfail'), ALL_WAYS + 3],
  ['FORMERR to EDNS is asked again without it', 'formerr-on-edns', [FOUND1, FOUND2, FOUND3], 15],
  ['NOTIMP to EDNS is asked again without it', 'notimp-on-edns', [FOUND1, FOUND2, FOUND3], 15],
  ['silence about EDNS is asked again without it', 'silence-on-edns', [FOUND1, FOUND2, FOUND3], 15],
  ['an empty answer without AA is lame and never an absence', 'lame', allFailed('lame'), ALL_WAYS],
  [
    'the right answer without AA is lame where no resolver takes it: it came from a cache',
    'not-authoritative',
    allFailed('lame'),
    ALL_WAYS,
  ],
  ['a referral to the root is lame', 'upward-referral', allFailed('lame'), ALL_WAYS],
  [
    'an empty AA answer without SOA is no data, forgotten at once',
    'nodata-without-soa',
    SERVERS.map(({ name }) => `${name} absent nodata 0`),
    12,
  ],
  [
    'NXDOMAIN with AA and without SOA is an absence, forgotten at once',
    'nxdomain-without-soa',
    SERVERS.map(({ name }) => `${name} absent nxdomain 0`),
    12,
  ],
  ['a truncated answer is fetched over TCP', 'truncate', [FOUND1, FOUND2, FOUND3], 15],
  ['a server that folds the case of names is asked again without 0x20', 'wrong-case', [FOUND1, FOUND2, FOUND3], 15],
  ['records of another name are malformed, not an answer', 'other-owner', allFailed('malformed'), 12],
  [
    'a message that ends in the middle of a record is malformed, not a shorter record',
    'cut-in-half',
    allFailed('malformed'),
    12,
  ],
];

/** Nothing that can be believed comes, so the answer is the resolver's. */
const NOTHING_BELIEVED: readonly (readonly [string, FaultName])[] = [
  ['silence', 'silence'],
  ['an answer with another id', 'wrong-id'],
  ['an answer to another name', 'wrong-question'],
  ['an answer to another type', 'wrong-type'],
  ['an answer without its question', 'no-question'],
  ['an answer from another port', 'other-port'],
  ['our own question, sent back', 'not-a-response'],
  ['garbage with the right id', 'garbage'],
  ['an empty datagram', 'empty-datagram'],
];

const TCP_FAULTS: readonly (readonly [guarantee: string, FaultName, reason: string])[] = [
  ['TCP that is closed without an answer is a failure', 'tcp-closes', 'network'],
  ['TCP that stays silent is a failure', 'tcp-silence', 'timeout'],
  ['an octet now and then over TCP does not outlast the time for it', 'slow-tcp', 'timeout'],
  ['TCP that ends before the length it announced is malformed', 'tcp-length-lies', 'malformed'],
];

const chain = (length: number): ZoneRecord[] => [
  { name: NAME, type: 'CNAME', value: 'c1.example.com' },
  ...Array.from({ length: length - 1 }, (_, i): ZoneRecord => {
    return { name: `c${i + 1}.example.com`, type: 'CNAME', value: `c${i + 2}.example.com` };
  }),
  { name: `c${length}.example.com`, type: 'TXT', value: 'value' },
];
const chainNames = (length: number) => Array.from({ length }, (_, i) => `c${i + 1}.example.com`);

/** The scenarios of `quality.md`, each with its outcome and the questions it may cost. */
export const SCENARIOS: readonly Scenario[] = [
  {
    guarantee: 'every authoritative server is asked',
    arrange: () => undefined,
    answers: [FOUND1, FOUND2, FOUND3],
    atMost: 12,
  },
  ...SAME_EVERYWHERE.map(([guarantee, fault, answers, atMost]): Scenario => {
    return { guarantee, arrange: everywhere(fault), silence: fault.startsWith('silence'), answers, atMost };
  }),
  ...NOTHING_BELIEVED.map(([what, fault]): Scenario => {
    return {
      guarantee: `${what} is never an answer; when nothing else comes from any server, a resolver stands in`,
      silence: true,
      arrange: (server) => {
        for (const address of [A1, A2, A3]) server.fault({ address, name: NAME, type: 'TXT' }, fault);
      },
      answers: ['127.0.0.10 found "value"', ...allFailed('timeout')],
      atMost: 16 + OTHER_WAYS.delegation,
    };
  }),
  ...TCP_FAULTS.map(([guarantee, fault, reason]): Scenario => {
    return {
      guarantee,
      silence: reason === 'timeout',
      arrange: (server) => {
        server.fault({ address: A1, name: NAME, type: 'TXT' }, 'truncate');
        server.fault({ address: A1, name: NAME, type: 'TXT' }, fault);
      },
      answers: [`ns1.example.com failed ${reason}`, FOUND2, FOUND3],
      atMost: 13,
    };
  }),
  {
    guarantee: 'one silent server of three leaves the answers of the others as they are',
    silence: true,
    arrange: (server) => void server.fault({ address: A2 }, 'silence'),
    answers: [FOUND1, 'ns2.example.com failed timeout', FOUND3],
    atMost: 15,
  },
  {
    guarantee: 'a silent first server does not stop the search for the zone',
    silence: true,
    arrange: (server) => void server.fault({ address: A1 }, 'silence'),
    answers: ['ns1.example.com failed timeout', FOUND2, FOUND3],
    atMost: 15,
  },
  {
    guarantee: 'where servers and resolvers are silent, everything is a failure',
    silence: true,
    arrange: (server) => {
      for (const address of [A1, A2, A3]) server.fault({ address }, 'silence');
      server.fault({ address: '127.0.0.10', name: NAME }, 'silence');
    },
    answers: ['127.0.0.10 failed timeout', ...allFailed('timeout')],
    atMost: 20,
  },
  {
    guarantee: 'SERVFAIL in the search for the zone is one failure, never an absence',
    arrange: (server) => void server.fault({ address: '127.0.0.10' }, 'servfail'),
    answers: ['127.0.0.10 failed servfail'],
    atMost: 10, // SOA, NS, the same of the zone above, and the record: each with and without validation
  },
  {
    guarantee: 'a resolver that does not recurse is passed over for the next one',
    arrange: () => undefined,
    settings: (server) => ({ resolvers: [{ address: '127.0.0.9', port: server.port }, server.resolver] }),
    answers: [FOUND1, FOUND2, FOUND3],
    atMost: 20,
  },
  {
    guarantee: 'a server that differs from the others is seen to differ',
    arrange: (server) => server.setRecords('example.com', [{ ...RECORD, type: 'TXT', value: 'old' }], A3),
    answers: [FOUND1, FOUND2, 'ns3.example.com found "old"'],
    atMost: 12,
  },
  {
    guarantee: 'a server that does not have the record yet is seen not to have it',
    arrange: (server) => server.setRecords('example.com', [], A3),
    answers: [FOUND1, FOUND2, 'ns3.example.com absent nxdomain 300'],
    atMost: 12,
  },
  {
    guarantee: 'a server that alone shows a CNAME does not hide what the others hold',
    arrange: (server) => {
      server.setRecords('example.com', [{ name: NAME, type: 'CNAME', value: 't.example.org' }], A3);
      server.setZone('example.org', {
        nameservers: [{ name: 'ns1.example.org', address: '127.0.0.14' }],
        records: [{ name: 't.example.org', type: 'TXT', value: 'alias' }],
      });
    },
    answers: [FOUND1, FOUND2, 'ns1.example.org found "alias"'],
    aliases: ['t.example.org'],
    atMost: 18,
  },
  {
    guarantee: 'servers that show different CNAMEs are followed both, so that the difference shows',
    silence: true,
    arrange: (server) => {
      const records: ZoneRecord[] = [
        { name: 't1.example.com', type: 'TXT', value: 'one' },
        { name: 't2.example.com', type: 'TXT', value: 'two' },
      ];
      server.setRecords('example.com', [...records, { name: NAME, type: 'CNAME', value: 't1.example.com' }]);
      server.setRecords('example.com', [...records, { name: NAME, type: 'CNAME', value: 't2.example.com' }], A1);
      for (const address of [A2, A3]) server.fault({ address, name: 't1.example.com' }, 'silence');
      for (const address of [A2, A3]) server.fault({ address, name: 't2.example.com' }, 'servfail');
    },
    answers: [
      'ns1.example.com found "one"',
      'ns1.example.com found "two"',
      'ns2.example.com failed servfail',
      'ns2.example.com failed timeout',
      'ns3.example.com failed servfail',
      'ns3.example.com failed timeout',
    ],
    aliases: ['t1.example.com'],
    atMost: 24,
  },
  {
    guarantee: 'a CNAME that leads back is a failure that ends',
    arrange: (server) =>
      server.setRecords('example.com', [
        { name: NAME, type: 'CNAME', value: 'b.example.com' },
        { name: 'b.example.com', type: 'CNAME', value: NAME },
      ]),
    answers: ['ns1.example.com failed malformed cname_loop'],
    aliases: ['b.example.com', NAME],
    atMost: 16,
  },
  {
    guarantee: 'a CNAME to itself is a failure that ends',
    arrange: (server) => server.setRecords('example.com', [{ name: NAME, type: 'CNAME', value: NAME }]),
    answers: ['ns1.example.com failed malformed cname_loop'],
    aliases: [NAME],
    atMost: 12,
  },
  {
    guarantee: 'eight CNAMEs are followed',
    arrange: (server) => server.setRecords('example.com', chain(8)),
    answers: [FOUND1, FOUND2, FOUND3],
    aliases: chainNames(8),
    atMost: 9 + 9 * 4,
  },
  {
    guarantee: 'nine CNAMEs are a failure',
    arrange: (server) => server.setRecords('example.com', chain(9)),
    answers: ['ns1.example.com failed malformed cname_chain'],
    aliases: chainNames(9),
    atMost: 9 + 9 * 4,
  },
  {
    guarantee: 'a CNAME to a name that is not there is an absence behind an alias',
    arrange: (server) => server.setRecords('example.com', [{ name: NAME, type: 'CNAME', value: 'gone.example.com' }]),
    answers: SERVERS.map(({ name }) => `${name} absent nxdomain 300`),
    aliases: ['gone.example.com'],
    atMost: 16,
  },
  {
    guarantee: 'a CNAME into a zone that refuses is a failure, not an absence',
    arrange: (server) => {
      server.setRecords('example.com', [{ name: NAME, type: 'CNAME', value: 't.example.org' }]);
      server.setZone('example.org', { nameservers: [{ name: 'ns1.example.org', address: '127.0.0.14' }] });
      server.fault({ address: '127.0.0.14' }, 'refused');
    },
    answers: ['ns1.example.org failed refused'],
    aliases: ['t.example.org'],
    atMost: 20 + OTHER_WAYS.resolver,
  },
  {
    guarantee: '60 KB of TXT are not kept, and said to be too much',
    arrange: (server) =>
      server.setRecords('example.com', [RECORD, { name: NAME, type: 'TXT', value: 'x'.repeat(60_000) }]),
    answers: allFailed('malformed'),
    atMost: 15,
  },
  {
    guarantee: 'a thousand records are not read, and said to be too many',
    arrange: (server) =>
      server.setRecords(
        'example.com',
        Array.from({ length: 1000 }, (_, i): ZoneRecord => ({ name: NAME, type: 'TXT', value: `value ${i}` })),
      ),
    answers: allFailed('malformed'),
    atMost: 15,
  },
  {
    guarantee: 'a record that a server sends twice counts once',
    arrange: (server) => server.setRecords('example.com', [RECORD, RECORD]),
    answers: [FOUND1, FOUND2, FOUND3],
    atMost: 12,
  },
  {
    guarantee: 'a name server at a private address is not asked, and nobody else is asked in its place',
    arrange: () => undefined,
    settings: () => ({ allowPrivate: false }),
    answers: allFailed('network not_public'),
    atMost: 8,
  },
  {
    guarantee: 'a name server whose name has no address is a failure of that server only',
    arrange: (server) =>
      server.setZone('example.com', {
        nameservers: [...SERVERS.slice(0, 2), { name: 'ns9.gone.example', address: [] }],
        records: [RECORD],
      }),
    answers: [FOUND1, FOUND2, 'ns9.gone.example failed network'],
    atMost: 12,
  },
  {
    guarantee: 'a name server with two addresses answers by the second when the first is silent',
    silence: true,
    arrange: (server) => {
      const nameservers = [{ name: 'ns1.example.com', address: [A1, A2] }];
      server.setZone('example.com', { nameservers, records: [RECORD] });
      server.fault({ address: A1 }, 'silence');
    },
    answers: [FOUND1],
    atMost: 12,
  },
  {
    guarantee: 'of sixteen name servers thirteen are asked',
    arrange: (server) => {
      const nameservers = Array.from({ length: 16 }, (_, i) => ({
        name: `n${i + 10}.example.com`,
        address: `127.0.0.${i + 11}`,
      }));
      server.setZone('example.com', { nameservers, records: [RECORD] });
    },
    answers: Array.from({ length: 13 }, (_, i) => `n${i + 10}.example.com found "value"`),
    atMost: 2 + 26 + 1 + 13,
  },
  {
    guarantee: 'a domain that is not registered is an absence by the servers of its parent',
    arrange: () => undefined,
    question: { name: '_autosend-verify.nobody.example' },
    options: { startAt: 'nobody.example' },
    answers: ['a.root-servers.net absent nxdomain 300'],
    atMost: 6,
  },
  {
    guarantee: 'a delegation to servers that refuse is a failure, never an absence',
    arrange: (server) =>
      server.setRecords('example.com', [{ name: 'sub.example.com', type: 'NS', value: 'ns1.example.com' }]),
    question: { name: '_autosend-verify.sub.example.com' },
    answers: ['ns1.example.com failed lame'],
    atMost: 16 + OTHER_WAYS.delegation + OTHER_WAYS.resolver,
  },
  {
    guarantee: 'a referral to the very name, by all servers, ends as a failure',
    arrange: (server) => {
      for (const address of [A1, A2, A3]) server.fault({ address, name: NAME }, 'self-referral');
      server.fault({ address: server.resolver.address, name: NAME }, 'servfail');
    },
    answers: ['a.root-servers.net failed lame'],
    atMost: 16 + OTHER_WAYS.delegation + OTHER_WAYS.resolver,
  },
  {
    guarantee: 'a check that has used its questions fails, and asks no more',
    arrange: () => undefined,
    options: { queries: 9 },
    answers: ['127.0.0.10 found "value"', ...allFailed('timeout')].slice(1).concat('127.0.0.10 failed timeout').sort(),
    atMost: 9,
  },
  {
    guarantee: 'a cancelled check asks nothing',
    arrange: () => undefined,
    options: { signal: AbortSignal.abort() },
    answers: ['127.0.0.10 failed timeout'],
    atMost: 0,
  },
  {
    guarantee: 'in recursive mode only resolvers are asked',
    arrange: () => undefined,
    settings: () => ({ mode: 'recursive' }),
    answers: ['127.0.0.10 found "value"'],
    atMost: 1,
  },
  {
    guarantee: 'in recursive mode a CNAME loop is a failure',
    arrange: (server) => server.setRecords('example.com', [{ name: NAME, type: 'CNAME', value: NAME }]),
    settings: () => ({ mode: 'recursive' }),
    answers: ['127.0.0.10 failed servfail'],
    atMost: 2,
  },
  {
    guarantee: 'where any server will do, one is asked',
    arrange: () => undefined,
    question: { servers: 'any' },
    answers: [FOUND1],
    atMost: 10,
  },
  {
    guarantee: 'where any server will do, a lame one is passed over',
    arrange: (server) => void server.fault({ address: A1, name: NAME, type: 'TXT' }, 'lame'),
    question: { servers: 'any' },
    answers: [FOUND2],
    atMost: 11,
  },
];
