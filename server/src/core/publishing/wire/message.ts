import { decodeName } from '../../names/name-wire.ts';
import { encodeName, writeUint16 } from './rdata-wire.ts';
import { decodeTsig, TSIG_TYPE, type Tsig } from './tsig-record.ts';

/*
 * DNS messages that change zones (RFC 2136 §2), and those that ask what stands in them. `update.ts` makes prerequisites and
 * updates of changes, `rdata-wire.ts` the data of their records, `tsig-record.ts` knows the signature at the end (RFC 8945),
 * which `providers/dns/` makes and checks. Messages with questions for verdicts are in `dns/wire.ts`.
 */

const HEADER_OCTETS = 12;
/** Over TCP a message has a length of two octets (RFC 1035 §4.2.2); the signature needs some of it. */
const MAX_OCTETS = 0xffff - 1024;
/** More records than this in an answer are not read: nothing that we ask for needs them. */
const MAX_RECORDS = 1000;

/** What a message wants (RFC 1035 §4.1.1, RFC 2136 §1.3). */
export const OPCODES = { query: 0, update: 5 } as const;

/** Classes; NONE and ANY have meanings of their own in updates (RFC 2136 §2.4, §2.5). */
export const CLASSES = { in: 1, none: 254, any: 255 } as const;

/** Types that only questions and prerequisites name. */
export const QUESTION_TYPES = { soa: 6, any: 255 } as const;

/** One record of the prerequisite or update section. */
export interface UpdateRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  readonly rdata: Buffer;
}

/** A question, or an update of a zone: then `name` is that of the zone and `type` is SOA (RFC 2136 §2.3). */
export interface DnsRequest {
  readonly opcode: (typeof OPCODES)[keyof typeof OPCODES];
  readonly name: string;
  readonly type: number;
  readonly prerequisites: readonly UpdateRecord[];
  readonly updates: readonly UpdateRecord[];
}

/** One record of an answer; its data is from `from` up to `to`. */
export interface AnswerRecord {
  readonly owner: string;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  readonly from: number;
  readonly to: number;
}

/** An answer. */
export interface DnsReply {
  readonly message: Buffer;
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly rcode: number;
  /** Null where the answer has no question section. */
  readonly question: { readonly name: string; readonly type: number } | null;
  readonly answers: readonly AnswerRecord[];
  readonly authorities: readonly AnswerRecord[];
  readonly tsig: Tsig | null;
}

/** Writes a request, without compression and not yet signed. Null: a name can't be written, or it is too long for one message. */
export function encodeRequest(id: number, request: DnsRequest): Buffer | null {
  const name = encodeName(request.name);
  if (!name) return null;
  const parts: Buffer[] = [name, writeUint16(request.type), writeUint16(CLASSES.in)];
  for (const { name: owner, type, class: recordClass, ttlSeconds, rdata } of [
    ...request.prerequisites,
    ...request.updates,
  ]) {
    const written = encodeName(owner);
    if (!written || rdata.length > 0xffff) return null;
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(type, 0);
    fixed.writeUInt16BE(recordClass, 2);
    fixed.writeUInt32BE(ttlSeconds, 4);
    fixed.writeUInt16BE(rdata.length, 8);
    parts.push(written, fixed, rdata);
  }
  const header = Buffer.alloc(HEADER_OCTETS);
  const counts = [1, request.prerequisites.length, request.updates.length];
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(request.opcode << 11, 2);
  for (const [index, count] of counts.entries()) header.writeUInt16BE(Math.min(count, 0xffff), 4 + 2 * index);
  const message = Buffer.concat([header, ...parts]);
  return message.length > MAX_OCTETS ? null : message;
}

/** Reads an answer strictly: every length is checked, and nothing may follow the last record. Null where it can't be read. */
export function decodeReply(message: Buffer): DnsReply | null {
  if (message.length < HEADER_OCTETS) return null;
  const flags = message.readUInt16BE(2);
  const questions = message.readUInt16BE(4);
  const asked = questions === 1 ? decodeQuestion(message) : null;
  if (questions > 1 || (questions === 1 && !asked)) return null;
  const sections: AnswerRecord[][] = [];
  let at = asked?.next ?? HEADER_OCTETS;
  let last = { start: at, record: null as AnswerRecord | null };
  for (const countAt of [6, 8, 10]) {
    const count = message.readUInt16BE(countAt);
    if (count > MAX_RECORDS) return null;
    const records: AnswerRecord[] = [];
    for (let i = 0; i < count; i += 1) {
      const record = decodeRecord(message, at);
      if (!record) return null;
      last = { start: at, record };
      records.push(record);
      at = record.to;
    }
    sections.push(records);
  }
  const [answers = [], authorities = [], additionals = []] = sections;
  const signatures = [...answers, ...authorities, ...additionals].filter(({ type }) => type === TSIG_TYPE);
  const tsig = signatures.length === 0 ? null : decodeTsig(message, last.start, additionals.at(-1));
  // One at most, and as the very last record (RFC 8945 §5.1).
  if (at !== message.length || signatures.length > 1 || (signatures.length === 1 && !tsig)) return null;
  return {
    message,
    id: message.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 0xf,
    question: asked && { name: asked.name, type: asked.type },
    answers,
    authorities,
    tsig,
  };
}

function decodeQuestion(message: Buffer): { name: string; type: number; next: number } | null {
  const read = decodeName(message, HEADER_OCTETS);
  if (!read || read.next + 4 > message.length) return null;
  return { name: read.name, type: message.readUInt16BE(read.next), next: read.next + 4 };
}

function decodeRecord(message: Buffer, start: number): AnswerRecord | null {
  const owner = decodeName(message, start);
  if (!owner || owner.next + 10 > message.length) return null;
  const from = owner.next + 10;
  const to = from + message.readUInt16BE(owner.next + 8);
  if (to > message.length) return null;
  const ttl = message.readUInt32BE(owner.next + 4);
  return {
    owner: owner.name,
    type: message.readUInt16BE(owner.next),
    class: message.readUInt16BE(owner.next + 2),
    // A TTL with the high bit set is zero (RFC 2181 §8).
    ttlSeconds: ttl > 0x7fffffff ? 0 : ttl,
    from,
    to,
  };
}
