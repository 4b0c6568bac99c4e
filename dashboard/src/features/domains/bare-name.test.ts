import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBareName } from './bare-name.ts';

const CASES: readonly [string, string | null][] = [
  ['www.example.com', 'example.com'],
  ['www.mail.example.com', 'mail.example.com'],
  ['example.com', null],
  ['www.com', null],
  ['wwww.example.com', null],
  ['', null],
];

for (const [name, offered] of CASES)
  test(`a web site's name leads to the name below it: ${JSON.stringify(name)}`, () => {
    assert.equal(findBareName(name), offered);
  });
