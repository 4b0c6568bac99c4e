import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { startDueWork, startWatchedWork } from '../../src/jobs/checks.ts';
import { createSigningKey, listSigningKeys } from '../../src/services/domain-connect/signing-keys.ts';
import { createSetupToken, formatSetupLink } from '../../src/services/people/setup.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { browserOptions, type SharedBrowser, startBrowser } from '../support/browser/browser.ts';
import { findViolations, setUpOwner } from '../support/browser/dashboard-browser.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  askTxt,
  findSharedPort,
  type RealNameServer,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import type { ZoneLine, ZoneText } from '../support/dns/zone-text.ts';
import type { HeldRecord } from '../support/domain-connect/apply-template.ts';
import { type ConnectStub, startConnectStub } from '../support/domain-connect/connect-stub.ts';
import { onboard } from '../support/domain-connect/connect-world.ts';
import { createTestAuthority } from '../support/publishing/test-authority.ts';

/**
 * One click, with real parts: Knot holds the customer's zone and the operator's key, Unbound finds both, the stub provider
 * verifies the link by that key and changes the zone on Knot, and a browser goes the whole way.
 */
const RESOLVER = '127.0.0.70';
const KNOT = '127.0.0.71';
const ZONE = 'example.com';
const OPERATOR = 'mail.example.net';
const HOST = 'connect.stub.example';
const DASHBOARD = join(import.meta.dirname, '../../../dashboard/dist');

const isMissing = explainMissing(['knotd', 'unbound']);

describe('one click at the DNS provider', { skip: isMissing || browserOptions.skip }, () => {
  let shared: SharedBrowser;
  let service: TestApp;
  let stub: ConnectStub;
  let knot: RealNameServer;
  let page: Page;
  let url: string;
  let key: ApiKey;
  let projectId: string;
  const cleanUp: (() => Promise<unknown>)[] = [];
  let held: readonly HeldRecord[] = [];
  let serial = 1;

  const zoneOf = (name: string, records: readonly ZoneLine[]): ZoneText => {
    const server = `ns1.${name}`;
    return { name, serial, nameservers: [server], records: [{ name: server, type: 'A', value: KNOT }, ...records] };
  };
  const publish = async (name: string, records: readonly ZoneLine[]) => {
    serial += 1;
    await knot.publish(zoneOf(name, records));
  };
  const publishHeld = () =>
    publish(ZONE, [{ name: `_domainconnect.${ZONE}`, type: 'TXT', value: stub.place }, ...(held as ZoneLine[])]);

  before(async () => {
    const started = await startBrowser();
    assert.ok(started);
    shared = started;
    cleanUp.push(shared.leave);
    const folder = await mkdtemp(join(tmpdir(), 'autosend-connect-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, KNOT]);
    const names = [ZONE, OPERATOR, 'stub.example', 'com'];
    const records = (name: string): ZoneLine[] =>
      name === 'stub.example' ? [{ name: HOST, type: 'A', value: '127.0.0.1' }] : [];
    const zones = names.map((name) => zoneOf(name, records(name)));
    knot = await startNameServer({ software: 'knot', folder: join(folder, 'knot'), address: KNOT, port, zones });
    cleanUp.push(knot.stop);
    const stubs = names.map((zone) => ({ zone, servers: [knot] }));
    const resolver = await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER, port, stubs });
    cleanUp.push(resolver.stop);

    const authority = await createTestAuthority();
    cleanUp.push(authority.close);
    stub = await startConnectStub({
      authority,
      host: HOST,
      resolveTxt: async (name) => (await askTxt(knot, name)).map((strings) => strings.join('')),
    });
    cleanUp.push(stub.close);
    // A browser knows nothing of these zones: its pages are at the address.
    const pages = `https://127.0.0.1:${stub.port}`;
    stub.settings.urlSyncUX = pages;

    const httpPort = await findSharedPort(['127.0.0.1']);
    url = `http://127.0.0.1:${httpPort}`;
    service = await createTestApp(import.meta.url, {
      ca: authority.ca,
      isRealTime: true,
      dashboardFolder: DASHBOARD,
      keys: 'fresh',
      dnsTimes: { tryMs: 800 },
      variables: {
        PUBLIC_URL: url,
        DNS_SERVERS: `${RESOLVER}:${port}`,
        DNS_AUTHORITATIVE_PORT: String(port),
        DOMAIN_CONNECT_PROVIDER_ID: OPERATOR,
        DOMAIN_CONNECT_ORIGINS: `${pages}=Stub DNS,${stub.origin}`,
      },
    });
    cleanUp.push(service.close);
    await service.app.listen({ port: httpPort, host: '127.0.0.1' });
    const workers = [startDueWork(service.ctx, 4), startWatchedWork(service.ctx)];
    cleanUp.push(() => Promise.all(workers.map((worker) => worker.stop())));

    stub.templates = [onboard(service)];
    stub.zones.set(ZONE, {
      read: () => held,
      async write(next) {
        held = next;
        await publishHeld();
      },
    });
    await createSigningKey(service.ctx);
    const { domainConnect } = service.ctx;
    const [signing] = domainConnect ? await listSigningKeys(service.ctx, domainConnect) : [];
    assert.ok(signing);
    await publish(
      OPERATOR,
      signing.texts.map((value): ZoneLine => ({ name: signing.name, type: 'TXT', value })),
    );
    held = [
      { name: 'asend.shop.example.com', type: 'MX', value: 'mx.other.example', priority: 5 },
      { name: `_dmarc.shop.${ZONE}`, type: 'TXT', value: 'v=DMARC1; p=reject' },
    ];
    await publishHeld();

    const context = await shared.browser.newContext({
      viewport: { width: 1280, height: 900 },
      ignoreHTTPSErrors: true,
    });
    page = await context.newPage();
    key = (await setUpOwner({ makeSetupLink }, page)) as ApiKey;
    await page.getByRole('button', { name: 'Add a domain' }).click();
    await page.getByRole('heading', { name: 'No domains yet' }).waitFor();
    projectId = page.url().split('/').at(-2) ?? '';
  });
  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  async function makeSetupLink(): Promise<string> {
    const token = await createSetupToken(service.ctx);
    assert.ok(token);
    return formatSetupLink(url, token);
  }

  /** What axe says of the page, in a window that holds all of it; and whether it is wider than the window. */
  async function examine(at: Page, width: number): Promise<void> {
    await at.setViewportSize({ width, height: 4_000 });
    assert.deepEqual(await findViolations(at), []);
    assert.equal(
      await at.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      true,
    );
  }

  test('on the domain page: the link is verified by the key on Knot, the zone is changed, and the verifier says VERIFIED', async () => {
    const { id } = await service.addDomain('mail.example.com', key);
    await page.goto(`${url}/projects/${projectId}/domains/${id}`);
    const button = page.getByRole('button', { name: 'Add these records at Stub DNS' });
    await button.waitFor();
    await examine(page, 390);
    await examine(page, 1280);
    await button.click();
    await page.getByRole('heading', { name: `Example Mail would like to set up ${ZONE}` }).waitFor();
    await page.getByRole('link', { name: 'Confirm' }).click();
    await page.getByText('We’re checking the records now').waitFor();
    await page.getByTestId('domain-state').getByText('Verified').waitFor();
    assert.deepEqual(stub.refusals, []);
    // The address is that of the page again.
    assert.equal(page.url(), `${url}/projects/${projectId}/domains/${id}`);
    await button.waitFor({ state: 'detached' });
    const { json } = await service.send({ url: `/v1/domains/${id}`, key });
    assert.equal(json.data.verificationStatus, 'VERIFIED');
  });

  test('on the share page, on a phone: what stands is left alone and named, and nobody believes a way back', async () => {
    const { id } = await service.addDomain('shop.example.com', key);
    const made = await service.send({ method: 'POST', url: `/v1/domains/${id}/share-links`, key, body: {} });
    const context = await shared.browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      ignoreHTTPSErrors: true,
    });
    const guest = await context.newPage();
    const sharePage = made.json.data.url;
    await guest.goto(sharePage);
    const button = guest.getByRole('button', { name: 'Add these records at Stub DNS' });
    await button.waitFor();
    await guest.getByText('There is another mail server at asend.shop.example.com').waitFor();
    await examine(guest, 390);

    await button.tap();
    const cancel = guest.getByRole('link', { name: 'Cancel' });
    await cancel.waitFor();
    const back = new URL(guest.url()).searchParams;
    await cancel.tap();
    await guest.getByText('You canceled at your DNS provider').waitFor();
    assert.equal(guest.url(), sharePage);
    await examine(guest, 390);

    // The address that was used leads nowhere any more.
    await guest.goto(back.get('redirect_uri') ?? url);
    await guest.getByRole('heading', { name: 'This link has already been used' }).waitFor();
    await examine(guest, 390);

    await guest.goto(sharePage);
    await button.tap();
    await guest.getByRole('link', { name: 'Confirm' }).tap();
    await guest.getByText('We’re checking the records now').waitFor();
    await guest.getByTestId('domain-state').getByText('Verified').waitFor();
    const kept = held.filter(({ name }) => name === 'asend.shop.example.com' || name === `_dmarc.shop.${ZONE}`);
    assert.deepEqual(
      kept.map(({ value }) => value),
      ['mx.other.example', 'v=DMARC1; p=reject'],
    );
    await context.close();
  });
});
