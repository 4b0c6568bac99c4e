import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfter } from './retry-after.ts';

const NOW = new Date('2026-01-15T12:00:00.000Z');

for (const [text, seconds] of [
  [undefined, null],
  ['', null],
  ['120', 120],
  ['0', 0],
  ['-5', null],
  ['1.5', null],
  ['Thu, 15 Jan 2026 12:01:00 GMT', 60],
  ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
  ['soon', null],
  ['99999999999', null],
] as const)
  test(`Retry-After ${text}: ${seconds}`, () => assert.equal(parseRetryAfter(text, NOW), seconds));
