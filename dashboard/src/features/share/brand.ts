import { useEffect } from 'react';
import { fitBrandColor } from '../../../../server/src/core/images/brand-color.ts';

/** The grounds of cards, as `tokens.css` has them. */
export const CARDS = { light: '#ffffff', dark: '#141418' } as const;

/** The tokens of the accent in both themes, made of a project's color so that all text can be read. */
export function buildBrandTokens(color: string): ReadonlyMap<string, string> {
  const light = fitBrandColor(color, CARDS.light);
  const dark = fitBrandColor(color, CARDS.dark);
  const pair = (name: keyof typeof light) => `light-dark(${light[name]}, ${dark[name]})`;
  return new Map([
    ['--accent', pair('accent')],
    ['--on-accent', pair('onAccent')],
    ['--accent-strong', pair('accentStrong')],
    ['--accent-soft', pair('accentSoft')],
  ]);
}

/** Gives the page a project's color for as long as it is open. */
export function useBrandColor(color: string | null): void {
  useEffect(() => {
    if (color === null) return;
    const { style } = document.documentElement;
    const tokens = buildBrandTokens(color);
    // By script: the page's policy refuses styles in attributes.
    for (const [name, value] of tokens) style.setProperty(name, value);
    return () => {
      for (const name of tokens.keys()) style.removeProperty(name);
    };
  }, [color]);
}
