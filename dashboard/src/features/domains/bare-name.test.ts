import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBareName } from './bare-name.ts';

const CASES: readonly [string, string | null][] = [
  ['https://www.example.com/', 'example.com'],
  ['http://example.com:8080/path?q#f', 'example.com'],
  ['www.example.com', 'example.com'],
  ['Ann <ann@example.com>', 'example.com'],
  ['ann@mail.example.com', 'mail.example.com'],
  [' example.com ', null],
  ['EXAMPLE.com.', null],
  ['example.com', null],
  ['www.com', null],
  ['example', null],
  ['https://', null],
  ['', null],
];

for (const [pasted, offered] of CASES)
  test(`what is pasted leads to the bare name: ${JSON.stringify(pasted)}`, () => {
    assert.equal(findBareName(pasted), offered);
  });
