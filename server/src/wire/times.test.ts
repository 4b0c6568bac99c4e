import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from './times.ts';

const cases: readonly (readonly [text: string | undefined, expected: string | RegExp])[] = [
  ['2027-01-31T00:00:00Z', '2027-01-31T00:00:00.000Z'],
  ['2027-01-31T00:00:00+02:00', '2027-01-30T22:00:00.000Z'],
  ['9998-12-31T23:59:59-12:00', '9999-01-01T11:59:59.000Z'],
  ['0002-01-01T00:00:00+12:00', '0001-12-31T12:00:00.000Z'],
  ['9999-12-31T23:59:59-12:00', /^since is too far in the future\.$/],
  ['0001-01-01T00:00:00+12:00', /^since is too far in the past\.$/],
  ['0000-01-01T00:00:00Z', /^since is too far in the past\.$/],
  ['2027-02-30T00:00:00Z', /^since must be an ISO 8601 time/],
  ['2027-01-31', /^since must be an ISO 8601 time/],
  ['soon', /^since must be an ISO 8601 time such as 2027-01-31T00:00:00Z\.$/],
  ['', /^since must be an ISO 8601 time/],
  [undefined, /^since is missing\.$/],
];
for (const [text, expected] of cases)
  test(`${JSON.stringify(text)} as a moment`, () => {
    const { data, error } = moment('since').safeParse(text);
    if (typeof expected === 'string') assert.equal(data?.toISOString(), expected);
    else {
      assert.equal(error?.issues.length, 1);
      assert.match(error.issues[0]?.message ?? '', expected);
    }
  });
