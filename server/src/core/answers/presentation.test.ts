import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DnsRecord } from './dns-answer.ts';
import { clipPresentation, formatRecordData } from './presentation.ts';

const cases: readonly [name: string, record: DnsRecord, shown: string][] = [
  ['a text whole and without quotes', { type: 'TXT', strings: ['v=DKIM1; ', 'p=MIIB'] }, 'v=DKIM1; p=MIIB'],
  ['the obsolete type SPF like a TXT record', { type: 'SPF', strings: ['v=spf1 ', '-all'] }, 'v=spf1 -all'],
  ['an empty text as nothing', { type: 'TXT', strings: [''] }, ''],
  ['a quote as it is: none of ours stand around it', { type: 'TXT', strings: ['"a"'] }, '"a"'],
  ['a NUL', { type: 'TXT', strings: ['a\x00b'] }, 'a\\000b'],
  ['a line break that would forge a line', { type: 'TXT', strings: ['a\r\nb'] }, 'a\\013\\010b'],
  ['an escape sequence that would reach a terminal', { type: 'TXT', strings: ['\x1b[31m'] }, '\\027[31m'],
  ['a tab, which no copy would keep', { type: 'TXT', strings: ['a\tb'] }, 'a\\009b'],
  ['the first printable octet', { type: 'TXT', strings: ['\x1f\x20'] }, '\\031 '],
  ['the last printable octet', { type: 'TXT', strings: ['\x7e\x7f'] }, '~\\127'],
  ['UTF-8 octet by octet', { type: 'TXT', strings: ['caf\xc3\xa9'] }, 'caf\\195\\169'],
  ['the highest octet', { type: 'TXT', strings: ['\xff'] }, '\\255'],
  ['a backslash, so that "\\000" is told from a NUL', { type: 'TXT', strings: ['\\000'] }, '\\092000'],
  [
    'a mail server behind its preference',
    { type: 'MX', preference: 10, exchange: 'mx.example.com' },
    '10 mx.example.com',
  ],
  ['a preference of zero', { type: 'MX', preference: 0, exchange: 'mx.example.com' }, '0 mx.example.com'],
  ['a null MX (RFC 7505 §3)', { type: 'MX', preference: 0, exchange: '' }, '0 .'],
  ['an IPv4 address', { type: 'A', address: '192.0.2.1' }, '192.0.2.1'],
  ['an IPv6 address', { type: 'AAAA', address: '2001:db8::1' }, '2001:db8::1'],
  ['a name server without its final dot', { type: 'NS', target: 'ns1.example.com' }, 'ns1.example.com'],
  ['the target of a CNAME', { type: 'CNAME', target: 'b.example.net' }, 'b.example.net'],
  ['a CNAME to the root, which else would be nothing at all', { type: 'CNAME', target: '' }, '.'],
  ['a name server that is the root', { type: 'NS', target: '' }, '.'],
  [
    'a SOA by its server and serial',
    { type: 'SOA', primary: 'ns1.example.com', serial: 4_294_967_295, minimumSeconds: 300 },
    'ns1.example.com 4294967295',
  ],
  ['a SOA that names the root as its server', { type: 'SOA', primary: '', serial: 0, minimumSeconds: 300 }, '. 0'],
];

for (const [name, record, shown] of cases)
  test(`record data are shown: ${name}`, () => assert.equal(formatRecordData(record), shown));

const octets = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));

test('whatever octets a text has, printable ASCII is shown, and the octets can be read back (RFC 1035 §5.1)', () => {
  fc.assert(
    fc.property(octets, (text) => {
      const shown = formatRecordData({ type: 'TXT', strings: [text] });
      assert.match(shown, /^[\x20-\x7e]*$/);
      const back = shown.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number(code)));
      assert.equal(back, text);
    }),
  );
});

const clips: readonly [name: string, value: string, limit: number, shown: string][] = [
  ['one character under the limit', 'abc', 4, 'abc'],
  ['at the limit', 'abcd', 4, 'abcd'],
  ['one character over it', 'abcde', 4, 'abcd… (5 characters)'],
  ['nothing', '', 4, ''],
  ['64 KB', 'x'.repeat(65_536), 3, 'xxx… (65536 characters)'],
];

for (const [name, value, limit, shown] of clips)
  test(`a value is cut only past the limit: ${name}`, () => assert.equal(clipPresentation(value, limit), shown));
