import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePrimary, findRefusal, findRefusalAt, type HostState, type Primary } from './choose-primary.ts';

const line = (number: number, cluster = 'ours') => ({ cluster, number });
const silent: HostState = { kind: 'silent', error: new Error('no answer') };
const standby: HostState = { kind: 'read-only' };
const unasked: HostState = { kind: 'unasked' };
const primary = (number: number, cluster = 'ours'): HostState => ({ kind: 'primary', timeline: line(number, cluster) });
const nameless: HostState = { kind: 'primary', timeline: null };

/** What the servers say, the primary until now (`place:timeline`), the newest timeline that was seen, and which is chosen. */
const CASES: [string, HostState[], Primary | null, number | null, number | null][] = [
  ['the only one that takes writes', [standby, primary(1)], null, null, 1],
  ['nobody knows yet', [primary(1), unasked], null, null, null],
  ['none is there', [standby, silent], null, null, null],
  ['an old primary before the new one', [primary(1), primary(2)], null, null, 1],
  ['an old primary after the new one', [primary(2), primary(1)], null, null, 0],
  ['a standby is promoted, the primary is silent', [silent, primary(2)], { place: 0, timeline: line(1) }, 1, 1],
  ['a standby is promoted, the primary answers still', [primary(1), primary(2)], { place: 0, timeline: line(1) }, 2, 1],
  ['the old primary comes back', [primary(1), primary(2)], { place: 1, timeline: line(2) }, 2, 1],
  [
    'the old primary comes back while the new one is silent',
    [primary(1), silent],
    { place: 1, timeline: line(2) },
    2,
    1,
  ],
  [
    'the old primary comes back while the new one is gone for good',
    [primary(1), standby],
    { place: 1, timeline: line(2) },
    2,
    null,
  ],
  ['a silent primary and nobody else', [silent, standby], { place: 0, timeline: line(1) }, 1, 0],
  ['all are silent', [silent, silent], { place: 0, timeline: line(1) }, 1, 0],
  ['a primary that was demoted', [standby, standby], { place: 0, timeline: line(1) }, 1, null],
  ['a demoted primary beside a new one', [standby, primary(2)], { place: 0, timeline: line(1) }, 1, 1],
  ['back again after another failover', [primary(3), standby], { place: 1, timeline: line(2) }, 3, 0],
  [
    'a copy that nobody promoted takes writes while the primary is silent',
    [silent, primary(1)],
    { place: 0, timeline: line(1) },
    1,
    0,
  ],
  [
    'one whose timeline cannot be read takes writes while the primary is silent',
    [silent, nameless],
    { place: 0, timeline: line(1) },
    1,
    0,
  ],
  ['the primary was demoted, and another takes writes', [standby, primary(1)], { place: 0, timeline: line(1) }, 1, 1],
  ['another cluster', [silent, primary(9, 'theirs')], { place: 0, timeline: line(1) }, 1, 0],
  ['several that all take writes: the one in use', [nameless, nameless], { place: 1, timeline: null }, null, 1],
  ['several that all take writes, the one in use is silent', [nameless, silent], { place: 1, timeline: null }, null, 0],
  ['several that all take writes: the first', [nameless, nameless], null, null, 0],
  ['of three, the one of the newest timeline', [primary(2), primary(3), primary(1)], null, null, 1],
];

for (const [what, states, current, newest, chosen] of CASES)
  test(`the primary among several servers: ${what}`, () => {
    const found = choosePrimary(states, current, newest === null ? null : line(newest));
    assert.equal(found?.place ?? null, chosen);
  });

test('of those that take writes and are not used it is said why', () => {
  const explain = (other: HostState) => findRefusalAt([primary(2), other], 1, { place: 0, timeline: line(2) }, line(2));
  assert.equal(explain(primary(2)), 'a second primary');
  assert.equal(explain(primary(1)), 'outdated');
  assert.equal(explain(primary(2, 'theirs')), 'another cluster');
  assert.equal(explain(nameless), null, 'what has no timelines may have several');
  assert.equal(explain(standby), null);
  assert.equal(findRefusalAt([primary(2), silent], 0, { place: 0, timeline: line(2) }, line(2)), null);
  assert.equal(findRefusalAt([primary(2), primary(2)], 1, null, null), null, 'before one is chosen');
});

test('a server of an older timeline or of another cluster is refused, and one that says neither is not', () => {
  assert.equal(findRefusal(line(1), line(2)), 'outdated');
  assert.equal(findRefusal(line(3, 'theirs'), line(2)), 'another cluster');
  assert.equal(findRefusal(line(2), line(2)), null);
  assert.equal(findRefusal(null, line(2)), null);
  assert.equal(findRefusal(line(1), null), null);
});
