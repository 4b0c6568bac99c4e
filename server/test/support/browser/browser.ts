import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless=new',
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
const isThere = existsSync(CHROMIUM);
if (!isThere && process.env.CI === 'true')
  throw new Error(`${CHROMIUM} is absent; install the Debian package "chromium".`);

/** For tests in a browser: they are skipped where there is none, and an error where `CI=true`. */
export const browserOptions = { skip: !isThere && `${CHROMIUM} is absent; install the Debian package "chromium"` };

/** Starts Debian's Chromium without a window; undefined where it is absent. */
export async function startBrowser(): Promise<Browser | undefined> {
  return isThere ? chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS }) : undefined;
}

/**
 * Collects what a browser complains about on a page: errors and warnings in the console (what the Content-Security-Policy
 * refused among them), failed requests, and requests to anybody but `origin`. `expected`: answers of 4xx that belong to the test.
 */
export function collectComplaints(page: Page, origin: string, expected?: RegExp): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isExpected = expected?.test(message.location().url) && /status of 4\d\d/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(message.text());
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
