import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ApiKey } from '../server/src/crypto/api-keys.ts';
import {
  type DashboardWorld,
  openContext,
  setUpOwner,
  startDashboard,
} from '../server/test/support/browser/dashboard-browser.ts';
import { type BenchOptions, boundAbove, median, type Row } from './figure.ts';

type BrowserContext = Awaited<ReturnType<typeof openContext>>;
type Page = Awaited<ReturnType<BrowserContext['newPage']>>;

const DOMAINS = 50;
const VISITS = 9;
/** A new window of Chromium is busy with itself for so long. */
const SETTLE_MS = 3_500;
/** Slow 3G, as the developer tools of browsers have it: milliseconds of a round trip, octets a second. */
const SLOW = { latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8, offline: false };

/**
 * Measures the dashboard as somebody meets it who opens it for the first time: from the navigation until the list of domains
 * is painted and can be used, in a real Chromium with an empty cache over loopback; the same over slow 3G; what this loads; and how long a
 * domain takes to open from the list.
 */
export async function measureDashboard(_: BenchOptions): Promise<Row[]> {
  const world = await startDashboard(import.meta.url);
  if (!world) {
    console.error('dashboard: left out, since there is no /usr/bin/chromium.');
    return [];
  }
  try {
    const context = await openContext(world);
    await context.addInitScript({ path: join(import.meta.dirname, 'watch-page.js') });
    const page = await context.newPage();
    const key = (await setUpOwner(world, page)) as ApiKey;
    for (let n = 0; n < DOMAINS; n += 1) await world.service.addDomain(`domain-${n}.example.com`, key);
    await page.goto(world.url);
    await findDomain(page, DOMAINS - 1).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    const visits: Visit[] = [];
    for (let round = 0; round < VISITS; round += 1) visits.push(await visit(world, context, page));
    const slow = await visitSlowly(world, context, page);
    const openings = await openDomains(page);
    await context.close();
    return [
      boundAbove(`dashboard: ${DOMAINS} domains, first visit`, median(visits.map(({ timeMs }) => timeMs)), 'ms', 400),
      boundAbove('dashboard: the same over slow 3G, first useful paint', slow, 'ms', 3_000),
      boundAbove('dashboard: opening a domain', median(openings), 'ms', 100),
      boundAbove('dashboard: JavaScript, gzip', Math.max(...visits.map(({ octets }) => octets)), 'octets', 150_000),
      boundAbove('dashboard: requests of a first visit', Math.max(...visits.map(({ requests }) => requests)), '', 6),
    ];
  } finally {
    await world.close();
  }
}

interface Visit {
  readonly timeMs: number;
  /** Of all scripts that came, compressed. */
  readonly octets: number;
  readonly requests: number;
}

/** Opens the list in a window that has settled, with nothing cached. */
async function visit(world: DashboardWorld, context: BrowserContext, page: Page): Promise<Visit> {
  await page.goto('about:blank');
  const debug = await context.newCDPSession(page);
  await debug.send('Network.clearBrowserCache');
  const scripts: Promise<number>[] = [];
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  page.on('request', count);
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js'))
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(world.url, { waitUntil: 'commit' });
  await findDomain(page, DOMAINS - 1).waitFor();
  const timeMs = await page.evaluate<number>('listShownMs');
  const octets = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  page.removeAllListeners('response');
  page.off('request', count);
  await debug.detach();
  return { timeMs, octets, requests };
}

/** The same over slow 3G. */
async function visitSlowly(world: DashboardWorld, context: BrowserContext, page: Page): Promise<number> {
  const debug = await context.newCDPSession(page);
  await debug.send('Network.emulateNetworkConditions', SLOW);
  const { timeMs } = await visit(world, context, page);
  await debug.send('Network.emulateNetworkConditions', {
    ...SLOW,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await debug.detach();
  return timeMs;
}

/** Opens one domain after the other from the list, until its records are there. */
async function openDomains(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (let n = DOMAINS - 1; n >= DOMAINS - VISITS; n -= 1) {
    const link = findDomain(page, n);
    await link.waitFor();
    // As somebody does who is about to press: pages are fetched ahead then.
    await link.hover();
    await page.waitForTimeout(200);
    await link.click();
    await page.getByRole('heading', { level: 1, name: `domain-${n}.example.com` }).waitFor();
    await page.getByText('_autosend-verify', { exact: false }).first().waitFor();
    times.push(await page.evaluate<number>('openedMs'));
    await page.goBack();
  }
  return times;
}

function findDomain(page: Page, n: number) {
  return page.getByRole('link', { name: new RegExp(`domain-${n}\\.`) });
}
