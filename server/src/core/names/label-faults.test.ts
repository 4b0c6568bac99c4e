import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toAsciiName } from './ascii-name.ts';
import { describeLabelFault } from './label-faults.ts';

/** One label for each thing that can be wrong with one, and none of the others. */
const FAULTY = ['-a', 'a-', 'a_b', 'a b', 'xn--a', 'ab--c', 'a'.repeat(64), '\u0301a', 'a\u200db', 'a\u0007b'];

describe('a label that is right on its own has no fault', () => {
  for (const label of ['a', '0', 'a-b', 'a--b', 'abc--d', 'a'.repeat(63), 'bücher', 'xn--bcher-kva', 'XN--BCHER-KVA'])
    it(label.slice(0, 20), () => assert.equal(describeLabelFault(label), null));
});

describe('the first label with a fault is the one that is told', () => {
  for (const label of FAULTY)
    it(`${JSON.stringify(label.slice(0, 10))}, wherever it stands`, () => {
      const alone = describeLabelFault(label);
      assert.ok(alone);
      for (const name of [`${label}.example.com`, `www.${label}.com`, `www.example.${label}`])
        assert.equal(describeLabelFault(name), alone);
      for (const other of FAULTY) assert.equal(describeLabelFault(`${label}.${other}`), alone);
    });

  it('a right A-label in front of it is not blamed', () => {
    assert.equal(describeLabelFault('xn--bcher-kva.a_b.com'), describeLabelFault('a_b'));
    assert.equal(describeLabelFault('XN--BCHER-KVA.de'), null);
  });

  it('each kind of fault is told in its own sentence', () => {
    const told = FAULTY.map((label) => describeLabelFault(label)?.replace(/"[^"]*"/, '""'));
    // The mark in front and the joiner that is not needed break the same rules.
    assert.equal(new Set(told).size, FAULTY.length - 1);
  });
});

describe('where two things are wrong with one label, what has to go first is told', () => {
  const faultOf = (label: string): string => describeLabelFault(label)?.replace(/"[^"]*"/, '""') ?? '';
  for (const [why, both, first] of [
    ['a wrong character before a hyphen in front', '-a_b', 'a_b'],
    ['a hyphen in front before one at the end', '-a-', '-a'],
    ['a hyphen at the end before punycode', 'xn--', 'a-'],
    ['punycode before reserved hyphens', 'xn--a', 'xn--b\u00fc'],
    ['a hyphen in front before the length', `-${'a'.repeat(63)}`, '-a'],
  ] as const)
    it(why, () => assert.equal(faultOf(both), faultOf(first)));

  it('a label over 63 is too long and not bad punycode, which could not be told', () => {
    const long = `xn--${'a'.repeat(60)}`;
    assert.match(describeLabelFault(long) ?? '', /\b64\b.*\b63\b/);
    assert.equal(describeLabelFault(long)?.includes('punycode'), false);
  });

  it('the length of a label in Unicode is that of its punycode', () => {
    assert.equal(describeLabelFault('ü'.repeat(50)), null);
    assert.match(describeLabelFault('ü'.repeat(60)) ?? '', /\b66\b.*punycode.*\b63\b/);
  });
});

describe('an empty label is told by its place', () => {
  for (const [text, sameAs] of [
    ['', '.a'],
    ['.', '.a'],
    ['..', '.a'],
    ['。a', '.a'],
    ['a.', 'b.c.'],
    ['a｡', 'b.'],
    ['a．．b', 'a..b'],
    ['a..b..c', 'x..y'],
  ] as const)
    it(`${JSON.stringify(text)} as ${sameAs}`, () => {
      assert.ok(describeLabelFault(text));
      assert.equal(describeLabelFault(text), describeLabelFault(sameAs));
    });

  it('the three places are told apart, and one in the middle by its number', () => {
    assert.equal(new Set(['.a', 'a.', 'a..b'].map(describeLabelFault)).size, 3);
    assert.match(describeLabelFault('a..b') ?? '', /\b2\b/);
    assert.match(describeLabelFault('a.b..c') ?? '', /\b3\b/);
  });
});

it('a character that is written as two is judged as the one that it is', () => {
  assert.equal(toAsciiName('a=\u0338') === null, describeLabelFault('a=\u0338') !== null);
  assert.equal(describeLabelFault('a=\u0338'), describeLabelFault('a\u2260'));
});

it('a label has a fault exactly where it is no name', () => {
  const label = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.stringMatching(/^(?:xn--)?[a-z\d-]{1,62}$/),
    fc.constantFrom(...FAULTY),
  );
  fc.assert(
    fc.property(
      label.filter((text) => !/[.\u3002\uff0e\uff61]/.test(text)),
      (text) => {
        // A character that maps to a dot or to nothing makes no one label of one text.
        if (toAsciiName(`a${text}a`)?.includes('.')) return;
        assert.equal(describeLabelFault(text) === null, toAsciiName(text) !== null, JSON.stringify(text));
      },
    ),
  );
});
