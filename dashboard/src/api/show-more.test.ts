import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { showMore } from './show-more.ts';

/** A list of three pages, whose answers come when they are told to. */
async function createWorld() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const answers: { page: number; settle: PromiseWithResolvers<{ page: number }> }[] = [];
  const observer = new InfiniteQueryObserver(client, {
    queryKey: ['list'],
    queryFn: ({ pageParam }) => {
      const settle = Promise.withResolvers<{ page: number }>();
      answers.push({ page: pageParam, settle });
      return settle.promise;
    },
    initialPageParam: 1,
    getNextPageParam: ({ page }) => (page < 3 ? page + 1 : undefined),
  });
  observer.subscribe(() => undefined);
  const turn = () => new Promise(setImmediate);
  const answer = async () => {
    await turn();
    const next = answers.shift();
    assert.ok(next, 'nothing is asked for');
    next.settle.resolve({ page: next.page });
    await turn();
  };
  await answer();
  const pages = () => observer.getCurrentResult().data?.pages.length;
  return { client, observer, answer, answers, pages, turn };
}

test('more is shown though everything is asked for anew in the middle of it', async () => {
  const { client, observer, answer, answers, pages, turn } = await createWorld();
  const more = showMore(observer.getCurrentResult());
  await turn();
  void client.invalidateQueries({ queryKey: ['list'] });
  // The request for the second page was ended.
  answers.shift();
  await answer();
  assert.equal(pages(), 1);
  await answer();
  await more;
  assert.equal(pages(), 2);
  client.clear();
});

test('more is shown once what was asked for before has come', async () => {
  const { client, observer, answer, pages } = await createWorld();
  void client.invalidateQueries({ queryKey: ['list'] });
  const more = showMore(observer.getCurrentResult());
  await answer();
  await answer();
  await more;
  assert.equal(pages(), 2);
  client.clear();
});

test('a failure is not repeated', async () => {
  const { client, observer, answers, pages, turn } = await createWorld();
  const more = showMore(observer.getCurrentResult());
  await turn();
  answers.shift()?.settle.reject(new Error('away'));
  await more;
  assert.equal(pages(), 1);
  assert.equal(answers.length, 0);
  client.clear();
});
