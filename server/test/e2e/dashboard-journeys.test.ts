import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { browserOptions } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { type Scenery, setScenery } from '../support/browser/dashboard-scenery.ts';
import { examineDialog } from '../support/browser/examine-page.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';

/**
 * The ways through the product as people go them, each with the means that they have: a keyboard, a phone, a terminal, a
 * network that comes and goes. The first start is in `dashboard.test.ts`, records that turn green in `dashboard-green.test.ts`.
 */
let world: DashboardWorld;
let scenery: Scenery;
let context: BrowserContext;
let page: Page;
let projectId: string;
let apiKey: ApiKey;

before(async () => {
  const started = await startDashboard(import.meta.url);
  if (!started) return;
  world = started;
  context = await openContext(world, { viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  apiKey = (await setUpOwner(world, page)) as ApiKey;
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
  projectId = page.url().split('/').at(-2) ?? '';
  scenery = await setScenery(world, apiKey);
});
after(async () => {
  await context?.close();
  await world?.close();
});

const open = (path: string) => page.goto(`${world.url}/projects/${projectId}/${path}`);
/** What the element with the focus is called. */
const readFocus = (on: Page) =>
  on.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
const readCopied = (on: Page) => on.evaluate<string>('navigator.clipboard.readText()');
/** What is wider than the window, by its first words. */
const listOverflowing = (on: Page) =>
  on.evaluate<string[]>(
    `[...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1
      && document.documentElement.scrollWidth > document.documentElement.clientWidth).map((each) => each.tagName + ' ' + each.textContent.slice(0, 40))`,
  );

test(
  'every dialog is opened by keyboard, is in order, closes by Escape and gives the focus back',
  browserOptions,
  async () => {
    const dialogs: readonly (readonly [
      path: string,
      opener: string | RegExp,
      title: RegExp,
      name: string,
      entry?: string,
    ])[] = [
      ['domains', 'Add domain', /^Add/, 'AddDomainDialog'],
      [`domains/${scenery.half}`, 'Share', /^Share/, 'ShareDialog'],
      [`domains/${scenery.half}`, 'More', /^Delete/, 'DeleteDomain', 'Delete…'],
      [`domains/${scenery.rotating}`, 'Rotate key', /^Rotate/, 'RotateDialog'],
      [`domains/${scenery.rotating}`, /^Cancel: /, /^Revoke/, 'KeysCard'],
      ['api-keys', 'New key', /^New API key/, 'NewKeyDialog'],
      ['api-keys', /^Revoke /, /^Revoke/, 'RevokeDialog'],
      ['webhooks', 'New webhook', /^New webhook/, 'WebhookDialog'],
      ['members', 'Invite', /^Invite/, 'InviteDialog'],
      ['settings', 'Delete project…', /^Delete/, 'DeleteProject'],
      ['settings', /: switch$/, /^New project/, 'CreateProjectDialog', 'New project…'],
    ];
    for (const [path, opener, title, component, entry] of dialogs) {
      await open(path);
      const button = page.getByRole('button', { name: opener, exact: true }).first();
      await button.focus();
      const name = await readFocus(page);
      await page.keyboard.press('Enter');
      if (entry) {
        await page.getByRole('menuitem', { name: entry }).focus();
        await page.keyboard.press('Enter');
      }
      await page.getByRole('dialog', { name: title }).waitFor();
      await examineDialog(page, component);
      assert.equal(await page.evaluate("document.activeElement.closest('dialog') !== null"), true, `${opener}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      // A page that is drawn anew at that moment gives it back a little later.
      for (let n = 0; n < 20 && (await readFocus(page)) !== name; n += 1) await page.waitForTimeout(100);
      assert.equal(await readFocus(page), name, `${path}, ${opener}`);
    }
    // One that was opened from nowhere leaves the focus on the page, not on nobody.
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await examineDialog(page, 'CommandPalette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForFunction("document.activeElement.id === 'content'");
  },
);

test('what is shown once stays in sight, however often Escape is pressed', browserOptions, async () => {
  await open('api-keys');
  await page.getByRole('button', { name: 'New key', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('kept');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const key = dialog.getByText(/^as_[A-Za-z0-9]{40}$/);
  await key.waitFor();
  // The first ones are the page's to refuse; after that the browser closes the dialog without asking.
  for (let n = 0; n < 8; n += 1) {
    await page.keyboard.press('Escape');
    await key.waitFor();
  }
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
});

test(
  'the first Tab offers to skip to the content, and a page that was gone to has the focus',
  browserOptions,
  async () => {
    await open('domains');
    await page.getByRole('link', { name: /mail\.example\.org/ }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await readFocus(page), 'Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate("document.activeElement.closest('main') !== null"), true);
    await page.getByRole('link', { name: /mail\.example\.org/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('is ready to send').waitFor();
    await page.waitForFunction("document.activeElement.id === 'content'");
    assert.match(await page.title(), /^✓ mail\.example\.org · /);
    await page.getByRole('link', { name: 'Domains' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
  },
);

test(
  'the customer’s IT person is done on a phone: one thumb, no clipboard of the browser’s',
  browserOptions,
  async (t) => {
    const domain = await world.service.addDomain('phone.example.net', apiKey);
    publishDomain(world.dns, domain, []);
    const made = await context.request.post(`${world.url}/api/projects/${projectId}/domains/${domain.id}/share-links`, {
      data: {},
      headers: { origin: world.url },
    });
    const { url } = (await made.json()).data;
    const phone = await world.browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    // As on an address of the local network without https.
    await phone.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    const guest = await phone.newPage();
    await guest.goto(`${world.url}${new URL(url).pathname}`);

    /** In a window that holds all of the page: in a lower one, what lies under the progress bar has to be scrolled to first. */
    const findViolationsOfAll = async () => {
      await guest.setViewportSize({ width: 390, height: 4_000 });
      const found = await findViolations(guest);
      await guest.setViewportSize({ width: 390, height: 844 });
      return found;
    };
    await t.test('the first screen says who asks, for what, and how it is done', async () => {
      await guest.getByText('uses phone.example.net to send email').waitFor();
      const { height } = guest.viewportSize() ?? { height: 0 };
      const first = await guest.getByRole('list').first().boundingBox();
      assert.ok(first && first.y + first.height <= height, 'the steps are in the first screen');
      await guest.getByRole('button', { name: 'Check again' }).waitFor();
      assert.deepEqual(await findViolationsOfAll(), []);
      assert.deepEqual(await listOverflowing(guest), []);
    });
    await t.test('values are copied whole', async () => {
      const button = guest.getByRole('button', { name: /^Copy the value of DKIM key, all \d+ characters/ });
      const box = await button.boundingBox();
      assert.ok(box && box.width >= 44 && box.height >= 44, 'in reach of a thumb');
      await guest.evaluate(
        "addEventListener('copy', () => { globalThis.copied = String(document.getSelection()) || document.activeElement.value })",
      );
      await button.tap();
      await guest.getByText('Copied the value of DKIM key').waitFor();
      assert.equal(await guest.evaluate('globalThis.copied'), domain.dnsRecords.dkim.value);
    });
    await t.test('what is done folds, and the progress follows', async () => {
      const [ownership, ...others] = listRecords(domain);
      assert.ok(ownership);
      publishDomain(world.dns, domain, [ownership]);
      await guest.getByRole('button', { name: 'Check again' }).tap();
      await guest
        .getByRole('status')
        .getByText(/^Checked 2 name servers (just now|a moment ago): \d records? still missing\.$/)
        .waitFor();
      await guest.getByText('1 of 5 live').waitFor();
      await guest.getByRole('button', { name: 'Show Ownership' }).waitFor();
      publishDomain(world.dns, domain, [ownership, ...others]);
      await guest.getByText('All records are live. You can close this page.').waitFor();
      await guest.getByText(/^Keep these records/).waitFor();
      assert.deepEqual(await findViolationsOfAll(), []);
    });
    await phone.close();
  },
);

test('a webhook shows its secret, what came of a test, and what was sent', browserOptions, async () => {
  await open('webhooks');
  await page.getByRole('button', { name: 'New webhook' }).click();
  // There is no such name in the zones of this test.
  await page.getByLabel('URL').fill('https://hooks.example.com/in');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByTestId('webhook-secret').waitFor();
  await examineDialog(page, 'SecretDialog');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'https://hooks.example.com/in' }).click();
  await page.getByText('No deliveries yet').waitFor();
  await page.getByRole('button', { name: 'Send test event' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('dialog').getByText('Failed', { exact: true }).waitFor();
  await examineDialog(page, 'TestDialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Show domain.verified' }).click();
  await page.getByRole('dialog').getByRole('region', { name: 'Headers' }).waitFor();
  await examineDialog(page, 'DeliveryDialog');
  await page.keyboard.press('Escape');
});

test('a developer finds the id, a request that works, and the documentation', browserOptions, async () => {
  await open(`domains/${scenery.done}`);
  // A word that needs it explains itself above the page, and nothing moves.
  const before = await page.getByText('Use it in the API').boundingBox();
  await page.getByRole('button', { name: 'zone', exact: true }).click();
  await page.getByRole('note').getByText('the DNS records that your DNS provider keeps').waitFor();
  assert.deepEqual(await page.getByText('Use it in the API').boundingBox(), before);
  assert.deepEqual(await findViolations(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('note').waitFor({ state: 'hidden' });
  await page.getByText('Use it in the API').click();
  await page.getByRole('button', { name: 'Copy the domain ID' }).click();
  assert.equal(await readCopied(page), scenery.done);
  await page.getByRole('button', { name: 'Copy the request' }).click();
  const path = new URL(/https?:\S+/.exec(await readCopied(page))?.[0] ?? '').pathname;
  const reply = await world.service.send({ url: path, key: apiKey });
  assert.equal(reply.json.data.domainName, 'mail.example.org');
  assert.deepEqual(await findViolations(page), []);
  await page.getByRole('link', { name: 'API documentation' }).click();
  await page.waitForURL(/\/docs/);
});

test(
  'what is broken comes first, told apart from what is only recommended, with the one answer at the top',
  browserOptions,
  async () => {
    await open(`domains/${scenery.half}`);
    await page.getByText('The key is cut off').waitFor();
    const kinds = await page
      .locator('[data-record]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-record')));
    const states = await page
      .locator('[data-record] tr td [data-state]')
      .evaluateAll((marks) => marks.map((mark) => mark.getAttribute('data-state')));
    assert.deepEqual(states.toSorted(byUrgency), states, kinds.join());
    assert.match((await page.getByTestId('may-send').textContent()) ?? '', /can’t send yet\. Required: DKIM\./);
    for (const [kind, tag] of [
      ['ownership', 'Required'],
      ['dkim', 'Required'],
      ['mail_from_mx', 'Recommended'],
      ['dmarc', 'Recommended'],
    ])
      await page.locator(`[data-record=${kind}]`).getByText(`${tag}`, { exact: true }).waitFor();
    // Findings can be gone to by heading.
    assert.ok(
      (await page.getByRole('heading', { level: 3 }).allTextContents()).some((title) =>
        title.includes('The key is cut off'),
      ),
    );
  },
);

test(
  'offline and while the server is away the page says so, nothing hangs, and it catches up',
  browserOptions,
  async () => {
    await open('api-keys');
    await page.getByRole('button', { name: 'New key' }).waitFor();
    await context.setOffline(true);
    await page.getByText('You’re offline. We’ll catch up when you’re back.').waitFor();
    assert.deepEqual(await findViolations(page), []);
    // A page that was never opened still opens, and what is pressed fails with a word.
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByText('Can’t reach the server. Check your connection').waitFor();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('offline');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('dialog').getByText('Can’t reach the server').waitFor();
    await context.setOffline(false);
    await page.getByText('You’re offline').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByTestId('issued-key').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();

    // A restart: everything is refused for a moment.
    await context.route(/\/(api|health)\//, (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Domains' }).first().click();
    await page.getByText('Can’t reach the server. Trying again…').waitFor();
    await context.unroute(/\/(api|health)\//);
    await page.getByText('Trying again…').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /mail\.example\.org/ }).waitFor();
  },
);

test('a chosen theme is kept, and forced colors leave what is current in sight', browserOptions, async () => {
  await page.goto(`${world.url}/account`);
  const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  await page.getByLabel('Theme').selectOption({ label: 'Dark' });
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.getByLabel('Theme').waitFor();
  assert.notEqual(await ground(), light, 'the choice is kept');
  await page.getByLabel('Theme').selectOption({ label: 'System' });
  assert.equal(await ground(), light);

  await page.emulateMedia({ forcedColors: 'active' });
  await open(`domains/${scenery.rotating}`);
  await page.locator('[data-key=pending]').waitFor();
  const style = (selector: string, property: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
  assert.notEqual(
    await style('nav a[aria-current=page]', 'borderBottomColor'),
    await style('nav a:not([aria-current=page])', 'borderBottomColor'),
  );
  assert.notEqual(
    await style('[aria-current=step] [data-mark]', 'backgroundColor'),
    await style('ol > li:not([aria-current]) [data-mark]', 'backgroundColor'),
  );
  await page.emulateMedia({ forcedColors: 'none' });

  await page.setViewportSize({ width: 1280, height: 900 });
});

/** Wrong before waiting before right. */
function byUrgency(a: string | null, b: string | null): number {
  const order = ['wrong', 'attention', 'waiting', 'unknown', 'verified'];
  const rank = (state: string | null) => Math.min(order.indexOf(state ?? ''), 4);
  const level = (state: string | null) => (rank(state) < 2 ? 0 : rank(state) < 4 ? 1 : 2);
  return level(a) - level(b);
}
