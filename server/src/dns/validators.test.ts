import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBudget } from './budget.ts';
import { createValidators } from './validators.ts';

const A = { address: '192.0.2.1', port: 53 };
const B = { address: '192.0.2.2', port: 53 };
const HOUR_MS = 3_600_000;

/** Resolvers that give the proof, or none, or no answer, as the test says. */
function open(resolvers = [A]) {
  let now = 0;
  const proofs = new Map<unknown, boolean | null>();
  const asked: unknown[] = [];
  const validators = createValidators(
    resolvers,
    (resolver) => {
      asked.push(resolver);
      return Promise.resolve(proofs.get(resolver) ?? null);
    },
    () => now,
    1,
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...validators, asked, proofs, pass, learn: () => validators.learn(startBudget()) };
}

test('each resolver is asked once an hour, however many ask at once', async () => {
  const { asked, learn, proofs, pass, has } = open([A, B]);
  proofs.set(A, true).set(B, false);
  await Promise.all([learn(), learn(), learn()]);
  assert.deepEqual(asked, [A, B]);
  assert.deepEqual([has(A), has(B)], [true, false]);
  pass(HOUR_MS - 1);
  await learn();
  assert.equal(asked.length, 2);
  pass(1);
  await learn();
  assert.equal(asked.length, 4);
});

test('a resolver that does not answer keeps the standing it had, and is asked again after a minute', async () => {
  const { asked, learn, proofs, pass, has } = open();
  await learn();
  assert.equal(has(A), false);
  proofs.set(A, true);
  pass(60_000);
  await learn();
  assert.equal(has(A), true);
  proofs.set(A, null);
  pass(24 * HOUR_MS);
  await learn();
  assert.deepEqual([has(A), asked.length], [true, 3]);
});

test('a resolver that says it does not validate any more is believed, unless it validated for something in the last hour', async () => {
  const { learn, note, proofs, pass, has } = open();
  proofs.set(A, true);
  await learn();
  proofs.set(A, false);
  pass(HOUR_MS);
  note(A);
  pass(1000);
  await learn();
  assert.equal(has(A), true);
  pass(HOUR_MS);
  await learn();
  assert.equal(has(A), false);
});

test('a silent resolver is not waited for when another has answered', async () => {
  const never = new Promise<null>(() => {});
  const validators = createValidators(
    [A, B],
    (resolver) => (resolver === A ? never : Promise.resolve(true)),
    () => 0,
    1,
  );
  await validators.learn(startBudget({ deadlineMs: 600_000 }));
  assert.deepEqual([validators.has(A), validators.has(B)], [false, true]);
});

test('who waits is bound by their own budget', async () => {
  const validators = createValidators(
    [A],
    () => new Promise(() => {}),
    () => 0,
    1,
  );
  await validators.learn(startBudget({ deadlineMs: 1 }));
  assert.equal(validators.has(A), false);
});
