import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildBrandTokens, CARDS } from './brand.ts';

const styles = readFileSync(new URL('../../tokens.css', import.meta.url), 'utf8');

test('a project’s color is fitted to the cards that the pages have', () => {
  const cards = [...styles.matchAll(/--card: (?:light-dark\((#\w+), (#\w+)\)|(#\w+));/g)].flatMap((found) =>
    found.slice(1).filter((color) => color !== undefined),
  );
  assert.deepEqual(cards, [CARDS.light, CARDS.dark]);
});

test('it takes the place of every token of the accent', () => {
  const tokens = [...new Set([...styles.matchAll(/^ +(--(?:on-)?accent[\w-]*): /gm)].map(([, name]) => name))];
  assert.deepEqual([...buildBrandTokens('#aa0055').keys()].sort(), tokens.sort());
});
