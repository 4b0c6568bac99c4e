import { decodeName } from '../../names/name-wire.ts';
import { encodeName, writeUint16 } from './rdata-wire.ts';

/** The type of the record that signs a message (RFC 8945 §4.2). */
export const TSIG_TYPE = 250;
const CLASS_ANY = 255;
const HEADER_OCTETS = 12;
const ARCOUNT_AT = 10;

/** What a TSIG record says about why a request wasn't taken (RFC 8945 §3, §5.2). */
export const TSIG_ERRORS = { badSig: 16, badKey: 17, badTime: 18, badTrunc: 22 } as const;

/** A TSIG record of an answer, and where it begins. */
export interface Tsig {
  readonly keyName: string;
  readonly algorithm: string;
  /** Seconds since 1970. */
  readonly timeSigned: number;
  readonly fudgeSeconds: number;
  readonly mac: Buffer;
  readonly originalId: number;
  readonly error: number;
  readonly otherData: Buffer;
  /** The clock of the server, in seconds since 1970, which comes with BADTIME. */
  readonly serverTime: number | null;
  readonly start: number;
}

/** The parts of a TSIG record that its signature covers (RFC 8945 §4.3.3). */
type TsigVariables = Pick<Tsig, 'keyName' | 'algorithm' | 'timeSigned' | 'fudgeSeconds' | 'error' | 'otherData'>;

/** Lists the octets that are signed for a request; null where a name of the record can't be written. */
export function listRequestOctets(message: Buffer, tsig: TsigVariables): readonly Buffer[] | null {
  const variables = encodeVariables(tsig);
  return variables && [message, variables];
}

/**
 * Lists the octets that are signed for an answer: the request's own signature stands before it, so that an answer to another
 * request doesn't fit (RFC 8945 §5.3).
 */
export function listReplyOctets(message: Buffer, tsig: Tsig, requestMac: Buffer): readonly Buffer[] | null {
  const variables = encodeVariables(tsig);
  const unsigned = Buffer.from(message.subarray(0, tsig.start));
  unsigned.writeUInt16BE(tsig.originalId, 0);
  unsigned.writeUInt16BE(unsigned.readUInt16BE(ARCOUNT_AT) - 1, ARCOUNT_AT);
  return variables && [writeUint16(requestMac.length), requestMac, unsigned, variables];
}

/** Appends the TSIG record to a message (RFC 8945 §5.1); null where a name of it can't be written. */
export function appendTsig(message: Buffer, tsig: Omit<Tsig, 'start' | 'serverTime'>): Buffer | null {
  const owner = encodeName(tsig.keyName);
  const algorithm = encodeName(tsig.algorithm);
  if (!owner || !algorithm) return null;
  const rdata = Buffer.concat([
    algorithm,
    encodeTime(tsig.timeSigned),
    writeUint16(tsig.fudgeSeconds),
    writeUint16(tsig.mac.length),
    tsig.mac,
    writeUint16(tsig.originalId),
    writeUint16(tsig.error),
    writeUint16(tsig.otherData.length),
    tsig.otherData,
  ]);
  const fixed = [TSIG_TYPE, CLASS_ANY, 0, 0, rdata.length].map(writeUint16);
  const signed = Buffer.concat([message, owner, ...fixed, rdata]);
  signed.writeUInt16BE(signed.readUInt16BE(ARCOUNT_AT) + 1, ARCOUNT_AT);
  return signed;
}

/**
 * Reads the TSIG record that ends a message.
 * @param start where that record begins
 * @param record the same record, as the last of the additional section; undefined where that section is empty
 */
export function decodeTsig(
  message: Buffer,
  start: number,
  record: { type: number; class: number; owner: string; from: number; to: number } | undefined,
): Tsig | null {
  if (!record || start < HEADER_OCTETS || record.type !== TSIG_TYPE || record.class !== CLASS_ANY) return null;
  // The TTL as it is: it isn't signed, and zero (RFC 8945 §4.2).
  if (message.readUInt32BE(record.from - 6) !== 0) return null;
  const algorithm = decodeName(message, record.from);
  if (!algorithm || algorithm.next + 10 > record.to) return null;
  const macAt = algorithm.next + 10;
  const macEnd = macAt + message.readUInt16BE(algorithm.next + 8);
  if (macEnd + 6 > record.to) return null;
  const otherData = message.subarray(macEnd + 6, record.to);
  if (otherData.length !== message.readUInt16BE(macEnd + 4)) return null;
  const error = message.readUInt16BE(macEnd + 2);
  return {
    keyName: record.owner,
    algorithm: algorithm.name,
    timeSigned: message.readUIntBE(algorithm.next, 6),
    fudgeSeconds: message.readUInt16BE(algorithm.next + 6),
    mac: message.subarray(macAt, macEnd),
    originalId: message.readUInt16BE(macEnd),
    error,
    otherData,
    // RFC 8945 §5.2.3: six octets.
    serverTime: error === TSIG_ERRORS.badTime && otherData.length === 6 ? otherData.readUIntBE(0, 6) : null,
    start,
  };
}

function encodeVariables(tsig: TsigVariables): Buffer | null {
  const keyName = encodeName(tsig.keyName);
  const algorithm = encodeName(tsig.algorithm);
  if (!keyName || !algorithm) return null;
  return Buffer.concat([
    keyName,
    ...[CLASS_ANY, 0, 0].map(writeUint16),
    algorithm,
    encodeTime(tsig.timeSigned),
    writeUint16(tsig.fudgeSeconds),
    writeUint16(tsig.error),
    writeUint16(tsig.otherData.length),
    tsig.otherData,
  ]);
}

function encodeTime(seconds: number): Buffer {
  const out = Buffer.alloc(6);
  out.writeUIntBE(seconds, 0, 6);
  return out;
}
