import { encode } from 'dns-packet';
import type { Question } from '../../src/core/answers/dns-answer.ts';
import type { FailureCause, FailureReason } from '../../src/core/answers/failure.ts';
import type { DnsServer } from '../support/dns/dns-server.ts';
import type { FaultContext } from '../support/dns/dns-server-faults.ts';
import type { ZoneRecord } from '../support/dns/dns-server-zones.ts';
import { A1, A2, A3, NAME, RECORD, SERVERS } from './dns-fault-scenarios.ts';

/** A zone that is broken, or made to keep us busy, and all that may come of it: every answer is `failed`. */
export interface HostileZone {
  readonly guarantee: string;
  arrange(server: DnsServer): void;
  readonly silence?: boolean;
  readonly question?: Partial<Question>;
  readonly reason: FailureReason;
  /** `mixed`: it is not the same for all. */
  readonly cause?: FailureCause | 'mixed';
  /** How many answers may come of it, and how many questions it may cost. */
  readonly atMost: { readonly answers: number; readonly questions: number };
}

const HEADER_OCTETS = 12;
const NS = 2;
const HINFO = 13;
const CNAME = 5;
const TXT = 16;
const TCP_MAX_OCTETS = 65_535;

/** An answer of one's own octets: the header and the question as they should be, with AA, and whatever is to follow. */
function forgeAnswer({ message, query }: FaultContext, count: number, records: Buffer): Buffer {
  const { name } = query.questions?.[0] ?? { name: '' };
  const end = HEADER_OCTETS + name.length + 2 + 4;
  const forged = Buffer.concat([message.subarray(0, end), records]);
  forged.writeUInt16BE(0x8400, 2);
  forged.writeUInt16BE(count, 6);
  forged.writeUInt16BE(0, 8);
  forged.writeUInt16BE(0, 10);
  return forged;
}

/** A record whose owner is the asked name, by a pointer. */
function forgeRecord(type: number, data: Buffer, owner = Buffer.from([0xc0, HEADER_OCTETS])): Buffer {
  const head = Buffer.from([0, type, 0, 1, 0, 0, 1, 0x2c, 0, 0]);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}

/** All name servers give this answer to the record's question, over TCP where it is long. */
function answerWith(build: (context: FaultContext) => Buffer, transport: 'udp' | 'tcp' = 'udp') {
  return (server: DnsServer) => {
    for (const address of [A1, A2, A3]) {
      const match = { address, name: NAME, type: 'TXT' };
      server.fault({ ...match, transport: 'udp' }, 'truncate');
      server.fault({ ...match, transport }, { messages: (context) => [build(context)] });
    }
  };
}

const pointTo = (offset: number) => Buffer.from([0xc0 | (offset >> 8), offset & 0xff]);

/** The offset of whatever follows the question for NAME. */
const AFTER_QUESTION = HEADER_OCTETS + NAME.length + 2 + 4;

/** As many as pointers can reach. */
const LINKS = 4_000;

/** Names of one octet and a pointer to the one before: each is decoded by walking through all before it. */
function forgePointerChain(context: FaultContext): Buffer {
  const links = Array.from({ length: LINKS }, (_, index) =>
    Buffer.concat([
      Buffer.from([1, 0x61]),
      pointTo(index === 0 ? HEADER_OCTETS : AFTER_QUESTION + 12 + 4 * (index - 1)),
    ]),
  );
  const data = Buffer.concat(links);
  const last = AFTER_QUESTION + 12 + 4 * (LINKS - 1);
  const own = forgeRecord(HINFO, data);
  return forgeAnswer(context, 2, Buffer.concat([own, forgeRecord(CNAME, pointTo(last))]));
}

function forgeFullMessage(context: FaultContext): Buffer {
  const record = forgeRecord(NS, pointTo(HEADER_OCTETS));
  const count = Math.floor((TCP_MAX_OCTETS - AFTER_QUESTION) / record.length);
  const records = Buffer.concat(Array.from({ length: count }, () => record));
  const rest = Buffer.alloc(TCP_MAX_OCTETS - AFTER_QUESTION - records.length);
  return forgeAnswer(context, count, Buffer.concat([records, rest]));
}

const DEEP = Array.from({ length: 40 }, (_, index) => `l${index}`);
const DEEP_NAME = `${DEEP.join('.')}.example.com`;

/** Those that the fault scenarios do not have already. */
export const HOSTILE_ZONES: readonly HostileZone[] = [
  {
    guarantee: 'a zone none of whose name servers has an address has no name servers',
    arrange: (server) => {
      const nameservers = ['ns8', 'ns9'].map((name) => ({ name: `${name}.gone.example`, address: [] }));
      server.setZone('example.com', { nameservers, records: [RECORD] });
    },
    reason: 'network',
    cause: 'no_nameservers',
    atMost: { answers: 2, questions: 6 + 8 },
  },
  {
    guarantee: 'a zone without a single NS record has no name servers',
    arrange: (server) => server.setZone('example.com', { nameservers: [], records: [RECORD], delegated: false }),
    reason: 'network',
    cause: 'no_nameservers',
    atMost: { answers: 1, questions: 2 + 4 },
  },
  {
    guarantee: 'where it is not certain that the names of name servers have no address, nothing is said of it',
    arrange: (server) => {
      server.setZone('example.com', { nameservers: [{ name: 'ns8.gone.example', address: [] }], records: [RECORD] });
      server.fault({ name: 'ns8.gone.example', type: 'AAAA' }, 'servfail');
    },
    reason: 'servfail',
    atMost: { answers: 1, questions: 4 + 4 },
  },
  {
    guarantee: '64 KB of TXT over TCP are not kept',
    arrange: answerWith((context) => {
      const text = Buffer.concat(
        Array.from({ length: 255 }, () => Buffer.concat([Buffer.from([254]), Buffer.alloc(254, 0x78)])),
      );
      return forgeAnswer(context, 1, forgeRecord(TXT, text));
    }, 'tcp'),
    reason: 'malformed',
    atMost: { answers: 3, questions: 15 },
  },
  {
    guarantee: 'a thousand records in a message that is cut short are not read',
    arrange: answerWith((context) => forgeAnswer(context, 1000, forgeRecord(TXT, Buffer.from([1, 0x78])))),
    reason: 'malformed',
    atMost: { answers: 3, questions: 12 },
  },
  {
    guarantee: 'a full message of 65,535 octets of compressed names is not read',
    arrange: answerWith(forgeFullMessage, 'tcp'),
    reason: 'malformed',
    atMost: { answers: 3, questions: 15 },
  },
  {
    guarantee: 'an owner that is a pointer to itself ends as malformed',
    arrange: answerWith((context) =>
      forgeAnswer(context, 1, forgeRecord(TXT, Buffer.from([0]), pointTo(AFTER_QUESTION))),
    ),
    reason: 'malformed',
    atMost: { answers: 3, questions: 12 },
  },
  {
    guarantee: 'two names that point to each other end as malformed',
    arrange: answerWith((context) => {
      const first = forgeRecord(NS, pointTo(AFTER_QUESTION + 14));
      const second = forgeRecord(CNAME, pointTo(AFTER_QUESTION + 12), pointTo(AFTER_QUESTION + 12));
      return forgeAnswer(context, 2, Buffer.concat([first, second]));
    }),
    reason: 'malformed',
    atMost: { answers: 3, questions: 12 },
  },
  {
    guarantee: 'a chain of four thousand pointers is not walked to its end',
    arrange: answerWith(forgePointerChain, 'tcp'),
    reason: 'malformed',
    atMost: { answers: 3, questions: 15 },
  },
  {
    guarantee: 'two hundred name servers at one address are not all asked: nobody is made to flood another',
    arrange: (server) => {
      const nameservers = Array.from({ length: 200 }, (_, i) => ({ name: `n${i}.example.com`, address: A1 }));
      server.setZone('example.com', { nameservers, records: [RECORD] });
      server.fault({ address: A1, name: NAME, type: 'TXT' }, 'refused');
      server.fault({ address: server.resolver.address, name: NAME }, 'servfail');
    },
    reason: 'refused',
    atMost: { answers: 13, questions: 2 + 1 + 26 + 1 + 13 + 4 + 2 },
  },
  {
    guarantee:
      'name servers in zones that need name servers in zones, without end, cost no more than the resolver is asked',
    silence: true,
    arrange: (server) => {
      const nameservers = Array.from({ length: 13 }, (_, i) => ({ name: `ns${i}.z0.evil.example`, address: [] }));
      server.setZone('example.com', { nameservers, records: [RECORD] });
      for (let i = 0; i < 20; i++) {
        server.setZone(`z${i}.evil.example`, { nameservers: [{ name: `ns.z${i + 1}.evil.example`, address: [] }] });
      }
      // What a resolver does that gives up, after longer than anybody waits.
      server.fault({ address: server.resolver.address, within: 'evil.example' }, 'silence');
    },
    reason: 'timeout',
    atMost: { answers: 13, questions: 3 + 13 * 2 * 2 + 3 },
  },
  {
    guarantee: 'servers that refer one label further down with each answer end as a failure',
    arrange: (server) => {
      let depth = 0;
      const refer = ({ normal }: FaultContext) => {
        depth += 1;
        const zone = DEEP.slice(-depth).join('.');
        const host = `ns.${zone}.example.com`;
        return [
          encode({
            ...normal,
            flags: 0x8000,
            authorities: [{ name: `${zone}.example.com`, type: 'NS', ttl: 300, data: host }],
            additionals: [{ name: host, type: 'A', ttl: 300, data: A1 }],
          }),
        ];
      };
      server.fault({ name: DEEP_NAME }, { messages: refer });
    },
    question: { name: DEEP_NAME },
    reason: 'network',
    atMost: { answers: 1, questions: 9 + 3 + 8 },
  },
  {
    guarantee: 'thirteen servers with four silent addresses each cost no more than a check may',
    silence: true,
    arrange: (server) => {
      const address = (index: number) => `127.0.0.${11 + (index % 15)}`;
      const nameservers = Array.from({ length: 13 }, (_, i) => ({
        name: `n${i}.example.com`,
        address: [address(i), address(i + 4), address(i + 8), address(i + 12)],
      }));
      server.setZone('example.com', { nameservers, records: [RECORD] });
      for (let index = 0; index < 15; index++) server.fault({ address: address(index) }, 'silence');
      server.fault({ address: server.resolver.address, name: NAME }, 'silence');
    },
    reason: 'timeout',
    atMost: { answers: 14, questions: 200 },
  },
  {
    guarantee: 'aliases that lead to another name from each server, at each hop, do not grow into a tree',
    arrange: (server) => {
      const records = (address: string): ZoneRecord[] => [
        { name: NAME, type: 'CNAME', value: `${address.slice(-2)}.x.example.com` },
        { name: '*.x.example.com', type: 'CNAME', value: `${address.slice(-2)}.y.example.com` },
        { name: '*.y.example.com', type: 'CNAME', value: `${address.slice(-2)}.z.example.com` },
        { name: '*.z.example.com', type: 'CNAME', value: `${address.slice(-2)}.x.example.com` },
      ];
      for (const { address } of SERVERS) server.setRecords('example.com', records(address), address);
    },
    reason: 'malformed',
    cause: 'mixed',
    atMost: { answers: 4 * 8, questions: 200 },
  },
  {
    guarantee: 'an alias that leads to a new name each time it is asked ends after eight',
    arrange: (server) => {
      const longer = Buffer.concat([Buffer.from([1, 0x61]), pointTo(HEADER_OCTETS)]);
      const forward = (context: FaultContext) => [forgeAnswer(context, 1, forgeRecord(CNAME, longer))];
      for (const address of [A1, A2, A3]) server.fault({ address, within: NAME, type: 'TXT' }, { messages: forward });
    },
    reason: 'malformed',
    cause: 'cname_chain',
    atMost: { answers: 1, questions: 60 },
  },
];
