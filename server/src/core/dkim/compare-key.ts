import type { KeyKind } from '../records/dkim-key.ts';
import { decodeBase64 } from './base64.ts';
import { parseBareRsaPublicKey, parseRsaPublicKey } from './rsa-public-key.ts';

/** The key that a record should hold. */
export interface ExpectedKey {
  /** Base64, as it stands in `p=`. */
  readonly publicKey: string;
  readonly kind: KeyKind;
}

/**
 * Compares what `p=` holds with our key: `same` in the form that every receiver takes (DER has one encoding for one value,
 * X.690 §10); `bare` as an RSAPublicKey (PKCS#1), which the text of RFC 6376 §3.6.1 asks for, while its appendix C and
 * everybody publish a SubjectPublicKeyInfo, and OpenDKIM and rspamd refuse the other; else `other`.
 */
export function compareKey({ publicKey, kind }: ExpectedKey, found: Buffer): 'same' | 'bare' | 'other' {
  const octets = Buffer.from(publicKey, 'base64');
  if (octets.equals(found)) return 'same';
  const ours = kind === 'rsa' ? parseRsaPublicKey(octets) : null;
  const theirs = parseBareRsaPublicKey(found);
  const isBare = ours?.modulusHex === theirs?.modulusHex && ours?.exponentHex === theirs?.exponentHex;
  return ours !== null && theirs !== null && isBare ? 'bare' : 'other';
}

/** Measures an RSA key in base64; undefined for anything else. */
export function measureRsaKey(publicKey: string): number | undefined {
  const decoded = decodeBase64(publicKey);
  return 'problem' in decoded ? undefined : parseRsaPublicKey(decoded.octets)?.modulusBits;
}

/** Pieces as long as this do not come twice by chance: 64^8 is 2^48. */
const PIECE = 8;
/** The base64 of every RSA key of one size begins alike (algorithm and lengths), and ends alike (the exponent). */
const COMMON_START = 48;
const COMMON_END = 8;

/**
 * Whether a text is a changed copy of our key rather than another key: a quarter of its pieces at least are ours. Case is
 * ignored, since panels have been seen to change it.
 */
export function isChangedCopy({ publicKey, kind }: ExpectedKey, found: string): boolean {
  const ours = publicKey.toLowerCase();
  const theirs = found.slice(0, 4 * ours.length).toLowerCase();
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE <= theirs.length; at++) pieces.add(theirs.slice(at, at + PIECE));
  const [start, end] = kind === 'rsa' ? [COMMON_START, ours.length - COMMON_END] : [0, ours.length];
  let same = 0;
  let all = 0;
  for (let at = start; at + PIECE <= end; at++, all++) if (pieces.has(ours.slice(at, at + PIECE))) same++;
  return all > 0 && 4 * same >= all;
}

/** How many "+" a copy of our key lacks, if that is all: a form that decodes URLs makes a space of each, and white space is nothing. */
export function countLostPluses(ours: string, found: string): number {
  return found === ours.replaceAll('+', '') ? ours.length - found.length : 0;
}
