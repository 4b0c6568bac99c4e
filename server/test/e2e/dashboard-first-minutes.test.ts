import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  OWNER,
  openContext,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';

let world: DashboardWorld;
before(async () => {
  const started = await startDashboard(import.meta.url);
  if (started) world = started;
});
after(() => world?.close());

/** Pastes a text into a field, as the browser does. */
async function paste(page: Page, label: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.getByLabel(label, { exact: true }).fill('');
  await page.keyboard.press('ControlOrMeta+v');
}

test('the first minutes of a newcomer', browserOptions, async (t) => {
  const { url } = world;
  const context = await openContext(world, { viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const complaints = collectComplaints(page, url, /\/api\/(session|setup\/link|domain-name|projects\/)/);

  await t.test('a set-up link that does not work says so before anybody types anything', async () => {
    await page.goto(`${url}/setup#setup_${'x'.repeat(40)}`);
    await page.getByRole('heading', { name: 'This setup link doesn’t work' }).waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
    assert.deepEqual(await findViolations(page), []);
  });

  await t.test('a reload loses neither the link nor what was typed, except the password', async () => {
    await page.goto('about:blank');
    await page.goto(await world.makeSetupLink());
    await page.getByLabel('Name').fill(OWNER.name);
    await page.getByLabel('Email').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByLabel(/^Product or company/).fill('Acme Mail');
    await page.reload();
    await page.getByRole('button', { name: 'Create account' }).waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), OWNER.name);
    assert.equal(await page.getByLabel('Email').inputValue(), OWNER.email);
    assert.equal(await page.getByLabel(/^Product or company/).inputValue(), 'Acme Mail');
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
  });

  await t.test('a double click makes one account and one key, which comes with a request to try', async () => {
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(new URL(request.url()).pathname));
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).dblclick();
    await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
    assert.deepEqual(await findViolations(page), []);
    await page.getByRole('button', { name: 'Create API key' }).dblclick();
    const key = (await page.getByTestId('issued-key').textContent()) ?? '';
    await page.getByText(`Authorization: Bearer ${key}`).waitFor();
    assert.equal(posts.filter((path) => path === '/api/setup').length, 1);
    assert.equal(posts.filter((path) => path.endsWith('/api-keys')).length, 1);
    await page.reload();
    await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
    await page.getByRole('button', { name: /^Project Acme Mail/ }).waitFor();
  });

  await t.test(
    'what is pasted becomes a domain without an error, and a duplicate leads to the one that is there',
    async () => {
      await page.getByRole('option', { name: 'US East (N. Virginia) · us-east-1' }).waitFor({ state: 'attached' });
      await page.getByText('Can’t be changed later').waitFor();
      for (const [text, name] of [
        ['https://www.acme-shop.com/path?x=1', 'acme-shop.com'],
        ['"acme-shop.com",', 'acme-shop.com'],
        ['maya@acme-shop.com', 'acme-shop.com'],
        ['*.acme-shop.com.', 'acme-shop.com'],
      ] as const) {
        await paste(page, 'Domain', text);
        assert.equal(await page.getByLabel('Domain', { exact: true }).inputValue(), name, text);
        assert.equal(await page.getByRole('alert').getByText(/./).count(), 0);
      }
      await paste(page, 'Domain', 'https://www.acme-shop.com/');
      await page.getByRole('button', { name: 'Use www.acme-shop.com instead' }).waitFor();
      await page.getByRole('button', { name: 'Add domain' }).dblclick();
      await page.getByRole('heading', { name: /^acme-shop\.com/ }).waitFor();
      await page.keyboard.press('c');
      await page.getByLabel('Domain', { exact: true }).fill('acme-shop.com');
      await page.keyboard.press('Enter');
      await page.getByText('acme-shop.com is already here.').waitFor();
      await page.getByRole('link', { name: 'Open it' }).waitFor();
      await page.keyboard.press('Escape');
    },
  );

  assert.deepEqual(complaints, []);
  await context.close();
});
