import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, found, NOW, type Seen, zone } from '../../../test/support/findings/explained-domain.ts';
import { viewOf } from '../../../test/support/findings/record-view.ts';
import type { Answer } from '../answers/dns-answer.ts';
import type { Fault } from '../answers/failure.ts';
import type { Explanation } from './view.ts';
import { explainBogus, explainMissingZone, explainUnvalidated } from './zone.ts';

const told = (explanation: Explanation | null) => explanation && [explanation.code, explanation.facts];
const registry = { ...zone, name: 'com' };
const text = found([{ type: 'TXT', strings: ['x'] }]);
const unregistered = ['domain_not_registered', { domain: 'example.com', registry: 'com' }];
const undelegated = ['delegation_missing', { zone: 'example.com', servers: [] }];
const none = (name: string): Fault => ({ kind: 'no_nameservers', zone: name });
const servers = (count: number, addresses: string[] = []) =>
  Array.from({ length: count }, (_, n) => ({ name: `n${n}.example`, addresses }));

const CASES: readonly (readonly [what: string, seen: Seen, told: unknown])[] = [
  ['the registry has no such name', { zone: registry, answers: [absent(1, 'nxdomain')] }, unregistered],
  ['all its servers say so', { zone: registry, answers: [absent(1, 'nxdomain'), absent(2, 'nxdomain')] }, unregistered],
  ['the registry has the name, and no delegation', { zone: registry, answers: [absent(1, 'nodata')] }, undelegated],
  ['its servers say different things', { zone: registry, answers: [absent(1, 'nxdomain'), absent(2, 'nodata')] }, null],
  ['one of its servers does not answer', { zone: registry, answers: [absent(1, 'nxdomain'), failed(2)] }, null],
  ['none of its servers answers', { zone: registry, answers: [failed(1)] }, null],
  ['a registry with a text', { zone: registry, answers: [text] }, null],
  [
    'the root',
    { zone: { ...zone, name: '' }, answers: [absent(1, 'nxdomain')] },
    ['domain_not_registered', { domain: 'example.com', registry: '' }],
  ],
  ['the domain’s own zone', { zone, answers: [absent(1, 'nxdomain')] }, null],
  ['no zone is known', { zone: undefined, answers: [absent(1, 'nxdomain')] }, null],
  [
    'the name behind a CNAME is not registered: that is another domain',
    { zone: registry, aliases: ['gone.com'], askedZone: zone, answers: [absent(1, 'nxdomain')] },
    null,
  ],
  ['no name servers', { zone, answers: [failed(1, none('example.com'))] }, undelegated],
  ['no name servers, and no zone', { zone: undefined, answers: [failed(1, none('example.com'))] }, undelegated],
  ['one that fails otherwise', { zone, answers: [failed(1, none('example.com')), failed(2)] }, null],
  [
    'no name servers behind a CNAME',
    { zone, aliases: ['k.example.net'], answers: [failed(1, none('example.net'))] },
    null,
  ],
  [
    'only the servers without an address are named, and six of them',
    {
      zone: { ...zone, nameservers: [...servers(1, ['192.0.2.1']), ...servers(8).slice(1)] },
      answers: [failed(1, none('x'))],
    },
    ['delegation_missing', { zone: 'example.com', servers: [1, 2, 3, 4, 5, 6].map((n) => `n${n}.example`) }],
  ],
];
for (const [what, seen, expected] of CASES)
  test(`nobody holds a zone for the domain, or somebody does: ${what}`, () => {
    assert.deepEqual(told(explainMissingZone(viewOf('ownership', seen), 'example.com')), expected);
  });

test('of a subdomain the domain that could be registered is named', () => {
  const view = viewOf('ownership', { zone: registry, answers: [absent(1, 'nxdomain')] });
  assert.deepEqual(told(explainMissingZone(view, 'a.b.example.com')), unregistered);
});

const bogus = failed(2, { kind: 'dnssec_bogus' });
for (const [what, seen, expected] of [
  ['one refusal is enough', { answers: [absent(1), bogus] }, 'example.com'],
  ['none', { answers: [absent(1), failed(2)] }, null],
  ['in the zone that was asked', { answers: [bogus], askedZone: { ...zone, name: 'asked.example' } }, 'asked.example'],
  ['in a zone that is not known', { answers: [bogus], zone: undefined }, 'example.com'],
  [
    'of a name server’s address: that is another zone',
    { answers: [{ ...bogus, step: { at: 'address' } } as Answer] },
    null,
  ],
] as const)
  test(`signatures that do not match: ${what}`, () => {
    const expected_ = expected === null ? null : ['dnssec_bogus', { zone: expected }];
    assert.deepEqual(told(explainBogus(viewOf('dkim', seen, 'unknown'))), expected_);
  });

test('a signed zone that has changed waits for the longest that a resolver may remember the old answer', () => {
  const old = (n: number, outdatedSeconds: number) => failed(n, { kind: 'dnssec_unvalidated', outdatedSeconds });
  const until = (...answers: Answer[]) => told(explainUnvalidated(viewOf('dkim', { answers }, 'unknown'), NOW));
  assert.deepEqual(until(old(1, 60), old(2, 3_600), absent(3)), [
    'negative_cache',
    { what: 'validator', until: '2026-01-15T13:00:00.000Z' },
  ]);
  assert.deepEqual(until(old(1, 0)), ['negative_cache', { what: 'validator', until: NOW.toISOString() }]);
  assert.equal(until(absent(1), failed(2), bogus), null);
});
