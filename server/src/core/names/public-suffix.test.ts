import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findRegistrableDomain, isRegistrySuffix } from './public-suffix.ts';

describe('a suffix is what a registry sells names under', () => {
  for (const [why, name, isSuffix] of [
    ['a top-level domain', 'com', true],
    ['a suffix of two labels', 'co.uk', true],
    ['an A-label suffix', 'xn--fiqs8s', true],
    ['an A-label under a top-level domain', 'xn--55qx5d.cn', true],
    ['a name under a wildcard rule', 'anything.ck', true],
    ['the exception of a wildcard rule', 'www.ck', false],
    ['a suffix of four labels', 'chiyoda.tokyo.jp', true],
    ['a name of a registrant', 'example.com', false],
    ['a name that only ends with the letters of a suffix', 'notco.uk', false],
    ['a name below a registrant', 'co.uk.example.com', false],
    ['a suffix of a company, whose owner can prove it', 'github.io', false],
    ['another', 's3.amazonaws.com', false],
    ['a top-level domain that the list lacks', 'nosuchtld', false],
    ['a name under one that the list lacks', 'example.nosuchtld', false],
    ['no name', '', false],
  ] as const)
    it(`${why}: ${name} ${isSuffix ? 'is one' : 'is none'}`, () => assert.equal(isRegistrySuffix(name), isSuffix));
});

describe('the registrable domain is one label more than the suffix', () => {
  for (const [name, domain] of [
    ['example.com', 'example.com'],
    ['a.b.example.com', 'example.com'],
    ['a.b.example.co.uk', 'example.co.uk'],
    ['_dmarc.example.com', 'example.com'],
    ['autosend._domainkey.mail.example.com', 'example.com'],
    ['a.www.ck', 'www.ck'],
    ['a.b.anything.ck', 'b.anything.ck'],
    ['user.github.io', 'github.io'],
    ['a.xn--55qx5d.cn', 'a.xn--55qx5d.cn'],
    ['a.b.nosuchtld', 'b.nosuchtld'],
    ['192.0.2.1', '2.1'],
    ['com', null],
    ['co.uk', null],
    ['nosuchtld', null],
    ['', null],
    ['.', null],
    ['a..com', null],
    ['.example.com', null],
    ['example.com.', null],
  ] as const)
    it(`${JSON.stringify(name)}: ${domain ?? 'none'}`, () => assert.equal(findRegistrableDomain(name), domain));
});

it('whatever stands below, the registrable domain is the same, and is never a suffix', () => {
  const below = fc.array(fc.stringMatching(/^[a-z_][a-z\d]{0,8}$/), { maxLength: 5 });
  const suffix = fc.constantFrom('com', 'co.uk', 'anything.ck', 'chiyoda.tokyo.jp', 'nosuchtld', 'xn--fiqs8s');
  fc.assert(
    fc.property(below, suffix, (labels, registry) => {
      const registered = `example.${registry}`;
      assert.equal(findRegistrableDomain([...labels, registered].join('.')), registered);
      assert.equal(isRegistrySuffix(registered), false);
    }),
  );
});
