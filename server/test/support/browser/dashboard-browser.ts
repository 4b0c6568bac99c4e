import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startDueWork, startWatchedWork } from '../../../src/jobs/checks.ts';
import { createSetupToken, formatSetupLink } from '../../../src/services/people/setup.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app.ts';
import { type DnsServer, startDnsServer } from '../dns/dns-server.ts';
import { startBrowser } from './browser.ts';

/** A whole service with its dashboard, a name server and a browser, all of them real. */
export interface DashboardWorld {
  readonly service: TestApp;
  readonly dns: DnsServer;
  readonly browser: Browser;
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** The set-up link that the console would print. */
  makeSetupLink(): Promise<string>;
  close(): Promise<void>;
}

/** What the owner of the tests signs in with. */
export const OWNER = { name: 'Ann Owner', email: 'ann@example.com', password: 'correct horse battery' };

/** Built by `npm test`. */
const DASHBOARD_FOLDER = join(import.meta.dirname, '../../../../dashboard/dist');

/** Starts it; undefined where there is no browser. */
export async function startDashboard(
  testFileUrl: string,
  variables: TestAppOptions['variables'] = {},
  more: Pick<TestAppOptions, 'dnsProviders'> = {},
): Promise<DashboardWorld | undefined> {
  const started = await startBrowser();
  if (!started) return undefined;
  const dns = await startDnsServer();
  const service = await createTestApp(testFileUrl, {
    dns,
    variables,
    isRealTime: true,
    dashboardFolder: DASHBOARD_FOLDER,
    ...more,
  });
  const url = await service.listen();
  // As `main.ts` does: what is due, and what somebody watches.
  const workers = [startDueWork(service.ctx, 4), startWatchedWork(service.ctx)];
  return {
    service,
    dns,
    browser: started.browser,
    url,
    async makeSetupLink() {
      const token = await createSetupToken(service.ctx);
      if (!token) throw new Error('The service is set up already.');
      return formatSetupLink(url, token);
    },
    async close() {
      await started.leave();
      await Promise.all(workers.map((worker) => worker.stop()));
      await service.close();
      await dns.close();
    },
  };
}

/** Makes the owner's account and a key through the set-up page, which stands at that key afterwards. */
export async function setUpOwner(world: Pick<DashboardWorld, 'makeSetupLink'>, page: Page): Promise<string> {
  await page.goto(await world.makeSetupLink());
  await page.getByLabel('Name').fill(OWNER.name);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Create API key' }).click();
  return (await page.getByTestId('issued-key').textContent()) ?? '';
}

/** Opens a browser context in which the pages that are left and the copied texts can be checked. */
export async function openContext(
  world: DashboardWorld,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const context = await world.browser.newContext(options);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.url });
  return context;
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Of those, the ones that look at colors: all that can come out otherwise in the other theme. */
const COLOR_RULES = `{ type: 'rule', values: axe.getRules(['cat.color'])
  .filter(({ tags }) => tags.some((tag) => ${JSON.stringify(RULES)}.includes(tag))).map(({ ruleId }) => ruleId) }`;

/**
 * Gives each page that a window opens from now on axe-core from the start: sent once, and not anew for each page, half a megabyte
 * through the debugger. For windows in which many pages are checked.
 */
export async function keepChecker(page: Page): Promise<void> {
  await page.addInitScript(`if (location.protocol !== 'about:') { ${axe.source} }`);
}

/**
 * Checks a page by axe-core against WCAG 2.2 A and AA and its best practices; gives back what is violated and where.
 * @param options.within what alone is checked, as a selector
 */
export async function findViolations(
  page: Page,
  { onlyColors = false, within }: { readonly onlyColors?: boolean; readonly within?: string } = {},
): Promise<string[]> {
  // What is still fading in or out has no color yet.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished))',
  );
  // Run by the debugger: the page's policy would refuse a script element.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(`${axe.source};undefined`);
  const runOnly = onlyColors ? COLOR_RULES : JSON.stringify(RULES);
  const violations = await page.evaluate<AxeResults['violations']>(
    `axe.run(${within === undefined ? 'document' : JSON.stringify(within)}, { runOnly: ${runOnly}, resultTypes: ['violations'] }).then((results) => results.violations)`,
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
}
