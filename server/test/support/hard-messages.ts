import type { SeededRandom } from './dns/seeded-random.ts';

/** A message that is hard to sign right, and what is hard about it. */
export interface HardMessage {
  readonly what: string;
  readonly octets: Buffer;
}

const FROM = 'From: Ada <ada@example.com>';
const BASE = [
  FROM,
  'To: b@example.org',
  'Subject: hello',
  'Date: Wed, 25 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@example.com>',
];

/** Header lines, each without its line ending, for messages whose header is hard. */
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['a plain header', BASE],
  ['From alone', [FROM]],
  ['folds with spaces and tabs', [...BASE.slice(0, 2), 'Subject: a\r\n b\r\n\t\tc\r\n   d', ...BASE.slice(3)]],
  ['runs of white space', ['From:   Ada \t <ada@example.com>  ', 'Subject: \t a \t\t b   ', ...BASE.slice(3)]],
  ['upper and lower case names', ['FROM: ada@example.com', 'sUbJeCt: x', 'DATE: y', 'to: b@example.org']],
  ['nothing or tabs after colons', ['From:ada@example.com', 'Subject:\t\tx', 'Date:\ty']],
  ['the same field several times', [...BASE, 'Subject: second', 'To: c@example.org', 'Comments: 1', 'Comments: 2']],
  ['8-bit octets in the header', [FROM, 'Subject: \xc3\xa9\xc3\xa8 \xe2\x82\xac', 'To: \xff\xfe <b@example.org>']],
  ['encoded words', [FROM, 'Subject: =?utf-8?B?w6nDqA==?=\r\n =?utf-8?Q?_x?=', 'To: b@example.org']],
  ['an empty subject', [FROM, 'Subject:', 'Subject: ', 'To: b@example.org']],
  [
    'very long fields',
    [FROM, `Subject: ${'word '.repeat(190)}`, `References: ${'<a@example.com>\r\n '.repeat(60)}<z@example.com>`],
  ],
  [
    'lists and MIME',
    [
      ...BASE,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed;\r\n\tboundary="x"',
      'Content-Transfer-Encoding: 8bit',
      'List-Id: <l.example.com>',
      'List-Unsubscribe: <https://example.com/u>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ],
  ],
  [
    'trace fields and a signature of others',
    [
      'Received: from a by b; Wed, 25 Nov 2026 10:00:00 +0000',
      'DKIM-Signature: v=1; a=rsa-sha256; d=other.example; s=x; h=from; bh=AA==; b=AA==',
      ...BASE,
    ],
  ],
  ['a quoted name with a comma, and a subdomain', ['From: "Lovelace, Ada" <ada@mail.example.com>', ...BASE.slice(1)]],
  ['colons and semicolons in values', [FROM, 'Subject: a:b;c=d; b=; bh=x', 'To: b@example.org']],
  ['a group in From', ['From: Us: ada@example.com, <b@example.com>;', ...BASE.slice(1)]],
];

const BODIES: readonly (readonly [string, string])[] = [
  ['an empty body', ''],
  ['empty lines only', '\r\n\r\n\r\n'],
  ['one line', 'hello\r\n'],
  ['no final line ending', 'hello'],
  ['empty lines at the end', 'hello\r\n\r\n\r\n'],
  ['white space at ends of lines', 'a  \r\nb\t\r\n \r\n\t\r\nc \t \r\n'],
  ['runs of white space', ' a \t b\t\tc\r\n   d\r\n'],
  ['8-bit octets', '\xc3\xa9\xff\xfe\x80 \xa0x\r\n'],
  ['very long lines', `${'x'.repeat(5_000)} ${'y '.repeat(3_000)}\r\n`],
  ['dots and From at the beginning of lines', '.\r\n..\r\nFrom here\r\n>From there\r\n'],
  ['bare LF', 'a\nb\n\nc \n\n'],
  ['a body of 300 KB', 'The quick brown fox  jumps over the lazy dog.\r\n'.repeat(6_500)],
  ['MIME parts', '--x\r\nContent-Type: text/plain\r\n\r\nhello \r\n--x--\r\n\r\n'],
];

/** Builds 200 messages: each hard header with some body, each hard body with some header, and random mixtures. */
export function buildHardMessages(random: SeededRandom): readonly HardMessage[] {
  const messages: HardMessage[] = [];
  const add = ([header, lines]: (typeof HEADERS)[number], [body, text]: (typeof BODIES)[number]) => {
    const eol = body === 'bare LF' ? '\n' : '\r\n';
    const section = lines.map((line) => `${line.replaceAll('\r\n', eol)}${eol}`).join('');
    messages.push({ what: `${header}; ${body}`, octets: Buffer.from(`${section}${eol}${text}`, 'latin1') });
  };
  for (const header of HEADERS) for (const body of BODIES.slice(0, 10)) add(header, body);
  while (messages.length < 200) add(random.pick(HEADERS), random.pick(BODIES));
  return messages;
}

/** What a message becomes on its way by SMTP: every line ends in CRLF, the last one too (RFC 5321 §4.1.1.4). */
export function sendOverSmtp(octets: Buffer): Buffer {
  const text = octets.toString('latin1').replaceAll(/\r?\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}
