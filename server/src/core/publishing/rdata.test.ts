import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatMx, formatTarget, formatTxt, formatTxtStrings, parseTxtStrings, readTxt } from './rdata.ts';

describe('data of TXT records', () => {
  it('is read back as it was written, whatever octets it has and however it is split', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(strings, (octets) => {
        const read = parseTxtStrings(formatTxtStrings(octets));
        deepEqual(
          read?.map((each) => [...each]),
          octets.map((each) => [...each]),
        );
      }),
    );
  });

  it('of a text is the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => equal(readTxt(formatTxt(text)), text)),
    );
  });

  for (const [what, rdata, read] of [
    ['several strings', '"v=spf1 " "~all"', 'v=spf1 ~all'],
    ['strings without space between', '"a""b"', 'ab'],
    ['a string without quotes', 'v=spf1', 'v=spf1'],
    ['escapes in decimal', '"\\195\\182"', 'ö'],
    ['an empty string', '""', ''],
    ['nothing', '', null],
    ['a quote that stays open', '"v=spf1', null],
    ['an escape beyond an octet', '"\\256"', null],
    ['an escape with one digit', '"\\2"', null],
    ['an escape at the end', 'a\\', null],
    ['a string of 256 octets', `"${'a'.repeat(256)}"`, null],
  ] as const)
    it(`${read === null ? 'refuses' : 'reads'} ${what}`, () => equal(readTxt(rdata), read));
});

describe('data of MX and CNAME records', () => {
  it('has the host in lower case with one final dot', () => {
    equal(formatMx(10, 'MX.example.com'), '10 mx.example.com.');
    equal(formatTarget('a.example.com.'), 'a.example.com.');
  });
});
