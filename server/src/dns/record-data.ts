import { SocketAddress } from 'node:net';
import type { DnsRecord, QuestionType } from '../core/answers/dns-answer.ts';
import { decodeName } from '../core/names/name-wire.ts';

/** The types that we ask for (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 4408 §3.1.1). */
export const TYPE_CODES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SPF: 99,
} as const satisfies Record<QuestionType, number>;

/** Reads the data of a record. Null: a type that we do not ask for. Undefined: it does not fit its type. */
export function decodeData(message: Buffer, type: number, from: number, to: number): DnsRecord | null | undefined {
  switch (type) {
    case TYPE_CODES.A:
      return to - from === 4 ? { type: 'A', address: formatIpv4(message, from) } : undefined;
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

function formatIpv4(message: Buffer, at: number): string {
  return `${message[at]}.${message[at + 1]}.${message[at + 2]}.${message[at + 3]}`;
}

function formatIpv6(octets: Buffer): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(octets.readUInt16BE(i).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}
