import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { DnsProviderProblem } from '../../src/core/publishing/dns-provider.ts';
import { DNS_PROVIDER_NAMES, listSettings } from '../../src/core/publishing/provider-table.ts';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import { type DashboardWorld, openContext, setUpOwner, startDashboard } from '../support/browser/dashboard-browser.ts';
import { examineDialog, examinePage, picturePart, THEMES } from '../support/browser/examine-page.ts';
import { createMemoryZones } from '../support/publishing/memory-zones.ts';

const TOKEN = 'a-token-of-the-owner-0123456789';
const REVOKED: DnsProviderProblem = { outcome: 'unauthorized', detail: 'Invalid API Token' };
const zones = createMemoryZones('example.com');
let isRevoked = false;
let world: DashboardWorld;
let context: BrowserContext;
let page: Page;
before(async () => {
  const cloudflare = ({ apiToken }: Readonly<Record<string, string>>) => ({
    ...zones,
    listZones: async (...given: Parameters<typeof zones.listZones>) =>
      apiToken === TOKEN && !isRevoked ? zones.listZones(...given) : REVOKED,
  });
  const started = await startDashboard(import.meta.url, {}, { dnsProviders: { cloudflare } });
  if (!started) return;
  world = started;
  context = await openContext(world, { viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  const key = (await setUpOwner(world, page)) as ApiKey;
  await world.service.addDomain('mail.example.com', key);
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('link', { name: /mail\.example\.com/ }).waitFor();
  await page.goto(page.url().replace(/\/domains.*$/, '/settings'));
});
after(() => world?.close());

test(
  'a DNS connection is added, told what it lacks, tested and removed in the settings of a project',
  browserOptions,
  async (t) => {
    const complaints = collectComplaints(page, world.url, /\/dns-connections$/);
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'DNS connections' }) });
    const dialog = page.getByRole('dialog');
    await card.getByText('No DNS connections yet').waitFor();

    await t.test('the form has a field for each setting of each provider', async () => {
      await card.getByRole('button', { name: 'Add connection' }).click();
      for (const name of DNS_PROVIDER_NAMES) {
        await dialog.getByLabel('Provider').selectOption(name);
        for (const [, { label, fallback }] of listSettings(name))
          await dialog.getByLabel(fallback === '' ? `${label} (optional)` : label, { exact: true }).waitFor();
      }
      await dialog.getByLabel('Provider').selectOption('rfc2136');
      await examineDialog(page, 'AddConnectionDialog');
    });

    await t.test('credentials that the provider rejects are not saved, and it is said why', async () => {
      await dialog.getByLabel('Provider').selectOption('cloudflare');
      const submit = dialog.getByRole('button', { name: 'Test and add' });
      assert.equal(await submit.isDisabled(), true);
      await dialog.getByLabel('API token').fill('a mistyped token');
      await submit.click();
      await dialog.getByText('API token can only contain printable ASCII characters').waitFor();
      await dialog.getByLabel('API token').fill('another-token');
      await submit.click();
      await dialog.getByText(/accept the API token\. It may be mistyped/).waitFor();
      await dialog.getByLabel('Name').fill('Our zones');
      await dialog.getByLabel('API token').fill(TOKEN);
      await submit.click();
      await card.getByText('Our zones').waitFor();
      await dialog.waitFor({ state: 'detached' });
      await card.getByText('Working').waitFor();
      await card.getByText('example.com', { exact: true }).waitFor();
      assert.ok(!(await page.content()).includes(TOKEN));
      await picturePart(page, card, 'dns-connections');
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        await examinePage(page, 'settings-dns', theme);
      }
    });

    await t.test('a test writes a record and removes it, and tells when the credentials were revoked', async () => {
      await card.getByRole('button', { name: 'Test Our zones' }).click();
      await dialog.getByLabel('Zone to write to (optional)').fill('Example.com');
      await dialog.getByRole('button', { name: 'Test', exact: true }).click();
      await dialog.getByText('A record was created in example.com and removed.').waitFor();
      assert.deepEqual(zones.listAll(), []);
      isRevoked = true;
      await dialog.getByRole('button', { name: 'Test', exact: true }).click();
      await dialog.getByText('It failed').waitFor();
      await dialog.getByText('Invalid API Token').waitFor();
      await examineDialog(page, 'TestConnectionDialog');
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await card.getByText('Failing').waitFor();
      await card.getByText('It may be mistyped, expired or revoked.').waitFor();
    });

    await t.test('before it is removed, the domains that depend on it are named', async () => {
      await card.getByRole('button', { name: 'Remove Our zones' }).click();
      await dialog.getByText('mail.example.com').waitFor();
      await examineDialog(page, 'RemoveConnectionDialog');
      await dialog.getByRole('button', { name: 'Remove connection' }).click();
      await card.getByText('No DNS connections yet').waitFor();
    });
    assert.deepEqual(complaints, []);
  },
);
