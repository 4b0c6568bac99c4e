import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  activateKey,
  advanceKeys,
  findRotationTime,
  isInMotion,
  isRotationDue,
  type KeyObservation,
  type KeyState,
  type KeyStep,
  revokeKey,
} from './key-stages.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const day = (days: number) => new Date(START + days * DAY_MS);

const NEW = { publishedAt: null, activatedAt: null, retireAt: null, retiredAt: null, revokedAt: null } as const;
const first: KeyState = { ...NEW, id: 'first', kind: 'rsa', stage: 'active', createdAt: day(0), activatedAt: day(0) };
const pending: KeyState = { ...NEW, id: 'next', kind: 'rsa', stage: 'pending', createdAt: day(1) };
const edwards: KeyState = { ...NEW, id: 'edwards', kind: 'ed25519', stage: 'pending', createdAt: day(1) };

const stagesOf = (keys: readonly KeyState[]) => Object.fromEntries(keys.map(({ id, stage }) => [id, stage]));
const see = (observations: Record<string, KeyObservation>) => new Map(Object.entries(observations));

for (const [observation, stage] of [
  ['everywhere', 'active'],
  ['answering', 'pending'],
  ['partly', 'pending'],
  ['nowhere', 'pending'],
  ['unknown', 'pending'],
] as const)
  test(`a pending key that is seen "${observation}" is ${stage} afterwards`, () => {
    const { keys, changes } = advanceKeys([first, pending], see({ next: observation }), day(2));
    assert.deepEqual(stagesOf(keys), { first: stage === 'active' ? 'retiring' : 'active', next: stage });
    if (stage === 'pending') assert.deepEqual([keys, changes], [[first, pending], []]);
  });

test('with the new key the one before retires in the same step, for seven days', () => {
  const step = advanceKeys([first, pending], see({ next: 'everywhere' }), day(2));
  assert.deepEqual(step.changes, [
    { type: 'key.published', id: 'next' },
    { type: 'key.activated', id: 'next' },
    { type: 'key.retiring', id: 'first' },
  ]);
  const [before, after] = step.keys;
  assert.deepEqual(before, { ...first, stage: 'retiring', retireAt: day(9) });
  assert.deepEqual(after, { ...pending, stage: 'active', publishedAt: day(2), activatedAt: day(2) });
});

test('a retiring key is retired when its time is over, whatever DNS says, and not before', () => {
  const { keys } = advanceKeys([first, pending], see({ next: 'everywhere' }), day(2));
  assert.deepEqual(advanceKeys(keys, see({ first: 'nowhere' }), new Date(day(9).getTime() - 1)), { keys, changes: [] });
  const later = advanceKeys(keys, see({}), day(9));
  assert.deepEqual(stagesOf(later.keys), { first: 'retired', next: 'active' });
  assert.deepEqual(later.changes, [{ type: 'key.retired', id: 'first' }]);
  assert.deepEqual(later.keys[0]?.retiredAt, day(9));
});

test('an Ed25519 key becomes active beside the RSA key, which goes on', () => {
  const { keys } = advanceKeys([first, edwards], see({ edwards: 'everywhere' }), day(2));
  assert.deepEqual(stagesOf(keys), { first: 'active', edwards: 'active' });
});

for (const stage of ['retiring', 'retired'] as const)
  test(`going back to a ${stage} key is one step, and the key it came after retires in its turn`, () => {
    const moved = advanceKeys([first, pending], see({ next: 'everywhere' }), day(2)).keys;
    const before = stage === 'retired' ? advanceKeys(moved, see({}), day(9)).keys : moved;
    const { keys, changes } = activateKey(before, 'first', day(10));
    assert.deepEqual(stagesOf(keys), { first: 'active', next: 'retiring' });
    assert.deepEqual(
      changes.map(({ type }) => type),
      ['key.published', 'key.activated', 'key.retiring'],
    );
    const [back] = keys;
    assert.deepEqual([back?.retireAt, back?.retiredAt, back?.activatedAt], [null, null, day(10)]);
  });

test('the RSA key that mail is signed with is never revoked; every other one is, for good', () => {
  assert.deepEqual(revokeKey([first, pending], 'first', day(2)), { keys: [first, pending], changes: [] });
  const { keys } = revokeKey([first, pending], 'next', day(2));
  assert.deepEqual(keys[1], { ...pending, stage: 'retired', retiredAt: day(2), revokedAt: day(2) });
  assert.deepEqual(activateKey(keys, 'next', day(3)), { keys, changes: [] });
  assert.deepEqual(advanceKeys(keys, see({ next: 'everywhere' }), day(3)), { keys, changes: [] });
  assert.deepEqual(revokeKey(keys, 'next', day(4)), { keys, changes: [] });
  const beside = advanceKeys([first, edwards], see({ edwards: 'everywhere' }), day(2)).keys;
  assert.deepEqual(stagesOf(revokeKey(beside, 'edwards', day(3)).keys), { first: 'active', edwards: 'retired' });
});

test('a successor is due once, at the age that was asked for, and again only after the next one has become as old', () => {
  assert.equal(findRotationTime(day(0), 0), null);
  assert.equal(isRotationDue([first], 0, day(9999)), false);
  assert.equal(isRotationDue([first], 180, new Date(day(180).getTime() - 1)), false);
  assert.equal(isRotationDue([first], 180, day(180)), true);
  const successor: KeyState = { ...pending, createdAt: day(180) };
  assert.equal(isRotationDue([first, successor], 180, day(200)), false, 'it waits to be published');
  const { keys: givenUp } = revokeKey([first, successor], 'next', day(181));
  assert.equal(isRotationDue(givenUp, 180, day(200)), false, 'somebody did not want it');
  const { keys: moved } = advanceKeys([first, successor], see({ next: 'everywhere' }), day(182));
  assert.equal(isRotationDue(moved, 180, day(361)), false);
  assert.equal(isRotationDue(moved, 180, day(362)), true);
  assert.equal(isRotationDue([first, pending], 180, day(180)), false, 'one that a person made waits already');
});

type Act =
  | { readonly do: 'check'; readonly observations: readonly KeyObservation[] }
  | { readonly do: 'create'; readonly kind: 'rsa' | 'ed25519' }
  | { readonly do: 'activate' | 'revoke'; readonly which: number };

const observation = fc.constantFrom<KeyObservation>('everywhere', 'answering', 'partly', 'nowhere', 'unknown');
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('check' as const), observations: fc.array(observation, { maxLength: 6 }) }),
  fc.record({ do: fc.constant('create' as const), kind: fc.constantFrom('rsa' as const, 'ed25519' as const) }),
  fc.record({ do: fc.constantFrom('activate' as const, 'revoke' as const), which: fc.nat(5) }),
);
const lives = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), act), { maxLength: 30 });

/** Plays a life; `check` sees each step. Whoever activates has seen the record, as the service does. */
function play(
  life: readonly (readonly [number, Act])[],
  check: (before: readonly KeyState[], step: KeyStep<KeyState>, act: Act, now: Date) => void,
) {
  let keys: readonly KeyState[] = [first];
  let now = day(1);
  for (const [days, what] of life) {
    now = new Date(now.getTime() + days * DAY_MS);
    const step = takeStep(keys, what, now);
    check(keys, step, what, now);
    keys = step.keys;
  }
}

function takeStep(keys: readonly KeyState[], what: Act, now: Date): KeyStep<KeyState> {
  switch (what.do) {
    case 'check':
      return advanceKeys(keys, new Map(keys.map(({ id }, at) => [id, what.observations[at] ?? 'unknown'])), now);
    case 'create': {
      const isThere = keys.some(({ kind, stage }) => kind === what.kind && stage === 'pending');
      const made: KeyState = { ...NEW, id: `key${keys.length}`, kind: what.kind, stage: 'pending', createdAt: now };
      return { keys: isThere ? keys : [...keys, made], changes: [] };
    }
    case 'activate':
      return activateKey(keys, keys[what.which]?.id ?? '', now);
    case 'revoke':
      return revokeKey(keys, keys[what.which]?.id ?? '', now);
  }
}

test('at every moment of any life there is one active RSA key, at most one Ed25519 key, and none of them is revoked', () => {
  fc.assert(
    fc.property(lives, (life) =>
      play(life, (_before, { keys }) => {
        const active = keys.filter(({ stage }) => stage === 'active');
        assert.equal(active.filter(({ kind }) => kind === 'rsa').length, 1);
        assert.ok(active.filter(({ kind }) => kind === 'ed25519').length <= 1);
        assert.ok(active.every(({ revokedAt, retiredAt, retireAt }) => !revokedAt && !retiredAt && !retireAt));
      }),
    ),
  );
});

test('signing moves only to a key that was seen everywhere in that check, or that somebody chose', () => {
  fc.assert(
    fc.property(lives, (life) =>
      play(life, (before, { keys, changes }, what) => {
        for (const [at, key] of keys.entries()) {
          if (key.stage !== 'active' || before.find(({ id }) => id === key.id)?.stage === 'active') continue;
          if (what.do === 'check') assert.equal(what.observations[at], 'everywhere');
          else assert.equal(what.do, 'activate');
          assert.ok(changes.some(({ type, id }) => type === 'key.activated' && id === key.id));
        }
      }),
    ),
  );
});

test('a key that signed keeps its record needed for seven days, unless it is revoked', () => {
  fc.assert(
    fc.property(lives, (life) =>
      play(life, (before, { keys }, what, now) => {
        for (const key of keys) {
          const was = before.find(({ id }) => id === key.id);
          if (was?.stage === 'active' && key.stage !== 'active' && what.do !== 'revoke')
            assert.deepEqual([key.stage, key.retireAt], ['retiring', new Date(now.getTime() + 7 * DAY_MS)]);
          if (key.stage === 'retired' && was?.stage === 'retiring' && what.do !== 'revoke')
            assert.ok(was.retireAt !== null && was.retireAt <= now);
        }
      }),
    ),
  );
});

test('checks that nothing answered move nothing but time, and a pending key may wait for ever', () => {
  fc.assert(
    fc.property(lives, (life) =>
      play(life, (before, _step, _act, now) => {
        const { keys } = advanceKeys(before, new Map(), now);
        for (const [at, key] of keys.entries()) if (before[at]?.stage !== 'retiring') assert.deepEqual(key, before[at]);
      }),
    ),
  );
  assert.deepEqual(advanceKeys([first, pending], see({ next: 'nowhere' }), day(9999)).changes, []);
});

test('every step tells each change of a stage once', () => {
  fc.assert(
    fc.property(lives, (life) =>
      play(life, (before, { keys, changes }, what) => {
        if (what.do === 'create') return;
        const told = new Map(changes.filter(({ type }) => type !== 'key.published').map(({ id, type }) => [id, type]));
        assert.equal(told.size, changes.filter(({ type }) => type !== 'key.published').length);
        for (const [at, key] of keys.entries()) {
          const expected =
            key.revokedAt !== before[at]?.revokedAt
              ? 'key.revoked'
              : { active: 'key.activated', retiring: 'key.retiring', retired: 'key.retired', pending: undefined }[
                  key.stage
                ];
          assert.equal(
            told.get(key.id),
            key.stage === before[at]?.stage && expected !== 'key.revoked' ? undefined : expected,
          );
        }
      }),
    ),
  );
});

test('what a check need not look for is the active RSA key, which it judges anyway, and retired keys', () => {
  const motion = (kind: 'rsa' | 'ed25519') =>
    (['pending', 'active', 'retiring', 'retired'] as const).filter((stage) => isInMotion({ kind, stage }));
  assert.deepEqual(motion('rsa'), ['pending', 'retiring']);
  assert.deepEqual(motion('ed25519'), ['pending', 'active', 'retiring']);
});
