import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { findViolations } from './dashboard-browser.ts';
import { shrinkPng } from './palette-png.ts';

/** Where `npm run screenshots` wants the pictures; nothing is written without it. */
const FOLDER = process.env.AUTOSEND_SCREENSHOTS;
export const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1440, 390] as const;
/** Where colors alone are checked: no color depends on the width. */
const PHONE_ONLY = [390] as const;
/** Between those, and narrower than any phone: what a window of 1280 px has left at a zoom of 400 % (WCAG 2.2, 1.4.10). */
const OTHER_WIDTHS = [768, 320] as const;
/** The pages that the documents show, each at the width at which people see it. */
const PICTURED: Readonly<Record<string, (typeof WIDTHS)[number]>> = { domains: 1440, domain: 1440, share: 390 };
/** Colors that still change from those of the other theme, or of the other width, are nobody's to judge. */
const SETTLED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))
  .then(() => undefined)`;

/**
 * What nobody can read in this window: beyond its edges, or in a box that hides the rest of it. Left out is what ends in an
 * ellipsis or after some lines on purpose, and what only screen readers are given.
 */
const CUT_OFF = `(() => {
  const width = document.documentElement.clientWidth;
  const isForScreenReaders = (each) => each !== null && (getComputedStyle(each).clipPath === 'inset(50%)' || isForScreenReaders(each.parentElement));
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('svg') && !isForScreenReaders(each);
  const isHidden = (each) => {
    const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(each);
    return overflowX !== 'visible' && textOverflow !== 'ellipsis' && webkitLineClamp === 'none'
      && each.scrollWidth > each.clientWidth + 1 && !each.matches('input, select, textarea');
  };
  const isOutside = (each) => {
    const { left, right, width: own } = each.getBoundingClientRect();
    return own > 1 && (right > width + 1 || left < -1);
  };
  return [...([...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body).querySelectorAll('*')]
    .filter((each) => isShown(each) && (isHidden(each) || isOutside(each)))
    .map((each) => each.tagName + ' ' + each.textContent.slice(0, 60));
})()`;

/** Checks that nothing on the page, or in its open dialog, is wider than the window at any width. */
async function checkWidths(page: Page, name: string): Promise<void> {
  for (const width of OTHER_WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(SETTLED);
    const overflow = await page.evaluate<number>(
      `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')].map((each) => each.scrollWidth - each.clientWidth))`,
    );
    assert.equal(overflow, 0, `${name} is wider than a window of ${width} px`);
    assert.deepEqual(await page.evaluate(CUT_OFF), [], `${name} is cut off in a window of ${width} px`);
  }
}

/**
 * Checks the dialog that is open: nothing violated in either theme, nothing cut off at any width.
 * @param name the component that draws it: `dialogs-examined.test.ts` looks whether each one is examined somewhere
 */
export async function examineDialog(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const [at, theme] of THEMES.entries()) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(SETTLED);
    const found = await findViolations(page, { onlyColors: at > 0, within: 'dialog[open]' });
    assert.deepEqual(found, [], `${name}, ${theme}`);
  }
  await page.emulateMedia({ colorScheme: THEMES[0] });
  await checkWidths(page, name);
  if (before) await page.setViewportSize(before);
}

/** Checks a page: nothing violated on a desk and on a phone, nothing wider than the window at any width; a picture where the documents want it. */
export async function examinePage(page: Page, name: string, theme: (typeof THEMES)[number]): Promise<void> {
  // The second theme differs in colors alone: styles.css tells them apart by `light-dark()`, which takes nothing else.
  const onlyColors = theme !== THEMES[0];
  for (const width of onlyColors && !FOLDER ? PHONE_ONLY : WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    // One more picture must have been drawn at this width.
    await page.evaluate(SETTLED);
    assert.deepEqual(await findViolations(page, { onlyColors }), [], `${name}, ${theme}, ${width} px`);
    if (PICTURED[name] === width) await writePicture(page, `${name}-${theme}`);
  }
  // The second theme has the same places.
  if (!onlyColors) await checkWidths(page, name);
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Takes a picture of one part of a page in both themes, where `npm run screenshots` wants it. */
export async function picturePart(page: Page, part: Locator, name: string): Promise<void> {
  if (!FOLDER) return;
  const before = page.viewportSize();
  // So high that nothing has to be scrolled to.
  await page.setViewportSize({ width: 1440, height: 1_600 });
  for (const theme of [...THEMES].reverse()) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(SETTLED);
    await writePicture(part, `${name}-${theme}`);
  }
  if (before) await page.setViewportSize(before);
}

async function writePicture(what: Page | Locator, name: string): Promise<void> {
  if (!FOLDER) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.png`), shrinkPng(await what.screenshot({ animations: 'disabled' })));
}
