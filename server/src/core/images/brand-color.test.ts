import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findContrast, fitBrandColor, isColor } from './brand-color.ts';

/** The grounds of cards in both themes (dashboard/src/styles.css). */
const CARDS = ['#ffffff', '#141418'];

test('whatever color a project has, its text and its buttons can be read in both themes', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte), (parts) => {
      const color = `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
      for (const card of CARDS) {
        const { accent, onAccent, accentStrong, accentSoft } = fitBrandColor(color, card);
        for (const [text, ground] of [
          [accent, card],
          [accent, accentSoft],
          [onAccent, accent],
          [onAccent, accentStrong],
        ] as const) {
          assert.ok(isColor(text) && isColor(ground), `${text} ${ground}`);
          assert.ok(findContrast(text, ground) >= 4.5, `${color} on ${card}: ${text} on ${ground}`);
        }
      }
    }),
  );
});

test('a button whose text is black stays readable under the pointer, where it turns darker', () => {
  for (const color of ['#fefc42', '#f9fe02']) {
    const { onAccent, accentStrong } = fitBrandColor(color, '#ffffff');
    assert.ok(findContrast(onAccent, accentStrong) >= 4.5, color);
  }
});

test('a color that can be read stays as it is', () => {
  assert.equal(fitBrandColor('#4f46e5', '#ffffff').accent, '#4f46e5');
  assert.equal(fitBrandColor('#ffd400', '#141418').accent, '#ffd400');
  assert.notEqual(fitBrandColor('#ffd400', '#ffffff').accent, '#ffd400');
});

test('the contrast is that of WCAG', () => {
  assert.equal(findContrast('#000000', '#ffffff'), 21);
  assert.equal(findContrast('#777777', '#777777'), 1);
  assert.equal(findContrast('#767676', '#ffffff').toFixed(2), '4.54');
});

for (const [text, isOne] of [
  ['#00ff7f', true],
  ['#00FF7F', false],
  ['#0f7', false],
  ['red', false],
  ['#00ff7f;', false],
  ['', false],
] as const)
  test(`a color is #rrggbb: ${JSON.stringify(text)}`, () => assert.equal(isColor(text), isOne));
