import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readListSearch } from './list-search.ts';

for (const [given, read] of [
  [{}, {}],
  [
    { q: 'north star', state: 'attention', sort: 'name', region: 'eu-west-1' },
    { q: 'north star', state: 'attention', sort: 'name', region: 'eu-west-1' },
  ],
  [{ q: 4711 }, { q: '4711' }],
  [{ q: '', state: 'all', sort: 'size', region: ['a'], more: 1 }, {}],
  [{ sort: 'attention' }, {}],
  [{ q: 'a\0b' }, { q: 'ab' }],
] as const)
  test(`the list that an address asks for: ${JSON.stringify(given)}`, () => {
    assert.deepEqual(readListSearch(given), read);
  });
