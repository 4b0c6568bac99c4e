import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findNearestName } from './nearest-name.ts';

describe('how far a typed name may be from a known one', () => {
  for (const [why, typed, known, meant] of [
    ['one edit in three characters', 'tog', ['tag'], 'tag'],
    ['not two', 'tot', ['tag'], null],
    ['two edits in six', 'stotos', ['status'], 'status'],
    ['not three', 'stotoz', ['status'], null],
    ['a third is of the shorter one', 'abcdef', ['abcdefxyz'], 'abcdefxyz'],
    ['a character missing', 'curor', ['cursor'], 'cursor'],
    ['a character too many', 'currsor', ['cursor'], 'cursor'],
    ['a swap is one edit: one of two characters', 'di', ['id'], 'id'],
    ['and one of three', 'yek', ['kye'], null],
    ['a swap in the middle', 'lmiit', ['limit'], 'limit'],
    ['a swap at the end', 'limti', ['limit'], 'limit'],
    ['the nearest of several', 'limits', ['list', 'limit'], 'limit'],
    ['the first of those equally near', 'cat', ['car', 'can'], 'car'],
    ['near goes before part', 'key', ['regionKey', 'kay'], 'kay'],
    ['a part of three characters', 'key', ['regionKey'], 'regionKey'],
    ['not one of two', 'on', ['regionKey'], null],
    ['a name that holds a known one', 'myExternalIdHere', ['externalId'], 'externalId'],
    ['separators and case are no edits', 'REGION key', ['region-key'], 'region-key'],
    ['only separators are no name', '-_ ', ['id'], null],
    ['one character is none', 'i', ['id'], null],
    ['one character and separators neither', '_i_', ['id'], null],
    ['nothing is known', 'domain', [], null],
    ['60 characters are compared', 'a'.repeat(60), ['a'.repeat(59)], 'a'.repeat(59)],
    ['61 are not', 'a'.repeat(61), ['a'.repeat(60)], null],
  ] as const)
    it(why, () => assert.equal(findNearestName(typed, known), meant));
});

describe('whatever was typed', () => {
  const name = fc.stringMatching(/^[a-z]{4,20}$/);

  it('a known name in any case and with any separators is found, also among others', () => {
    const others = fc.array(fc.stringMatching(/^\d{4,20}$/), { maxLength: 5 });
    fc.assert(
      fc.property(name, others, fc.constantFrom('', '-', '_', ' '), (known, rest, separator) => {
        const typed = known.toUpperCase().split('').join(separator);
        if (typed.length <= 60) assert.equal(findNearestName(typed, [...rest, known]), known);
      }),
    );
  });

  it('one slip of any kind in four characters or more is seen', () => {
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom('drop', 'add', 'replace', 'swap'), (known, seed, slip) => {
        const at = seed % (known.length - 1);
        const [before, here, next, after] = [known.slice(0, at), known[at], known[at + 1], known.slice(at + 2)];
        const typed = {
          drop: `${before}${next}${after}`,
          add: `${before}${here}0${next}${after}`,
          replace: `${before}0${next}${after}`,
          swap: `${before}${next}${here}${after}`,
        }[slip];
        assert.equal(findNearestName(typed, ['0000000000', known]), known);
      }),
    );
  });

  it('what is found is one of the known names', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (typed, known) => {
        const found = findNearestName(typed, known);
        assert.ok(found === null || known.includes(found));
      }),
    );
  });
});
