import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { createTestApp, type TestApp } from '../support/app.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const isThere = existsSync(CHROMIUM);
if (!isThere && process.env.CI === 'true')
  throw new Error(`${CHROMIUM} is absent; install the Debian package "chromium".`);
const options = { skip: !isThere && `${CHROMIUM} is absent; install the Debian package "chromium"` };

let service: TestApp;
let browser: Browser;
let url: string;
before(async () => {
  if (!isThere) return;
  service = await createTestApp(import.meta.url);
  url = await service.listen();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
});
after(async () => {
  await browser?.close();
  await service?.close();
});

test(
  'the documentation page shows every operation, and the browser has nothing to complain about',
  options,
  async () => {
    const document = (await service.send({ url: '/openapi.json', key: null })).json;
    const operations = Object.values<object>(document.paths).flatMap((item) => Object.keys(item)).length;
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== url) complaints.push(`asked another server: ${request.url()}`);
    });
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
