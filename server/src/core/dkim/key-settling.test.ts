import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { advanceKeys, type KeyObservation, type KeyState, type Settling } from './key-stages.ts';

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1_000);
const NEW = { publishedAt: null, activatedAt: null, retireAt: null, retiredAt: null, revokedAt: null } as const;
const signing: KeyState = { ...NEW, id: 'signing', kind: 'rsa', stage: 'active', createdAt: at(0), activatedAt: at(0) };
const next: KeyState = { ...NEW, id: 'next', kind: 'rsa', stage: 'pending', createdAt: at(1) };

const SETTLED: Settling = { waitMs: new Map([['next', 300_000]]), keyIds: new Set(['next']) };
const step = (keys: readonly KeyState[], seen: KeyObservation, seconds: number, settling: Settling = SETTLED) =>
  advanceKeys(keys, new Map([['next', seen]]), at(seconds), 7 * 86_400_000, settling);
const stageOf = ({ keys }: ReturnType<typeof step>) => keys.find(({ id }) => id === 'next')?.stage;

describe('a key behind a CNAME', () => {
  it('is published when every server has it, and signs when nobody remembers what was there before', () => {
    const published = step([signing, next], 'everywhere', 10);
    deepEqual(published.changes, [{ type: 'key.published', id: 'next' }]);
    equal(stageOf(published), 'pending');
    const early = step(published.keys, 'everywhere', 309);
    deepEqual([stageOf(early), early.changes], ['pending', []]);
    const ready = step(published.keys, 'everywhere', 310);
    deepEqual(
      ready.changes.map(({ type }) => type),
      ['key.activated', 'key.retiring'],
    );
    equal(stageOf(ready), 'active');
  });

  it('is not published while a server of the keys zone lacks it, whatever the domain shows', () => {
    const seen = step([signing, next], 'everywhere', 10, { ...SETTLED, keyIds: new Set() });
    deepEqual([seen.keys, seen.changes], [[signing, next], []]);
  });

  for (const lost of ['partly', 'nowhere'] as const)
    it(`waits anew where a server that had it is seen without it: ${lost}`, () => {
      const published = step([signing, next], 'everywhere', 10).keys;
      const without = step(published, lost, 200);
      deepEqual([without.keys, without.changes], [[signing, next], []]);
      equal(stageOf(step(without.keys, 'everywhere', 400)), 'pending');
    });

  for (const silent of ['unknown', 'answering'] as const)
    it(`waits on where servers are silent: ${silent}`, () => {
      const published = step([signing, next], 'everywhere', 10).keys;
      deepEqual(step(published, silent, 9_999).keys, published);
      equal(stageOf(step(published, 'everywhere', 10_000)), 'active');
    });
});
