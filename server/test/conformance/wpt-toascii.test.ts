import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { toAsciiName } from '../../src/core/names/ascii-name.ts';
import { findVectors } from '../support/dns/vectors.ts';

interface ToAsciiCase {
  readonly input: string;
  readonly output: string | null;
}

/**
 * The suite tells what a browser must be able to open (the URL standard's beStrict=false); we tell what a person can own
 * and publish records under. Each name that we refuse on purpose is here, with the flag of UTS #46 that refuses it.
 */
const LONG_LABEL = `x${'0123456789'.repeat(6)}01`;
const LONG_NAME = `${'01234567890123456789012345678901234567890123456789.'.repeat(4)}${'0123456789'.repeat(4)}012345678`;
const STRICTER: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'CheckHyphens: a label starts or ends with a hyphen, or has two in the places that are reserved for xn--',
    ['aa--', 'a†--', 'ab--c', '-x', '-†', '-x.xn--zca', '-x.ß', 'x-.xn--zca', 'x-.ß', 'ab--c.xn--zca', 'ab--c.ß'],
  ],
  ['VerifyDnsLength: an empty label; parseDomainName removes a final dot before', ['x..xn--zca', 'x..ß', 'ي.']],
  ['CheckBidi: the whole name has right-to-left letters, so a label may not start with a digit (RFC 5893 §2)', ['1.ي']],
  [
    'VerifyDnsLength: a label over 63 characters',
    [`${LONG_LABEL}x`, `${LONG_LABEL}†`, `${LONG_LABEL}x.xn--zca`, `${LONG_LABEL}x.ß`],
  ],
  ['VerifyDnsLength: a name over 253 characters', ['x', 'xn--zca', 'ß'].map((tld) => `${LONG_NAME}.${tld}`)],
]);

const path = findVectors('wpt-toascii.json');

describe('web-platform-tests toascii.json', { skip: path === null && 'wpt-toascii.json is not here' }, () => {
  const entries: unknown[] = path === null ? [] : JSON.parse(readFileSync(path, 'utf8'));
  const cases = entries.filter((entry): entry is ToAsciiCase => typeof entry === 'object');
  const refused = new Set([...STRICTER.values()].flat());

  it('every name gives what the suite says, but for those that we refuse on purpose', () => {
    const wrong = cases.filter(({ input, output }) => !refused.has(input) && toAsciiName(input) !== output);
    assert.deepEqual(wrong, []);
  });

  for (const [reason, inputs] of STRICTER) {
    it(`${inputs.length} refused by ${reason}`, () => {
      for (const input of inputs) {
        const found = cases.find((entry) => entry.input === input);
        assert.ok(found, `${input} is not in the suite`);
        assert.notEqual(found.output, null, `${input} is refused by the suite too`);
        assert.equal(toAsciiName(input), null, input);
      }
    });
  }

  it('22 of 43 are refused on purpose, and nothing else differs', () => {
    const differing = cases.filter(({ input, output }) => toAsciiName(input) !== output);
    assert.deepEqual(new Set(differing.map(({ input }) => input)), refused);
    assert.deepEqual([differing.length, cases.length], [22, 43]);
  });
});
