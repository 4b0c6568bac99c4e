import { SocketAddress } from 'node:net';
import type { DnsRecord, QuestionType } from '../core/answers/dns-answer.ts';
import type { ExtendedError, Fault } from '../core/answers/failure.ts';
import { decodeName, measureName, writeName } from '../core/names/name-wire.ts';

/**
 * Messages of RFC 1035 §4, read strictly: every length is checked against the record's and the message's end. dns-packet
 * was tried and lets too much through for a verdict: a TXT record that runs past the end of the message comes back short.
 */

const TYPE_CODES = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, SPF: 99 } as const satisfies Record<
  QuestionType,
  number
>;
const OPT = 41;
const CLASS_IN = 1;
const HEADER_OCTETS = 12;
/** What we say we take over UDP: fits in every path without fragments (RFC 9715, DNS flag day 2020). */
const EDNS_PAYLOAD = 1232;
/** The option that says more about an error (RFC 8914 §2). */
const EXTENDED_ERROR = 15;
const NO_ERRORS: readonly ExtendedError[] = [];
/** More extended errors than these, and more octets of the text of one, are not kept. */
const MAX_ERRORS = 4;
const MAX_ERROR_OCTETS = 160;
/** More records than this in one section are not read: nothing that we ask for needs them. */
const MAX_RECORDS = 200;

/** One record of an answer; `data` is null for a type we do not ask for. */
export interface WireRecord {
  readonly owner: string;
  readonly ttlSeconds: number;
  readonly data: DnsRecord | null;
}

/** The first 12 octets, and where the question section stands. */
export interface MessageHeader {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  /** The AD bit: a validating resolver validates for all of the answer (RFC 4035 §3.2.3). */
  readonly authenticated: boolean;
  /** The low four bits; `decodeMessage` adds those of EDNS. */
  readonly rcode: number;
  readonly questions: number;
}

/** A whole answer. */
export interface Message extends MessageHeader {
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
  readonly additionals: readonly WireRecord[];
  /** Extended errors (RFC 8914 §2); mostly there are none. */
  readonly extendedErrors: readonly ExtendedError[];
  readonly octets: number;
}

/** A question ready to be sent. `question` is its question section, to be compared with the answer's octet by octet. */
export interface EncodedQuery {
  readonly message: Buffer;
  readonly question: Buffer;
}

const RD = 0x0100;
const AD = 0x0020;
const CD = 0x0010;

/**
 * Builds a query (RFC 1035 §4.1). One for a resolver asks for the AD bit (RFC 6840 §5.7). `caseBits` gives one bit for each letter of the name (0x20); null leaves it lower
 * case. Null: the name cannot be asked.
 */
export function encodeQuery(query: {
  id: number;
  name: string;
  type: QuestionType;
  recursionDesired: boolean;
  checkingDisabled?: boolean;
  edns: boolean;
  caseBits: Uint8Array | null;
}): EncodedQuery | null {
  const end = HEADER_OCTETS + measureName(query.name) + 4;
  const message = Buffer.alloc(end + (query.edns ? 11 : 0));
  if (!writeName(query.name, message, HEADER_OCTETS)) return null;
  const question = message.subarray(HEADER_OCTETS, end);
  if (query.caseBits) mixCase(question, end - HEADER_OCTETS - 4, query.caseBits);
  message.writeUInt16BE(query.id, 0);
  message.writeUInt16BE((query.recursionDesired ? RD | AD : 0) | (query.checkingDisabled ? CD : 0), 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(query.edns ? 1 : 0, 10);
  message.writeUInt16BE(TYPE_CODES[query.type], end - 4);
  message.writeUInt16BE(CLASS_IN, end - 2);
  if (query.edns) {
    message.writeUInt16BE(OPT, end + 1);
    message.writeUInt16BE(EDNS_PAYLOAD, end + 3);
  }
  return { message, question };
}

/** Length octets are at most 63 and so never letters: the whole name can be walked octet by octet. */
function mixCase(name: Buffer, length: number, bits: Uint8Array): void {
  for (let i = 0; i < length; i++) {
    const octet = name[i] ?? 0;
    const bit = ((bits[(i >> 3) % bits.length] ?? 0) >> (i & 7)) & 1;
    if (bit === 1 && isLetter(octet)) name[i] = octet - 0x20;
  }
}

function isLetter(octet: number): boolean {
  return octet >= 0x61 && octet <= 0x7a;
}

/** Reads the header; null where there are fewer than 12 octets. */
export function decodeHeader(message: Buffer): MessageHeader | null {
  if (message.length < HEADER_OCTETS) return null;
  const flags = message.readUInt16BE(2);
  return {
    id: message.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticated: (flags & 0x0020) !== 0,
    rcode: flags & 0xf,
    questions: message.readUInt16BE(4),
  };
}

/** How the question section of an answer compares with what was sent. */
export function compareQuestion(message: Buffer, sent: Buffer): 'same' | 'other-case' | 'different' {
  if (message.length < HEADER_OCTETS || message.readUInt16BE(4) !== 1) return 'different';
  if (message.length < HEADER_OCTETS + sent.length) return 'different';
  let result: 'same' | 'other-case' = 'same';
  const nameEnd = sent.length - 4;
  for (let i = 0; i < sent.length; i++) {
    const a = sent[i] ?? 0;
    const b = message[HEADER_OCTETS + i] ?? 0;
    if (a === b) continue;
    if (i >= nameEnd || (a ^ b) !== 0x20 || !isLetter(a | 0x20)) return 'different';
    result = 'other-case';
  }
  return result;
}

/** What may be wrong with a message. */
export type Unread = Extract<Fault, { kind: 'unreadable' | 'too_many_records' }>;

const UNREADABLE: Unread = { kind: 'unreadable' };

/** Reads an answer whose question section is known to be as long as `question`. Or says what is wrong with it. */
export function decodeMessage(message: Buffer, question: Buffer, header = decodeHeader(message)): Message | Unread {
  if (!header) return UNREADABLE;
  const sections: WireRecord[][] = [];
  const asked = decodeName(message, HEADER_OCTETS)?.name;
  if (asked === undefined) return UNREADABLE;
  let at = HEADER_OCTETS + question.length;
  let opt: Opt | undefined;
  for (const countAt of [6, 8, 10]) {
    const count = message.readUInt16BE(countAt);
    if (count > MAX_RECORDS) return { kind: 'too_many_records', count, limit: MAX_RECORDS };
    const records: WireRecord[] = [];
    for (let i = 0; i < count; i++) {
      const read = decodeRecord(message, at, asked);
      if (!read) return UNREADABLE;
      at = read.next;
      if (read.opt) opt = read.opt;
      else if (read.record) records.push(read.record);
    }
    sections.push(records);
  }
  const [answers = [], authorities = [], additionals = []] = sections;
  const rcode = ((opt?.rcode ?? 0) << 4) | header.rcode;
  const extendedErrors = opt?.extendedErrors ?? NO_ERRORS;
  return { ...header, rcode, answers, authorities, additionals, extendedErrors, octets: message.length };
}

/** What the OPT record adds (RFC 6891 §6.1.3): the upper bits of the response code, and extended errors. */
interface Opt {
  readonly rcode: number;
  readonly extendedErrors: readonly ExtendedError[];
}

/** @param asked the name of the question, which most records point at */
function decodeRecord(
  message: Buffer,
  start: number,
  asked: string,
): { next: number; record?: WireRecord; opt?: Opt } | null {
  const isAsked = message[start] === 0xc0 && message[start + 1] === HEADER_OCTETS;
  const owner = isAsked ? { name: asked, next: start + 2 } : decodeName(message, start);
  if (!owner || owner.next + 10 > message.length) return null;
  const type = message.readUInt16BE(owner.next);
  const recordClass = message.readUInt16BE(owner.next + 2);
  const ttl = message.readUInt32BE(owner.next + 4);
  const from = owner.next + 10;
  const to = from + message.readUInt16BE(owner.next + 8);
  if (to > message.length) return null;
  if (type === OPT) {
    const extendedErrors = owner.name === '' ? decodeExtendedErrors(message, from, to) : null;
    return extendedErrors && { next: to, opt: { rcode: ttl >>> 24, extendedErrors } };
  }
  if (recordClass !== CLASS_IN) return null;
  const data = decodeData(message, type, from, to);
  if (data === undefined) return null;
  // A TTL with the high bit set is zero (RFC 2181 §8).
  return { next: to, record: { owner: owner.name, ttlSeconds: ttl > 0x7fffffff ? 0 : ttl, data } };
}

/** The options of an OPT record, each of which must fit (RFC 6891 §6.1.2). Null: one does not. */
function decodeExtendedErrors(message: Buffer, from: number, to: number): readonly ExtendedError[] | null {
  if (from === to) return NO_ERRORS;
  const errors: ExtendedError[] = [];
  let at = from;
  while (at < to) {
    if (at + 4 > to) return null;
    const next = at + 4 + message.readUInt16BE(at + 2);
    if (next > to) return null;
    if (message.readUInt16BE(at) === EXTENDED_ERROR) {
      if (next < at + 6) return null;
      if (errors.length < MAX_ERRORS) errors.push(decodeExtendedError(message, at + 4, next));
    }
    at = next;
  }
  return errors;
}

/** The text is UTF-8 and may end with a null (RFC 8914 §2). */
function decodeExtendedError(message: Buffer, from: number, to: number): ExtendedError {
  const code = message.readUInt16BE(from);
  const [text = ''] = message.toString('utf8', from + 2, Math.min(to, from + 2 + MAX_ERROR_OCTETS)).split('\0');
  return text === '' ? { code } : { code, text };
}

/** Null: a type that we do not ask for. Undefined: RDATA that does not fit its type. */
function decodeData(message: Buffer, type: number, from: number, to: number): DnsRecord | null | undefined {
  switch (type) {
    case TYPE_CODES.A:
      return to - from === 4 ? { type: 'A', address: message.subarray(from, to).join('.') } : undefined;
    case TYPE_CODES.AAAA:
      return to - from === 16 ? { type: 'AAAA', address: formatIpv6(message.subarray(from, to)) } : undefined;
    case TYPE_CODES.NS:
    case TYPE_CODES.CNAME: {
      const target = decodeName(message, from);
      return target?.next === to ? { type: type === TYPE_CODES.NS ? 'NS' : 'CNAME', target: target.name } : undefined;
    }
    case TYPE_CODES.MX: {
      const exchange = to - from > 2 ? decodeName(message, from + 2) : null;
      if (exchange?.next !== to) return undefined;
      return { type: 'MX', preference: message.readUInt16BE(from), exchange: exchange.name };
    }
    case TYPE_CODES.TXT:
      return decodeTxt(message, 'TXT', from, to);
    case TYPE_CODES.SPF:
      return decodeTxt(message, 'SPF', from, to);
    case TYPE_CODES.SOA:
      return decodeSoa(message, from, to);
    default:
      return null;
  }
}

function decodeTxt(message: Buffer, type: 'TXT' | 'SPF', from: number, to: number): DnsRecord | undefined {
  const strings: string[] = [];
  let at = from;
  while (at < to) {
    const end = at + 1 + (message[at] ?? 0);
    if (end > to) return undefined;
    strings.push(message.toString('latin1', at + 1, end));
    at = end;
  }
  return strings.length > 0 ? { type, strings } : undefined;
}

function decodeSoa(message: Buffer, from: number, to: number): DnsRecord | undefined {
  const primary = decodeName(message, from);
  const mailbox = primary ? decodeName(message, primary.next) : null;
  if (!primary || !mailbox || mailbox.next + 20 !== to) return undefined;
  const serial = message.readUInt32BE(mailbox.next);
  return { type: 'SOA', primary: primary.name, serial, minimumSeconds: message.readUInt32BE(mailbox.next + 16) };
}

function formatIpv6(octets: Buffer): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(octets.readUInt16BE(i).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}
