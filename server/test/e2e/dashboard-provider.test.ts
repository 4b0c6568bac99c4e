import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { startProviderWork } from '../../src/jobs/sending-providers.ts';
import { browserOptions, collectComplaints } from '../support/browser/browser.ts';
import { type DashboardWorld, openContext, setUpOwner, startDashboard } from '../support/browser/dashboard-browser.ts';
import { examinePage, THEMES } from '../support/browser/examine-page.ts';
import { publishDomain } from '../support/dns/publish.ts';
import { type SesServer, startSesServer } from '../support/ses/ses-server.ts';
import { AWS, CREDENTIALS, useCredentials, writeRegionsFile } from '../support/ses/ses-service.ts';

let world: DashboardWorld;
let page: Page;
let folder: string;
let ses: SesServer;
let apiKey: ApiKey;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-ses-'));
  const file = join(folder, 'regions.json');
  await writeRegionsFile(file);
  useCredentials(CREDENTIALS);
  ses = await startSesServer(CREDENTIALS);
  const started = await startDashboard(import.meta.url, { REGIONS_FILE: file, SES_ENDPOINT: ses.url });
  if (!started) return;
  world = started;
  const context = await openContext(world, { viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  apiKey = (await setUpOwner(world, page)) as ApiKey;
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
});
after(async () => {
  await world?.close();
  await ses.close();
  await rm(folder, { recursive: true });
});

const said = (name: string, state: string) => page.locator(`[data-provider="${name}"] [data-state=${state}]`);

test('the domain page shows what Amazon SES says, and follows it without reloading', browserOptions, async (t) => {
  const complaints = collectComplaints(page, world.url);
  const projectId = page.url().split('/').at(-2) ?? '';
  const domain = await world.service.addDomain('shown.example.com', apiKey);
  publishDomain(world.dns, domain);
  await world.service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify`, key: apiKey });
  await page.goto(`${world.url}/projects/${projectId}/domains/${domain.id}`);
  await page.getByRole('heading', { name: `Amazon SES in ${AWS}` }).waitFor();
  await page.getByText('adding this domain to Amazon SES').waitFor();
  assert.equal(await said('DKIM', 'unknown').count(), 1);

  const work = startProviderWork(world.service.ctx);
  // Left running, it would keep the process of a test that failed.
  t.after(() => work.stop());
  await said('DKIM', 'waiting').waitFor();
  await page.getByText('usually sees it within minutes').waitFor();
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await examinePage(page, 'domain-ses', theme);
  }

  ses.succeed(AWS, 'shown.example.com');
  await world.service.query('UPDATE provider_identities SET next_at = now()');
  for (const name of ['Sending', 'DKIM', 'MAIL FROM']) await said(name, 'verified').waitFor();
  assert.equal(await page.getByText('usually sees it within minutes').count(), 0);
  assert.deepEqual(complaints, []);
});
