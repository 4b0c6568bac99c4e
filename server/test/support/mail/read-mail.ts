import assert from 'node:assert/strict';

/** A multipart/alternative message, decoded. */
export interface ReadMail {
  /** The value of a header, unfolded; it must be there just once. */
  header(name: string): string;
  readonly headerNames: readonly string[];
  readonly text: string;
  readonly html: string;
}

/** Reads an email as a mail program does, as far as ours need it (RFC 2045 to 2047). */
export function readMail(raw: string): ReadMail {
  const [head = '', body = ''] = splitOnce(raw.replaceAll('\r\n', '\n'));
  const headers = readHeaders(head);
  const header = (name: string) => {
    const found = headers.filter(([each]) => each === name.toLowerCase());
    assert.equal(found.length, 1, `${name} in\n${head}`);
    return decodeWords(found[0]?.[1] ?? '');
  };
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(header('content-type')) ?? [];
  assert.match(header('content-type'), /^multipart\/alternative;/);
  const parts = body.split(`--${boundary}`).slice(1, -1).map(readPart);
  const find = (type: string) => parts.find((part) => part.type.startsWith(type))?.content ?? assert.fail(type);
  return { header, headerNames: headers.map(([name]) => name), text: find('text/plain'), html: find('text/html') };
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('\n\n');
  return [text.slice(0, at), text.slice(at + 2)];
}

function readHeaders(head: string): [string, string][] {
  return head
    .replace(/\n(?=[ \t])/g, '')
    .split('\n')
    .map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    });
}

function readPart(part: string): { type: string; content: string } {
  const [head, body] = splitOnce(part.replace(/^\n/, ''));
  const headers = new Map(readHeaders(head));
  const encoding = headers.get('content-transfer-encoding');
  assert.ok(encoding === 'quoted-printable' || encoding === '7bit', encoding);
  const type = headers.get('content-type') ?? '';
  return { type, content: encoding === '7bit' ? body : decodeQuoted(body.replace(/=\n/g, '')) };
}

function decodeQuoted(text: string): string {
  const octets = text.replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : decodeQuoted(word.replaceAll('_', ' ')),
    );
}
