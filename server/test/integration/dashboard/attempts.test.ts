import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { signInFrom } from '../../support/browser/sign-in-from.ts';

const EMAIL = 'owner@example.com';
const NOBODY = 'nobody@example.com';

let service: TestApp;
let other: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = await createTestApp(import.meta.url, { beside: service });
  await setUpOwner(service, EMAIL);
});
beforeEach(() => service.query('TRUNCATE sign_in_attempts'));
after(async () => {
  await other.close();
  await service.close();
});

const nodeOf = (n: number) => (n % 2 === 0 ? service : other);

/** So many wrong passwords from one network, on both nodes; gives back how many were let through. */
async function guess(count: number, address: string, email = EMAIL): Promise<number> {
  let admitted = 0;
  for (let n = 0; n < count; n += 1)
    if ((await signInFrom(nodeOf(n), address, { email, password: 'wrong' })).status === 401) admitted += 1;
  return admitted;
}

test('ten wrong passwords for an account close it to that network for a quarter of an hour, on every node, whether it exists or not', async () => {
  for (const email of [EMAIL, NOBODY]) {
    assert.equal(await guess(12, '192.0.2.1', email), 10);
    for (const password of ['wrong', PASSWORD]) {
      const { status, headers, json } = await signInFrom(other, '192.0.2.1', { email, password });
      assert.equal(status, 429);
      assert.equal(json.error.retryAfter, 900);
      assert.equal(String(headers['retry-after']), '900');
    }
  }
  service.clock.advance(15 * 60_000);
  assert.equal((await signInFrom(service, '192.0.2.1', { email: EMAIL, password: PASSWORD })).status, 200);
});

test('whatever strangers guess, the right password from another network opens the account at once', async () => {
  for (let network = 0; network < 8; network += 1) await guess(10, `192.0.2.${network}`);
  assert.equal((await signInFrom(other, '198.51.100.7', { email: EMAIL, password: PASSWORD })).status, 200);
});

test('a browser that has signed in before is not closed by a stranger in its own network', async () => {
  const known = await signIn(service, EMAIL);
  const cookie = known.cookie();
  await guess(12, '127.0.0.1');
  assert.equal((await signInFrom(service, '127.0.0.1', { email: EMAIL, password: PASSWORD })).status, 429);
  for (const address of ['127.0.0.1', '203.0.113.5']) {
    const reply = await signInFrom(other, address, { email: EMAIL, password: PASSWORD }, { cookie });
    assert.equal(reply.status, 200, address);
  }
});

test('a known browser has ten guesses of its own, and is known for its own accounts only', async () => {
  const cookie = (await signIn(service, EMAIL)).cookie();
  const tryIt = (email: string, address: string) =>
    signInFrom(service, address, { email, password: 'wrong' }, { cookie });
  for (let n = 0; n < 10; n += 1) assert.equal((await tryIt(EMAIL, `192.0.2.${n}`)).status, 401);
  assert.equal((await tryIt(EMAIL, '192.0.2.200')).status, 429);
  await guess(10, '192.0.2.9', NOBODY);
  assert.equal((await tryIt(NOBODY, '192.0.2.9')).status, 429);
});

test('a device cookie that was changed or made up is that of a stranger', async () => {
  const [, value = ''] = /autosend\.device=([^;]*)/.exec((await signIn(service, EMAIL)).cookie()) ?? [];
  await guess(10, '192.0.2.1');
  for (const cookie of [`autosend.device=${value}x`, `autosend.device=${value.replace(/.$/, '')}`, 'autosend.device=%'])
    assert.equal(
      (await signInFrom(service, '192.0.2.1', { email: EMAIL, password: PASSWORD }, { cookie })).status,
      429,
    );
  const [, session = ''] = /session_token=([^;]*)/.exec((await signIn(service, EMAIL)).cookie()) ?? [];
  const reply = await signInFrom(
    service,
    '192.0.2.1',
    { email: EMAIL, password: PASSWORD },
    { cookie: `autosend.device=${session}` },
  );
  assert.equal(reply.status, 429);
});

test('the more wrong passwords an account sees, the longer a network waits between two guesses, and no longer than five minutes', async () => {
  for (let network = 0; network < 2; network += 1) await guess(10, `192.0.2.${network}`);
  const waitAfterOne = async (address: string) => {
    assert.equal((await signInFrom(service, address, { email: EMAIL, password: 'wrong' })).status, 401);
    const { status, json } = await signInFrom(other, address, { email: EMAIL, password: 'wrong' });
    assert.equal(status, 429);
    return json.error.retryAfter;
  };
  const wait = await waitAfterOne('192.0.2.50');
  assert.ok(wait >= 1 && wait < 60, String(wait));
  await service.query('UPDATE sign_in_attempts SET attempts = 1000 WHERE attempts > 10');
  assert.equal(await waitAfterOne('192.0.2.51'), 300);
  service.clock.advance(300_000);
  assert.equal((await signInFrom(service, '192.0.2.51', { email: EMAIL, password: PASSWORD })).status, 200);
});

test('guesses sent at the same moment are all counted', async () => {
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, n) => signInFrom(nodeOf(n), '192.0.2.1', { email: EMAIL, password: 'wrong' })),
  );
  assert.ok(replies.filter(({ status }) => status === 401).length <= 10);
});

test('the right password takes the count of its account and network back', async () => {
  for (let round = 0; round < 3; round += 1) {
    assert.equal(await guess(9, '127.0.0.1'), 9);
    assert.equal((await signInFrom(service, '127.0.0.1', { email: EMAIL, password: PASSWORD })).status, 200);
  }
});

test('fifty wrong passwords from one network close it, for whatever accounts, and for no known browser', async () => {
  const cookie = (await signIn(service, EMAIL)).cookie();
  const from = (n: number) => (n % 2 === 0 ? '2001:db8:1:2::1' : `2001:db8:1:2:ffff::${n}`);
  for (let n = 0; n < 50; n += 1)
    assert.equal((await signInFrom(service, from(n), { email: `${n}@example.com`, password: 'wrong' })).status, 401);
  const right = { email: EMAIL, password: PASSWORD };
  assert.equal((await signInFrom(service, '2001:db8:1:2::7', right)).status, 429);
  assert.equal((await signInFrom(service, '2001:db8:1:2::7', right, { cookie })).status, 200);
  assert.equal((await signInFrom(service, '2001:db8:1:3::7', right)).status, 200);
});

test('someone who has a session but not the password cannot guess it there, and strangers do not keep its owner from changing it', async () => {
  const browser = await signIn(service, EMAIL);
  const change = (from: typeof browser, currentPassword: string) =>
    from.send('POST /api/account/password', { body: { currentPassword, newPassword: 'another long enough password' } });
  await guess(12, '127.0.0.1');
  for (let n = 0; n < 10; n += 1) assert.equal((await change(browser, 'wrong')).status, 400);
  assert.equal((await change(browser, 'wrong')).status, 429);
  // Another session of the same account is not closed by that one.
  const elsewhere = openBrowser(service);
  await elsewhere.get('POST /api/session', {
    body: { email: EMAIL, password: PASSWORD },
    headers: { cookie: browser.cookie() },
  });
  assert.equal((await change(elsewhere, PASSWORD)).status, 200);
});
