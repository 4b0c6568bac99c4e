import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatTxtStrings } from '../../core/publishing/rdata.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { readRdata } from './read-rdata.ts';

describe('data as an API shows it', () => {
  for (const [what, type, value, expected] of [
    ['a quoted text', 'TXT', '"v=spf1 ~all"', '"v=spf1 ~all"'],
    ['a text without quotes', 'TXT', 'v=spf1 ~all', '"v=spf1 ~all"'],
    ['strings with several spaces between', 'TXT', '"a"   "b"', '"a" "b"'],
    ['an escape that needs none', 'TXT', '"p=1\\; \\097"', '"p=1; a"'],
    ['a text with a quote in it that was never quoted', 'TXT', 'say "hi', '"say \\"hi"'],
    [
      'a quoted text of more than 255 octets',
      'TXT',
      `"${'k'.repeat(300)}"`,
      `"${'k'.repeat(255)}" "${'k'.repeat(45)}"`,
    ],
    ['a host in capitals', 'CNAME', 'Mail.Example.NET.', 'mail.example.net.'],
    ['a host within the zone', 'CNAME', 'mail', 'mail.example.com.'],
    ['the zone itself', 'CNAME', '@', 'example.com.'],
    ['a mail server with spaces', 'MX', ' 10   MX.example.net. ', '10 mx.example.net.'],
    ['a mail server within the zone', 'MX', '5 mx', '5 mx.example.com.'],
    ['no mail server (RFC 7505)', 'MX', '0 .', '0 .'],
  ] as const)
    it(`is read: ${what}`, () => equal(readRdata(type as RrSet['type'], value, 'example.com'), expected));

  it('is the same text whenever it is the same text record, whatever octets it has', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(strings, (octets) => {
        const written = formatTxtStrings(octets);
        equal(readRdata('TXT', written, 'example.com'), written);
      }),
    );
  });
});
