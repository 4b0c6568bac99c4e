import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNearestName } from './nearest-name.ts';

const KNOWN = ['domain', 'regionKey', 'externalId', 'limit', 'cursor', 'status'];

for (const [typed, meant] of [
  ['region', 'regionKey'],
  ['region_key', 'regionKey'],
  ['RegionKey', 'regionKey'],
  ['regoinKey', 'regionKey'],
  ['domian', 'domain'],
  ['domainName', 'domain'],
  ['limt', 'limit'],
  ['external-id', 'externalId'],
  ['constructor', null],
  ['x', null],
  ['', null],
  ['colour', null],
  ['a'.repeat(10_000), null],
] as const)
  test(`"${typed.slice(0, 20)}" is taken for ${meant ?? 'nothing'}`, () => {
    assert.equal(findNearestName(typed, KNOWN), meant);
  });
