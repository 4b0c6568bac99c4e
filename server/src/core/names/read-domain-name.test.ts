import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../errors.ts';
import { parseDomainName, readDomainName } from './domain-name.ts';

const OPTIONS = { allowReservedTlds: false, derivedLabels: ['_autosend-verify', 'autosend._domainkey'] };

function suggest(text: string): string | null {
  const reading = readDomainName(text, OPTIONS);
  assert.ok('fault' in reading, `accepted: ${text}`);
  return reading.suggestion;
}

describe('what was meant is suggested where it is clear', () => {
  for (const [why, text, meant] of [
    ['quotes and a comma of a list', '"example.com",', 'example.com'],
    ['brackets of any kind', '([<example.com>])', 'example.com'],
    ['a wildcard', '*.example.com', 'example.com'],
    ['many dots in front', '...example.com', 'example.com'],
    ['a sentence around nothing', '(...)', null],
    ['a comma for the dot before a top-level domain', 'example,com', 'example.com'],
    ['in upper case', 'EXAMPLE,COM', 'example.com'],
    ['not before a word that is none', 'example,shopname', null],
    ['not where there are two names', 'example.com,example.org', null],
    ['the domain of a record', 'autosend._domainkey.mail.example.com', 'mail.example.com'],
    ['the domain below the last underscore', '_a._b.example.com', 'example.com'],
    ['an underscore inside a label is of no record', 'my_shop.example.com', null],
    ['a pasted address in a list', '"https://example.com/",', 'example.com'],
    ['punycode as a person reads it', 'https://xn--bcher-kva.de/', 'bücher.de'],
    ['a joiner is not seen, so that its punycode is shown', 'https://ශ්\u200dරී.com/', 'xn--10cl1a0b660p.com'],
    ['no public suffix', 'https://co.uk', null],
    ['no reserved name', 'https://shop.test', null],
    ['no address', 'https://192.0.2.1/', null],
    ['no single label', 'user@intranet', null],
  ] as const)
    it(`${why}: ${meant ?? 'none'}`, () => assert.equal(suggest(text), meant));

  it('no name whose records would not fit', () => {
    const longest = 253 - '.autosend._domainkey'.length;
    const below = `${`${'a'.repeat(60)}.`.repeat(3)}`;
    const name = (length: number): string => `${below}${'b'.repeat(length - below.length - 4)}.com`;
    assert.equal(suggest(`https://${name(longest)}`), name(longest));
    assert.equal(suggest(`https://${name(longest + 1)}`), null);
  });
});

describe('somebody who types and somebody who sends are told the same', () => {
  const text = fc.oneof(
    fc.domain(),
    fc.webUrl(),
    fc.emailAddress(),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.tuple(fc.constantFrom('"', '*.', ' ', '_x.', '“'), fc.domain()).map((parts) => parts.join('')),
  );

  it('a name is read where it is accepted, and a fault with its suggestion where it is refused', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const reading = readDomainName(typed, OPTIONS);
        if ('name' in reading) {
          assert.equal(parseDomainName(typed, OPTIONS), reading.name);
          return;
        }
        assert.throws(
          () => parseDomainName(typed, OPTIONS),
          (error) => {
            assert.ok(error instanceof AppError);
            assert.ok(error.message.startsWith(reading.fault));
            assert.equal(error.message.includes(reading.suggestion ?? '\u0000'), reading.suggestion !== null);
            return true;
          },
        );
      }),
    );
  });

  it('a reserved name that is allowed is read, and judged like any other', () => {
    const allowing = { ...OPTIONS, allowReservedTlds: true };
    assert.deepEqual(readDomainName('Shop.Test.', allowing), { name: 'shop.test' });
    assert.deepEqual('fault' in readDomainName('-shop.test', allowing), true);
    assert.deepEqual('fault' in readDomainName('192.0.2.1', allowing), true);
  });
});
