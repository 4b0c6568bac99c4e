import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRelaxedBody } from './relaxed-body.ts';

function relax(text: string, cuts: readonly number[] = []): string {
  const pieces: Buffer[] = [];
  const body = createRelaxedBody((octets) => pieces.push(Buffer.from(octets)));
  const octets = Buffer.from(text, 'latin1');
  let from = 0;
  for (const cut of [...cuts, octets.length]) {
    body.write(octets.subarray(from, cut));
    from = Math.max(from, cut);
  }
  body.end();
  return Buffer.concat(pieces).toString('latin1');
}

for (const [what, body, expected] of [
  ['the example of RFC 6376 §3.4.5', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
  ['nothing', '', ''],
  ['empty lines only', '\r\n\r\n\r\n', ''],
  ['lines of white space only', ' \r\n\t\r\n  ', ''],
  ['a body without a final line ending', 'a', 'a\r\n'],
  ['one that ends in white space', 'a \t', 'a\r\n'],
  ['an empty first line', '\r\na\r\n', '\r\na\r\n'],
  ['empty lines within', 'a\r\n\r\n\r\nb\r\n\r\n', 'a\r\n\r\n\r\nb\r\n'],
  ['white space at the beginning of a line', 'a\r\n \t b\r\n', 'a\r\n b\r\n'],
  ['bare LF', 'a\n\nb\n\n', 'a\r\n\r\nb\r\n'],
  ['a bare CR, which is content', 'a\rb\r\r\nc\r', 'a\rb\r\r\nc\r\r\n'],
  ['white space before a bare CR', 'a \r b', 'a \r b\r\n'],
  ['octets that are no ASCII, NUL among them', '\0\xa0\xff \x85\r\n', '\0\xa0\xff \x85\r\n'],
] as const)
  test(`relaxed: ${what}`, () => assert.equal(relax(body), expected));

const nasty = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\r', '\n', '\r\n', '\0', '\xe9'), maxLength: 60 });

/** The algorithm as RFC 6376 §3.4.4 words it, on the whole text. */
function relaxBySteps(text: string): string {
  const lines = text
    .replaceAll(/\r?\n/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}

test('whatever the body, the result is that of the steps in RFC 6376 §3.4.4', () => {
  fc.assert(
    fc.property(nasty, (text) => assert.equal(relax(text), relaxBySteps(text))),
    { numRuns: 2_000 },
  );
});

test('wherever the body is cut, the result is the same', () => {
  fc.assert(
    fc.property(nasty, fc.array(fc.nat(60)), (text, cuts) =>
      assert.equal(
        relax(
          text,
          cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
        ),
        relax(text),
      ),
    ),
    { numRuns: 1_000 },
  );
});

test('a body of empty lines only is read in little memory, and empty', () => {
  assert.equal(relax('\n'.repeat(100_000)), '');
  assert.equal(relax(`a${'\n'.repeat(100_000)}b`).length, 200_000 + 4);
});
