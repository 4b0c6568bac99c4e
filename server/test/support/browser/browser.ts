import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** What it is without a window costs less to start and to run: Debian has that as a package of its own. */
const SHELL = '/usr/bin/chromium-headless-shell';
const CHROMIUM = [SHELL, '/usr/bin/chromium'].find((path) => existsSync(path));
const PACKAGE = 'install the Debian package "chromium-headless-shell"';
const ARGUMENTS = [
  ...(CHROMIUM === SHELL ? [] : ['--headless=new']),
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Each new window would load the address bar's own pages, 400 requests and a second and a half of a core, for nobody.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,OmniboxPopupWebUI',
];
if (CHROMIUM === undefined && process.env.CI === 'true') throw new Error(`${SHELL} is absent; ${PACKAGE}.`);

/** For tests in a browser: they are skipped where there is none, and an error where `CI=true`. */
export const browserOptions = { skip: CHROMIUM === undefined && `${SHELL} is absent; ${PACKAGE}` };

/** So long a browser waits for the next test file of this process. */
const LINGER_MS = 1_000;
let shared: Promise<Browser> | undefined;
let users = 0;
let ending: NodeJS.Timeout | undefined;

/** A browser that test files of one process use in turn. */
export interface SharedBrowser {
  readonly browser: Browser;
  /** Closes the windows; the browser ends soon after the last file. */
  leave(): Promise<void>;
}

/** Gives Debian's Chromium, without a window; undefined where it is absent. */
export async function startBrowser(): Promise<SharedBrowser | undefined> {
  if (CHROMIUM === undefined) return undefined;
  clearTimeout(ending);
  users += 1;
  shared ??= chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  const browser = await shared;
  return {
    browser,
    async leave() {
      for (const context of browser.contexts()) await context.close();
      users -= 1;
      if (users > 0) return;
      ending = setTimeout(() => {
        shared = undefined;
        void browser.close();
      }, LINGER_MS);
    },
  };
}

/**
 * Collects what a browser complains about on a page: errors and warnings in the console (what the Content-Security-Policy
 * refused among them), failed requests, and requests to anybody but `origin`. `expected`: answers of 4xx that belong to the test.
 */
export function collectComplaints(page: Page, origin: string, expected?: RegExp): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isExpected = expected?.test(message.location().url) && /status of 4\d\d/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isExpected)
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    // A page that is left breaks off what it was asking for.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      complaints.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) complaints.push(`asked another server: ${request.url()}`);
  });
  return complaints;
}
