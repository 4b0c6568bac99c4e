import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { toAsciiName } from '../../src/core/names/ascii-name.ts';
import { findRegistrableDomain, isRegistrySuffix } from '../../src/core/names/public-suffix.ts';
import { findVectors } from '../support/dns/vectors.ts';

/**
 * The suite uses both sections of the list; we use the ICANN section only, since a private suffix such as `uk.com` has an
 * owner who can prove it and may send mail from it. These lines, and no others, come out otherwise.
 */
const PRIVATE_SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['uk.com', 'uk.com'],
  ['example.uk.com', 'uk.com'],
  ['b.example.uk.com', 'uk.com'],
  ['a.b.example.uk.com', 'uk.com'],
]);

const path = findVectors('psl-tests.txt');

describe('the tests of the Public Suffix List', { skip: path === null && 'psl-tests.txt is not here' }, () => {
  const lines = path === null ? [] : readFileSync(path, 'utf8').split('\n');
  // "null null" tests an input that is no text, which the type rules out here; the parser has its own test for it.
  const cases = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('//') && line !== 'null null')
    .map((line) => line.split(' '))
    .map(([name = '', expected = '']) => ({ name, expected: expected === 'null' ? null : expected }));

  /** A leading dot is no name, so that there is nothing to look up: null, as the suite says. */
  function findRegistrable(name: string): string | null {
    const ascii = toAsciiName(name);
    return ascii === null ? findRegistrableDomain(name.toLowerCase()) : findRegistrableDomain(ascii);
  }

  it('every name has the registrable domain that the list says, but for private suffixes', () => {
    const wrong = cases.flatMap(({ name, expected }) => {
      const wanted = PRIVATE_SUFFIXES.get(name) ?? (expected === null ? null : toAsciiName(expected));
      const found = findRegistrable(name);
      return found === wanted ? [] : [{ name, wanted, found }];
    });
    assert.deepEqual(wrong, []);
  });

  it('exactly 4 lines come out otherwise than in the suite, each under a private suffix', () => {
    const differing = cases.filter(
      ({ name, expected }) => findRegistrable(name) !== (expected === null ? null : toAsciiName(expected)),
    );
    for (const { name } of differing) assert.ok(PRIVATE_SUFFIXES.has(name), name);
    assert.equal(differing.length, PRIVATE_SUFFIXES.size);
  });

  it('a name of two or more labels is a registry suffix exactly where it has no registrable domain', () => {
    for (const { name } of cases) {
      const ascii = toAsciiName(name);
      if (ascii?.includes('.')) assert.equal(isRegistrySuffix(ascii), findRegistrableDomain(ascii) === null, name);
    }
  });

  it('the file is the one that the counts above were made for', () => assert.equal(cases.length, 77));
});
