import { encode, type Packet } from 'dns-packet';

/** What can be made to go wrong. Each name says what the client sees; `-on-edns` only strikes questions that carry an OPT record. */
export type FaultName =
  | 'silence'
  | 'servfail'
  | 'servfail-expired'
  | 'refused'
  | 'formerr'
  | 'notimp'
  | 'formerr-on-edns'
  | 'notimp-on-edns'
  | 'silence-on-edns'
  | 'lame'
  | 'upward-referral'
  | 'self-referral'
  | 'not-authoritative'
  | 'nodata-without-soa'
  | 'nxdomain-without-soa'
  | 'truncate'
  | 'wrong-id'
  | 'wrong-question'
  | 'wrong-type'
  | 'wrong-case'
  | 'no-question'
  | 'not-a-response'
  | 'other-owner'
  | 'other-port'
  | 'garbage'
  | 'empty-datagram'
  | 'cut-in-half'
  | 'tcp-closes'
  | 'tcp-silence'
  | 'slow-tcp'
  | 'tcp-length-lies';

/** A question as it came in, and the answer that would have gone out. */
export interface FaultContext {
  readonly query: Packet;
  readonly message: Buffer;
  readonly transport: 'udp' | 'tcp';
  readonly normal: Packet & { flags: number };
}

/** A fault by name; or silence until a promise is kept, then the true answer; or messages of one's own, sent in order (after those of `strangers`, which come from another port). */
export type Behavior =
  | FaultName
  | { hold: Promise<unknown> }
  | {
      messages: (context: FaultContext) => readonly Buffer[];
      strangers?: (context: FaultContext) => readonly Buffer[];
    };

/** What to send: `from` is another port where the client must not believe it; `how` is a way of speaking TCP badly. */
export interface Output {
  readonly messages: readonly Buffer[];
  readonly from?: 'other-port';
  readonly strangers?: readonly Buffer[];
  readonly how?: 'close' | 'byte-by-byte' | 'length-lies';
}

const RCODE_MASK = 0x000f;
const AA = 0x0400;
const TC = 0x0200;
/** An OPT record with the extended error "Invalid Data" (RFC 8914 §4.25), which dns-packet cannot write. */
const INVALID_DATA = Buffer.from([0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, 0, 24]);

/** Turns the true answer into what the fault makes of it. Null where the fault does not strike this question. */
export function applyFault(name: FaultName, context: FaultContext): Output | null {
  const { normal, transport } = context;
  const hasEdns = (context.query.additionals ?? []).some((record) => record.type === 'OPT');
  const bare = { ...normal, answers: [], authorities: [], additionals: [] };
  const rcode = (code: number): Output => one({ ...bare, flags: (normal.flags & ~(RCODE_MASK | AA)) | code });
  const question = normal.questions?.[0] ?? { name: 'example.com', type: 'TXT' as const };
  const ownedBy = (owner: string): Output =>
    one({
      ...bare,
      flags: normal.flags & ~AA,
      authorities: [{ name: owner, type: 'NS', ttl: 300, data: 'a.root-servers.net' }],
    });
  switch (name) {
    case 'silence':
      return { messages: [] };
    case 'servfail':
      return rcode(2);
    case 'servfail-expired': {
      const message = Buffer.concat([...rcode(2).messages, INVALID_DATA]);
      message.writeUInt16BE(1, 10);
      return { messages: [message] };
    }
    case 'refused':
      return rcode(5);
    case 'formerr':
      return rcode(1);
    case 'notimp':
      return rcode(4);
    case 'formerr-on-edns':
      return hasEdns ? rcode(1) : null;
    case 'notimp-on-edns':
      return hasEdns ? rcode(4) : null;
    case 'silence-on-edns':
      return hasEdns ? { messages: [] } : null;
    case 'lame':
      return rcode(0);
    case 'upward-referral':
      return ownedBy('.');
    case 'self-referral':
      return ownedBy(question.name);
    case 'not-authoritative':
      return one({ ...normal, flags: normal.flags & ~AA });
    case 'nodata-without-soa':
      return one({ ...bare, flags: (normal.flags & ~RCODE_MASK) | AA });
    case 'nxdomain-without-soa':
      return one({ ...bare, flags: (normal.flags & ~RCODE_MASK) | AA | 3 });
    case 'truncate':
      return transport === 'udp' ? one({ ...bare, flags: normal.flags | TC }) : null;
    case 'wrong-id':
      return one({ ...normal, id: ((normal.id ?? 0) + 1) & 0xffff });
    case 'wrong-question':
      return one({ ...normal, questions: [{ ...question, name: `x${question.name.slice(1)}` }] });
    case 'wrong-type':
      return one({ ...normal, questions: [{ ...question, type: 'SRV' }] });
    case 'wrong-case':
      return one({ ...normal, questions: [{ ...question, name: question.name.toLowerCase() }] });
    case 'no-question':
      return one({ ...normal, questions: [] });
    case 'not-a-response':
      return one({ ...normal, type: 'query' });
    case 'other-owner':
      return one({ ...normal, answers: (normal.answers ?? []).map((a) => ({ ...a, name: 'other.example.org' })) });
    case 'other-port':
      return { ...one(normal), from: 'other-port' };
    case 'garbage':
      return { messages: [Buffer.concat([context.message.subarray(0, 2), Buffer.alloc(60, 0xff)])] };
    case 'empty-datagram':
      return { messages: [Buffer.alloc(0)] };
    case 'cut-in-half': {
      const whole = encode(normal);
      return { messages: [whole.subarray(0, Math.max(context.message.length, Math.floor(whole.length * 0.8)))] };
    }
    case 'tcp-closes':
      return transport === 'tcp' ? { messages: [], how: 'close' } : null;
    case 'tcp-silence':
      return transport === 'tcp' ? { messages: [] } : null;
    case 'slow-tcp':
      return transport === 'tcp' ? { ...one(normal), how: 'byte-by-byte' } : null;
    case 'tcp-length-lies':
      return transport === 'tcp' ? { ...one(normal), how: 'length-lies' } : null;
  }
}

function one(packet: Packet): Output {
  return { messages: [encode(packet)] };
}
