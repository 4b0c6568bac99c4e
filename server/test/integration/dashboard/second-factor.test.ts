import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { computeTotpCode, formatTotpSecret, toTotpStep } from '../../../src/crypto/totp.ts';
import { createPasswordResetLink } from '../../../src/services/people/password-reset.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { signInFrom } from '../../support/browser/sign-in-from.ts';

const EMAIL = 'owner@example.com';
const STEP_MS = 30_000;

let service: TestApp;
let other: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = await createTestApp(import.meta.url, { beside: service });
  owner = await setUpOwner(service, EMAIL);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
});
beforeEach(() => service.query('TRUNCATE sign_in_attempts'));
after(async () => {
  await other.close();
  await service.close();
});

/** An app with the secret as it is typed into one. */
function openApp(secret: string) {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const octets = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((octet) => Number.parseInt(octet, 2)) ?? [],
  );
  assert.equal(formatTotpSecret(octets), secret);
  return (steps = 0) => computeTotpCode(octets, toTotpStep(service.clock.now()) + steps);
}

let people = 0;
/** Somebody new with an authenticator app. */
async function addPerson() {
  people += 1;
  owner = await signIn(service, EMAIL);
  const email = `person${people}@example.com`;
  const browser = await addMember(service, owner, projectId, 'admin', email);
  const { secret, uri } = await browser.get('POST /api/account/totp');
  assert.ok(uri.includes(secret));
  const code = openApp(secret);
  const { recoveryCodes } = await browser.get('POST /api/account/totp/confirm', { body: { code: code() } });
  service.clock.advance(STEP_MS);
  return { browser, email, code, recoveryCodes, userId: browser.userId };
}

/** A browser that gave the password and owes a code. */
async function giveOnlyPassword(email: string, node = service): Promise<Browser> {
  const browser = openBrowser(node);
  assert.deepEqual(await browser.get('POST /api/session', { body: { email, password: PASSWORD } }), { account: null });
  assert.equal((await browser.send('GET /api/session')).status, 401);
  return browser;
}

test('an app counts once its first code was given; from then on the password alone opens nothing', async () => {
  const browser = await addMember(service, owner, projectId, 'member', 'first@example.com');
  await browser.get('POST /api/account/totp');
  const { secret } = await browser.get('POST /api/account/totp');
  const wrong = await browser.send('POST /api/account/totp/confirm', { body: { code: '000000' } });
  assert.equal(wrong.status, 400);
  assert.notEqual(
    (await openBrowser(service).get('POST /api/session', { body: { email: 'first@example.com', password: PASSWORD } }))
      .account,
    null,
  );
  const code = openApp(secret);
  assert.equal((await browser.get('GET /api/session')).hasSecondFactor, false);
  const { recoveryCodes } = await browser.get('POST /api/account/totp/confirm', { body: { code: code() } });
  assert.equal(recoveryCodes.length, 10);
  assert.equal((await browser.get('GET /api/session')).hasSecondFactor, true);
  service.clock.advance(STEP_MS);
  const entering = await giveOnlyPassword('first@example.com');
  const account = await entering.get('POST /api/session/code', {
    body: { code: ` ${code().slice(0, 3)} ${code().slice(3)} ` },
  });
  assert.equal(account.hasSecondFactor, true);
  const { totpSince, recoveryCodesLeft } = await entering.get('GET /api/account/security');
  assert.ok(totpSince);
  assert.equal(recoveryCodesLeft, 10);
  assert.equal((await entering.send('POST /api/account/totp')).status, 400);
});

test('a code that was used is refused, on every node, and so is every earlier one', async () => {
  const { email, code } = await addPerson();
  const now = code();
  const [first, second] = await Promise.all([giveOnlyPassword(email), giveOnlyPassword(email, other)]);
  const replies = await Promise.all(
    [first, second].map((each) => each.send('POST /api/session/code', { body: { code: now } })),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 400]);
  const third = await giveOnlyPassword(email);
  for (const steps of [0, -1])
    assert.equal((await third.send('POST /api/session/code', { body: { code: code(steps) } })).status, 400);
  assert.equal((await third.send('POST /api/session/code', { body: { code: code(1) } })).status, 200);
});

test('a recovery code works once, as people type it, and for its own account only', async () => {
  const { email, recoveryCodes } = await addPerson();
  const stranger = await addPerson();
  const [mine = '', next = ''] = recoveryCodes;
  const theirs = await giveOnlyPassword(stranger.email);
  assert.equal((await theirs.send('POST /api/session/code', { body: { code: mine } })).status, 400);
  const [first, second] = await Promise.all([giveOnlyPassword(email), giveOnlyPassword(email, other)]);
  const typed = mine.toLowerCase().replaceAll('-', ' ');
  const replies = await Promise.all(
    [first, second].map((each) => each.send('POST /api/session/code', { body: { code: typed } })),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 400]);
  const browser = await giveOnlyPassword(email);
  await browser.get('POST /api/session/code', { body: { code: next } });
  assert.equal((await browser.get('GET /api/account/security')).recoveryCodesLeft, 8);
  const { recoveryCodes: others } = await browser.get('POST /api/account/recovery-codes');
  assert.equal(others.length, 10);
  const last = await giveOnlyPassword(email);
  assert.equal((await last.send('POST /api/session/code', { body: { code: recoveryCodes[2] ?? '' } })).status, 400);
});

test('codes cannot be guessed: ten from one place, thirty from all strangers; a browser that is known goes on', async () => {
  const { email, code } = await addPerson();
  const entered = await giveOnlyPassword(email);
  await entered.get('POST /api/session/code', { body: { code: code() } });
  service.clock.advance(STEP_MS);
  let admitted = 0;
  const pending = async (address: string, cookie = '') => {
    const reply = await signInFrom(service, address, { email, password: PASSWORD }, { cookie });
    assert.equal(reply.status, 200, reply.text);
    const cookies = [reply.headers['set-cookie'] ?? []].flat().map((line) => String(line).split(';')[0]);
    return [cookie, ...cookies].filter(Boolean).join('; ');
  };
  const give = async (address: string, cookie: string, text: string) =>
    service.app.inject({
      method: 'POST',
      url: '/api/session/code',
      remoteAddress: address,
      headers: { origin: service.ctx.publicUrl, cookie },
      payload: { code: text },
    });
  for (let network = 0; network < 12; network += 1) {
    const cookie = await pending(`192.0.2.${network}`);
    for (let n = 0; n < 4; n += 1) {
      if ((await give(`192.0.2.${network}`, cookie, '000000')).statusCode === 400) admitted += 1;
      service.clock.advance(5_000);
    }
  }
  assert.ok(admitted <= 30, String(admitted));
  const stranger = await give('198.51.100.1', await pending('198.51.100.1'), code());
  assert.equal(stranger.statusCode, 429);
  const known = /autosend\.device=[^;]*/.exec(entered.cookie())?.[0] ?? '';
  const right = await give('198.51.100.2', await pending('198.51.100.2', known), code());
  assert.equal(right.statusCode, 200);
});

test('the password that was given is forgotten after ten minutes, and the cookie of it says nothing to anybody else', async () => {
  const { email, code } = await addPerson();
  const browser = await giveOnlyPassword(email);
  service.clock.advance(10 * 60_000);
  assert.equal((await browser.send('POST /api/session/code', { body: { code: code() } })).status, 401);
  assert.equal((await openBrowser(service).send('POST /api/session/code', { body: { code: code() } })).status, 401);
  const cookie = browser.cookie().replace('autosend.pending', 'autosend.session_token');
  assert.equal((await openBrowser(service).send('GET /api/session', { headers: { cookie } })).status, 401);
});

test('a link for a forgotten password does not get around the app', async () => {
  const { email, code } = await addPerson();
  const { url } = await createPasswordResetLink(service.ctx, email);
  const body = { token: new URL(url).hash.slice(1), newPassword: 'quite another long password' };
  const browser = openBrowser(service);
  assert.deepEqual(await browser.get('POST /api/password-reset', { body }), { account: null });
  assert.equal((await browser.send('GET /api/session')).status, 401);
  assert.equal((await browser.send('POST /api/session/code', { body: { code: code() } })).status, 200);
});

test('an app that is removed is gone with its recovery codes, and so is what its sessions proved', async () => {
  const { browser, email, recoveryCodes } = await addPerson();
  await browser.get('DELETE /api/account/totp');
  assert.equal((await browser.get('GET /api/session')).hasSecondFactor, false);
  assert.deepEqual(
    await service.query(`SELECT 1 FROM recovery_codes r JOIN users u ON u.id = r.user_id WHERE u.email = '${email}'`),
    [],
  );
  assert.notEqual(
    (await openBrowser(service).get('POST /api/session', { body: { email, password: PASSWORD } })).account,
    null,
  );
  assert.equal(recoveryCodes.length, 10);
});

test('what somebody does with their app is told in the audit log, and no secret of it', async () => {
  const { browser, userId, recoveryCodes } = await addPerson();
  const anew = await browser.get('POST /api/account/recovery-codes');
  await browser.get('DELETE /api/account/totp');
  const entries = await service.query<{ actor_id: string; object_id: string; before: unknown; after: unknown }>(
    `SELECT actor_id, object_id, before, after FROM audit_log WHERE action = 'account.changed' AND object_id = '${userId}' ORDER BY id`,
  );
  assert.ok(entries.every((entry) => entry.actor_id === userId));
  assert.deepEqual(
    entries.map(({ before, after }) => [before, after]),
    [
      [{ authenticatorApp: false }, { authenticatorApp: true }],
      [null, { recoveryCodes: 'replaced' }],
      [{ authenticatorApp: true }, { authenticatorApp: false }],
    ],
  );
  const [all] = await service.query<{ text: string }>('SELECT string_agg(a::text, chr(10)) AS text FROM audit_log a');
  for (const secret of [...recoveryCodes, ...anew.recoveryCodes]) assert.ok(!all?.text.includes(secret));
});

test('a wrong code is told as an attempt that failed, and whose account it was for', async () => {
  const { email, userId } = await addPerson();
  const browser = await giveOnlyPassword(email);
  await browser.send('POST /api/session/code', { body: { code: '000000' } });
  const [last] = await service.query<{ action: string; object_id: string }>(
    'SELECT action, object_id FROM audit_log ORDER BY id DESC LIMIT 1',
  );
  assert.deepEqual(last, { action: 'account.sign_in_failed', object_id: userId });
});

test('neither the secret of an app nor a recovery code stands in the database', async () => {
  const { recoveryCodes, userId } = await addPerson();
  const rows = await service.query(
    `SELECT t::text || r::text AS text FROM totp_secrets t JOIN recovery_codes r USING (user_id) WHERE user_id = '${userId}'`,
  );
  assert.equal(rows.length, 10);
  for (const code of recoveryCodes)
    for (const { text } of rows) assert.ok(!text.includes(Buffer.from(code).toString('hex')));
});

test('a project that requires a second factor shows itself to nobody without one, who can only set one up', async () => {
  const params = { projectId };
  const { browser: admin, code, email } = await addPerson();
  const member = await addMember(service, owner, projectId, 'member', 'without@example.com');
  const body = { requireSecondFactor: true };
  assert.equal((await admin.send('PATCH /api/projects/:projectId', { params, body })).status, 403);
  owner = await signIn(service, EMAIL);
  const early = await owner.send('PATCH /api/projects/:projectId', { params, body });
  assert.equal(early.json.error.code, 'SECOND_FACTOR_REQUIRED');
  const { secret } = await owner.get('POST /api/account/totp');
  const ownerCode = openApp(secret);
  await owner.get('POST /api/account/totp/confirm', { body: { code: ownerCode() } });
  const changed = await owner.get('PATCH /api/projects/:projectId', { params, body });
  assert.equal(changed.requireSecondFactor, true);

  const refused = await member.send('GET /api/projects/:projectId/domains', { params });
  assert.equal(refused.status, 403);
  assert.equal(refused.json.error.code, 'SECOND_FACTOR_REQUIRED');
  assert.equal(
    (await member.get('GET /api/session')).projects.find(({ id }) => id === projectId)?.requireSecondFactor,
    true,
  );
  assert.equal((await admin.send('GET /api/projects/:projectId/domains', { params })).status, 200);
  const { secret: theirs } = await member.get('POST /api/account/totp');
  await member.get('POST /api/account/totp/confirm', { body: { code: openApp(theirs)() } });
  assert.equal((await member.send('GET /api/projects/:projectId/domains', { params })).status, 200);

  // A session of the same account from before, without one, proves itself by password and code.
  service.clock.advance(STEP_MS);
  const entering = await giveOnlyPassword(email);
  await entering.get('POST /api/session/code', { body: { code: code() } });
  assert.equal((await entering.send('GET /api/projects/:projectId/domains', { params })).status, 200);
  await service.query('UPDATE projects SET require_second_factor = false');
  await owner.get('DELETE /api/account/totp');
});
