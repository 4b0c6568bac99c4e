import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForSignIn, signInStore } from './sign-in-again.ts';

test('where no page can ask, nobody is asked', async () => {
  assert.equal(await askForSignIn(), false);
  assert.equal(signInStore.get(), null);
});

test('whoever asks while the question is open gets its answer', async () => {
  let told = 0;
  const stop = signInStore.subscribe(() => {
    told += 1;
  });
  const answers = [askForSignIn(), askForSignIn()];
  signInStore.get()?.resolve(true);
  assert.deepEqual(await Promise.all(answers), [true, true]);
  assert.equal(signInStore.get(), null);
  const again = askForSignIn();
  signInStore.get()?.resolve(false);
  assert.equal(await again, false);
  assert.equal(told, 4, 'opened and closed, twice');
  stop();
});

test('a question ends with the page that could have asked it', async () => {
  const stop = signInStore.subscribe(() => undefined);
  const answer = askForSignIn();
  stop();
  assert.equal(await answer, false);
});
