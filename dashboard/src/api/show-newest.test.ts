import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { showNewest } from './show-newest.ts';

/** A query whose answers come when they are told to. */
function createWorld() {
  const client = new QueryClient();
  const answers: ((state: string) => void)[] = [];
  const query = queryOptions({
    queryKey: ['domain'],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  const answer = async (index: number, state: string) => {
    answers[index]?.(state);
    await new Promise(setImmediate);
  };
  return { client, query, answer, answers };
}

test('what was asked for before a change was shown does not take its place', async () => {
  const { client, query, answer, answers } = createWorld();
  client.setQueryData(query.queryKey, 'waiting');
  void client.prefetchQuery(query);
  showNewest(client, query, 'verified');
  await answer(0, 'waiting');
  assert.equal(client.getQueryData(query.queryKey), 'verified');
  assert.equal(answers.length, 2, 'it is asked for once more');
  await answer(1, 'verified, and more');
  assert.equal(client.getQueryData(query.queryKey), 'verified, and more');
  client.clear();
});

test('where nothing is asked for, nothing is', async () => {
  const { client, query, answers } = createWorld();
  showNewest(client, query, 'verified');
  assert.equal(client.getQueryData(query.queryKey), 'verified');
  assert.equal(answers.length, 0);
  client.clear();
});
