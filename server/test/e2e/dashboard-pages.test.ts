import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { ProjectId } from '../../src/core/ids.ts';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { formatUnsubscribeUrl } from '../../src/services/notices/choices.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  keepChecker,
  OWNER,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { type Scenery, setScenery } from '../support/browser/dashboard-scenery.ts';
import { examinePage, THEMES } from '../support/browser/examine-page.ts';
import { publishDomain } from '../support/dns/publish.ts';

let world: DashboardWorld;
let scenery: Scenery;
let projectId: string;
let apiKey: ApiKey;
let shareLink: string;
let doneLink: string;
let inviteLink: string;
let webhookId: string;
let unsubscribePath: string;
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>;

before(async () => {
  // Nobody listens there, and nothing is sent: it makes the pages show what there is of email.
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'domains@example.com' };
  const started = await startDashboard(import.meta.url, mail);
  if (!started) return;
  world = started;
  const context = await openContext(world);
  const page = await context.newPage();
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(`${world.url}/setup`);
    await page.goto(await world.makeSetupLink());
    await page.getByRole('button', { name: 'Create account' }).waitFor();
    await examinePage(page, 'set-up', theme);
  }
  apiKey = (await setUpOwner(world, page)) as ApiKey;
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
  projectId = page.url().split('/').at(-2) ?? '';
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await examinePage(page, 'domains-empty', theme);
  }
  scenery = await setScenery(world, apiKey);
  const post = (path: string, data: object) =>
    context.request.post(`${world.url}/api/projects/${projectId}${path}`, { data, headers: { origin: world.url } });
  shareLink = (await (await post(`/domains/${scenery.half}/share-links`, {})).json()).data.url;
  doneLink = (await (await post(`/domains/${scenery.done}/share-links`, {})).json()).data.url;
  inviteLink = (await (await post('/invitations', { role: 'member' })).json()).data.url;
  await post('/api-keys', { name: 'staging', permission: 'read_only' });
  const hook = { url: 'https://hooks.example.com/in', events: ['domain.*'] };
  webhookId = (await (await post('/webhooks', hook)).json()).data.webhook.id;
  await context.request.patch(`${world.url}/api/projects/${projectId}`, {
    data: { name: 'Acme Mail' },
    headers: { origin: world.url },
  });
  const { data: account } = await (await context.request.get(`${world.url}/api/session`)).json();
  unsubscribePath = new URL(
    formatUnsubscribeUrl(world.service.ctx, { userId: account.id, projectId: projectId as ProjectId }),
  ).pathname;
  cookies = await context.cookies();
  await context.close();
});
after(() => world?.close());

/** A page, how to get there, and what to do before it is checked. */
interface Case {
  readonly name: string;
  path(): string;
  readonly isPublic?: boolean;
  /** Resolves when the page shows what it is for. */
  open(page: Page): Promise<unknown>;
}

const domainPath = (id: string) => `/projects/${projectId}/domains/${id}`;
const CASES: readonly Case[] = [
  { name: 'sign-in', isPublic: true, path: () => '/sign-in', open: (page) => page.getByLabel('Password').waitFor() },
  {
    name: 'invitation',
    isPublic: true,
    path: () => `/invite${new URL(inviteLink).hash}`,
    open: (page) => page.getByRole('button', { name: 'Create account and join' }).waitFor(),
  },
  {
    name: 'share',
    isPublic: true,
    path: () => new URL(shareLink).pathname,
    open: (page) => page.getByText('The key is cut off').waitFor(),
  },
  {
    name: 'share-done',
    isPublic: true,
    path: () => new URL(doneLink).pathname,
    open: (page) => page.getByText('You’re done. From now on:').waitFor(),
  },
  {
    name: 'share-ended',
    isPublic: true,
    path: () => `/share/share_${'x'.repeat(32)}`,
    open: (page) => page.getByText('This link no longer works').waitFor(),
  },
  {
    name: 'confirmed',
    isPublic: true,
    path: () => '/confirmed',
    open: (page) => page.getByRole('heading', { name: 'Confirmed' }).waitFor(),
  },
  {
    name: 'all-domains',
    path: () => '/domains',
    open: (page) => page.getByRole('link', { name: /mail\.example\.org/ }).waitFor(),
  },
  {
    name: 'domains',
    path: () => '/',
    open: (page) => page.getByRole('link', { name: /mail\.example\.org/ }).waitFor(),
  },
  {
    name: 'domain',
    path: () => domainPath(scenery.half),
    open: (page) => page.getByText('The key is cut off').waitFor(),
  },
  {
    name: 'domain-new',
    path: () => domainPath(scenery.fresh),
    open: (page) => page.getByText('Add these records').waitFor(),
  },
  {
    name: 'domain-all-set',
    path: () => domainPath(scenery.done),
    async open(page) {
      await page.getByText('is ready to send').waitFor();
      for (const way of [
        'From your app, with the API',
        'From your own mail server',
        'With a sending provider',
        'What to keep',
      ])
        await page.getByText(way).click();
      await page.getByText('Keep the DNS records').waitFor();
    },
  },
  {
    name: 'domain-details',
    path: () => domainPath(scenery.half),
    async open(page) {
      await page.getByText('The key is cut off').waitFor();
      await page.getByText('Raw DNS responses').click();
      await page.getByText('History').click();
      await page.getByText('Show all').click();
      await page.getByText(/^Domain added/).waitFor();
    },
  },
  {
    name: 'domain-share',
    path: () => domainPath(scenery.half),
    async open(page) {
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await page.getByText('Active links').waitFor();
    },
  },
  {
    name: 'domain-delete',
    path: () => domainPath(scenery.half),
    async open(page) {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'domain-keys',
    path: () => domainPath(scenery.rotating),
    async open(page) {
      await page.locator('[data-key=pending]').waitFor();
      await page.getByText('Previous keys (1)').click();
      await page.getByText('Revoked. You can delete').waitFor();
    },
  },
  {
    name: 'domain-rotate',
    path: () => domainPath(scenery.rotating),
    async open(page) {
      await page.getByRole('button', { name: 'Rotate key' }).click();
      await page.getByLabel('Type').selectOption({ label: 'Import an existing key' });
      await page.getByLabel('Private key (PEM)').waitFor();
    },
  },
  {
    name: 'domain-proof',
    path: () => domainPath(scenery.done),
    async open(page) {
      await page.getByRole('button', { name: 'Run test' }).click();
      await page.locator('[data-proof=DMARC] [data-state=verified]').waitFor();
    },
  },
  {
    name: 'domain-download',
    path: () => domainPath(scenery.half),
    async open(page) {
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: /Zone file/ }).waitFor();
    },
  },
  {
    name: 'add-domain',
    path: () => `/projects/${projectId}/domains`,
    async open(page) {
      await page.getByRole('button', { name: 'Add domain' }).click();
      await page.getByLabel('Domain', { exact: true }).fill('https://www.example.com/');
      await page.getByRole('dialog').getByText('Did you mean').waitFor();
    },
  },
  {
    name: 'api-keys',
    path: () => `/projects/${projectId}/api-keys`,
    open: (page) => page.getByText('staging').waitFor(),
  },
  {
    name: 'api-key-new',
    path: () => `/projects/${projectId}/api-keys`,
    async open(page) {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Name').fill('production');
    },
  },
  {
    name: 'api-key-mail-server',
    path: () => `/projects/${projectId}/api-keys`,
    async open(page) {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Name').fill('mx1');
      await page.getByLabel('Permission').selectOption('mail_server');
    },
  },
  {
    name: 'webhooks',
    path: () => `/projects/${projectId}/webhooks`,
    open: (page) => page.getByText('hooks.example.com').waitFor(),
  },
  {
    name: 'webhook-new',
    path: () => `/projects/${projectId}/webhooks`,
    async open(page) {
      await page.getByRole('button', { name: 'New webhook' }).click();
      await page.getByLabel('URL').fill('https://example.com/');
    },
  },
  {
    name: 'webhook',
    path: () => `/projects/${projectId}/webhooks/${webhookId}`,
    open: (page) => page.getByText('No deliveries yet').waitFor(),
  },
  {
    name: 'members',
    path: () => `/projects/${projectId}/members`,
    open: (page) => page.getByText('Open invitations').waitFor(),
  },
  {
    name: 'settings',
    path: () => `/projects/${projectId}/settings`,
    open: (page) => page.getByRole('button', { name: 'Save', exact: true }).waitFor(),
  },
  {
    name: 'audit-log',
    path: () => `/projects/${projectId}/audit-log`,
    open: (page) =>
      page
        .getByText(/created the project|added|joined|signed in/)
        .first()
        .waitFor(),
  },
  {
    name: 'reset-password',
    isPublic: true,
    path: () => `/reset-password#reset_${'x'.repeat(40)}`,
    open: (page) => page.getByLabel('New password').waitFor(),
  },
  {
    name: 'account',
    path: () => '/account',
    async open(page) {
      await page.getByText('(this session)').waitFor();
      await page.getByRole('checkbox', { name: 'A domain is at risk' }).waitFor();
    },
  },
  {
    name: 'unsubscribe',
    isPublic: true,
    path: () => unsubscribePath,
    open: (page) => page.getByText('Stop getting email about Acme Mail?').waitFor(),
  },
  {
    name: 'palette',
    path: () => '/',
    async open(page) {
      await page.getByRole('link', { name: /mail\.example\.org/ }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: /mail\.example\.org/ }).waitFor();
    },
  },
  {
    name: 'not-found',
    path: () => '/nowhere',
    open: (page) => page.getByRole('heading', { name: 'Page not found' }).waitFor(),
  },
];

/** A window in which pages are opened one after the other, and what the browser complained about. */
interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

async function openWindow(isPublic: boolean): Promise<Window> {
  const context = await openContext(world, { viewport: { width: 1440, height: 900 } });
  if (!isPublic) await context.addCookies(cookies);
  const page = await context.newPage();
  await keepChecker(page);
  return {
    context,
    page,
    complaints: collectComplaints(page, world.url, isPublic ? /\/api\/(session$|share\/)/ : undefined),
  };
}

// A page is loaded once and examined in each theme: loading it costs more than examining it.
test('every page is accessible, keeps to its width and pleases the browser', browserOptions, async (t) => {
  for (const isPublic of [true, false]) {
    const { context, page, complaints } = await openWindow(isPublic);
    for (const { name, path, open } of CASES.filter((one) => (one.isPublic ?? false) === isPublic))
      await t.test(name, async (t) => {
        // Between two pages stands an empty one: two paths that differ by what follows # would be one page.
        await page.goto('about:blank');
        complaints.length = 0;
        await page.emulateMedia({ colorScheme: THEMES[0] });
        await page.goto(`${world.url}${path()}`);
        await open(page);
        for (const theme of THEMES)
          await t.test(theme, async () => {
            await page.emulateMedia({ colorScheme: theme });
            await examinePage(page, name, theme);
            assert.deepEqual(complaints, []);
          });
      });
    await context.close();
  }
});

test(
  'what one is told by email is chosen by project, and a link in an email ends it without signing in',
  browserOptions,
  async () => {
    const context = await openContext(world);
    await context.addCookies(cookies);
    const page = await context.newPage();
    const boxes = async () => {
      const read = page.getByRole('group', { name: 'Acme Mail' }).getByRole('checkbox');
      await read.first().waitFor();
      return Promise.all((await read.all()).map((box) => box.isChecked()));
    };
    await page.goto(`${world.url}/account`);
    assert.deepEqual(await boxes(), [true, true, true, true]);
    const restored = page.getByRole('checkbox', { name: 'A domain is verified again' });
    await restored.uncheck();
    await page.getByText('Saved').waitFor();
    await page.reload();
    assert.deepEqual(await boxes(), [true, true, false, true]);

    const stranger = await openContext(world);
    const theirs = await stranger.newPage();
    await theirs.goto(`${world.url}${unsubscribePath}`);
    await theirs.getByText('Stop getting email about Acme Mail?').waitFor();
    await page.reload();
    assert.deepEqual(await boxes(), [true, true, false, true], 'a look at the page changes nothing');
    await theirs.getByRole('button', { name: 'Unsubscribe' }).click();
    await theirs.getByRole('heading', { name: 'You’re unsubscribed' }).waitFor();
    await page.reload();
    assert.deepEqual(await boxes(), [false, false, false, false]);
    await theirs.goto(`${world.url}/unsubscribe/mail_x`);
    await theirs.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await stranger.close();
    await context.close();
  },
);

test('what stands in DNS is shown as text, however it is meant to break the page', browserOptions, async () => {
  const context = await openContext(world, { viewport: { width: 1440, height: 900 } });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const complaints = collectComplaints(page, world.url);
  await page.goto(`${world.url}${domainPath(scenery.hostile)}`);
  await page.locator('[data-record=ownership] [data-finding]').first().waitFor();
  await page.getByText('Raw DNS responses').click();
  await page.getByText('<script>').first().waitFor();
  const text = (await page.locator('body').textContent()) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not come through.
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
  assert.equal(await page.evaluate(() => 'isBroken' in globalThis), false);
  assert.equal(await page.locator('main script, main img').count(), 0);
  assert.ok(text.length < 60_000, 'a value of 60 KB is cut');
  await examinePage(page, 'domain-hostile', 'light');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the checker of accessibility finds what is wrong', browserOptions, async () => {
  const page = await world.browser.newPage();
  await page.setContent('<html><body><img src="data:,"><p style="color:#ccc">pale</p></body></html>');
  const found = (await findViolations(page)).map((violation) => violation.split(':', 1)[0]);
  for (const rule of ['image-alt', 'color-contrast', 'html-has-lang']) assert.ok(found.includes(rule), rule);
  const colors = (await findViolations(page, { onlyColors: true })).map((violation) => violation.split(':', 1)[0]);
  assert.deepEqual(colors, ['color-contrast']);
  await page.close();
});

test(
  'the first page costs at most 150 kB of compressed JavaScript, in at most 6 requests',
  browserOptions,
  async () => {
    const context = await openContext(world);
    await context.addCookies(cookies);
    const page = await context.newPage();
    const { gzipSync } = await import('node:zlib');
    const scripts = new Map<string, Promise<number>>();
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js'))
        scripts.set(
          response.url(),
          response.body().then((body) => gzipSync(body).length),
        );
    });
    await page.goto(`${world.url}${domainPath(scenery.half)}`);
    await page.getByText('The key is cut off').waitFor();
    const total = (await Promise.all(scripts.values())).reduce((sum, size) => sum + size, 0);
    assert.ok(total <= 150_000, `${total} bytes in ${scripts.size} files`);
    assert.ok(scripts.size <= 6, [...scripts.keys()].join());
    await context.close();
  },
);

test('a member sees everything and is offered nothing that they may not do', browserOptions, async () => {
  const context = await openContext(world);
  const page = await context.newPage();
  await page.goto(`${world.url}/invite${new URL(inviteLink).hash}`);
  await page.getByLabel('Name').fill('Jo Member');
  await page.getByLabel('Email').fill('jo@example.com');
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await page.getByRole('link', { name: /mail\.example\.org/ }).click();
  await page.getByText('is ready to send').waitFor();
  for (const name of ['Check again', 'Share', 'Add domain'])
    assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
  await context.close();
});

test('without live updates the page asks by itself', browserOptions, async () => {
  const context = await openContext(world);
  await context.addCookies(cookies);
  await context.route('**/live', (route) => route.abort());
  const page = await context.newPage();
  const domain = (await world.service.send({ url: `/v1/domains/${scenery.half}`, key: apiKey })).json.data;
  await page.goto(`${world.url}${domainPath(scenery.half)}`);
  await page.getByText('The key is cut off').waitFor();
  publishDomain(world.dns, domain);
  await world.service.send({ method: 'POST', url: `/v1/domains/${scenery.half}/verify`, key: apiKey });
  await page.getByText('is ready to send').waitFor();
  await context.close();
});
