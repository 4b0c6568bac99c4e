import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../support/app.ts';
import { browserOptions, collectComplaints, type SharedBrowser, startBrowser } from '../support/browser/browser.ts';

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

test(
  'the documentation page shows every operation, and the browser has nothing to complain about',
  browserOptions,
  async () => {
    assert.ok(started);
    const document = (await service.send({ url: '/openapi.json', key: null })).json;
    const operations = Object.values<object>(document.paths).flatMap((item) => Object.keys(item)).length;
    const page = await started.browser.newPage();
    const complaints = collectComplaints(page, url);
    await page.goto(`${url}/docs`);
    await page
      .locator('.opblock')
      .nth(operations - 1)
      .waitFor();
    assert.equal(await page.locator('.opblock').count(), operations);
    assert.match((await page.locator('.info .title').textContent()) ?? '', /AutoSend Domains API/);
    await page.locator('.opblock-post .opblock-summary-control').first().click();
    await page.locator('.opblock-post .opblock-body').first().waitFor();
    assert.deepEqual(complaints, []);
    await page.close();
  },
);
