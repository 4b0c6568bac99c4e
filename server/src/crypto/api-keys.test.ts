import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiKeyPrefix, createApiKey, hashApiKey, isTestKey, parseApiKey } from './api-keys.ts';

const secret = 'abcdefghijklmnopqrstuvwxyzABCDEF';

const refused: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['the scheme alone', 'as_'],
  ['31 characters', `as_${secret.slice(1)}`],
  ['201 characters', `as_${'a'.repeat(201)}`],
  ['another scheme', `sk_${secret}`],
  ['the scheme in mixed case', `As_${'a'.repeat(40)}`],
  ['a line break behind', `as_${secret}\n`],
  ['a blank in front', ` as_${secret}`],
  ['a letter that only looks the same', `as_${secret.replace('a', '\u0430')}`],
  ['the scheme of a test key alone', 'as_test_'],
  ['a test key of 31 characters', `as_test_${secret.slice(1)}`],
  ['a test key in capitals', `AS_TEST_${secret}`],
  ['an underscore inside', `as_${secret}_`],
];
for (const [name, text] of refused) test(`not an API key: ${name}`, () => assert.equal(parseApiKey(text), null));

test('a key made by us is accepted, with 40 letters and digits', () => {
  const key = createApiKey();
  assert.match(key, /^as_[A-Za-z0-9]{40}$/);
  assert.equal(parseApiKey(key), key);
  assert.ok(parseApiKey(`as_${secret}`));
  assert.ok(parseApiKey(`as_${'a'.repeat(200)}`));
});

test('a key of a test project says so, and is accepted as any other', () => {
  const key = createApiKey(true);
  assert.match(key, /^as_test_[A-Za-z0-9]{40}$/);
  assert.equal(parseApiKey(key), key);
  assert.equal(apiKeyPrefix(key), key.slice(0, 17));
  assert.deepEqual([isTestKey(key), isTestKey(createApiKey())], [true, false]);
});

test('keys differ, and no character is likelier than another', () => {
  const keys = Array.from({ length: 2000 }, createApiKey);
  assert.equal(new Set(keys).size, keys.length);
  const counts = new Map<string, number>();
  for (const key of keys) for (const character of key.slice(3)) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 62);
  const mean = (2000 * 40) / 62;
  // Chi-squared with 61 degrees of freedom: over 150 happens by chance once in 10^9 runs; a modulo bias gives thousands.
  const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  assert.ok(chiSquared < 150, `chi-squared ${chiSquared}`);
});

test('the hash is that of SHA-256, so that stored keys survive any change here', () => {
  const key = parseApiKey(`as_${secret}`);
  assert.ok(key);
  assert.equal(hashApiKey(key).length, 32);
  assert.equal(hashApiKey(key).toString('hex'), '034b49c104472fc8c55d25c3bd66550299cb469640c765dcb92a62e4e9842d3b');
});

test('the prefix shows 9 characters of the secret and no more', () => {
  const key = createApiKey();
  assert.equal(apiKeyPrefix(key), key.slice(0, 12));
});
