import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFromDomains } from './mailboxes.ts';

const read = (text: string) => readFromDomains(Buffer.from(text).toString('latin1'));

for (const [from, domains] of [
  ['a@example.com', ['example.com']],
  ['<a@example.com>', ['example.com']],
  ['Ada <a@Example.COM>', ['example.com']],
  ['"Lovelace, Ada" <a@example.com>, b@mail.example.com', ['example.com', 'mail.example.com']],
  ['"a@other.example" <b@example.com>', ['example.com']],
  ['"\\"" <a@example.com>', ['example.com']],
  ['"<x@other.example>" <a@example.com>', ['example.com']],
  ['Ada (a@other.example, (nested \\) still)) <a@example.com>', ['example.com']],
  ['a (c) @ (d) example (e) . com', ['example.com']],
  ['"a b"@example.com', ['example.com']],
  ['"a@other.example"@example.com', ['example.com']],
  ['=?utf-8?q?Ada=40other.example?= <a@example.com>', ['example.com']],
  ['John Q. Public <j@example.com>', ['example.com']],
  ['Ada\r\n\t<a@example.com>', ['example.com']],
  ['Friends: a@example.com, <b@example.net>;', ['example.com', 'example.net']],
  ['Jörg <jörg@bücher.example>', ['xn--bcher-kva.example']],
  ['a@BÜCHER.example', ['xn--bcher-kva.example']],
  ['a@_x.example.com', ['_x.example.com']],
  ['a@example.com, , b@example.net,', ['example.com', 'example.net']],
] as const)
  test(`From: ${JSON.stringify(from)} is at ${domains.join(', ')}`, () => assert.deepEqual(read(from), domains));

for (const [from, problem] of [
  ['', /contains no address/],
  ['undisclosed:;', /contains no address/],
  ['Ada', /"Ada" isn't an email address/],
  ['a@', /isn't an email address/],
  ['@example.com', /isn't an email address/],
  ['a@b@example.com', /isn't an email address/],
  ['a@example..com', /isn't an email address/],
  ['a@.example.com', /isn't an email address/],
  ['a b@example.com', /isn't an email address/],
  ['a@example.com b@other.example', /isn't an email address/],
  ['a@other.example <b@example.com>', /"a@other.example" must be in quotation marks/],
  ['<a@example.com> <b@other.example>', /display name|isn't an email address/],
  ['<a@example.com', /angle brackets must come last/],
  ['<a@example.com> x', /angle brackets must come last/],
  ['<@relay.example:a@example.com>', /isn't an email address/],
  ['a@[192.0.2.1]', /IP address instead of a domain/],
  ['"a <a@example.com>', /without a closing "/],
  ['(a <a@example.com>', /it contains an unclosed comment/],
  ['a@exa\\mple.com', /isn't an email address/],
  ['G: H: a@example.com;;', /it contains a colon that doesn't start a group/],
  ['G: a@example.com', /it contains an unclosed group/],
  ['a@example.com;', /it contains a semicolon that doesn't end a group/],
  ['a@exam\u200bple.com', /doesn't have a valid domain name|isn't an email address/],
  [`${'a@example.com,'.repeat(101)}`, /more than 100 addresses/],
  [`${' '.repeat(10_001)}a@example.com`, /longer than 10000/],
] as const)
  test(`From: ${JSON.stringify(from.slice(0, 50))} is refused`, () => {
    const domains = read(from);
    assert.ok('problem' in domains, JSON.stringify(domains));
    assert.match(domains.problem, problem);
  });

test('octets that are no UTF-8 are refused', () => {
  assert.deepEqual(readFromDomains('\xff <a@example.com>'), {
    problem: "it isn't valid UTF-8",
  });
});

test('any text is read or refused, and what is read names a domain that stands in it', () => {
  const unit = fc.constantFrom(
    'a',
    'b.example',
    '@',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    ',',
    ';',
    ':',
    ' ',
    '[',
    ']',
    '.',
    'é',
    '\r\n ',
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const domains = read(text);
      if ('problem' in domains) return;
      for (const domain of domains) assert.match(domain, /^[a-z0-9._-]+$/);
    }),
    { numRuns: 5_000 },
  );
});
