import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PressedKey, readShortcut } from './shortcuts.ts';

const press = (key: string, more: Partial<PressedKey> = {}): PressedKey => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});

for (const [pressed, isBusy, does] of [
  [press('/'), false, 'search'],
  [press('c'), false, 'add'],
  [press('?'), false, 'help'],
  [press('k', { ctrlKey: true }), false, 'palette'],
  [press('K', { metaKey: true }), false, 'palette'],
  [press('k', { ctrlKey: true }), true, 'palette'],
  [press('/'), true, null],
  [press('c'), true, null],
  [press('?'), true, null],
  [press('c', { ctrlKey: true }), false, null],
  [press('c', { metaKey: true }), false, null],
  [press('c', { altKey: true }), false, null],
  [press('C'), false, null],
  [press('k'), false, null],
  [press('k', { ctrlKey: true, altKey: true }), false, null],
  [press('c', { isComposing: true }), false, null],
  [press('Enter'), false, null],
] as const)
  test(`${JSON.stringify(pressed)} ${isBusy ? 'in a field or dialog ' : ''}does ${does}`, () => {
    assert.equal(readShortcut(pressed, isBusy), does);
  });
