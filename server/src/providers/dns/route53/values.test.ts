import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatTxt, formatTxtStrings } from '../../../core/publishing/rdata.ts';
import { compareNames, parseName } from './names.ts';
import { formatValue, parseValue } from './values.ts';

describe('values of records at Route 53', () => {
  it('are read back as they were written, whatever octets a text has', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(strings, (octets) => {
        const rdata = formatTxtStrings(octets);
        equal(parseValue('TXT', formatValue('TXT', rdata)), rdata);
      }),
    );
  });

  for (const [what, rdata, value] of [
    ['a quotation mark', formatTxt('a "b"'), String.raw`"a \"b\""`],
    ['a backslash as octal digits', formatTxt('a\\b'), String.raw`"a\134b"`],
    ['letters beyond ASCII as octal digits', formatTxt('ö'), String.raw`"\303\266"`],
    ['two strings', '"a" "b"', '"a" "b"'],
  ] as const)
    it(`are written with ${what}`, () => equal(formatValue('TXT', rdata), value));

  for (const [what, type, value, rdata] of [
    ['strings without a space between', 'TXT', '"a""b"', '"a" "b"'],
    ['a backslash before any character', 'TXT', String.raw`"a\\b\;"`, formatTxt('a\\b;')],
    ['an empty string', 'TXT', '""', '""'],
    ['an MX without a final dot', 'MX', '10  MX.example.com', '10 mx.example.com.'],
    ['a CNAME without a final dot', 'CNAME', 'App.example.com', 'app.example.com.'],
  ] as const)
    it(`are read with ${what}`, () => equal(parseValue(type, value), rdata));
});

describe('names at Route 53', () => {
  it('have octal escapes and a final dot', () => {
    equal(parseName('\\052.Example.com.'), '*.example.com');
    equal(parseName('_dmarc.example.com'), '_dmarc.example.com');
  });

  it('are listed by their labels from the right', () => {
    const names = ['www.example.com', 'example.com', 'a-b.example.com', 'a.example.com', 'z.a.example.com'];
    deepEqual(names.sort(compareNames), [
      'example.com',
      'a-b.example.com',
      'a.example.com',
      'z.a.example.com',
      'www.example.com',
    ]);
  });
});
