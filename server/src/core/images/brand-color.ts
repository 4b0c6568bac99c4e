/** Red, green and blue, from 0 to 255. */
type Rgb = readonly [number, number, number];

const SOFT_SHARE = 0.1;
const STRONG_SHARE = 0.15;

/** What text needs on its ground (WCAG 2.2, 1.4.3). */
const TEXT_CONTRAST = 4.5;
const STEPS = 100;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** A project's color as a page uses it in one theme. */
export interface BrandColors {
  /** As text, and as the ground of buttons. */
  readonly accent: string;
  /** As text on it. */
  readonly onAccent: string;
  /** The ground of a button under the pointer. */
  readonly accentStrong: string;
  /** A ground for what is marked with it; the accent can be read on it. */
  readonly accentSoft: string;
}

/** Whether a text is a color as `#rrggbb`, in lower case. */
export function isColor(text: string): boolean {
  return /^#[\da-f]{6}$/.test(text);
}

/**
 * Finds the colors that a page uses for a project's color: as near to it as its text can be read, on the card, on the soft
 * ground and under the text of a button. A light yellow becomes a dark one on white; in the dark theme, a deep blue a light one.
 * @param color `#rrggbb`
 * @param card the ground of the page's cards, `#rrggbb`
 */
export function fitBrandColor(color: string, card: string): BrandColors {
  const ground = parse(card);
  const pole = luminanceOf(ground) > 0.5 ? BLACK : WHITE;
  const given = parse(color);
  const soft = mix(ground, given, SOFT_SHARE);
  const isReadable = (accent: Rgb) =>
    [ground, soft, findReadable(accent)].every((other) => contrast(accent, other) >= TEXT_CONTRAST) &&
    contrast(findReadable(accent), mix(accent, pole, STRONG_SHARE)) >= TEXT_CONTRAST;
  let accent = given;
  for (let step = 1; step <= STEPS && !isReadable(accent); step += 1) accent = mix(given, pole, step / STEPS);
  return {
    accent: format(accent),
    onAccent: format(findReadable(accent)),
    accentStrong: format(mix(accent, pole, STRONG_SHARE)),
    accentSoft: format(soft),
  };
}

/** The contrast of two colors, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function findContrast(one: string, other: string): number {
  return contrast(parse(one), parse(other));
}

function findReadable(ground: Rgb): Rgb {
  return contrast(ground, WHITE) >= contrast(ground, BLACK) ? WHITE : BLACK;
}

function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The relative luminance of a color (WCAG 2.2). */
function luminanceOf([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share);
  return [part(0), part(1), part(2)];
}

function parse(color: string): Rgb {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function format(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
