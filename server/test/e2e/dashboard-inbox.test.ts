import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { ProjectId } from '../../src/core/ids.ts';
import { createSetupToken } from '../../src/services/people/setup.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  OWNER,
  openContext,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { examineDialog } from '../support/browser/examine-page.ts';
import { waitUntil } from '../support/clock.ts';
import { publishDomain } from '../support/dns/publish.ts';

const ROWS = 300;
const CHANGES = 10;

let world: DashboardWorld;
let context: BrowserContext;
let page: Page;
let projectId: string;
let other: { id: string; name: string };
before(async () => {
  const started = await startDashboard(import.meta.url);
  if (!started) return;
  world = started;
  context = await openContext(world, { viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  const token = await createSetupToken(world.service.ctx);
  projectId = (await send('POST', '/api/setup', { token, ...OWNER })).project.id;
  other = await send('POST', '/api/projects', { name: 'Other project' });
  await send('POST', `/api/projects/${other.id}/domains`, { domain: 'elsewhere.example.net' });
});
after(() => world?.close());

/** Makes a call of the dashboard as its owner. */
async function send(method: string, path: string, data: object) {
  const response = await context.request.fetch(world.url + path, { method, data, headers: { origin: world.url } });
  assert.ok(response.ok(), `${path}: ${await response.text()}`);
  return (await response.json()).data;
}

/** Puts copies of a domain beside it: adding so many would take a minute, and checking them another. */
async function copyDomain(id: string, copies: number): Promise<void> {
  const insert = (table: string, where: string, change: string) =>
    world.service.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(one, jsonb_build_object(${change}))).* FROM ${table} one, generate_series(1, $2) n WHERE ${where} = $1`,
      [id, copies],
    );
  const newId = "lpad(to_hex(n), 24, '0')";
  await insert('domains', 'id', `'id', ${newId}, 'name', 'row-' || n || '.example.com', 'next_check_at', null`);
  await insert('dkim_keys', 'domain_id', `'id', ${newId}, 'domain_id', ${newId}, 'domain_name', null`);
}

const rows = () => page.locator('main li a');
const waitForRows = (count: number) => waitUntil(async () => (await rows().count()) === count);
const option = (name: string | RegExp) => page.getByRole('option', { name });
const select = (name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });

test('an operator with 300 domains', browserOptions, async (t) => {
  const { service, dns, url } = world;
  const { key } = await service.createKey({ ...service.project, id: projectId as ProjectId });
  const changing: { id: string; dnsRecords: Parameters<typeof publishDomain>[1]['dnsRecords']; domainName: string }[] =
    [];
  for (let n = 0; n < CHANGES; n += 1) changing.push(await service.addDomain(`change-${n}.example.org`, key));
  await copyDomain((await service.addDomain('row.example.com', key)).id, ROWS - CHANGES - 2);
  await service.addDomain('bücher.example.com', key);
  const list = `${url}/projects/${projectId}/domains`;
  const complaints = collectComplaints(page, url, /\/domains\/\w+$/);

  await t.test('ten changes on 300 rows cost two requests at most, and are shown', async () => {
    await page.goto(list);
    for (let shown = 50; shown < ROWS; shown += 50) {
      await page.getByRole('button', { name: 'Show more' }).click();
      await waitForRows(shown + 50);
    }
    assert.equal(await rows().count(), ROWS);
    await page.waitForTimeout(2_500);
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/domains') && asked.push(request.url()));
    for (const domain of changing) publishDomain(dns, domain);
    for (const { id } of changing) await service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key });
    await page.getByRole('button', { name: new RegExp(`^Verified ?${CHANGES}$`) }).waitFor();
    assert.equal(await page.locator('main li [data-state=verified]').count(), CHANGES);
    assert.ok(asked.length <= 2, asked.join('\n'));
  });

  await t.test('a search is in the address, comes back with Back, and finds names as people write them', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('bücher');
    await page.waitForURL(/q=b%C3%BCcher/);
    await page.getByRole('link', { name: 'bücher.example.com xn--bcher-kva.example.com' }).click();
    await page.getByRole('heading', { name: /^bücher\.example\.com/ }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: /^bücher/ }).waitFor();
    assert.equal(await rows().count(), 1);
    assert.equal(await page.getByLabel('Search domains').inputValue(), 'bücher');
    await page.goto(`${list}?state=verified&sort=name`);
    await page.getByRole('button', { name: /^Verified/, pressed: true }).waitFor();
    assert.equal(await page.getByLabel('Sort by').inputValue(), 'name');
    await waitForRows(CHANGES);
  });

  await t.test('many are selected with Shift, and shared as a table of links', async () => {
    await select('change-0.example.org').click();
    await select('change-2.example.org').click({ modifiers: ['Shift'] });
    await page.getByText('3 selected').waitFor();
    await page.getByRole('button', { name: 'Share…' }).click();
    await page.getByRole('button', { name: 'Create 3 links' }).click();
    await page.getByText('Created links for 3 of 3.').waitFor();
    await examineDialog(page, 'BulkShare');
    await page.getByRole('button', { name: 'Copy table: the links as a table' }).click();
    const table = await page.evaluate<string>('navigator.clipboard.readText()');
    const links = table.split('\n').map((line) => line.split('\t'));
    assert.deepEqual(
      links.map(([name]) => name),
      [0, 1, 2].map((n) => `change-${n}.example.org`),
    );
    assert.ok(links.every(([, link = '']) => link.startsWith(`${service.ctx.publicUrl}/share/share_`)));
    await page.getByRole('button', { name: 'Done' }).click();
  });

  await t.test('many are checked, and exported as files', async () => {
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Checked 3 of 3.').waitFor();
    await examineDialog(page, 'BulkCheck');
    await page.getByRole('button', { name: 'Done' }).click();
    for (const [entry, line] of [
      ['Domains as CSV', /^change-1\.example\.org,change-1\.example\.org,.*,Verified,,us-east-1,/m],
      ['DNS records as CSV', /^change-1\.example\.org,TXT,_autosend-verify\.change-1\.example\.org,/m],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      const stream = await (await downloading).createReadStream();
      assert.match(Buffer.concat(await stream.toArray()).toString(), line);
    }
  });

  await t.test('many are deleted once their number was typed, and what fails is listed by name', async () => {
    await page.getByRole('button', { name: 'Delete…' }).click();
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete 3 domains' });
    await page.getByLabel('Type 3 to delete 3 domains').fill('2');
    assert.equal(await remove.isDisabled(), true);
    await page.getByLabel('Type 3 to delete 3 domains').fill('3');
    await examineDialog(page, 'BulkDelete');
    await service.send({ method: 'DELETE', url: `/v1/domains/${changing[1]?.id}`, key });
    await remove.click();
    await page.getByText('Deleted 2 of 3.').waitFor();
    await page.getByRole('alert').getByText('change-1.example.org: Domain not found in this project.').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: new RegExp(`^Verified ?${CHANGES - 3}$`) }).waitFor();
    await waitForRows(CHANGES - 3);
  });

  await t.test('all projects are one list, with the project of each', async () => {
    await page.getByRole('button', { name: `Project ${service.project.name}: switch` }).click();
    await page.getByRole('menuitemradio', { name: 'All projects' }).click();
    await page.getByRole('heading', { name: 'All domains' }).waitFor();
    await page.getByLabel('Search domains').fill('elsewhere');
    await page.getByRole('link', { name: /elsewhere\.example\.net.*Other project/ }).waitFor();
    assert.equal(await rows().count(), 1);
    assert.deepEqual(await findViolations(page), []);
  });

  await t.test('keys work outside of fields, and nowhere else', async () => {
    await page.goto(list);
    await rows().first().waitFor();
    await page.getByRole('heading', { name: 'Domains', exact: true }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await examineDialog(page, 'ShortcutsDialog');
    await page.keyboard.press('c');
    assert.equal(await page.getByRole('dialog').count(), 1, 'a dialog keeps the keys for itself');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.getByRole('dialog', { name: 'Add domain' }).waitFor();
    await page.keyboard.type('c/?');
    assert.equal(await page.getByLabel('Domain', { exact: true }).inputValue(), 'c/?');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    await page.keyboard.type('/?c');
    assert.equal(await page.getByLabel('Search domains').inputValue(), '/?c');
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  await t.test('the palette does what is done often, in any project', async () => {
    const run = async (typed: string, name: RegExp) => {
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Page, action, project or domain' }).waitFor();
      await page.keyboard.type(typed);
      await option(name).waitFor();
      await page.keyboard.press('Enter');
    };
    await run('new api', /New API key/);
    await page.getByRole('dialog', { name: 'New API key' }).waitFor();
    await page.keyboard.press('Escape');
    await run('elsewhere', /elsewhere\.example\.net.*Other project/);
    await page.getByRole('heading', { name: /^elsewhere\.example\.net/ }).waitFor();
    await run('verify', /Check again/);
    await page
      .getByText(/^Checked|No name server/)
      .first()
      .waitFor();
    await page.keyboard.press('Control+k');
    for (const name of [
      /Add domain/,
      /API documentation/,
      /Sign out/,
      /New project/,
      service.project.name,
      /All domains/,
    ])
      await option(name).waitFor();
    assert.deepEqual(await findViolations(page), []);
    await page.keyboard.press('Escape');
  });

  assert.deepEqual(complaints, []);
});
