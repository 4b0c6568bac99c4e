import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toUnicodeName } from './ascii-name.ts';
import { parseDomainName, readDomainName } from './domain-name.ts';
import { findUnregistrableCharacter } from './registrable-characters.ts';

const OPTIONS = { allowReservedTlds: false };

for (const [typed, meant] of [
  ['“example.org”', 'example.org'],
  ['‘example.org’', 'example.org'],
  ['„example.org“', 'example.org'],
  ['«example.org»', 'example.org'],
  ['•example.org', 'example.org'],
  ['→example.org', 'example.org'],
  ['exam—ple.org', 'example.org'],
  ['exam–ple.org', 'example.org'],
  ['my\u2011shop.example.org', 'my-shop.example.org'],
  ['example.org…', 'example.org'],
  ['example.org·', 'example.org'],
  ['example™.org', 'example.org'],
  ['example®.org', 'example.org'],
  ['ex❤ample.org', 'example.org'],
  ['❤.org', null],
  ['Ⓐbc.org', null],
  ['🅴xample.org', null],
  ['🅐bc.org', null],
  ['🇪xample.org', null],
  ['😀example.org', 'example.org'],
  ['ex\ufffdample.org', null],
  ['https://“example.org”/', 'example.org'],
] as const)
  test(`"${typed}" is refused${meant === null ? ', without a suggestion' : `, and ${meant} is suggested`}`, () => {
    const reading = readDomainName(typed, OPTIONS);
    assert.ok('fault' in reading, JSON.stringify(reading));
    assert.equal(reading.suggestion, meant);
  });

test('a refusal names the character, which is not always seen', () => {
  assert.throws(() => parseDomainName('•example.org', OPTIONS), {
    message: 'Domains can\'t contain "•" (U+2022). Did you mean example.org?',
  });
});

for (const [typed, named] of [
  ['½.org', '"½" (U+00BD)'],
  ['a⅓b.org', '"⅓" (U+2153)'],
  ['a･b.org', '"･" (U+FF65)'],
  ['⁄.org', '"⁄" (U+2044)'],
  ['xn--12-c6t.org', '"⁄" (U+2044)'],
] as const)
  test(`a refusal of ${typed} names the character that was typed, and not what it is mapped to`, () => {
    assert.throws(() => parseDomainName(typed, OPTIONS), {
      message: new RegExp(`^Domains can't contain ${RegExp.escape(named)}`),
    });
  });

for (const name of ['ｅｘａｍｐｌｅ－ｓｈｏｐ．ｏｒｇ', 'example-shop。org'])
  test(`${name} is typed with an input method, and means itself`, () => {
    assert.equal(parseDomainName(name, OPTIONS), 'example-shop.org');
  });

test('punycode does not carry a symbol past the rule', () => {
  assert.throws(() => parseDomainName('xn--i-7iq.ws', OPTIONS), { message: 'Domains can\'t contain "❤" (U+2764).' });
});

for (const name of [
  'münchen.example.org',
  'l·l.example.org',
  '例え・テスト.example.org',
  'παράδειγμα.example.org',
  'straße.example.org',
  'صحيفة.example.org',
  '한국.example.org',
  'हिन्दी.example.org',
  '〇.example.org',
])
  test(`${name} can be registered`, () => {
    assert.match(parseDomainName(name, OPTIONS), /^xn--[a-z\d-]+\.example\.org$/);
  });

test('no name with a symbol, punctuation mark, separator or control character is accepted, for every code point', () => {
  // What is right between certain neighbors (RFC 5892, appendix A), a mark that is a letter of its script (§2.6), the forms
  // of an input method, and what UTS #46 drops.
  const allowed = /[\u0f0b\u06fd\u06fe\u30fb\uff65\uff0d\u3002\uff0e\uff61]|\p{Default_Ignorable_Code_Point}/u;
  const accepted: string[] = [];
  for (let code = 0x80; code <= 0x10ffff; code += 1) {
    const odd = String.fromCodePoint(code);
    if (!/[\p{S}\p{P}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u.test(odd) || allowed.test(odd) || code > 0xf0000) continue;
    if ('name' in readDomainName(`exam${odd}ple.org`, OPTIONS)) accepted.push(code.toString(16));
  }
  assert.deepEqual(accepted, []);
});

test('what is accepted holds only characters of RFC 5892, and a suggestion is itself accepted', () => {
  const character = fc.integer({ min: 0x80, max: 0x2ffff }).map((code) => String.fromCodePoint(code));
  fc.assert(
    fc.property(fc.array(character, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 3, 7), (odd, at) => {
      const reading = readDomainName(`${'example'.slice(0, at)}${odd.join('')}${'example'.slice(at)}.org`, OPTIONS);
      const name = 'name' in reading ? reading.name : reading.suggestion;
      if (name === null) return;
      assert.equal(findUnregistrableCharacter(toUnicodeName(parseDomainName(name, OPTIONS))), null);
    }),
    { numRuns: 3_000 },
  );
});
