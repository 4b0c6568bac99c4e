import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  OWNER,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';

let world: DashboardWorld | undefined;
before(async () => {
  world = await startDashboard(import.meta.url);
});
after(() => world?.close());

const stateOf = (page: Page, record: string) => page.locator(`[data-record=${record}] [data-state]`);

test('a page of another site loses the window in which it opened the dashboard', browserOptions, async () => {
  assert.ok(world);
  const context = await openContext(world);
  const page = await context.newPage();
  const { port } = new URL(world.url);
  // Another site than 127.0.0.1.
  await page.goto(`http://localhost:${port}/docs`);
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(`globalThis.opened = window.open(${JSON.stringify(world.url)}); undefined`),
  ]);
  await opened.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await opened.evaluate('window.opener'), null);
  assert.equal(await page.evaluate('globalThis.opened.closed'), true);
  await context.close();
});

test(
  'from the set-up link to a verified domain, a broken record, a shared link and out again',
  browserOptions,
  async (t) => {
    assert.ok(world);
    const { service, dns, url } = world;
    const context = await openContext(world, { viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const complaints = collectComplaints(page, url, /\/api\/(session|projects\/\w+\/domains)$/);

    await t.test('nobody takes the service over without the token', async () => {
      await page.goto(`${url}/setup`);
      await page.getByRole('heading', { name: 'Setup link required' }).waitFor();
      await page.goto(url);
      await page.getByRole('heading', { name: 'Setup link required' }).waitFor();
    });

    await t.test('the set-up link makes the owner, and shows a key that works', async () => {
      const key = await setUpOwner(world as DashboardWorld, page);
      assert.match(key, /^as_/);
      assert.equal(new URL(page.url()).hash, '', 'the token leaves the address');
      await page.getByRole('button', { name: 'Copy: the API key' }).click();
      assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), key);
      assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
      await page.getByRole('button', { name: 'Add a domain' }).click();
    });

    await t.test('the empty list takes a pasted address and offers the bare name', async () => {
      await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
      await page.getByLabel('Domain', { exact: true }).fill('https://www.example.com/');
      await page.getByRole('button', { name: 'example.com', exact: true }).click();
      await page.getByRole('button', { name: 'Add domain' }).click();
      await page.getByRole('heading', { name: /^example\.com/ }).waitFor();
      assert.equal(await page.locator('[data-record]').count(), 5);
    });

    const id = page.url().split('/').at(-1) ?? '';
    const projectId = page.url().split('/').at(-3) ?? '';
    const { key } = await service.createKey({ ...service.project, id: projectId as typeof service.project.id });
    const domain = (await service.send({ url: `/v1/domains/${id}`, key })).json.data;

    await t.test('what a panel asks for is copied as it wants it', async () => {
      publishDomain(dns, domain, []);
      await page.getByRole('button', { name: /^Check (now|again)$/ }).click();
      await page.getByText(/Checked .* on ns1\.example\.com, ns2\.example\.com/).waitFor();
      await page.getByRole('button', { name: 'Copy the name of DKIM key' }).click();
      assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), 'autosend._domainkey');
      await page.getByRole('button', { name: 'Copy the value of DKIM key' }).click();
      assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), domain.dnsRecords.dkim.value);
    });

    await t.test('records turn green one after the other, without reloading', async () => {
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      const [ownership, ...others] = listRecords(domain);
      assert.ok(ownership);
      publishDomain(dns, domain, [ownership]);
      await page.getByText('1 of 5 records found').waitFor();
      assert.equal(await stateOf(page, 'ownership').getAttribute('data-state'), 'verified');
      assert.equal(await stateOf(page, 'dkim').getAttribute('data-state'), 'waiting');
      publishDomain(dns, domain, [ownership, ...others]);
      await page.getByText('is ready to send').waitFor();
      await page.getByRole('heading', { name: 'Send from example.com' }).waitFor();
      for (const record of ['ownership', 'dkim', 'mail_from_mx', 'mail_from_spf', 'dmarc'])
        assert.equal(await stateOf(page, record).getAttribute('data-state'), 'verified');
      assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true);
    });

    await t.test('a broken record is explained, with the difference and the fix', async () => {
      const records = listRecords(domain).map((record) =>
        record.name.startsWith('autosend._domainkey') && record.type === 'TXT'
          ? { ...record, value: String(record.value).slice(0, 255) }
          : record,
      );
      publishDomain(dns, domain, records);
      await page.getByRole('button', { name: /^Check (now|again)$/ }).click();
      const finding = page.locator('[data-record=dkim] [data-finding=value_truncated]');
      await finding.waitFor();
      await finding.getByText('The key is cut off').waitFor();
      await finding.getByText('[ends here]').waitFor();
      await finding.getByRole('button', { name: /^Copy full value \(410 characters\)/ }).click();
      assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), domain.dnsRecords.dkim.value);
    });

    await t.test('whoever has the link sees the records live, and nothing else', async () => {
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await page.getByRole('button', { name: 'Create link' }).click();
      const link = (await page.getByTestId('share-url').textContent()) ?? '';
      const guest = await openContext(world as DashboardWorld);
      const guestPage = await guest.newPage();
      const guestComplaints = collectComplaints(guestPage, url, /\/api\/(session|share\/)/);
      await guestPage.goto(`${url}${new URL(link).pathname}`);
      await guestPage.locator('[data-record=dkim] [data-state=wrong]').waitFor();
      assert.deepEqual(await guest.cookies(), []);
      publishDomain(dns, domain);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Check (now|again)$/ }).click();
      await guestPage.getByText('is ready to send').waitFor();
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await page.getByRole('button', { name: 'Revoke' }).click();
      await guestPage.getByText('This link no longer works').waitFor();
      await guestPage.goto(url);
      await guestPage.getByRole('heading', { name: 'Sign in' }).waitFor();
      assert.deepEqual(guestComplaints, []);
      await guest.close();
      await page.keyboard.press('Escape');
    });

    await t.test('the palette goes anywhere by keyboard', async () => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Page, action, project or domain' }).waitFor();
      await page.keyboard.type('api');
      await page.getByRole('option', { name: 'API keys' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'API keys' }).waitFor();
    });

    await t.test('signing out ends the session, and signing in leads back', async () => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.goto(`${url}/projects/${projectId}/domains/${id}`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.getByLabel('Email').fill(OWNER.email);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText(/./).first().waitFor();
      await page.getByLabel('Password').fill(OWNER.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: /^example\.com/ }).waitFor();
    });

    await t.test('a domain is deleted by its name only', async () => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      const remove = page.getByRole('button', { name: 'Delete domain' });
      await page.getByLabel(/^Type example\.com/).fill('example.org');
      assert.equal(await remove.isDisabled(), true);
      await page.getByLabel(/^Type example\.com/).fill('example.com');
      await remove.click();
      await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
    });

    assert.deepEqual(complaints, []);
    await context.close();
  },
);
