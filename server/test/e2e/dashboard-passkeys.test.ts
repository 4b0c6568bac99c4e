import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { computeTotpCode, toTotpStep } from '../../src/crypto/totp.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  OWNER,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { examineDialog } from '../support/browser/examine-page.ts';

const PATIENCE_MS = 20_000;

let world: DashboardWorld;
/** Passkeys belong to the host of the public address: the browser comes to the service by its name. */
let door: Server;
let url: string;
let context: BrowserContext;
let page: Page;
before(async () => {
  door = createServer((socket) => {
    const through = connect(Number(new URL(world.url).port), '127.0.0.1');
    for (const [from, to] of [
      [socket, through],
      [through, socket],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  url = `http://localhost:${(door.address() as AddressInfo).port}`;
  const started = await startDashboard(import.meta.url, { PUBLIC_URL: url });
  if (!started) return;
  world = { ...started, makeSetupLink: async () => (await started.makeSetupLink()).replace(started.url, url) };
  context = await openContext(world, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await addAuthenticator(page);
  await setUpOwner(world, page);
});
after(async () => {
  await world?.close();
  door.close();
});

/** A device with a fingerprint reader, as Chromium pretends one (WebDriver extension of WebAuthn §11). */
async function addAuthenticator(on: Page): Promise<void> {
  const session = await on.context().newCDPSession(on);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signOut(): Promise<void> {
  // What the page would still ask for without its session is nobody's complaint.
  await page.goto('about:blank');
  await context.clearCookies({ name: 'autosend.session_token' });
  await page.goto(`${url}/sign-in`);
}

async function checkLooks(name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // A color on its way from one theme to the other is none of either.
    await page.evaluate(
      'Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished))',
    );
    assert.deepEqual(await findViolations(page), [], `${name}, ${colorScheme}`);
  }
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  assert.ok(width <= 390, `${name} is ${width} px wide`);
}

/** The last proof was six minutes ago. */
const letTimePass = () =>
  world.service.query("UPDATE sessions SET authenticated_at = authenticated_at - interval '6 minutes'");

let secret = '';
/** Codes count once: each is of a later step than the one before. */
async function readCode(): Promise<string> {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const octets = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((octet) => Number.parseInt(octet, 2)) ?? [],
  );
  await world.service.query('UPDATE totp_secrets SET last_step = 0');
  return computeTotpCode(octets, toTotpStep(new Date()));
}

test(
  'while a password is chosen it says how hard that is to guess, and an easy one is refused',
  browserOptions,
  async () => {
    await page.goto(`${url}/account`);
    const field = page.getByLabel('New password');
    await field.fill('password1234');
    await page.getByText(/This password is too easy to guess/).waitFor();
    await field.fill('lithium lakes and quiet tractors');
    await page.getByText(/Very hard to guess/).waitFor();
    assert.equal(await field.getAttribute('type'), 'password');
    await page.getByRole('button', { name: 'Show' }).last().click();
    assert.equal(await field.getAttribute('type'), 'text');
    await page.getByLabel('Current password').fill(OWNER.password);
    await field.fill('password1234');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').filter({ hasText: 'too easy to guess' }).waitFor();
  },
);

test('a passkey is added, signs in without a password, and proves again who it is', browserOptions, async () => {
  await page.goto(`${url}/account`);
  await letTimePass();
  await page.getByRole('button', { name: 'Add passkey…' }).click();
  await page.getByLabel('Name', { exact: true }).last().fill('My phone');
  await examineDialog(page, 'NewPasskeyDialog');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('dialog', { name: 'Confirm it’s you' }).waitFor();
  await examineDialog(page, 'ProofDialog');
  await page.getByLabel('Your password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('Passkey added').waitFor();
  await page.getByText('My phone').waitFor();
  const [told] = await world.service.query<{ after: unknown; who: string | null }>(
    "SELECT after, actor_name AS who FROM audit_log WHERE action = 'account.changed' ORDER BY id DESC LIMIT 1",
  );
  assert.deepEqual(told, { after: { passkey: 'My phone' }, who: OWNER.name });
  await checkLooks('the account page');

  await signOut();
  await checkLooks('the sign-in page');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('button', { name: 'Account' }).waitFor();
  await letTimePass();
  const [project] = await world.service.query<{ id: string }>('SELECT id FROM projects ORDER BY created_at DESC');
  await page.goto(`${url}/projects/${project?.id}/settings`);
  await page.getByRole('button', { name: 'Require a second factor' }).click();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('Don’t require it').waitFor();

  await signOut();
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Account' }).waitFor();
  await page.goto(`${url}/projects/${project?.id}/domains`);
  await page.getByText('This project requires a second factor').waitFor();
  await checkLooks('a project that requires more');
  await page.getByRole('button', { name: 'Confirm it’s you' }).click();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('link', { name: 'Settings' }).waitFor();
  await page.getByText('This project requires a second factor').waitFor({ state: 'detached' });
});

test(
  'an authenticator app is set up, asks for its code after the password, and a recovery code stands in once',
  browserOptions,
  async () => {
    const complaints = collectComplaints(page, url, /\/api\/session/);
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: 'Set up…' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    secret = (await page.getByTestId('totp-secret').textContent()) ?? '';
    await examineDialog(page, 'TotpDialog');
    await page.getByLabel('Code from the app').fill(await readCode());
    await page.getByRole('button', { name: 'Turn on' }).click();
    // Reading does not wait for what is still on its way.
    await page.getByTestId('recovery-codes').waitFor();
    const codes = await page.getByTestId('recovery-codes').getByRole('listitem').allTextContents();
    assert.equal(codes.length, 10);
    await examineDialog(page, 'RecoveryCodes');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 codes left').waitFor();

    for (const code of [await readCode(), codes[0] ?? '']) {
      await signOut();
      await page.getByLabel('Email').fill(OWNER.email);
      await page.getByLabel('Password').fill(OWNER.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByLabel('Code').fill('000000');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('The code is wrong, or was used before.').waitFor();
      await checkLooks('the page for the code');
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Account' }).waitFor();
    }
    await page.goto(`${url}/account`);
    await page.getByText('9 codes left').waitFor();
    assert.deepEqual(complaints, []);
  },
);

test('the name is changed, and the list of accounts shows it', browserOptions, async () => {
  await page.goto(`${url}/account`);
  await page.getByLabel('Name', { exact: true }).fill('Ann Other');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.getByRole('heading', { name: 'Accounts on this installation' }).waitFor();
  await page.getByText('Ann Other').first().waitFor();
});
