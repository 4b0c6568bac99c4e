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
import { waitUntil } from '../support/clock.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';

/** What a thumb hits without looking (WCAG 2.2, 2.5.5). */
const THUMB_PX = 44;
const PHONE = { width: 390, height: 844 };

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

/** Finds what is meant to be pressed and is smaller than a thumb; links within a sentence may be. */
async function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('button, a[href], select, summary, input')]
    .filter((element) => element.checkVisibility() && getComputedStyle(element).display !== 'inline')
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([element, box]) => box.height > 1 && box.height < ${THUMB_PX})
    .map(([element, box]) => \`\${Math.round(box.height)} px: \${element.outerHTML.slice(0, 120)}\`)`);
}

test('the first minutes of a newcomer, and of the customer whom they ask', browserOptions, async (t) => {
  const { url, dns } = world;
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

  await t.test('a session that ends asks above the page, which keeps what was typed', async () => {
    await page.goto(`${url}/?x=1`);
    await page.getByRole('link', { name: /acme-shop\.com/ }).waitFor();
    await page.keyboard.press('c');
    await page.getByLabel('Domain', { exact: true }).fill('later.acme-shop.com');
    await context.clearCookies({ name: 'autosend.session_token' });
    await page.keyboard.press('Enter');
    await page.getByText('Your session has expired').waitFor();
    assert.deepEqual(await findViolations(page), []);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText(/./).first().waitFor();
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: /^later\.acme-shop\.com/ }).waitFor();
  });

  const projectId = page.url().split('/').at(-3) ?? '';
  const api = async (method: string, path: string, data: object = {}) => {
    const response = await context.request.fetch(`${url}/api/projects/${projectId}${path}`, {
      method,
      ...(method !== 'GET' && { data }),
      headers: { origin: url },
    });
    return (await response.json()).data;
  };

  await t.test('a project gets a logo and a color for the pages of its customers', async () => {
    await page.goto(`${url}/projects/${projectId}/settings`);
    const drawn = await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } });
    await page
      .getByLabel('Logo file')
      .setInputFiles({ name: 'a.svg', mimeType: 'image/png', buffer: Buffer.from('<svg/>') });
    await page.getByText("This isn't a complete PNG, JPEG or WebP image.").waitFor();
    await page.getByLabel('Logo file').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: drawn });
    await page.getByRole('img', { name: 'The logo of Acme Mail' }).waitFor();
    await page.getByLabel('Color').fill('#ffd400');
    await page.getByRole('button', { name: 'Save color' }).click();
    await page.getByRole('button', { name: 'Use the default' }).waitFor();
    assert.deepEqual(await findViolations(page), []);
  });

  await t.test(
    'a customer sees who asks, on a phone and with one thumb; the owner sees that it was opened',
    async () => {
      const { domains } = await api('GET', '/domains?search=later');
      const domain = await api('GET', `/domains/${domains[0].id}`);
      publishDomain(dns, domain, listRecords(domain).slice(0, 1));
      await api('POST', `/domains/${domain.id}/verify`);
      await page.goto(`${url}/projects/${projectId}/domains/${domain.id}`);
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await page.getByLabel(/^For/).fill('jo@acme-shop.com');
      await page.getByRole('button', { name: 'Create link' }).dblclick();
      const link = (await page.getByTestId('share-url').textContent()) ?? '';
      await page.getByText('For jo@acme-shop.com').waitFor();
      await page.getByText('Not opened yet').waitFor();

      const phone = await openContext(world, { viewport: PHONE });
      const guest = await phone.newPage();
      const guestComplaints = collectComplaints(guest, url, /\/api\/session$/);
      for (const theme of ['light', 'dark'] as const) {
        await guest.emulateMedia({ colorScheme: theme });
        await guest.goto(`${url}${new URL(link).pathname}`);
        await guest.getByText('Acme Mail', { exact: true }).first().waitFor();
        await guest.getByText(`${OWNER.name} shared this page with you`).first().waitFor();
        await waitUntil(
          async () => (await guest.evaluate('document.querySelector("header img")?.naturalWidth')) === 64,
        );
        assert.deepEqual(await findViolations(guest), [], theme);
        assert.deepEqual(await findSmallTargets(guest), [], theme);
        assert.ok(await guest.evaluate('document.documentElement.scrollWidth <= innerWidth'));
      }
      await guest.getByRole('button', { name: 'Show Ownership' }).waitFor();
      const copy = guest.getByRole('button', { name: 'Copy the value of DKIM key' });
      await copy.click();
      await guest.getByText('1 of 5 live').waitFor();
      assert.ok(
        await guest.evaluate('document.querySelector("progress").getBoundingClientRect().bottom <= innerHeight'),
      );
      assert.deepEqual(guestComplaints, []);
      await phone.close();

      await page.reload();
      await page.getByRole('button', { name: 'Share', exact: true }).click();
      await page.getByText(/^Opened/).waitFor();
      await page.getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('Expired and revoked').waitFor();
      const late = await context.newPage();
      await late.goto(`${url}${new URL(link).pathname}`);
      await late.getByText(`This link was revoked. Ask ${OWNER.name} (Acme Mail) for a new one.`).waitFor();
      await late.close();
    },
  );

  assert.deepEqual(complaints, []);
  await context.close();
});
