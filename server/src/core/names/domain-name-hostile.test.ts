import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { AppError } from '../errors.ts';
import { parseDomainName } from './domain-name.ts';

const OPTIONS = { allowReservedTlds: false, derivedLabels: ['_autosend-verify', 'autosend._domainkey'] };

describe('whatever comes in', () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    // Lone surrogates too, which the units above leave out.
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
    fc
      .array(fc.constantFrom('a', 'xn--', '-', '.', '_', '@', ':', '/', '[', ']', '1', '0x', ' ', 'ß', '\u200d', '。'))
      .map((parts) => parts.join('')),
    fc.domain(),
    fc.webUrl(),
    fc.emailAddress(),
  );

  it('only VALIDATION_FAILED is thrown, and its message is short and holds no control or invisible character', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.anything()), (input) => {
        try {
          parseDomainName(input, OPTIONS);
        } catch (error) {
          assert.ok(error instanceof AppError, String(error));
          assert.equal(error.code, 'VALIDATION_FAILED');
          assert.doesNotMatch(error.message, /[\p{C}\p{Zl}\p{Zp}]/u);
          assert.ok(error.message.length < 1000);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('what is stored parses to itself and holds only lower-case letters, digits, hyphens and dots', () => {
    const name = fc.tuple(
      fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.domain()),
      fc.domain(),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          name.map((parts) => parts.join('.')),
        ),
        (input) => {
          let stored: string;
          try {
            stored = parseDomainName(input, OPTIONS);
          } catch {
            return;
          }
          assert.match(stored, /^[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})+$/);
          assert.equal(parseDomainName(stored, OPTIONS), stored);
          assert.equal(parseDomainName(`${stored.toUpperCase()}.`, OPTIONS), stored);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a suggestion is itself accepted', () => {
    fc.assert(
      fc.property(hostile, (input) => {
        try {
          parseDomainName(input, OPTIONS);
        } catch (error) {
          assert.ok(error instanceof AppError);
          const suggestion = / Did you mean (\S+)\?$/.exec(error.message)?.[1];
          if (suggestion !== undefined) parseDomainName(suggestion, OPTIONS);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('a hostile text of 64 KB is refused with a short message', () => {
    for (const unit of ['a', '.', 'ü', '_.', '@', '<', 'xn--', '-', ' a', '\u0628\u200c', '1.', ':', '//', '\u0000']) {
      for (const length of [500, 507, 2048, 65_536]) {
        const text = unit.repeat(length).slice(0, length);
        assert.throws(
          () => parseDomainName(text, OPTIONS),
          (error) => error instanceof AppError && error.message.length < 1000,
          JSON.stringify(unit),
        );
      }
    }
  });
});
