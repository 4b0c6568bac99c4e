import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOwnership } from './check.ts';

const value = 'autosend-verify-0123456789abcdef0123456789abcdef';
const other = 'autosend-verify-fedcba9876543210fedcba9876543210';

const cases: readonly [name: string, txt: string[], status: string, codes: string[]][] = [
  ['nothing at the name', [], 'missing', ['record_missing']],
  ['the value of another project', [other], 'mismatched', ['value_mismatch']],
  ['the value inside other text', [`x ${value}`], 'mismatched', ['value_mismatch']],
  [
    'a no-break space inside of the value',
    [`${value.slice(0, 20)}\xc2\xa0${value.slice(20)}`],
    'mismatched',
    ['value_mismatch'],
  ],
  ['typographic quotes around the value', [`\xe2\x80\x9c${value}\xe2\x80\x9d`], 'mismatched', ['value_mismatch']],
  ['a dash before the value', [`- ${value}`], 'mismatched', ['value_mismatch']],
  ['the value with text behind it', [`${value}0`], 'mismatched', ['value_mismatch']],
  ['the value in capitals', [value.toUpperCase()], 'mismatched', ['value_mismatch']],
  ['the value cut over two records', [value.slice(0, 20), value.slice(20)], 'mismatched', ['value_truncated']],
  ['the start of the value', [value.slice(0, 32)], 'mismatched', ['value_truncated']],
  ['empty text', [''], 'mismatched', ['value_mismatch']],
  ['blanks only', ['   '], 'mismatched', ['value_mismatch']],
  ['a lone quotation mark', ['"'], 'mismatched', ['value_mismatch']],
  ['two pairs of quotes', [`""${value}""`], 'mismatched', ['value_mismatch']],
  ['a quote on one side only', [`"${value}`], 'mismatched', ['value_mismatch']],
  ['quotes that are no pair', [`"${value}'`], 'mismatched', ['value_mismatch']],
  ['a lone apostrophe', ["'"], 'mismatched', ['value_mismatch']],
  ['the value', [value], 'verified', []],
  ['the value beside other text', ['v=spf1 -all', other, value], 'verified', []],
  ['the value, and once more with quotes', [`"${value}"`, value], 'verified', []],
  ['a no-break space (UTF-8) behind the value', [`${value}\xc2\xa0`], 'verified', ['value_has_spaces']],
  ['a no-break space (one octet) behind the value', [`${value}\xa0`], 'verified', ['value_has_spaces']],
  ['no-break spaces and blanks around the value', [`\xc2\xa0 ${value} \xc2\xa0`], 'verified', ['value_has_spaces']],
  ['an ideographic space before the value', [`\xe3\x80\x80${value}`], 'verified', ['value_has_spaces']],
  ['a byte order mark before the value', [`\xef\xbb\xbf${value}`], 'verified', ['value_has_spaces']],
  ['a vertical tab and a line break behind the value', [`${value}\x0b\r\n`], 'verified', ['value_has_spaces']],
  ['a no-break space and quotes', [`"${value}"\xc2\xa0`], 'verified', ['value_quoted']],
  ['blanks around the value', [` ${value}\t`], 'verified', ['value_has_spaces']],
  ['quotes around the value', [`"${value}"`], 'verified', ['value_quoted']],
  ['single quotes around the value', [`'${value}'`], 'verified', ['value_quoted']],
  ['single quotes, and a zero-width space in them', [`'\xe2\x80\x8b${value}'`], 'verified', ['value_quoted']],
  ['marks of writing direction', [`\xe2\x80\xaa${value}\xe2\x80\xac`], 'verified', ['value_has_spaces']],
  ['a variation selector behind the value', [`${value}\xef\xb8\x8f`], 'verified', ['value_has_spaces']],
  ['quotes and blanks inside them', [`" ${value} "`], 'verified', ['value_quoted']],
];

for (const [name, txt, status, codes] of cases)
  test(`ownership: ${name} is ${status}`, () => {
    const judgement = checkOwnership(value, txt);
    assert.equal(judgement.status, status);
    assert.deepEqual(
      judgement.observations.map(({ code }) => code),
      codes,
    );
  });

test('a cut-off value is told with both lengths', () => {
  const [observation] = checkOwnership(value, [value.slice(0, 32)]).observations;
  const found = { shown: value.slice(0, 32), length: 32 };
  assert.deepEqual(observation?.facts, { what: 'value', length: 32, of: 48, found });
});

test('what was found is told without control characters, and not all of a thousand records', () => {
  const hostile = Array.from({ length: 1000 }, () => `\u001b[2J${'x'.repeat(60_000)}`);
  const facts = JSON.stringify(checkOwnership(value, hostile).observations[0]?.facts);
  assert.match(facts, /"shown":"\\\\x1b\[2Jxxx.*"length":60004.*"count":1000/);
  assert.ok(facts.length < 700);
});

test('what does not belong to the value is told by name', () => {
  const factsOf = (text: string) => checkOwnership(value, [text]).observations[0]?.facts;
  assert.match(JSON.stringify(factsOf(`${value}\xc2\xa0`)), /"characters":\[160\]/);
  assert.match(
    JSON.stringify(factsOf(`\xe2\x80\x9c${value}\xe2\x80\x9d`)),
    /"what":"odd_characters","characters":\[8220,8221\]/,
  );
  assert.match(JSON.stringify(factsOf(`xxx ${value}`)), /"what":"text_before","text":\{"shown":"xxx "/);
});

const slips: readonly [name: string, text: string, facts: object][] = [
  ['one quotation mark in front is text before the value', `"${value}`, { what: 'text_before', text: '\\"' }],
  ['the name of the record in front', `_autosend-verify ${value}`, { what: 'text_before', text: '_autosend-verify ' }],
  ['a hyphen in front', `-${value}`, { what: 'text_before', text: '-' }],
  ['an en dash of Windows-1252 in front', `\x96 ${value}`, { what: 'odd_characters', characters: [0x2013] }],
  ['an en dash in UTF-8 in front', `\xe2\x80\x93 ${value}`, { what: 'odd_characters', characters: [0x2013] }],
  ['quotation marks of Windows-1252', `\x93${value}\x94`, { what: 'odd_characters', characters: [0x201c, 0x201d] }],
  [
    'a zero-width space inside',
    `${value.slice(0, 9)}\xe2\x80\x8b${value.slice(9)}`,
    { what: 'odd_characters', characters: [0x200b] },
  ],
  ['a NUL inside', `${value.slice(0, 9)}\0${value.slice(9)}`, { what: 'odd_characters', characters: [0] }],
];
for (const [name, text, expected] of slips)
  test(`an ownership record that was spoilt is told by what happened: ${name}`, () => {
    const { status, observations } = checkOwnership(value, [text]);
    const [observation] = observations;
    assert.equal(status, 'mismatched');
    assert.ok(observation?.code === 'value_mismatch');
    const { facts } = observation;
    const told = facts.what === 'text_before' ? { what: facts.what, text: facts.text.shown } : facts;
    assert.partialDeepStrictEqual(told, expected);
  });

const pasted = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n', '\x0b', '\xc2\xa0'), maxLength: 6 });
const octet = fc.nat(255).map((code) => String.fromCharCode(code));
const noise = fc.array(fc.string({ unit: octet, maxLength: 60 }), { maxLength: 4 });

test('the value counts with any white space around it and inside one pair of quotes, and whatever stands beside it', () => {
  fc.assert(
    fc.property(pasted, pasted, pasted, pasted, fc.boolean(), noise, (a, b, c, d, isQuoted, others) => {
      const text = isQuoted ? `${a}"${b}${value}${c}"${d}` : `${a}${value}${d}`;
      const records = [...others, text];
      const expected = isQuoted ? ['value_quoted'] : a + d === '' ? [] : ['value_has_spaces'];
      for (const txt of [records, records.toReversed()]) {
        const { status, observations } = checkOwnership(value, txt);
        assert.equal(status, 'verified');
        assert.deepEqual(
          observations.map(({ code }) => code),
          expected,
        );
      }
    }),
  );
});

test('no texts without the whole value are taken for it, and facts stay short and printable', () => {
  fc.assert(
    fc.property(noise, fc.nat(value.length - 1), fc.string({ unit: octet, maxLength: 1 }), (others, at, changed) => {
      fc.pre(changed !== value[at]);
      const text = value.slice(0, at) + changed + value.slice(at + 1);
      const { status, observations } = checkOwnership(value, [...others, text]);
      assert.equal(status, 'mismatched');
      assert.equal(observations.length, 1);
      assert.match(JSON.stringify(observations), /^[\x20-\x7e]{1,1500}$/);
    }),
  );
});

test('every start of the value is told as cut off, with its length, quoted or not', () => {
  for (let length = 1; length < value.length; length++) {
    const start = value.slice(0, length);
    for (const text of [start, `"${start}"`, ` ${start} `])
      assert.deepEqual(checkOwnership(value, ['x', text]).observations, [
        {
          code: 'value_truncated',
          facts: {
            what: 'value',
            length,
            of: value.length,
            found: { shown: text.replaceAll('"', '\\"'), length: text.length },
          },
        },
      ]);
  }
});
