import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDkimKeyRecord, type KeyStage } from '../records/dkim-key.ts';
import { formatEmptySlot } from '../records/key-slots.ts';
import { findSettlingMs, findTargetWaitMs, hasSameTargets, listKeyTargets, type TargetKey } from './key-target.ts';

const BELOW = '60d5ec49f1b2c72d9c8b2222.dkim.operator.example';
const NAMES = ['autosend1', 'autosend2'].map((selector) => `${selector}.${BELOW}`);
const empty = NAMES.map(formatEmptySlot);
const key = (n: 1 | 2, publicKey: string, stage: KeyStage, revokedAt: Date | null = null): TargetKey => ({
  selector: `autosend${n}`,
  publicKey,
  stage,
  revokedAt,
});
const active = key(1, 'AAAA', 'active');

describe('what stands in the keys zone', () => {
  for (const [what, keys, texts] of [
    ['the key that signs, and an empty record', [active], ['AAAA', null]],
    ['the next key as soon as it is made', [key(2, 'BBBB', 'pending'), active], ['AAAA', 'BBBB']],
    ['the key before, while its mail is under way', [key(2, 'BBBB', 'retiring'), active], ['AAAA', 'BBBB']],
    ['no key that is retired', [key(2, 'BBBB', 'retired'), active], ['AAAA', null]],
    ['no key that was revoked', [key(2, 'BBBB', 'retired', new Date(0)), active], ['AAAA', null]],
    ['the same, whichever signs', [key(2, 'BBBB', 'active'), key(1, 'AAAA', 'retiring')], ['AAAA', 'BBBB']],
  ] as const)
    it(`is ${what}`, () => {
      deepEqual(
        listKeyTargets(keys, BELOW),
        texts.map((publicKey, at) => ({
          name: NAMES[at],
          text: publicKey === null ? empty[at] : formatDkimKeyRecord(publicKey),
        })),
      );
    });

  it('is compared by name and text', () => {
    const [one, other] = [listKeyTargets([active], BELOW), listKeyTargets([key(1, 'BBBB', 'active')], BELOW)];
    deepEqual(
      [hasSameTargets(one, [...one]), hasSameTargets(one, other), hasSameTargets(one, [])],
      [true, false, false],
    );
  });

  it('is waited for as long as what was there before may be remembered: the TTL of the zone at least, a day at most', () => {
    deepEqual([0, 60, 300, 3_600, 604_800].map(findSettlingMs), [300e3, 300e3, 300e3, 3_600e3, 86_400e3]);
  });

  it('is tried again within seconds first, then ever more rarely, and never given up', () => {
    const waits = Array.from({ length: 30 }, (_, at) => findTargetWaitMs(at + 1, 0.5));
    deepEqual(
      waits,
      waits.toSorted((a, b) => a - b),
    );
    deepEqual([waits[0], waits.at(-1)], [1_000, 300_000]);
    equal(findTargetWaitMs(1, 0) < findTargetWaitMs(1, 0.99), true);
  });
});
