import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DnsReply } from '../../../core/publishing/wire/message.ts';
import { encodeName } from '../../../core/publishing/wire/rdata-wire.ts';
import {
  appendTsig,
  listReplyOctets,
  listRequestOctets,
  TSIG_ERRORS,
} from '../../../core/publishing/wire/tsig-record.ts';

/** How far two clocks may be apart (RFC 8945 §10). */
const FUDGE_SECONDS = 300;
/** The algorithms that we sign with (RFC 8945 §6), and what node:crypto calls them. */
const HASHES: Readonly<Record<string, string>> = { 'hmac-sha256': 'sha256', 'hmac-sha512': 'sha512' };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NOTHING = Buffer.alloc(0);

/** A key that both sides know. */
export interface TsigKey {
  /** Lower case, without a final dot. */
  readonly name: string;
  readonly algorithm: string;
  readonly hash: string;
  readonly secret: Buffer;
}

/** What the signature of an answer is worth; `clock` has how many seconds the other clock is ahead of ours. */
export type SignatureVerdict =
  | { readonly verdict: 'right' | 'missing' | 'wrong' }
  | { readonly verdict: 'clock'; readonly aheadSeconds: number };

/** Reads a key from settings; or says what is wrong with it. */
export function readTsigKey(settings: Readonly<Record<string, string>>): TsigKey | { readonly fault: string } {
  const { tsigName = '', tsigAlgorithm = '', tsigSecret = '' } = settings;
  const name = tsigName.trim().toLowerCase().replace(/\.$/, '');
  const algorithm = tsigAlgorithm.trim().toLowerCase().replace(/\.$/, '');
  const secret = tsigSecret.replaceAll(/\s/g, '');
  const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === '' || !encodeName(name)) return { fault: "The key name isn't a domain name." };
  if (hash === undefined) return { fault: `The algorithm must be ${Object.keys(HASHES).join(' or ')}.` };
  if (secret === '' || !BASE64.test(secret))
    return { fault: "The secret isn't base64, as tsig-keygen and keymgr write it." };
  return { name, algorithm, hash, secret: Buffer.from(secret, 'base64') };
}

/** Signs a request (RFC 8945 §5.1). @param at seconds since 1970 */
export function signRequest(message: Buffer, key: TsigKey, at: number): { signed: Buffer; mac: Buffer } {
  const tsig = {
    keyName: key.name,
    algorithm: key.algorithm,
    timeSigned: at,
    fudgeSeconds: FUDGE_SECONDS,
    error: 0,
    otherData: NOTHING,
    originalId: message.readUInt16BE(0),
  };
  const mac = sum(key, listRequestOctets(message, tsig) ?? []);
  const signed = appendTsig(message, { ...tsig, mac });
  if (!signed) throw new Error('A key whose name was read can be written.');
  return { signed, mac };
}

/**
 * Judges the signature of an answer (RFC 8945 §5.3). A shortened signature is wrong: we ask for none (§5.2.2.1).
 * @param at seconds since 1970
 */
export function judgeSignature(reply: DnsReply, key: TsigKey, requestMac: Buffer, at: number): SignatureVerdict {
  const { tsig } = reply;
  // With BADKEY and BADSIG there can be none (RFC 8945 §5.3.2).
  if (!tsig || tsig.mac.length === 0) return { verdict: 'missing' };
  if (tsig.keyName !== key.name || tsig.algorithm !== key.algorithm) return { verdict: 'wrong' };
  const octets = listReplyOctets(reply.message, tsig, requestMac);
  const mac = octets && sum(key, octets);
  if (!mac || mac.length !== tsig.mac.length || !timingSafeEqual(mac, tsig.mac)) return { verdict: 'wrong' };
  if (tsig.error === TSIG_ERRORS.badTime) return { verdict: 'clock', aheadSeconds: (tsig.serverTime ?? at) - at };
  const aheadSeconds = tsig.timeSigned - at;
  return Math.abs(aheadSeconds) > tsig.fudgeSeconds ? { verdict: 'clock', aheadSeconds } : { verdict: 'right' };
}

function sum({ hash, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(hash, secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
