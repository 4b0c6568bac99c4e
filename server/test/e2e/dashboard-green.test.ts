import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import type { DomainObject } from '../../src/wire/domain.ts';
import { browserOptions } from '../support/browser/browser.ts';
import {
  type DashboardWorld,
  findViolations,
  openContext,
  setUpOwner,
  startDashboard,
} from '../support/browser/dashboard-browser.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  listZoneLines,
  POLICY_NAME,
  type RealDnsNetwork,
  startRealDnsNetwork,
} from '../support/dns/real-dns-network.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';

/** Somebody who has published a record and watches sees it so soon: the checks are 10 s apart. */
const GREEN_WITHIN_MS = 12_000;

/** Each record with the lines of the zone that it consists of, and one that is there and wrong. */
interface Case {
  readonly kind: string;
  readonly lines: readonly ZoneLine[];
  readonly broken: readonly ZoneLine[];
  /** The finding by which the page explains it then. */
  readonly finding: string;
}

describe('records that are published on NSD and Knot', {
  skip: browserOptions.skip || explainMissing(['nsd', 'knotd', 'unbound']),
}, () => {
  let dns: RealDnsNetwork;
  let world: DashboardWorld;
  let context: BrowserContext;
  let guestContext: BrowserContext;
  let owner: Page;
  let guest: Page;
  let cases: Case[];
  const pressed: string[] = [];

  before(async () => {
    dns = await startRealDnsNetwork();
    const started = await startDashboard(import.meta.url, {
      DNS_SERVERS: `${dns.resolver.address}:${dns.port}`,
      DNS_AUTHORITATIVE_PORT: String(dns.port),
    });
    assert.ok(started);
    world = started;
    context = await openContext(world, { viewport: { width: 1280, height: 900 } });
    owner = await context.newPage();
    const key = (await setUpOwner(world, owner)) as ApiKey;
    await owner.getByRole('button', { name: 'Add a domain' }).click();
    await owner.getByRole('heading', { name: 'No domains yet' }).waitFor();
    const projectId = owner.url().split('/').at(-2) ?? '';
    const domain: DomainObject = await world.service.addDomain('example.com', key);
    cases = listCases(domain);
    const path = `/projects/${projectId}/domains/${domain.id}`;
    const link = await context.request.post(`${world.url}/api${path}/share-links`, {
      data: {},
      headers: { origin: world.url },
    });
    guestContext = await openContext(world, { viewport: { width: 390, height: 844 } });
    guest = await guestContext.newPage();
    for (const page of [owner, guest])
      page.on('request', (request) => request.method() === 'POST' && pressed.push(new URL(request.url()).pathname));
    await owner.goto(`${world.url}${path}`);
    await guest.goto(`${world.url}${new URL((await link.json()).data.url).pathname}`);
  });
  after(async () => {
    for (const each of [context, guestContext]) await each?.close();
    await world?.close();
    await dns?.close();
  });

  const publish = (lines: readonly ZoneLine[]) => dns.publish(dns.servers, lines);
  const stateOf = (page: Page, kind: string, state: string) =>
    page.locator(`[data-record="${kind}"] [data-state=${state}]`).first();

  test('one after the other turns green on both pages within 12 s, with nothing pressed', async (t) => {
    for (const page of [owner, guest]) await stateOf(page, 'ownership', 'waiting').waitFor();
    const times: { readonly kind: string; readonly ms: number }[] = [];
    for (const [at, { kind }] of cases.entries()) {
      await publish(cases.slice(0, at + 1).flatMap(({ lines }) => lines));
      const publishedAt = performance.now();
      await Promise.all([owner, guest].map((page) => stateOf(page, kind, 'verified').waitFor()));
      times.push({ kind, ms: Math.round(performance.now() - publishedAt) });
    }
    for (const page of [owner, guest]) await page.getByText('is ready to send').waitFor();
    assert.match(await owner.title(), /^✓ example\.com/);
    assert.deepEqual(pressed, []);
    const shown = times.map(({ kind, ms }) => `${kind} ${(ms / 1_000).toFixed(1)} s`).join(', ');
    t.diagnostic(`green after: ${shown}`);
    assert.ok(
      times.every(({ ms }) => ms <= GREEN_WITHIN_MS),
      shown,
    );
  });

  test('broken one after the other is seen on both pages by Check again, which says what it saw', async () => {
    for (const broken of cases) {
      await publish(cases.flatMap((each) => (each === broken ? each.broken : each.lines)));
      await owner.getByRole('button', { name: 'Check again' }).click();
      await owner
        .getByRole('status')
        .getByText(/^Checked \d name servers (just now|a moment ago): 1 record to fix\.$/)
        .waitFor();
      for (const page of [owner, guest]) {
        await stateOf(page, broken.kind, 'wrong').waitFor();
        // The state comes first, and what explains it a moment later.
        await page.locator(`[data-record="${broken.kind}"] ${broken.finding}`).first().waitFor();
        // Only this one: those before it are right again.
        await page.waitForFunction("document.querySelectorAll('[data-record] [data-state=wrong]').length === 1");
      }
    }
    await guest.getByRole('button', { name: 'Check again' }).click();
    await guest
      .getByRole('status')
      .getByText(/^Checked \d name servers .*: 1 record to fix\.$/)
      .waitFor();
    for (const page of [owner, guest]) assert.deepEqual(await findViolations(page), []);
  });

  test('a verified domain whose key is wrong says that mail fails now, and until when it counts as verified', async () => {
    await publish(cases.flatMap((each) => (each.kind === 'dkim' ? each.broken : each.lines)));
    await owner.getByRole('button', { name: 'Check again' }).click();
    await owner.getByTestId('domain-state').getByText('DKIM is broken').waitFor();
    const answer = (await owner.getByTestId('may-send').textContent()) ?? '';
    assert.match(answer, /failing DKIM right now/);
    assert.match(answer, /still counts as verified until \w{3} \d{1,2} \w{3,4},? \d\d:\d\d/);
    await publish(cases.flatMap(({ lines }) => lines));
    await owner.getByRole('button', { name: 'Check again' }).click();
    for (const page of [owner, guest]) await page.getByText('is ready to send').waitFor();
  });
});

function listCases(domain: DomainObject): Case[] {
  const lines = listZoneLines(domain);
  const { ownership, dkim, mailFrom, dmarc } = domain.dnsRecords;
  const [mx, spf] = mailFrom;
  const at = (name: string, type: string) => lines.filter((line) => line.name === name && line.type === type);
  return [
    {
      kind: 'ownership',
      lines: at(ownership.name, 'TXT'),
      broken: [{ ...ownership, value: 'autosend-verify-of-somebody-else' }],
      finding: '[data-finding=value_mismatch]',
    },
    {
      kind: 'dkim',
      lines: at(dkim.name, 'TXT'),
      broken: [{ ...dkim, value: dkim.value.slice(0, 255) }],
      finding: '[data-finding=value_truncated]',
    },
    {
      kind: 'mail_from_mx',
      lines: at(mx.name, 'MX'),
      broken: [{ ...mx, value: 'mail.example.com' }],
      finding: '[data-finding=value_mismatch]',
    },
    {
      kind: 'mail_from_spf',
      lines: at(spf.name, 'TXT'),
      broken: [{ ...spf, value: 'v=spf1 ~all' }],
      finding: '[data-finding=spf_mechanism_missing]',
    },
    {
      kind: 'dmarc',
      lines: [...at(dmarc.name, 'CNAME'), ...at(POLICY_NAME, 'TXT')],
      broken: [...at(dmarc.name, 'CNAME'), { name: POLICY_NAME, type: 'TXT', value: 'v=DMARC1; p=nonsense' }],
      finding: '[data-finding]:not([data-finding=negative_cache])',
    },
  ];
}
