import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadPasswordJudge, type PasswordJudge } from './password-judge.ts';

const OLIVE = { name: 'Olive Öwner Li', email: 'olive.oak@bigcorp.example' };

let judge: PasswordJudge;
before(async () => {
  judge = await loadPasswordJudge();
});

const TOO_EASY: readonly string[] = [
  'password1234',
  'Password123!',
  'P@ssw0rd1234',
  'passwordpassword',
  '123456789012',
  'qwertyuiop123',
  'qazwsxedcrfvtgb',
  '1qaz2wsx3edc',
  'iloveyou12345',
  'administrator',
  'letmein12345',
  'trustno1trustno1',
  'unbelievable1',
  'aaaaaaaaaaaa',
  'abcdefghijkl',
  'lkjihgfedcba',
  'abcabcabcabc',
  'monkeydragon12',
  'changeme12345',
  'sunshine2024!',
  'motherfucker',
  'x'.repeat(200),
  'ｐａｓｓｗｏｒｄ1234',
];
for (const password of TOO_EASY)
  test(`“${password.slice(0, 30)}” is too easy to guess`, () => {
    assert.match(judge(password, OLIVE).fault ?? '', /too easy to guess/);
  });

const OWN: readonly string[] = [
  'olive likes green tea on sundays',
  'OLIVE likes green tea on sundays',
  '0l1ve likes green tea on sundays',
  'green tea for o-l-i-v-e on sundays',
  'bigcorp has a very large fence',
  'the owner of a very large fence',
  'the Öwner of a very large fence',
  'autosend has a very large fence',
  'AutoS3nd has a very large fence',
  'olive.oak@bigcorp.example wait what',
];
for (const password of OWN)
  test(`“${password}” has something of the person or of the product in it`, () => {
    assert.match(judge(password, OLIVE).fault ?? '', /must not contain/);
  });

const GOOD: readonly string[] = [
  'correct horse battery staple',
  'another long enough password',
  'Schlüssel zum Glück',
  'kT9#vm2Lq8zX',
  'ключ от квартиры где деньги',
  '長いパスワードはとても安全です',
  'lithium lakes and quiet tractors',
];
for (const password of GOOD)
  test(`“${password}” is good enough`, () => {
    assert.deepEqual({ fault: judge(password, OLIVE).fault }, { fault: null });
  });

test('short parts of a name do not get in the way', () => {
  assert.equal(judge('lithium lakes and quiet tractors', { name: 'Li', email: 'a.b@x.example' }).fault, null);
});

test('the longest password is judged at once', () => {
  const startedAt = performance.now();
  judge('p4ssw0rd'.repeat(25), OLIVE);
  judge('aA1!'.repeat(50), OLIVE);
  // Not a figure of speed: without the limit on what is judged it takes minutes.
  assert.ok(performance.now() - startedAt < 10_000);
});
