import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { findForbiddenCharacter, isAscii, measureAsciiLength, toAsciiName, toUnicodeName } from './ascii-name.ts';

const LABEL_63 = 'a'.repeat(63);
/** 63 + 1 + 63 + 1 + 63 + 1 + 61 characters. */
const NAME_253 = [LABEL_63, LABEL_63, LABEL_63, 'a'.repeat(61)].join('.');

describe('a name becomes lower-case A-labels', () => {
  for (const [why, text, name] of [
    ['case is folded', 'Example.COM', 'example.com'],
    ['one label is enough', 'a', 'a'],
    ['an address passes: it is judged elsewhere', '192.0.2.1', '192.0.2.1'],
    ['Unicode is encoded', 'bücher.de', 'xn--bcher-kva.de'],
    ['a decomposed letter is composed', 'bu\u0308cher.de', 'xn--bcher-kva.de'],
    ['an A-label of any case is kept', 'XN--Bcher-KVA.de', 'xn--bcher-kva.de'],
    ['sharp s stays itself: non-transitional', 'faß.de', 'xn--fa-hia.de'],
    ['final sigma stays itself: non-transitional', 'βόλος.com', 'xn--nxasmm1c.com'],
    ['a soft hyphen is dropped', 'ex\u00adample.com', 'example.com'],
    ['a joiner between the letters that need it is kept', 'ශ්\u200dරී.com', 'xn--10cl1a0b660p.com'],
    ['every dot of UTS #46 separates', 'a.b。c．d｡e', 'a.b.c.d.e'],
    ['a label of 63', `${LABEL_63}.com`, `${LABEL_63}.com`],
    ['a name of 253', NAME_253, NAME_253],
  ] as const)
    it(why, () => assert.equal(toAsciiName(text), name));
});

describe('what no registry would take is no name', () => {
  for (const [why, text] of [
    ['nothing', ''],
    ['a final dot', 'example.com.'],
    ['an empty label', 'a..b'],
    ['a first dot', '.com'],
    ['a label of 64', `${LABEL_63}a.com`],
    ['a name of 254', `${NAME_253}a`],
    ['an underscore', '_dmarc.example.com'],
    ['a space', 'a b.com'],
    ['a hyphen in front', '-a.com'],
    ['a hyphen at the end', 'a-.com'],
    ['hyphens as third and fourth', 'ab--c.com'],
    ['punycode of nothing', 'xn--.com'],
    ['punycode that is none', 'xn--a.com'],
    ['punycode of ASCII, which is a second spelling', 'xn--example-.com'],
    ['punycode of an upper-case letter', 'xn--bcher-2pa.de'],
    ['a joiner where none is needed', 'a\u200db.com'],
    ['a mark in front', '\u0301a.com'],
    ['a label of two writing directions', 'a\u05d0.com'],
    ['a control character', 'a\u0000.com'],
    ['half of a pair', 'a\ud800.com'],
    ['an unassigned character', 'a\u{3d000}.com'],
  ] as const)
    it(why, () => assert.equal(toAsciiName(text), null));

  it('a hyphen pair is refused as third and fourth only', () => {
    assert.equal(toAsciiName('a--b.com'), 'a--b.com');
    assert.equal(toAsciiName('abc--d.com'), 'abc--d.com');
  });
});

describe('a name goes to Unicode and back', () => {
  it('for every name that is one', () => {
    const label = fc.oneof(fc.domain(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        const name = toAsciiName(labels.join('.'));
        if (name === null) return;
        assert.ok(isAscii(name) && name.length <= 253 && name === name.toLowerCase());
        assert.equal(toAsciiName(name), name);
        assert.equal(toAsciiName(toUnicodeName(name)), name);
      }),
    );
  });

  it('and where the URL parser reads it too, it reads the same name', () => {
    const letters = fc.stringMatching(/^[a-zäöüßéñçøåλжあ中한]{1,12}$/);
    fc.assert(
      fc.property(letters, letters, (label, tld) => {
        const text = `${label}.${tld}`;
        assert.equal(toAsciiName(text), domainToASCII(text));
      }),
    );
  });

  for (const [name, shown] of [
    ['example.com', 'example.com'],
    ['xn--bcher-kva.de', 'bücher.de'],
    ['xn--85x722f.xn--fiqs8s', '食狮.中国'],
  ] as const)
    it(`${name} is read as ${shown}`, () => assert.equal(toUnicodeName(name), shown));
});

describe('length is that of the A-labels, also of what is not valid', () => {
  for (const [why, text, length] of [
    ['nothing', '', 0],
    ['ASCII as it is', 'a_b..c', 6],
    ['bad punycode of ASCII', 'xn--a', 5],
    ['Unicode in punycode', 'bücher.de', 'xn--bcher-kva.de'.length],
    ['a label over 63', 'ü'.repeat(60), 66],
    ['punycode that holds Unicode', 'xn--ü', null],
  ] as const)
    it(`${why}: ${length}`, () => assert.equal(measureAsciiLength(text), length));
});

describe('the first character that no name may hold', () => {
  for (const [why, text, character] of [
    ['nothing is wrong with nothing', '', null],
    ['letters, digits, hyphens', 'a-Z0-9', null],
    ['a hyphen or mark in a wrong place is no wrong character', '-\u0301a-', null],
    ['a letter of any script', 'ü中あ한', null],
    ['an underscore', 'a_b', '_'],
    ['a space', 'a b', ' '],
    ['the first of several', 'a!b?', '!'],
    ['a control character', 'a\u007fb', '\u007f'],
    ['a lost character', 'a\ufffdb', '\ufffd'],
    ['half of a pair', 'a\udc00', '\udc00'],
    ['an unassigned character, whole', 'a\u{3d000}b', '\u{3d000}'],
    ['a direction mark', 'a\u202eb', '\u202e'],
  ] as const)
    it(why, () => assert.equal(findForbiddenCharacter(text), character));

  it('of ASCII, only letters, digits, the hyphen and the dot are allowed', () => {
    const allowed = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => findForbiddenCharacter(character) === null,
    );
    assert.equal(allowed.join(''), '-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
  });
});

describe('ASCII ends at U+007F', () => {
  for (const [text, is] of [
    ['', true],
    ['\u0000\u007f', true],
    ['a\u0080', false],
    ['ü', false],
    ['a\n', true],
    ['a\nü', false],
  ] as const)
    it(`${JSON.stringify(text)}: ${is}`, () => assert.equal(isAscii(text), is));
});
