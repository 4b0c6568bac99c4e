import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBoundedMap } from './bounded-map.ts';

test('it never holds more than its limit, and what was set or used last stays', () => {
  const map = createBoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.use('a'), 1);
  map.set('c', 3);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c'), map.size], [1, undefined, 3, 2]);
});

test('reading without use leaves an entry as old as it was; setting it again makes it the newest', () => {
  const map = createBoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  assert.equal(map.get('a'), undefined);
  map.set('b', 4);
  map.set('d', 5);
  assert.deepEqual([map.get('b'), map.get('c'), map.get('d')], [4, undefined, 5]);
});

test('the oldest entries that are over are taken out, up to the first that is not', () => {
  const map = createBoundedMap<string, number>(10);
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 9, d: 1 })) map.set(key, value);
  map.deleteOldest((value) => value < 5);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c'), map.get('d')], [undefined, undefined, 9, 1]);
});

test('it holds what a list of the latest keys holds, whatever is done to it', () => {
  const step = fc.tuple(fc.constantFrom('set', 'use', 'get', 'delete'), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
      const map = createBoundedMap<number, string>(limit);
      let latest: number[] = [];
      for (const [what, key] of steps) {
        const isThere = latest.includes(key);
        if (what === 'set') map.set(key, String(key));
        else if (what === 'delete') map.delete(key);
        else assert.equal(map[what](key), isThere ? String(key) : undefined);
        if (what === 'set' || (what === 'use' && isThere)) latest = [...latest.filter((each) => each !== key), key];
        if (what === 'delete') latest = latest.filter((each) => each !== key);
        latest = latest.slice(-limit);
        assert.equal(map.size, latest.length);
      }
    }),
  );
});
