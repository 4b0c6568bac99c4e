import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { createPasswordResetLink } from '../../src/services/people/password-reset.ts';
import { browserOptions } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  OWNER,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { examineDialog } from '../support/browser/examine-page.ts';

const PATIENCE_MS = 15_000;
const MEMBER = { name: 'Jo Member', email: 'jo@example.com', password: 'another horse battery' };

let world: DashboardWorld;
let page: Page;
let apiKey: ApiKey;
let projectId: string;
before(async () => {
  const started = await startDashboard(import.meta.url);
  if (!started) return;
  world = started;
  page = await openPage();
  apiKey = (await setUpOwner(world, page)) as ApiKey;
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
  projectId = page.url().split('/').at(-2) ?? '';
  const headers = { origin: world.url };
  await page.request.patch(`${world.url}/api/projects/${projectId}`, { data: { name: 'default' }, headers });
});
after(() => world?.close());

/** A page in a browser context of its own: nobody is signed in there. */
async function openPage(): Promise<Page> {
  const opened = await (await openContext(world, { viewport: { width: 1280, height: 900 } })).newPage();
  opened.setDefaultTimeout(PATIENCE_MS);
  return opened;
}

const copied = (on: Page) => on.evaluate<string>('navigator.clipboard.readText()');
const dialogOf = (on: Page) => on.getByRole('dialog');
const toProject = (path: string) => page.goto(`${world.url}/projects/${projectId}/${path}`);

test('the palette goes to a page, a domain and a new project by keyboard alone', browserOptions, async () => {
  const { id } = await world.service.addDomain('palette.example.com', apiKey);
  await toProject('api-keys');
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  const field = page.getByRole('combobox', { name: 'Page, action, project or domain' });
  await page.keyboard.press('Control+k');
  await field.waitFor();
  await page.keyboard.type('palette');
  await page.getByRole('option', { name: /palette\.example\.com/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^palette\.example\.com/ }).waitFor();
  assert.ok(page.url().endsWith(`/domains/${id}`));

  await page.keyboard.press('Control+k');
  await field.waitFor();
  // Enter takes what fits the text as it stands, however fast it comes.
  await page.keyboard.type('members');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Members', level: 1 }).waitFor();

  await page.keyboard.press('Control+k');
  await field.waitFor();
  await page.keyboard.press('ArrowUp');
  assert.match(
    (await page.locator('[role=option][aria-selected=true]').textContent()) ?? '',
    /palette\.example\.com|Sign out/,
  );
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
});

test('what could not be loaded is never shown as if there were nothing', browserOptions, async () => {
  await world.service.addDomain('unloaded.example.com', apiKey);
  // A page that is opened anew brings its first data along: these are reached from another.
  await toProject('domains');
  const lists = /\/(events|invitations|search)(\?|$)/;
  const error = { code: 'SERVICE_UNAVAILABLE', message: 'The database is away.' };
  await page.route(lists, (route) => route.fulfill({ status: 503, json: { success: false, error } }));
  try {
    await page.getByRole('link', { name: /unloaded\.example\.com/ }).click();
    await page.getByText('History', { exact: true }).click();
    await page.getByRole('heading', { name: 'Couldn’t load the history' }).waitFor();
    assert.equal(await page.getByText('Nothing yet.').count(), 0);
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('heading', { name: 'Couldn’t load the invitations' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Page, action, project or domain' }).fill('unloaded');
    await dialogOf(page).getByRole('alert').getByText('Couldn’t search the domains.').waitFor();
    assert.equal(await dialogOf(page).getByText('No results').count(), 0);
    await page.keyboard.press('Escape');
  } finally {
    await page.unroute(lists);
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Couldn’t load the invitations' }).waitFor({ state: 'detached' });
});

test('a project is made, renamed, switched to and deleted by typing its name', browserOptions, async () => {
  await page.goto(world.url);
  await page.getByRole('button', { name: /: switch$/ }).click();
  await page.getByRole('menuitem', { name: 'New project…' }).click();
  await dialogOf(page).getByLabel('Name').fill('Shop');
  await dialogOf(page).getByRole('button', { name: 'Create project' }).click();
  await page.getByRole('button', { name: 'Project Shop: switch' }).waitFor();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Name').fill('Store');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Project Store: switch' }).click();
  await page.getByRole('menu').getByText('default', { exact: true }).click();
  await page.getByRole('link', { name: /palette\.example\.com/ }).waitFor();
  await page.getByRole('button', { name: 'Project default: switch' }).click();
  await page.getByRole('menu').getByText('Store', { exact: true }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Delete project…' }).click();
  const remove = dialogOf(page).getByRole('button', { name: 'Delete project' });
  assert.equal(await remove.isDisabled(), true);
  await dialogOf(page)
    .getByLabel(/^Type Store/)
    .fill('Store');
  await remove.click();
  await page.getByText('Deleted Store').waitFor();
  await page.getByRole('button', { name: 'Project default: switch' }).waitFor();
});

test(
  'a test project is made by a switch, is marked as one, and its domains and keys are those of test mode',
  browserOptions,
  async () => {
    await page.goto(world.url);
    await page.getByRole('button', { name: /: switch$/ }).click();
    await page.getByRole('menuitem', { name: 'New project…' }).click();
    await dialogOf(page).getByLabel('Name').fill('Trial');
    await dialogOf(page).getByLabel('Test project').check();
    await dialogOf(page).getByRole('button', { name: 'Create project' }).click();
    const switcher = page.getByRole('button', { name: 'Test project Trial: switch' });
    await switcher.waitFor();
    assert.equal(await switcher.getByText('Test', { exact: true }).isVisible(), true);

    await page.getByLabel('Domain', { exact: true }).fill('example.com');
    await page.getByRole('button', { name: 'Add domain' }).last().click();
    await page.getByText(/example\.com can't be added to a test project/).waitFor();
    await page.getByLabel('Domain', { exact: true }).fill('a1.verified.test');
    await page.getByRole('button', { name: 'Add domain' }).last().click();
    await page.getByRole('heading', { name: 'a1.verified.test', level: 1 }).waitFor();
    await page.locator('[data-state=verified]').first().waitFor();

    const clock = page.getByRole('region', { name: 'Test clock' });
    const before = await clock.textContent();
    await clock.getByRole('button', { name: 'Move the clock' }).click();
    await page.getByRole('menuitem', { name: 'Ahead by 7 days' }).click();
    await page.getByText(/^Clock moved: \d+ checks, \d+ events?, 0 webhook deliveries\.$/).waitFor({ timeout: 60_000 });
    await page.waitForFunction(
      `document.querySelector('[aria-label="Test clock"]').textContent !== ${JSON.stringify(before)}`,
    );
    // What has happened is past by the project's clock.
    await page.waitForFunction(`/Checked (?:just now|\\d+ (?:s|min|h) ago)/.test(document.body.innerText)`);
    assert.equal(await page.getByText(/\bin \d+ days\b/).count(), 0);

    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await dialogOf(page).getByLabel('Name').fill('ci');
    await dialogOf(page).getByRole('button', { name: 'Create key' }).click();
    const issued = dialogOf(page).getByText(/^as_test_[A-Za-z0-9]{40}$/);
    const key = ((await issued.textContent()) ?? '') as ApiKey;
    await dialogOf(page).getByRole('button', { name: 'Done' }).click();

    const [domain] = (await world.service.send({ url: '/v1/domains', key })).json.data.domains;
    const link = await world.service.send({
      method: 'POST',
      url: `/v1/domains/${domain.id}/share-links`,
      key,
      body: {},
    });
    await page.goto(`${world.url}${new URL(link.json.data.url).pathname}`);
    await page.getByText('This is a test domain.').waitFor();
  },
);

test(
  'an API key is made with permission and expiry, copied, kept as a file, used and revoked',
  browserOptions,
  async () => {
    await toProject('api-keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await dialogOf(page).getByLabel('Name').fill('staging');
    await dialogOf(page).getByLabel('Permission').selectOption({ label: 'Read only' });
    await dialogOf(page).getByLabel('Expires').selectOption({ label: 'In 30 days' });
    await dialogOf(page).getByRole('button', { name: 'Create key' }).click();
    const key = ((await page.getByTestId('issued-key').textContent()) ?? '') as ApiKey;
    await examineDialog(page, 'NewKeyDialog');
    await page.getByRole('button', { name: 'Copy: the API key' }).click();
    assert.equal(await copied(page), key);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialogOf(page).getByText('Download', { exact: true }).click(),
    ]);
    assert.ok((await readFile(await download.path(), 'utf8')).includes(key));
    assert.equal((await world.service.send({ url: '/v1/domains', key })).status, 200);
    const body = { domain: 'no.example.com' };
    assert.equal((await world.service.send({ method: 'POST', url: '/v1/domains', key, body })).status, 403);
    await dialogOf(page).getByRole('button', { name: 'Done' }).click();

    await page.getByRole('button', { name: /Revoke.*staging/ }).click();
    await dialogOf(page)
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await dialogOf(page).waitFor({ state: 'detached' });
    assert.equal((await world.service.send({ url: '/v1/domains', key })).status, 401);
  },
);

test('a key for a mail server is made after a warning of what it hands out', browserOptions, async () => {
  await toProject('api-keys');
  await page.getByRole('button', { name: 'New key' }).click();
  const warning = dialogOf(page).getByRole('note');
  assert.equal(await warning.count(), 0);
  await dialogOf(page).getByLabel('Name').fill('mx1');
  await dialogOf(page).getByLabel('Permission').selectOption({ label: 'Mail server (can read private keys)' });
  assert.match((await warning.textContent()) ?? '', /private keys of every verified domain/);
  await dialogOf(page).getByRole('button', { name: 'Create key' }).click();
  const key = ((await page.getByTestId('issued-key').textContent()) ?? '') as ApiKey;
  assert.equal((await world.service.send({ url: '/v1/mail-server-keys', key })).status, 200);
  assert.equal((await world.service.send({ url: '/v1/domains', key })).status, 403);
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  await page.getByText('mail server (can read private keys)').waitFor();
});

test('the records are downloaded as zone file, Terraform and CSV, and copied as an email', browserOptions, async () => {
  const domain = await world.service.addDomain('files.example.com', apiKey);
  await toProject(`domains/${domain.id}`);
  for (const [name, marks] of [
    [/^Zone file/, ['IN', 'TXT', 'files.example.com']],
    [/Terraform for Cloudflare/, ['resource "cloudflare_dns_record"']],
    [/Terraform for Route 53/, ['resource "aws_route53_record"']],
    [/^CSV/, ['autosend-verify-']],
  ] as const) {
    await page.getByRole('button', { name: 'Download' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()]);
    const text = await readFile(await download.path(), 'utf8');
    for (const mark of marks) assert.ok(text.includes(mark), `${name}: ${mark}`);
  }
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Copy as email text/ }).click();
  await page.getByText('Copied the email text').waitFor();
  assert.ok((await copied(page)).includes(domain.dnsRecords.dkim.value));
});

test(
  'a member is invited, reads and changes nothing, is made admin, leaves, and deletes the account',
  browserOptions,
  async () => {
    await toProject('members');
    await page.getByRole('button', { name: 'Invite' }).click();
    await dialogOf(page).getByRole('button', { name: 'Create link' }).click();
    const link = (await page.getByTestId('invitation-url').textContent()) ?? '';
    await examineDialog(page, 'InviteDialog');
    await dialogOf(page).getByRole('button', { name: 'Done' }).click();

    const theirs = await openPage();
    await theirs.goto(`${world.url}/invite${new URL(link).hash}`);
    await theirs.getByLabel('Name').fill(MEMBER.name);
    await theirs.getByLabel('Email').fill(MEMBER.email);
    await theirs.getByLabel('Password').fill(MEMBER.password);
    await theirs.getByRole('button', { name: 'Create account and join' }).click();
    await theirs.getByRole('link', { name: /palette\.example\.com/ }).click();
    await theirs.getByText('DKIM keys').click();
    for (const name of ['Check again', 'Share', 'Rotate key'])
      assert.equal(await theirs.getByRole('button', { name, exact: true }).count(), 0, name);
    await theirs.getByText('Keys are rotated manually.').waitFor();

    await page.reload();
    await page.getByRole('button', { name: `Change ${MEMBER.name}` }).click();
    await examineDialog(page, 'MemberDialog');
    await dialogOf(page).getByLabel('Role').selectOption('admin');
    await dialogOf(page).getByRole('button', { name: 'Save' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
    await theirs.reload();
    await theirs.getByRole('button', { name: /^Check (now|again)$/ }).waitFor();

    await theirs.getByRole('link', { name: 'Settings' }).click();
    await theirs.getByRole('button', { name: 'Leave project…' }).click();
    await examineDialog(theirs, 'LeaveProject');
    await dialogOf(theirs).getByRole('button', { name: 'Leave project' }).click();
    await theirs.getByText('You left default').waitFor();
    await theirs.goto(`${world.url}/account`);
    await theirs.getByRole('button', { name: 'Delete account…' }).click();
    await examineDialog(theirs, 'DeleteAccountCard');
    await dialogOf(theirs)
      .getByLabel(/^Type jo@example\.com/)
      .fill(MEMBER.email);
    await dialogOf(theirs).getByRole('button', { name: 'Delete account' }).click();
    await theirs.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByText(OWNER.email).first().waitFor();
    assert.equal(await page.getByText(MEMBER.email).count(), 0);
    await theirs.context().close();
  },
);

test('a member who is removed sees the project no more', browserOptions, async () => {
  await toProject('members');
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialogOf(page).getByRole('button', { name: 'Create link' }).click();
  const link = (await page.getByTestId('invitation-url').textContent()) ?? '';
  await dialogOf(page).getByRole('button', { name: 'Done' }).click();
  const theirs = await openPage();
  await theirs.goto(`${world.url}/invite${new URL(link).hash}`);
  await theirs.getByLabel('Name').fill('Sam');
  await theirs.getByLabel('Email').fill('sam@example.com');
  await theirs.getByLabel('Password').fill(MEMBER.password);
  await theirs.getByRole('button', { name: 'Create account and join' }).click();
  await theirs.getByRole('link', { name: /palette\.example\.com/ }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Change Sam' }).click();
  await dialogOf(page).getByRole('button', { name: 'Remove from project…' }).click();
  await examineDialog(page, 'RemoveMemberDialog');
  await dialogOf(page).getByRole('button', { name: 'Remove from project' }).click();
  await dialogOf(page).waitFor({ state: 'detached' });
  await theirs.reload();
  await theirs.getByRole('heading', { name: 'Page not found' }).waitFor();
  await theirs.context().close();
});

test(
  'other sessions are ended, the password is changed, and set anew by a link of the operator',
  browserOptions,
  async () => {
    const elsewhere = await openPage();
    await elsewhere.goto(`${world.url}/sign-in`);
    await elsewhere.getByLabel('Email').fill(OWNER.email);
    await elsewhere.getByLabel('Password').fill(OWNER.password);
    await elsewhere.getByRole('button', { name: 'Sign in' }).click();
    await elsewhere.getByRole('link', { name: /palette\.example\.com/ }).waitFor();
    await page.goto(`${world.url}/account`);
    await page.getByRole('button', { name: /^Sign out / }).waitFor();
    assert.equal(
      await page.getByText('Email notifications').count(),
      0,
      'without a mail server nothing is shown of it',
    );
    await page.getByRole('button', { name: /^Sign out / }).click();
    await page.getByText('Session signed out').waitFor();
    // A page that is open asks above itself, and loses nothing.
    await elsewhere.getByRole('link', { name: 'Members' }).click();
    await elsewhere.getByRole('dialog', { name: 'Sign in' }).waitFor();
    await examineDialog(elsewhere, 'SignInDialog');
    await elsewhere.reload();
    await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();

    await page.getByLabel('Current password').fill(OWNER.password);
    await page.getByLabel('New password').fill('a second horse battery');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed').waitFor();

    const { url } = await createPasswordResetLink(world.service.ctx, OWNER.email);
    await elsewhere.goto(`${world.url}/reset-password${new URL(url).hash}`);
    await elsewhere.getByLabel('New password').fill('a third horse battery');
    assert.equal(new URL(elsewhere.url()).hash, '', 'the token leaves the address');
    await elsewhere.getByRole('button', { name: 'Set password and sign in' }).click();
    await elsewhere.getByRole('link', { name: /palette\.example\.com/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await elsewhere.goto(`${world.url}/reset-password${new URL(url).hash}`);
    await elsewhere.getByLabel('New password').fill('a fourth horse battery');
    await elsewhere.getByRole('button', { name: 'Set password and sign in' }).click();
    await elsewhere.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  },
);
