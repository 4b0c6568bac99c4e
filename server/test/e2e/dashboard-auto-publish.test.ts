import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { formatMx, formatTxt } from '../../src/core/publishing/rdata.ts';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { claimIntents, settleIntent } from '../../src/services/publishing/settle.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import { type DashboardWorld, openContext, setUpOwner, startDashboard } from '../support/browser/dashboard-browser.ts';
import { examineDialog, picturePart } from '../support/browser/examine-page.ts';
import type { MemoryZones } from '../support/publishing/memory-zones.ts';
import { createServedZones } from '../support/publishing/served-zones.ts';

const NAME = 'shop.example.com';
let zones: MemoryZones;
let world: DashboardWorld;
let page: Page;
let key: ApiKey;
before(async () => {
  const started = await startDashboard(import.meta.url, {}, { dnsProviders: { cloudflare: () => zones } });
  if (!started) return;
  world = started;
  zones = createServedZones(world.dns, NAME);
  page = await (await openContext(world, { viewport: { width: 1440, height: 900 } })).newPage();
  key = (await setUpOwner(world, page)) as ApiKey;
  await world.service.addDomain(NAME, key);
  const body = { name: 'Our zones', provider: 'cloudflare', settings: { apiToken: 'a-token-of-the-owner' } };
  const { status, text } = await world.service.send({ method: 'POST', url: '/v1/dns-connections', key, body });
  assert.equal(status, 201, text);
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('link', { name: /shop\.example\.com/ }).click();
});
after(() => world?.close());

/** Does what is due, as the worker does: a claim passes over a row that a check is storing at that moment, so it comes again. */
async function publishDue(): Promise<void> {
  const { ctx, query } = world.service;
  await ctx.background.drain();
  do {
    for (const claimed of await claimIntents(ctx, 'fresh', 'test', 8)) await settleIntent(ctx, claimed);
  } while ((await query('SELECT 1 FROM dns_intents WHERE next_at <= now() AND attempts = 0')).length > 0);
}

test(
  'records are published automatically from a switch on the domain page, and drift is shown there',
  browserOptions,
  async (t) => {
    const complaints = collectComplaints(page, world.url);
    const toggle = page.getByLabel('Publish records automatically');

    const dialog = page.getByRole('dialog');

    await t.test('switched on, what is in the way is told, and decided from there', async () => {
      const name = `asend.${NAME}`;
      zones.put({ name, type: 'MX', ttlSeconds: 300, rdata: [formatMx(10, 'mx.example.net')] });
      assert.equal(await toggle.isChecked(), false);
      await toggle.check();
      await page.getByText('Waiting to be published…').waitFor();
      await publishDue();
      const problem = page.getByTestId('publish-problem');
      await problem.getByText(`MX ${name}`).waitFor();
      assert.doesNotMatch((await problem.textContent()) ?? '', /`/);
      await problem.getByRole('button', { name: 'Review…' }).click();
      await dialog.getByRole('checkbox').check();
      await dialog.getByRole('button', { name: 'Publish 1 record set' }).click();
      await page.getByText('Published 1 record set. Checking them now.').waitFor();
    });

    await t.test('then everything is published', async () => {
      await publishDue();
      await page.getByText('Everything is published.').waitFor();
      assert.equal(zones.listAll().length, 5);
    });

    await t.test('what somebody changed is shown with before and after', async () => {
      const name = `_dmarc.${NAME}`;
      const [dmarc] = zones.listAll().filter((set) => set.name === name);
      assert.ok(dmarc);
      zones.put({ ...dmarc, rdata: [] });
      await world.service.query('UPDATE dns_intents SET next_at = now()');
      await publishDue();
      const drift = page.getByTestId('drift');
      await drift.getByText('A published record was changed.').waitFor();
      await drift.getByText(`TXT ${name}`).waitFor();
      await drift.getByText(dmarc.rdata[0] ?? '').waitFor();
      await drift.getByText('No record').waitFor();
      const card = page.locator('section', { has: page.getByRole('heading', { name: 'Automatic publishing' }) });
      await picturePart(page, card, 'auto-publish');
    });

    await t.test('it is put back from there', async () => {
      const before = zones.listAll();
      const dkim = before.find((set) => set.name.includes('._domainkey.'));
      assert.ok(dkim);
      // Meanwhile somebody changes another one: its long text breaks no line.
      zones.put({ ...dkim, rdata: [formatTxt('v=DKIM1; p=')] });
      await page.getByRole('button', { name: 'Put it back…' }).click();
      const rowOf = (name: string) => dialog.locator('li[data-action]', { hasText: `TXT ${name}` });
      await rowOf(`_dmarc.${NAME}`).getByText('New').waitFor();
      await rowOf(dkim.name).getByRole('checkbox').check();
      await rowOf(dkim.name).getByRole('button', { name: 'Show all' }).click();
      await examineDialog(page, 'PublishDialog');
      await dialog.getByRole('button', { name: 'Publish 2 record sets' }).click();
      await page.getByText('Published 2 record sets. Checking them now.').waitFor();
      assert.deepEqual(zones.listAll().find(({ name }) => name === dkim.name)?.rdata, dkim.rdata);
      assert.equal(zones.listAll().length, before.length + 1);
      await publishDue();
      await page.getByTestId('drift').waitFor({ state: 'detached' });
    });

    await t.test(
      'deleting the domain says that mail under way needs the key, and offers to keep its record',
      async () => {
        await page.getByRole('button', { name: 'More' }).click();
        await page.getByRole('menuitem', { name: 'Delete…' }).click();
        const later = dialog.getByLabel('Remove them, but keep the DKIM records for 7 days');
        await later.waitFor();
        assert.equal(await later.isChecked(), true);
        await dialog.getByText('Mail in transit needs the key to pass.').waitFor();
        await examineDialog(page, 'DeleteDomain');
        await dialog.getByLabel('Remove all of them now').check();
        await dialog.getByLabel(`Type ${NAME} to confirm`).fill(NAME);
        await dialog.getByRole('button', { name: 'Delete domain' }).click();
        await page.getByText(`Deleted ${NAME}`).waitFor();
        await publishDue();
        // What somebody else had there, and agreed to replace, stands again.
        assert.deepEqual(
          zones.listAll().map(({ rdata }) => rdata),
          [['10 mx.example.net.'], ['"v=DKIM1; p="']],
        );
      },
    );
    assert.deepEqual(complaints, []);
  },
);
