import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createTestApp, type TestApp } from '../support/app.ts';
import { browserOptions, collectComplaints, type SharedBrowser, startBrowser } from '../support/browser/browser.ts';
import { findViolations } from '../support/browser/dashboard-browser.ts';

let service: TestApp;
let started: SharedBrowser | undefined;
let url: string;
before(async () => {
  started = await startBrowser();
  if (!started) return;
  service = await createTestApp(import.meta.url);
  url = await service.listen();
});
after(async () => {
  await started?.leave();
  await service?.close();
});

async function open(width: number, path: string): Promise<{ page: Page; complaints: string[] }> {
  assert.ok(started);
  const page = await started.browser.newPage({ viewport: { width, height: 900 } });
  const complaints = collectComplaints(page, url, /\/docs\/nothing/);
  await page.goto(`${url}${path}`);
  return { page, complaints };
}

for (const width of [1440, 390])
  test(
    `the documentation is accessible in both themes, fits ${width} px, and leaves the browser nothing to complain about`,
    browserOptions,
    async () => {
      const { page, complaints } = await open(width, '/docs');
      for (const path of ['/docs', '/docs/reference/domains', '/docs/nothing', '/docs/search?q=dkim']) {
        await page.goto(`${url}${path}`);
        for (const theme of ['Dark theme', 'Light theme']) {
          await page.getByRole('button', { name: theme }).click();
          assert.deepEqual(await findViolations(page, { onlyColors: theme === 'Light theme' }), [], `${path} ${theme}`);
        }
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, path);
      }
      assert.deepEqual(complaints, []);
      await page.close();
    },
  );

test('what is looked for is found by keyboard alone, and Enter leads to the very place', browserOptions, async () => {
  const { page, complaints } = await open(1440, '/docs');
  await page.keyboard.press('/');
  await page.keyboard.type('published_at_doubled_name');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getByRole('option', { selected: true }).count(), 1);
  assert.deepEqual(await findViolations(page), []);
  await page.keyboard.press('Enter');
  await page.waitForURL(/#published_at_doubled_name$/);
  assert.equal(await page.evaluate("document.querySelector(':target').id"), 'published_at_doubled_name');
  await page.keyboard.press('/');
  await page.keyboard.type('dkim');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/docs\/search\?q=dkim$/);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the theme that was chosen stays, also on the next page', browserOptions, async () => {
  const { page } = await open(1440, '/docs');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await page.goto(`${url}/docs/errors`);
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  await page.close();
});
