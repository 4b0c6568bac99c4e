/*
 * Signing a message, up to the signature itself. `header-section.ts` parses the header, `mailboxes.ts` finds the
 * From domains that decide which key signs, `relaxed-body.ts` canonicalizes and `forbidden-octets.ts` checks the
 * body as it streams past, and `beginSignature` builds what is signed (RFC 6376). `services/signing/` drives it;
 * the private key never comes in here.
 */

import type { KeyKind } from '../records/dkim-key.ts';
import { canonicalizeField, type HeaderField } from './header-section.ts';

/**
 * Fields that are signed wherever they stand (RFC 6376 §5.4.1), each as often as it occurs; with those that a reader sees
 * or acts on. Trace fields and `Return-Path` change on the way, and are not.
 */
const SIGNED = [
  ...['from', 'sender', 'reply-to', 'subject', 'date', 'message-id', 'to', 'cc', 'mime-version', 'content-type'],
  ...['content-transfer-encoding', 'content-id', 'content-description', 'resent-date', 'resent-from', 'resent-sender'],
  ...['resent-to', 'resent-cc', 'resent-message-id', 'in-reply-to', 'references', 'list-id', 'list-help'],
  ...['list-unsubscribe', 'list-unsubscribe-post', 'list-subscribe', 'list-post', 'list-owner', 'list-archive'],
  ...['feedback-id', 'auto-submitted'],
] as const;

/**
 * Fields that a message has once at most (RFC 5322 §3.6): where one is there, it is listed once more, so that the
 * signature breaks when another is added (RFC 6376 §8.15). One that is not there may still be added on the way.
 */
const OVERSIGNED: ReadonlySet<string> = new Set([
  ...['from', 'sender', 'reply-to', 'subject', 'date', 'message-id', 'to', 'cc', 'mime-version', 'content-type'],
  ...['content-transfer-encoding', 'in-reply-to', 'references'],
]);

/** What a signature says besides the signature itself. */
export interface SignatureInput {
  readonly kind: KeyKind;
  /** `d=`. */
  readonly domain: string;
  /** `s=`. */
  readonly selector: string;
  /** `bh=`: base64 of SHA-256 over the relaxed body. */
  readonly bodyHash: string;
  readonly signedAt: Date;
  /** `x=`; null for a signature that does not expire. */
  readonly expiresAt: Date | null;
}

/** A signature to be made: what to sign, and how the field reads with it. */
export interface UnfinishedSignature {
  /** The octets to hash with SHA-256 and sign (RFC 6376 §3.7), as latin1 text. */
  readonly signedText: string;
  /** Formats the whole field, folded, ending in CRLF. @param signature base64 */
  finish(signature: string): string;
}

const LINE_CHARACTERS = 78;
/** What a tab at the beginning of a line is counted for. */
const TAB_CHARACTERS = 8;
const FOLD = '\r\n\t';

/** Begins a DKIM-Signature field over a message's header (RFC 6376 §3.5, §3.7; Ed25519 by RFC 8463 §3): relaxed/relaxed. */
export function beginSignature(fields: readonly HeaderField[], input: SignatureInput): UnfinishedSignature {
  const { names, lines } = selectFields(fields);
  const tags = layOut([
    'v=1;',
    ` a=${input.kind}-sha256;`,
    ' c=relaxed/relaxed;',
    ` d=${input.domain};`,
    ` s=${input.selector};`,
    ` t=${toSeconds(input.signedAt)};`,
    ...(input.expiresAt ? [` x=${toSeconds(input.expiresAt)};`] : []),
    ...names.map((name, index) => `${index === 0 ? ' h=' : ''}${name}${index === names.length - 1 ? ';' : ':'}`),
    ` bh=${input.bodyHash};`,
  ]);
  const body = `${tags}${FOLD}b=`;
  const unsigned = canonicalizeField({ name: 'dkim-signature', body });
  return {
    signedText: [...lines, unsigned].join('\r\n'),
    finish: (signature) => `DKIM-Signature:${body}${foldBase64(signature)}\r\n`,
  };
}

/** The names for `h=`, and the lines to sign in that order: of several fields of a name the last one first (RFC 6376 §5.4.2). */
function selectFields(fields: readonly HeaderField[]): { names: string[]; lines: string[] } {
  const names: string[] = [];
  const lines: string[] = [];
  for (const name of SIGNED) {
    const found = fields.filter((field) => field.name === name).reverse();
    for (const field of found) {
      names.push(name);
      lines.push(canonicalizeField(field));
    }
    if (found.length > 0 && OVERSIGNED.has(name)) names.push(name);
  }
  return { names, lines };
}

/** Puts pieces one after the other on lines of at most 78 characters, as far as single pieces allow. White space between them means nothing. */
function layOut(pieces: readonly string[]): string {
  let text = ' ';
  let length = 'DKIM-Signature: '.length;
  for (const piece of pieces) {
    if (length + piece.length <= LINE_CHARACTERS) {
      text += piece;
      length += piece.length;
      continue;
    }
    const rest = piece.trimStart();
    text += `${FOLD}${rest}`;
    length = TAB_CHARACTERS + rest.length;
  }
  return text;
}

function foldBase64(text: string): string {
  return (text.match(/.{1,64}/g) ?? []).join(FOLD);
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
