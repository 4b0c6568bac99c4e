import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DomainName } from '../ids.ts';
import { fitsBefore, parseSelector } from './selector.ts';

const domain = 'example.com' as DomainName;
/** A domain name of a given length: labels of 63 and what is left. */
function makeDomain(length: number): DomainName {
  const labels: string[] = [];
  for (let rest = length; rest > 0; rest -= 64) labels.push('a'.repeat(Math.min(63, rest)));
  return labels.join('.') as DomainName;
}

const taken: readonly [name: string, text: string, selector: string][] = [
  ['one letter', 'a', 'a'],
  ['one digit', '1', '1'],
  ['a date', '20261125', '20261125'],
  ['hyphens inside', 'a--b', 'a--b'],
  ['capitals, which DNS does not tell apart', 'AutoSend', 'autosend'],
  ['several labels (RFC 6376 §3.1)', 'march2005.reykjavik', 'march2005.reykjavik'],
  ['a label of 63 characters', 'a'.repeat(63), 'a'.repeat(63)],
  ['a name that only looks like the suffix', 'x.domainkey', 'x.domainkey'],
];
for (const [name, text, selector] of taken)
  test(`a selector is taken: ${name}`, () => assert.deepEqual(parseSelector(text, domain), { selector }));

const refused: readonly [name: string, text: string, says: RegExp][] = [
  ['nothing', '', /letters, digits and hyphens/],
  ['a label of 64 characters', 'a'.repeat(64), /letters, digits and hyphens/],
  ['a hyphen in front', '-a', /can't start or end with a hyphen/],
  ['a hyphen behind', 'a-', /can't start or end with a hyphen/],
  ['a hyphen alone', '-', /can't start or end with a hyphen/],
  ['a hyphen at the end of a label inside', 'a-.b', /can't start or end with a hyphen/],
  ['an underscore', 'a_b', /letters, digits and hyphens/],
  ['a dot in front', '.a', /letters, digits and hyphens/],
  ['a dot behind', 'a.', /letters, digits and hyphens/],
  ['two dots in a row', 'a..b', /letters, digits and hyphens/],
  ['a blank', 'a b', /letters, digits and hyphens/],
  ['a line break behind', 'a\n', /letters, digits and hyphens/],
  ['a NUL', 'a\0', /letters, digits and hyphens/],
  ['a wildcard', '*', /letters, digits and hyphens/],
  ['a letter above ASCII', 'é', /letters, digits and hyphens/],
  ['a letter that becomes ASCII in capitals only', 'ı', /letters, digits and hyphens/],
  ['the name before the domain', 'a._domainkey', /before `\._domainkey`/],
  ['the whole name of the record', 'a._domainkey.example.com', /before `\._domainkey`/],
  ['the whole name in capitals', 'A._DOMAINKEY.EXAMPLE.COM', /before `\._domainkey`/],
  ['the suffix alone', '_domainkey', /letters, digits and hyphens/],
];
for (const [name, text, says] of refused)
  test(`a selector is refused: ${name}`, () => {
    const parsed = parseSelector(text, domain);
    assert.ok('problem' in parsed);
    assert.match(parsed.problem, says);
  });

test('the name of a key record may have 253 characters and not one more', () => {
  // "s" + "._domainkey." is 13 characters.
  const fits = makeDomain(240);
  const over = makeDomain(241);
  assert.deepEqual(parseSelector('s', fits), { selector: 's' });
  assert.equal(fitsBefore('s', fits), true);
  assert.equal(fitsBefore('s', over), false);
  const [one, ten] = [parseSelector('s', over), parseSelector('abcdefghij', over)];
  assert.match('problem' in one ? one.problem : '', /too long.*have 254 characters/);
  assert.match('problem' in ten ? ten.problem : '', /too long.*have 263 characters/);
});

test('what is taken fits before its domain, is lower case, and is taken again as it is', () => {
  const labels = fc.array(fc.string({ unit: fc.constantFrom(...'aZ0-'), maxLength: 64 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(labels, fc.integer({ min: 1, max: 240 }), (parts, length) => {
      const name = makeDomain(length);
      const parsed = parseSelector(parts.join('.'), name);
      const isSound = parts.every((part) => part !== '' && part.length < 64 && !/^-|-$/.test(part));
      assert.equal('selector' in parsed, isSound && fitsBefore(parts.join('.'), name));
      if (!('selector' in parsed)) return;
      assert.equal(parsed.selector, parts.join('.').toLowerCase());
      assert.deepEqual(parseSelector(parsed.selector, name), parsed);
    }),
  );
});
