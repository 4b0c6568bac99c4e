import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findViolations } from './dashboard-browser.ts';
import { shrinkPng } from './palette-png.ts';

/** Where `npm run screenshots` wants the pictures; nothing is written without it. */
const FOLDER = process.env.AUTOSEND_SCREENSHOTS;
export const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1440, 390] as const;
/** Between those, and narrower than most phones. */
const OTHER_WIDTHS = [768, 360] as const;
/** The pages that the documents show, each at the width at which people see it. */
const PICTURED: Readonly<Record<string, (typeof WIDTHS)[number]>> = { domains: 1440, domain: 1440, share: 390 };
/** Colors that still change from those of the other theme, or of the other width, are nobody's to judge. */
const SETTLED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))
  .then(() => undefined)`;

/** Checks a page: nothing violated on a desk and on a phone, nothing wider than the window at any width; a picture where the documents want it. */
export async function examinePage(page: Page, name: string, theme: (typeof THEMES)[number]): Promise<void> {
  // The second theme differs in colors alone: styles.css tells them apart by `light-dark()`, which takes nothing else.
  const onlyColors = theme !== THEMES[0];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    // One more picture must have been drawn at this width.
    await page.evaluate(SETTLED);
    assert.deepEqual(await findViolations(page, { onlyColors }), [], `${name}, ${theme}, ${width} px`);
    if (FOLDER && PICTURED[name] === width) {
      await mkdir(FOLDER, { recursive: true });
      await writeFile(
        join(FOLDER, `${name}-${theme}.png`),
        shrinkPng(await page.screenshot({ animations: 'disabled' })),
      );
    }
  }
  for (const width of OTHER_WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0, `${name} is wider than a window of ${width} px`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
