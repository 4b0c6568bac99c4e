import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dependsOnSender, expandDomainSpec, isAskableName } from './macro.ts';

describe('expanding a domain-spec (RFC 7208 §7.3)', () => {
  const values = { domain: 'email.example.com', senderDomain: 'Strong-Bad.example.net' };
  for (const [spec, name] of [
    ['%{d}', 'email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d2}', 'example.com'],
    ['%{d1}', 'com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{o}', 'strong-bad.example.net'],
    ['%{o1r-}', 'strong'],
    ['%{D}._SPF.Example.COM.', 'email.example.com._spf.example.com'],
    ['a%%b%_c%-d.example.com', 'a%b c%20d.example.com'],
    ['%{i}._spf.example.com', null],
    ['%{l}.example.com', null],
    ['%{h}', null],
    ['%{p}.example.com', null],
  ] as const)
    it(`${spec} is ${name ?? 'known to the receiver only'}`, () => assert.equal(expandDomainSpec(spec, values), name));

  it('a name over 253 characters loses labels from the left', () => {
    const label = 'x'.repeat(60);
    const name = expandDomainSpec(`a.${label}.${label}.${label}.${label}.example.com`, values);
    assert.equal(name, `${label}.${label}.${label}.example.com`);
  });
});

describe('names that can be asked for', () => {
  for (const [name, askable] of [
    ['example.com', true],
    ['foo:bar/baz.example.com', true],
    ['mail.example...com', false],
    ['.com', false],
    [`${'x'.repeat(64)}.com`, false],
    ['a b.com', false],
    ['', false],
  ] as const)
    it(`${JSON.stringify(name)}: ${askable ? 'yes' : 'no'}`, () => assert.equal(isAskableName(name), askable));
});

describe('macros of a sender (RFC 7208 §7.2, §7.3)', () => {
  const sender = { version: 4, address: '192.0.2.3', localPart: 'strong-Bad+x', helo: 'mx.example.org' } as const;
  const values = { domain: 'email.example.com', senderDomain: 'example.net', sender };
  for (const [spec, name] of [
    ['%{s}', 'strong-bad+x@example.net'],
    ['%{S}', 'strong-bad%2bx%40example.net'],
    ['%{l-}', 'strong.bad+x'],
    ['%{l1r+-}', 'strong'],
    ['%{lr-+}', 'x.bad.strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
    ['%{i1}', '3'],
    ['%{i99}', '192.0.2.3'],
    ['%{h2}', 'example.org'],
    ['%{p}', 'unknown'],
  ] as const)
    it(`${spec} is ${name}`, () => assert.equal(expandDomainSpec(spec, values), name));
});

describe('whether a name is another one for another sender', () => {
  for (const [spec, depends] of [
    ['_spf.example.com', false],
    ['%{d2}.%{O}.%%%_', false],
    ['%{d}.%{i}', true],
    ['%{L1r-}.example.com', true],
    ['%{v}.example.com', true],
    ['%{p}.example.com', true],
  ] as const)
    it(`${spec}: ${depends ? 'yes' : 'no'}`, () => assert.equal(dependsOnSender(spec), depends));
});
