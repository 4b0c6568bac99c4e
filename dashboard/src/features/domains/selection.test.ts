import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRange, type Selected, toggleSelected } from './selection.ts';

const make = (id: string): Selected => ({ id, projectId: 'p', domainName: `${id}.example`, unicodeName: null });
const shown = ['a', 'b', 'c', 'd', 'e'].map(make);
const ids = (domains: Iterable<Selected>) => [...domains].map(({ id }) => id).join('');

for (const [from, to, range] of [
  ['b', 'd', 'bcd'],
  ['d', 'b', 'bcd'],
  ['c', 'c', 'c'],
  [null, 'd', 'd'],
  ['gone', 'd', 'd'],
] as const)
  test(`with Shift, all between are chosen: from ${from} to ${to}`, () => {
    assert.equal(ids(findRange(shown, from, to)), range);
  });

test('a range becomes what its end becomes: selected, or not', () => {
  const range = shown.slice(1, 4);
  const selected = toggleSelected(new Map([['c', make('c')]]), make('d'), range);
  assert.equal(ids(selected.values()), 'cbd');
  assert.equal(ids(toggleSelected(selected, make('b'), shown.slice(0, 3)).values()), 'd');
  assert.equal(ids(toggleSelected(selected, make('b'), [make('b')]).values()), 'cd');
});
