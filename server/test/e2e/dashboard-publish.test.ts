import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { formatMx, formatTxt } from '../../src/core/publishing/rdata.ts';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import { type DashboardWorld, openContext, setUpOwner, startDashboard } from '../support/browser/dashboard-browser.ts';
import { examineDialog, picturePart } from '../support/browser/examine-page.ts';
import type { MemoryZones } from '../support/publishing/memory-zones.ts';
import { createServedZones } from '../support/publishing/served-zones.ts';

const NAME = 'shop.example.com';
let zones: MemoryZones;
let world: DashboardWorld;
let context: BrowserContext;
let page: Page;
let key: ApiKey;
before(async () => {
  const started = await startDashboard(import.meta.url, {}, { dnsProviders: { cloudflare: () => zones } });
  if (!started) return;
  world = started;
  zones = createServedZones(world.dns, NAME, [
    { name: `asend.${NAME}`, type: 'TXT', ttlSeconds: 300, rdata: [formatTxt('v=spf1 mx -all')] },
    { name: `asend.${NAME}`, type: 'MX', ttlSeconds: 300, rdata: [formatMx(10, 'mx.example.net')] },
    { name: `_dmarc.${NAME}`, type: 'TXT', ttlSeconds: 300, rdata: [formatTxt('v=DMARC1; p=reject')] },
  ]);
  context = await openContext(world, { viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  key = (await setUpOwner(world, page)) as ApiKey;
  await world.service.addDomain(NAME, key);
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('link', { name: /shop\.example\.com/ }).click();
});
after(() => world?.close());

test('the records of a domain are published from its page, after what changes was shown', browserOptions, async (t) => {
  const complaints = collectComplaints(page, world.url, /\/dns-plan(?:\/apply)?$/);
  const dialog = page.getByRole('dialog');
  const publish = page.getByRole('button', { name: 'Publish these records' });
  const rowOf = (text: string) => dialog.locator('li[data-action]', { hasText: text });

  await t.test('without a DNS connection, the way to one is shown', async () => {
    await publish.click();
    await dialog.getByText(`No DNS connection can write to the zone ${NAME}.`).waitFor();
    await dialog.getByRole('link', { name: 'DNS connections in the project’s settings' }).waitFor();
    await examineDialog(page, 'PublishDialog');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const { status, text } = await world.service.send({
      method: 'POST',
      url: '/v1/dns-connections',
      key,
      body: { name: 'Our zones', provider: 'cloudflare', settings: { apiToken: 'a-token-of-the-owner' } },
    });
    assert.equal(status, 201, text);
  });

  await t.test('it is a diff: what comes, what goes, what stays, and what has to be decided', async () => {
    await publish.click();
    await rowOf('TXT _autosend-verify').getByText('New').waitFor();
    const spf = rowOf(`TXT asend.${NAME}`);
    await spf.getByText('Removed: "v=spf1 mx -all"').waitFor();
    await spf.getByText('Added: "v=spf1 include:amazonses.com mx -all"').waitFor();
    await rowOf(`TXT _dmarc.${NAME}`).getByText('Stays: "v=DMARC1; p=reject"').waitFor();
    const consent = rowOf(`MX asend.${NAME}`).getByRole('checkbox');
    assert.equal(await consent.isChecked(), false);
    await dialog.getByRole('button', { name: 'Publish 3 record sets' }).waitFor();
    assert.equal(zones.listAll().length, 3);
    await examineDialog(page, 'PublishDialog');
    await picturePart(page, dialog, 'publish');
  });

  await t.test('where the zone changes meanwhile nothing is written, and the new plan is shown', async () => {
    zones.put({ name: `asend.${NAME}`, type: 'MX', ttlSeconds: 300, rdata: [formatMx(10, 'other.example.net')] });
    await rowOf(`MX asend.${NAME}`).getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Publish 4 record sets' }).click();
    await dialog.getByText('has changed since this plan was made').waitFor();
    await rowOf(`MX asend.${NAME}`).getByText('Removed: 10 other.example.net.').waitFor();
    assert.equal(await rowOf(`MX asend.${NAME}`).getByRole('checkbox').isChecked(), false);
    assert.equal(zones.listAll().length, 3);
  });

  await t.test(
    'what was agreed to is written, the domain is checked, and there is nothing left to publish',
    async () => {
      await rowOf(`MX asend.${NAME}`).getByRole('checkbox').check();
      await dialog.getByRole('button', { name: 'Publish 4 record sets' }).click();
      await page.getByText('Published 4 record sets. Checking them now.').waitFor();
      await page.getByTestId('domain-state').getByText('Verified').waitFor();
      await publish.waitFor({ state: 'detached' });
      const mx = zones.listAll().find(({ type }) => type === 'MX');
      assert.deepEqual(mx?.rdata, ['10 feedback-smtp.us-east-1.amazonses.com.']);
    },
  );
  assert.deepEqual(complaints, []);
});
