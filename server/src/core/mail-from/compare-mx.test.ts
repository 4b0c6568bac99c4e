import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MxRecord } from '../answers/dns-answer.ts';
import { compareMx } from './compare-mx.ts';

const records: fc.Arbitrary<MxRecord> = fc.record({
  type: fc.constant('MX' as const),
  preference: fc.constantFrom(0, 10, 20),
  exchange: fc.constantFrom('', 'a.example', 'b.example'),
});

test('two MX records compare as equal exactly where they are, and the other way round with the other sign', () => {
  fc.assert(
    fc.property(records, records, (a, b) => {
      const isSame = a.preference === b.preference && a.exchange === b.exchange;
      assert.equal(compareMx(a, b) === 0, isSame);
      assert.equal(Math.sign(compareMx(a, b)) + Math.sign(compareMx(b, a)), 0);
    }),
  );
});

test('MX records stand in the order in which they are tried, whatever order a server gave', () => {
  const sorted = [
    { type: 'MX', preference: 0, exchange: 'b.example' },
    { type: 'MX', preference: 10, exchange: 'a.example' },
    { type: 'MX', preference: 10, exchange: 'b.example' },
  ] as const;
  fc.assert(
    fc.property(fc.shuffledSubarray([...sorted], { minLength: 3 }), (shuffled) => {
      assert.deepEqual(shuffled.sort(compareMx), sorted);
    }),
  );
});
