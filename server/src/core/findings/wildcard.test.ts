import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, found, type Seen, texts } from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf, viewOf } from '../../../test/support/findings/record-view.ts';
import { startProbe } from './probe.ts';
import { findWildcard, nameNeighbor } from './wildcard.ts';

for (const [name, neighbor] of [
  ['_autosend-verify.example.com', 'autosend-no-such-name.example.com'],
  // A `*` record answers for one name and all below it (RFC 4592 §2.2.1): the nearest neighbor is asked.
  ['autosend._domainkey.example.com', 'autosend-no-such-name._domainkey.example.com'],
] as const)
  test(`the neighbor of ${name} differs from it in the first label only`, () => {
    assert.equal(nameNeighbor(name), neighbor);
  });

const mx = (...servers: readonly (readonly [number, string])[]): Seen => ({
  answers: [found(servers.map(([preference, exchange]) => ({ type: 'MX', preference, exchange })))],
});
const alias = (target: string): Seen => ({ answers: [absent()], aliases: [target] });
const CASES: readonly (readonly [
  what: string,
  kind: 'ownership' | 'mail_from_mx',
  seen: Seen,
  neighbor: Seen,
  is: boolean,
])[] = [
  ['the same text', 'ownership', texts('x'), texts('x'), true],
  ['another text', 'ownership', texts('x'), texts('y'), false],
  ['one text more', 'ownership', texts('x', 'y'), texts('x'), false],
  ['the same texts in another order', 'ownership', texts('x', 'y'), texts('y', 'x'), true],
  ['the same text twice', 'ownership', texts('x', 'x'), texts('x'), true],
  ['the case of letters', 'ownership', texts('x'), texts('X'), false],
  ['nothing at either name', 'ownership', { answers: [absent()] }, { answers: [absent()] }, false],
  ['an empty text, and nothing', 'ownership', texts(''), { answers: [absent()] }, false],
  ['an empty text at both names', 'ownership', texts(''), texts(''), true],
  ['the neighbor did not answer', 'ownership', texts('x'), { answers: [failed(1)] }, false],
  ['the record was not answered for', 'ownership', { answers: [failed(1)] }, texts('x'), false],
  ['the same CNAME', 'ownership', alias('w.example.com'), alias('w.example.com'), true],
  ['another CNAME', 'ownership', alias('w.example.com'), alias('v.example.com'), false],
  [
    'a CNAME that comes to the same text by another way',
    'ownership',
    { ...texts('x'), aliases: ['w.example.com'] },
    texts('x'),
    false,
  ],
  ['the same mail server with another priority', 'mail_from_mx', mx([1, 'm.example']), mx([9, 'm.example']), true],
  ['another mail server', 'mail_from_mx', mx([1, 'm.example']), mx([1, 'n.example']), false],
  ['a null MX (RFC 7505)', 'mail_from_mx', mx([0, '']), mx([0, '']), true],
  ['a null MX, and nothing', 'mail_from_mx', mx([0, '']), { answers: [absent()] }, false],
];

for (const [what, kind, seen, neighbor, is] of CASES)
  test(`${what}: it is ${is ? '' : 'not '}a wildcard`, () => {
    const view = viewOf(kind, seen);
    const probe = startProbe(lookupsOf({ [`${view.place.type} ${nameNeighbor(view.place.name)}`]: neighbor }), true);
    const wildcard = findWildcard(view, probe);
    assert.deepEqual(wildcard && [wildcard.code, wildcard.facts], is ? ['wildcard_answer', {}] : null);
  });

test('the neighbor is asked only where something stands at the name', () => {
  const asked = (seen: Seen) => {
    const probe = startProbe(new Map(), true);
    assert.equal(findWildcard(viewOf('mail_from_mx', seen), probe), null);
    return probe.outstanding.map(({ name, type }) => `${type} ${name}`);
  };
  assert.deepEqual(asked(mx([10, 'm.example'])), ['MX autosend-no-such-name.example.com']);
  assert.deepEqual(asked({ answers: [absent(1, 'nxdomain')] }), []);
  assert.deepEqual(asked(texts('no mail server')), []);
});
