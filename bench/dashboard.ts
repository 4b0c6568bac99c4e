import { gzipSync } from 'node:zlib';
import type { ApiKey } from '../server/src/crypto/api-keys.ts';
import {
  type DashboardWorld,
  openContext,
  setUpOwner,
  startDashboard,
} from '../server/test/support/browser/dashboard-browser.ts';
import { type BenchOptions, median, type Row } from './figure.ts';

const DOMAINS = 50;
const MAX_MS = 1_000;
const MAX_OCTETS = 150_000;

/**
 * Measures the dashboard as somebody meets it who opens it for the first time: from the navigation until the list of domains
 * can be used, in a real Chromium with an empty cache over loopback, and the JavaScript that this loads.
 */
export async function measureDashboard({ repeats }: BenchOptions): Promise<Row[]> {
  const world = await startDashboard(import.meta.url);
  if (!world) {
    console.error('dashboard: left out, since there is no /usr/bin/chromium.');
    return [];
  }
  try {
    const setUp = await openContext(world);
    const key = (await setUpOwner(world, await setUp.newPage())) as ApiKey;
    for (let n = 0; n < DOMAINS; n += 1) await world.service.addDomain(`domain-${n}.example.com`, key);
    const cookies = await setUp.cookies();
    await setUp.close();
    const loads: Load[] = [];
    // The first one starts the browser's own parts, and is not counted.
    for (let round = 0; round <= repeats; round += 1) loads.push(await load(world, cookies));
    const counted = loads.slice(1);
    const timeMs = median(counted.map((each) => each.timeMs));
    const octets = Math.max(...counted.map((each) => each.octets));
    const plain = { reference: null, ratio: null };
    return [
      {
        name: `dashboard: ${DOMAINS} domains, first visit`,
        value: timeMs,
        unit: 'ms',
        ...plain,
        goal: `≤ ${MAX_MS}`,
        reached: timeMs <= MAX_MS,
      },
      {
        name: 'dashboard: JavaScript of it, gzip',
        value: octets,
        unit: 'octets',
        ...plain,
        goal: `≤ ${MAX_OCTETS}`,
        reached: octets <= MAX_OCTETS,
      },
    ];
  } finally {
    await world.close();
  }
}

interface Load {
  readonly timeMs: number;
  /** Of all scripts that came, compressed. */
  readonly octets: number;
}

/** Opens the list in a context of its own: nothing is cached there. */
async function load(
  world: DashboardWorld,
  cookies: Parameters<Awaited<ReturnType<typeof openContext>>['addCookies']>[0],
): Promise<Load> {
  const context = await openContext(world);
  await context.addCookies(cookies);
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js'))
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  const startedAt = performance.now();
  await page.goto(world.url);
  await page.getByRole('link', { name: new RegExp(`domain-${DOMAINS - 1}\\.`) }).waitFor();
  const timeMs = performance.now() - startedAt;
  const octets = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return { timeMs, octets };
}
