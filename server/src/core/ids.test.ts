import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildId, isId } from './ids.ts';

const OCTETS = Uint8Array.of(0, 1, 0x7f, 0x80, 0xab, 0xcd, 0xef, 0xff);

describe('an id is 24 lower-case hexadecimal digits', () => {
  for (const [why, text, can] of [
    ['digits and letters', '65f0c0ffee0123456789abcd', true],
    ['only digits', '0'.repeat(24), true],
    ['one digit less', 'a'.repeat(23), false],
    ['one digit more', 'a'.repeat(25), false],
    ['upper case, which would be a second name for one thing', 'A'.repeat(24), false],
    ['the letter after f', `${'a'.repeat(23)}g`, false],
    ['a line break at the end', `${'a'.repeat(24)}\n`, false],
    ['a line break instead of a digit', `${'a'.repeat(23)}\n`, false],
    ['white space in front', ` ${'a'.repeat(24)}`, false],
    ['digits of another script', '１'.repeat(24), false],
    ['nothing', '', false],
    ['a second line that is one', `x\n${'a'.repeat(24)}`, false],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000', false],
  ] as const)
    it(`${why}: ${can ? 'can be one' : 'cannot be one'}`, () => assert.equal(isId(text), can));
});

describe('an id is built from the time and random octets', () => {
  for (const [why, at, id] of [
    ['the epoch is filled with zeros', 0, '0000000000017f80abcdefff'],
    ['a second is rounded down', 1_999, '0000000100017f80abcdefff'],
    ['a date of today', Date.UTC(2026, 0, 1), '6955b90000017f80abcdefff'],
    ['the last second of four octets', 0xff_ff_ff_ff * 1000 + 999, 'ffffffff00017f80abcdefff'],
  ] as const)
    it(why, () => assert.equal(buildId(new Date(at), OCTETS), id));

  it('octets beyond the eighth are left out', () => {
    const now = new Date(0);
    assert.equal(buildId(now, Uint8Array.of(...OCTETS, 9, 9)), buildId(now, OCTETS));
  });

  it('it reads the octets of a view and not what lies around it', () => {
    const pool = Uint8Array.of(9, 9, ...OCTETS, 9, 9);
    assert.equal(buildId(new Date(0), pool.subarray(2, 10)), buildId(new Date(0), OCTETS));
  });

  const moment = fc.date({ min: new Date(0), max: new Date('2106-02-07T06:28:15Z'), noInvalidDate: true });
  const octets = fc.uint8Array({ minLength: 8, maxLength: 8 });

  it('what is built is an id, and a later second sorts after an earlier one', () => {
    fc.assert(
      fc.property(moment, moment, octets, octets, (a, b, first, second) => {
        const [one, other] = [buildId(a, first), buildId(b, second)];
        assert.ok(isId(one));
        const seconds = Math.floor(a.getTime() / 1000) - Math.floor(b.getTime() / 1000);
        if (seconds !== 0) assert.equal(one < other, seconds < 0);
      }),
    );
  });

  it('other random octets give another id in the same second', () => {
    fc.assert(
      fc.property(moment, octets, octets, (now, first, second) => {
        const isSame = Buffer.from(first).equals(Buffer.from(second));
        assert.equal(buildId(now, first) === buildId(now, second), isSame);
      }),
    );
  });
});
