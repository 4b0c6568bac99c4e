import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareValues } from './compare-values.ts';

const CASES: readonly [string, string, string, [string, string, string, string]][] = [
  ['a value that is cut off ends where the found one does', 'abc', 'abcdef', ['abc', '', 'def', '']],
  ['one that differs in the middle', 'v=1; p=AB; t', 'v=1; p=XY; t', ['v=1; p=', 'AB', 'XY', '; t']],
  ['one with something in front', '"abc', 'abc', ['', '"', '', 'abc']],
  ['one that repeats does not count a character twice', 'aa', 'aaa', ['aa', '', 'a', '']],
  ['the same twice', 'abc', 'abc', ['abc', '', '', '']],
  ['nothing in common', 'x', 'y', ['', 'x', 'y', '']],
];

for (const [name, found, expected, [before, foundPart, expectedPart, after]] of CASES)
  test(`the difference is marked, and nothing else: ${name}`, () => {
    const difference = compareValues(found, expected);
    assert.deepEqual(difference, { before, found: foundPart, expected: expectedPart, after });
    assert.equal(before + difference.found + after, found);
    assert.equal(before + difference.expected + after, expected);
  });
