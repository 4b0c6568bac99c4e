import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { startDueWork } from '../../src/jobs/checks.ts';
import { startWebhookWork } from '../../src/jobs/webhooks.ts';
import type { DomainObject } from '../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { browserOptions, collectComplaints, type SharedBrowser, startBrowser } from '../support/browser/browser.ts';
import { findViolations } from '../support/browser/dashboard-browser.ts';
import { waitUntil } from '../support/clock.ts';
import { explainMissing } from '../support/daemon.ts';
import { listZoneLines, type RealDnsNetwork, startRealDnsNetwork } from '../support/dns/real-dns-network.ts';
import { type ExampleProduct, startExampleProduct } from '../support/example-product.ts';

/** The checks of a new domain are 10 s apart at first; a busy machine takes its time. */
const VERIFIED_WITHIN_MS = 60_000;

describe('examples/saas, on NSD and Knot', {
  skip: browserOptions.skip || explainMissing(['nsd', 'knotd', 'unbound']),
}, () => {
  let dns: RealDnsNetwork;
  let service: TestApp;
  let started: SharedBrowser | undefined;
  let product: ExampleProduct;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  const cleanUp: (() => Promise<unknown>)[] = [];

  before(async () => {
    started = await startBrowser();
    assert.ok(started);
    cleanUp.push(started.leave);
    dns = await startRealDnsNetwork();
    cleanUp.push(dns.close);
    service = await createTestApp(import.meta.url, {
      variables: {
        DNS_SERVERS: `${dns.resolver.address}:${dns.port}`,
        DNS_AUTHORITATIVE_PORT: String(dns.port),
        WEBHOOKS_ALLOW_PRIVATE: 'true',
      },
      isRealTime: true,
    });
    cleanUp.push(service.close);
    const serviceUrl = await service.listen();
    const workers = [startDueWork(service.ctx, 4), startWebhookWork(service.ctx)];
    cleanUp.push(() => Promise.all(workers.map((worker) => worker.stop())));
    product = await startExampleProduct(serviceUrl, service.key);
    cleanUp.push(product.close);
    context = await openCustomer();
    page = await context.newPage();
    complaints = collectComplaints(page, product.url, /\/api\/domains$/);
    await page.goto(product.url);
  });
  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  test('a customer adds a domain, publishes what the page shows, and sees it verified with nothing pressed', async () => {
    await add(page, ' Example.COM ');
    const article = page.locator('article', { hasText: 'example.com' });
    await article.getByText('Waiting for its DNS records').waitFor();
    const domain = await readDomain();
    const published = listZoneLines(domain);
    for (const { value } of [domain.dnsRecords.ownership, domain.dnsRecords.dkim, ...domain.dnsRecords.mailFrom])
      await article.getByText(value, { exact: true }).waitFor();
    await article.getByRole('button', { name: 'Copy value of DKIM key' }).click();
    await page.getByText('Copied value of DKIM key.').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), domain.dnsRecords.dkim.value);
    await dns.publish(dns.servers, published);

    await article.getByText('Verified: you can send from this domain.').waitFor({ timeout: VERIFIED_WITHIN_MS });
    // The two servers load the zone one after the other: what was not on both yet is found by the next check.
    await article
      .locator('.status', { hasText: /^Found$/ })
      .nth(4)
      .waitFor({ timeout: VERIFIED_WITHIN_MS });
    await waitUntil(async () => /^cus_[\da-f-]{36} can send from example\.com\.$/m.test(product.output()));
  });

  test('what the API says of a name is on the page, as text', async () => {
    const stranger = await openCustomer();
    const other = await stranger.newPage();
    await other.goto(product.url);
    await add(other, 'example.com');
    await other.getByRole('alert').getByText('The domain example.com has already been added').waitFor();
    await add(other, 'example com');
    await other.getByRole('alert').getByText('Did you mean').waitFor();
    const markup = '<img src=x onerror=document.title="taken">';
    await add(other, markup);
    await other.getByRole('alert').getByText('Domains can\'t contain "<".').waitFor();
    assert.equal(await other.locator('img').count(), 0);
    assert.equal(await other.locator('article').count(), 0);
    await stranger.close();
  });

  test('the page is accessible in both themes, and as narrow as a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        assert.deepEqual(await findViolations(page), [], `${colorScheme}, ${width} px`);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      }
    }
  });

  test('the customer gets a link for whoever runs the DNS', async () => {
    await page.getByRole('button', { name: 'Share with your DNS admin: example.com' }).click();
    const url = await page.locator('.link code').textContent();
    assert.match(url ?? '', /\/share\//);
  });

  test('of deliveries, forged ones are refused, repeated ones handled once, and overtaken ones dropped', async () => {
    const secret = await readSecret();
    const domain = await readDomain();
    const [{ externalId } = { externalId: '' }] = await service.query<{ externalId: string }>(
      'SELECT external_id AS "externalId" FROM domains',
    );
    const old = { ...domain, verificationStatus: 'FAILED' };
    const tell = (id: string, sequence: number, key = secret) =>
      deliver(id, JSON.stringify({ type: 'domain.failed', data: { domain: old, externalId, sequence } }), key);

    assert.equal((await tell('evt_forged', 1_000, `whsec_${'A'.repeat(44)}`)).status, 400);
    assert.equal((await tell('evt_old', 1)).status, 204);
    const state = page.locator('article .state');
    const failed = state.getByText('you can no longer send');
    assert.equal(await failed.count(), 0);
    assert.equal((await tell('evt_new', 1_000)).status, 204);
    await failed.waitFor();
    const verified = (id: string, sequence: number) =>
      deliver(id, JSON.stringify({ type: 'domain.verified', data: { domain, externalId, sequence } }), secret);
    for (const sequence of [1_001, 1_002]) assert.equal((await verified('evt_again', sequence)).status, 204);
    await state.getByText('Verified: you can send').waitFor();
    await waitUntil(async () => product.output().match(/can send from example\.com/g)?.length === 2);
  });

  test('no other site, host name or customer reaches a domain', async () => {
    const { id } = await readDomain();
    const path = `/api/domains/${id}`;
    const origin = product.url;
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    assert.equal(await send('DELETE', path, { origin: 'http://localhost:1', cookie }), 403);
    assert.equal(await send('DELETE', path, { cookie }), 403);
    assert.equal(await send('GET', path, { host: 'attacker.example', cookie }), 421);
    assert.equal(await send('DELETE', path, { origin }), 404);
    assert.equal(await send('GET', `${path}/records`, { cookie: `customer=cus_${crypto.randomUUID()}` }), 404);
    assert.equal(await send('GET', `${path}/records`, { cookie }), 200);
  });

  test('a restart finds the webhook and the domains again, and a domain that is removed leaves the page', async () => {
    assert.deepEqual(complaints, []);
    await product.restart();
    await page.reload();
    const article = page.locator('article', { hasText: 'example.com' });
    await article.getByText('Verified: you can send').waitFor();
    assert.equal((await service.send({ url: '/v1/webhooks' })).json.data.total, 1);
    await page.getByRole('button', { name: 'Remove example.com' }).click();
    await article.waitFor({ state: 'detached' });
    assert.equal((await service.send({ url: '/v1/domains' })).json.data.domains.length, 0);
  });

  async function openCustomer(): Promise<BrowserContext> {
    assert.ok(started);
    const opened = await started.browser.newContext({ viewport: { width: 1280, height: 900 } });
    await opened.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.url });
    return opened;
  }

  async function add(on: Page, name: string): Promise<void> {
    await on.getByLabel('Domain').fill(name);
    await on.getByRole('button', { name: 'Add domain' }).click();
  }

  async function readDomain(): Promise<DomainObject> {
    return (await service.send({ url: '/v1/domains?name=example.com' })).json.data.domains[0];
  }

  async function readSecret(): Promise<string> {
    const [webhook] = (await service.send({ url: '/v1/webhooks' })).json.data.webhooks;
    return (await service.send({ url: `/v1/webhooks/${webhook.id}/reveal` })).json.data.secret;
  }

  function deliver(id: string, body: string, secret: string): Promise<Response> {
    const now = new Date();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    };
    return fetch(`${product.url}/webhooks`, { method: 'POST', headers, body });
  }

  /** `fetch` would set `Host` and `Origin` itself. */
  function send(method: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${product.url}${path}`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }
});
