import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { KEYS_ZONE, serveKeys } from '../support/dns/keys-zone.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';

const PHONE = { width: 390, height: 844 };
let world: DashboardWorld;
let page: Page;
let projectId: string;
let apiKey: ApiKey;
before(async () => {
  const started = await startDashboard(import.meta.url, { KEYS_ZONE });
  if (!started) return;
  world = started;
  const context = await openContext(world, { viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  apiKey = (await setUpOwner(world, page)) as ApiKey;
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
  projectId = page.url().split('/').at(-2) ?? '';
});
after(() => world?.close());

/** Adds a domain, publishes its records, has it verified, and opens its page. */
async function openVerified(name: string) {
  const domain = await world.service.addDomain(name, apiKey);
  publishDomain(world.dns, domain);
  await world.service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify`, key: apiKey });
  await page.goto(`${world.url}/projects/${projectId}/domains/${domain.id}`);
  await page.getByText('is ready to send').waitFor();
  return domain;
}

const keyAt = (stage: string) => page.locator(`[data-key=${stage}]`);
const newRecord = () => page.locator('[data-record^="key:"]');
const listKeys = async (id: string) =>
  (await world.service.send({ url: `/v1/domains/${id}/keys`, key: apiKey })).json.data;

test(
  'a key is rotated: its record appears, is published, turns active without reloading, and one can go back',
  browserOptions,
  async () => {
    const complaints = collectComplaints(page, world.url);
    const domain = await openVerified('rotate.example.com');
    await page.getByRole('button', { name: 'Run test' }).click();
    for (const name of ['DMARC', 'DKIM']) await page.locator(`[data-proof=${name}] [data-state=verified]`).waitFor();
    assert.deepEqual(await findViolations(page), []);
    await page.getByRole('button', { name: 'Copy the Authentication-Results field' }).click();
    assert.match(await page.evaluate<string>('navigator.clipboard.readText()'), /dkim=pass/);
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    await page.getByRole('button', { name: 'Rotate key' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await keyAt('pending').waitFor();

    const { keys } = await listKeys(domain.id);
    const [{ selector, record }] = keys;
    await newRecord().getByText(`${selector}._domainkey`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Copy the value of New DKIM key' }).click();
    assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), record.value);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Copy as email text/ }).click();
    await page.getByText('Copied the email text').waitFor();
    assert.ok((await page.evaluate<string>('navigator.clipboard.readText()')).includes(record.value));

    await page.getByRole('button', { name: `Switch to this key: ${selector}` }).click();
    await page
      .getByRole('alert')
      .getByText(/can't be used yet/)
      .waitFor();

    publishDomain(world.dns, domain, [...listRecords(domain), { name: record.name, type: 'TXT', value: record.value }]);
    await page.getByRole('button', { name: /^Check (now|again)$/ }).click();
    await keyAt('active').getByText(selector, { exact: true }).waitFor();
    await keyAt('retiring').getByText('autosend', { exact: true }).waitFor();
    await page.locator(`[data-record="key:${selector}"]`).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true);

    await page.getByRole('button', { name: 'Switch back: autosend' }).click();
    await keyAt('active').getByText('autosend', { exact: true }).waitFor();
    await page.getByRole('button', { name: `Revoke: ${selector}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('Previous keys (1)').click();
    await keyAt('retired').getByText('Revoked. You can delete').waitFor();
    // The refusal of "Switch to this key" is an answer of 409, which the console notes.
    assert.deepEqual(
      complaints.filter((text) => !text.includes('409')),
      [],
    );
  },
);

test('a key that somebody has already is taken over, and its text is nowhere afterwards', browserOptions, async () => {
  const domain = await openVerified('import.example.com');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const middle = pem.split('\n')[10] ?? '';
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await page.getByLabel('Type').selectOption({ label: 'Import an existing key' });
  const field = page.getByLabel('Private key (PEM)');
  await field.fill('-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----');
  await page.getByRole('button', { name: 'Import key' }).click();
  await page.getByRole('dialog').getByRole('alert').first().waitFor();
  await field.fill(pem);
  await page.getByRole('button', { name: 'Import key' }).click();
  await keyAt('pending').getByText('imported').waitFor();
  const { keys } = await listKeys(domain.id);
  const published = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  assert.ok(keys[0].record.value.endsWith(`p=${published}`));
  const kept = await page.evaluate<string>(
    'document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href',
  );
  assert.ok(!kept.includes(middle));
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await page.getByLabel('Type').selectOption({ label: 'Import an existing key' });
  assert.equal(await field.inputValue(), '');
  await page.keyboard.press('Escape');
});

test(
  'whoever has a link sees the record of the new key, and how often keys change is set and kept',
  browserOptions,
  async () => {
    const domain = await openVerified('shared.example.com');
    await page.getByRole('button', { name: 'Rotate key' }).click();
    await page.getByLabel('Type').selectOption({ label: 'Ed25519 (in addition to RSA)' });
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await keyAt('pending').waitFor();
    await page.getByLabel('Automatic rotation').selectOption({ label: 'Every 180 days (recommended)' });
    await page.getByText('Saved').waitFor();
    assert.equal((await listKeys(domain.id)).dkimRotationDays, 180);

    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByRole('button', { name: 'Create link' }).click();
    const link = (await page.getByTestId('share-url').textContent()) ?? '';
    const guest = await openContext(world);
    const guestPage = await guest.newPage();
    await guestPage.goto(`${world.url}${new URL(link).pathname}`);
    const [{ record }] = (await listKeys(domain.id)).keys;
    await guestPage.locator('[data-record^="key:"]').getByText('Waiting').waitFor();
    assert.equal(await guestPage.getByRole('heading', { name: 'DKIM keys' }).count(), 0);
    publishDomain(world.dns, domain, [...listRecords(domain), { name: record.name, type: 'TXT', value: record.value }]);
    await world.service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify`, key: apiKey });
    await guestPage.locator('[data-record^="key:"] [data-state=verified]').waitFor();
    await guest.close();
  },
);

test(
  'two CNAMEs are copied on both pages on a phone, the one that is missing is named, and both turn green',
  browserOptions,
  async () => {
    const { service, dns, url } = world;
    const send = (path: string, body: unknown) => service.send({ method: 'POST', url: path, key: apiKey, body });
    const domain = (await send('/v1/domains', { domain: 'cnames.example.com', dkimMode: 'cname' })).json.data;
    const cnames = await serveKeys(dns, service, domain);
    const others = listRecords(domain).filter(({ type }) => type !== 'CNAME');
    publishDomain(dns, domain, others);
    const link = (await send(`/v1/domains/${domain.id}/share-links`, {})).json.data.url;
    const guest = await openContext(world, { viewport: PHONE });
    const guestPage = await guest.newPage();
    await page.setViewportSize(PHONE);
    const both = [page, guestPage];
    const complaints = both.map((each) => collectComplaints(each, url, /\/api\/session$/));
    await page.goto(`${url}/projects/${projectId}/domains/${domain.id}`);
    await guestPage.goto(`${url}${new URL(link).pathname}`);
    const [first, second] = ['dkim', 'dkim:second'].map((kind) => `[data-record="${kind}"]`) as [string, string];

    for (const each of both) await each.locator(second).getByText('autosend2._domainkey', { exact: true }).waitFor();
    for (const each of both)
      for (const [at, { name, value }] of cnames.entries())
        for (const [what, text] of [
          ['name', name.replace(`.${domain.domainName}`, '')],
          ['value', value],
        ]) {
          await each.getByRole('button', { name: new RegExp(`^Copy the ${what} of DKIM key ${at + 1}`) }).click();
          assert.equal(await each.evaluate<string>('navigator.clipboard.readText()'), text);
        }

    publishDomain(dns, domain, [...others, cnames[0]]);
    for (const each of both) {
      await each.locator(`${first} [data-state=verified]`).waitFor();
      await each.locator(`${second} [data-state=waiting]`).waitFor();
      const finding = each.locator(`${second} [data-finding=dkim_cname_one_of_two]`);
      await finding.getByText(cnames[1].name, { exact: true }).waitFor();
      await each.getByTestId('may-send').getByText('can’t send yet. Required: DKIM.').waitFor();
      assert.deepEqual(await findViolationsOfAll(each), []);
    }

    publishDomain(dns, domain, [...others, ...cnames]);
    for (const each of both) {
      await each.getByTestId('may-send').getByText('is ready to send').waitFor();
      for (const row of [first, second]) await each.locator(`${row} [data-state=verified]`).waitFor();
      assert.deepEqual(await findViolationsOfAll(each), []);
    }
    await keyAt('active').getByText('In use. Keep both CNAME records.').waitFor();
    assert.deepEqual(complaints, [[], []]);
    await guest.close();
    await page.setViewportSize({ width: 1280, height: 900 });
  },
);

/** In a window that holds all of the page: in a lower one, what lies under a bar has to be scrolled to first. */
async function findViolationsOfAll(each: Page): Promise<string[]> {
  await each.setViewportSize({ ...PHONE, height: 4_000 });
  const found = await findViolations(each);
  await each.setViewportSize(PHONE);
  return found;
}
