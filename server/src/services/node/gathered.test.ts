import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherLookups } from './gathered.ts';

/** A store that answers when it is told to, and notes what it was asked. */
function createSlowStore() {
  const asked: string[][] = [];
  const answers: ((found: Map<string, string> | Error) => void)[] = [];
  const find = gatherLookups(
    (text: string) => text,
    (texts) => {
      asked.push([...texts]);
      return new Promise<Map<string, string>>((resolve, reject) =>
        answers.push((found) => (found instanceof Error ? reject(found) : resolve(found))),
      );
    },
  );
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    asked,
    find,
    turn,
    async answer(found: Map<string, string> | Error) {
      await turn();
      answers.shift()?.(found);
    },
  };
}

test('questions of one moment share one look-up, the same question is asked once, and what is not there is null', async () => {
  const store = createSlowStore();
  const all = Promise.all([store.find('a'), store.find('b'), store.find('a')]);
  await store.answer(new Map([['a', 'A']]));
  assert.deepEqual(await all, ['A', null, 'A']);
  assert.deepEqual(store.asked, [['a', 'b']]);
});

test('what is asked while a look-up is under way is looked up anew after it: no answer is older than its question', async () => {
  const store = createSlowStore();
  const before = store.find('a');
  await store.turn();
  const after = store.find('a');
  await store.answer(new Map([['a', 'old']]));
  assert.equal(await before, 'old');
  await store.answer(new Map([['a', 'new']]));
  assert.equal(await after, 'new');
  assert.deepEqual(store.asked, [['a'], ['a']]);
});

test('a look-up that fails fails for those who asked, and the next one is made all the same', async () => {
  const store = createSlowStore();
  const failing = store.find('a');
  await store.turn();
  const next = store.find('b');
  await store.answer(new Error('away'));
  await assert.rejects(failing, /away/);
  await store.answer(new Map([['b', 'B']]));
  assert.equal(await next, 'B');
});
