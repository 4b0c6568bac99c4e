import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  explain,
  failed,
  found,
  NOW,
  records,
  type Seen,
  texts,
  zone,
} from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf } from '../../../test/support/findings/record-view.ts';
import { questionKey } from '../answers/dns-answer.ts';
import type { RecordStatus } from '../judgement/judgement.ts';
import { mapKinds, RECORD_KINDS } from '../records/record.ts';
import { buildEvidence, type Evidence } from './evidence.ts';
import { findPlaces } from './place.ts';

/** What is kept where this was seen of the ownership record, after that check before. */
function keep(
  seen: Seen,
  status: RecordStatus = 'verified',
  previous: Evidence | null = null,
  others: Seen = seen,
): Evidence {
  const lookups = lookupsOf(
    Object.fromEntries(RECORD_KINDS.map((kind) => [questionKey(records[kind]), kind === 'ownership' ? seen : others])),
  );
  return buildEvidence({
    domain: 'example.com',
    records,
    lookups,
    places: findPlaces('example.com', records, lookups),
    previous,
    now: NOW,
    judgement: mapKinds(() => ({ status, observations: [] })),
    findings: { records: mapKinds(() => []), findings: [] },
  });
}
const { evidence: before } = explain({});
const after = (own: Partial<Evidence['records'][number]>): Evidence => ({
  ...before,
  records: before.records.map((each) => (each.record === 'ownership' ? { ...each, ...own } : each)),
});
const negative = (...seconds: (number | null)[]) =>
  seconds.map((ttlSeconds) => ({
    server: 's',
    address: 'a',
    via: 'authoritative',
    rttMs: 1,
    found: [],
    ttlSeconds,
    outcome: ttlSeconds === null ? ('timeout' as const) : ('nodata' as const),
  })) as Evidence['records'][number]['answers'];
const inSeconds = (count: number) => new Date(NOW.getTime() + count * 1000).toISOString();
const positive = { ...negative(900)[0], outcome: 'found' } as Evidence['records'][number]['answers'][number];

for (const [what, status, own, expected] of [
  [
    'the longest that a server said',
    'verified',
    { status: 'missing', answers: negative(60, 300, null) },
    inSeconds(300),
  ],
  ['a day at most (RFC 2308 §5)', 'verified', { status: 'missing', answers: negative(86_401) }, inSeconds(86_400)],
  ['not at all', 'verified', { status: 'missing', answers: negative(0) }, undefined],
  ['no server said "no"', 'verified', { status: 'unknown', answers: negative(null) }, undefined],
  ['a record was there, if a wrong one', 'verified', { status: 'mismatched', answers: [positive] }, undefined],
  ['still missing', 'missing', { status: 'missing', answers: negative(300) }, undefined],
  ['kept until it has run out', 'verified', { status: 'verified', visibleToResolversBy: inSeconds(1) }, inSeconds(1)],
  ['run out', 'verified', { status: 'verified', visibleToResolversBy: inSeconds(0) }, undefined],
  [
    'found before: what others remember has run out',
    'verified',
    { status: 'verified', answers: negative(300) },
    undefined,
  ],
] as const)
  test(`whoever asked before the record was there remembers the "no": ${what}`, () => {
    const { records: kept } = keep(texts('x'), status, after(own as Partial<Evidence['records'][number]>));
    assert.equal(kept[0]?.visibleToResolversBy, expected);
  });

test('at the first check nobody remembers anything', () => {
  assert.equal('visibleToResolversBy' in (keep(texts('x')).records[0] ?? {}), false);
});

test('checks that nobody answered are counted from the first of them, and an answer for one record ends it', () => {
  const silent: Seen = { answers: [failed(1), failed(2)] };
  const first = keep(silent, 'unknown');
  assert.deepEqual(first.unanswered, { since: NOW.toISOString(), checks: 1 });
  const since = inSeconds(-60);
  assert.deepEqual(keep(silent, 'unknown', { ...before, unanswered: { since, checks: 7 } }).unanswered, {
    since,
    checks: 8,
  });
  assert.equal(keep({ answers: [failed(1), absent(2)] }, 'unknown', first, silent).unanswered, undefined);
});

const text = (value: string) => ({ type: 'TXT', strings: [value] }) as const;
test('each value is kept once, and each server points to those that it showed', () => {
  const answers = [found([text('a'), text('b')], 1), found([text('b')], 2), absent(3), failed(4)];
  const [kept] = keep({ answers }).records;
  assert.deepEqual(kept?.found, ['a', 'b']);
  assert.deepEqual(
    kept?.answers.map(({ outcome, ttlSeconds, found: places }) => [outcome, ttlSeconds, places]),
    [
      ['found', 300, [0, 1]],
      ['found', 300, [1]],
      ['nodata', 300, []],
      ['servfail', null, []],
    ],
  );
});

test('of many values eight are kept, of many servers thirty, and no place points to one that was left out', () => {
  const values = (from: number) => Array.from({ length: 8 }, (_, n) => text(`${from + n}`));
  const [kept] = keep({
    answers: [found(values(0), 1), found(values(4), 2), ...Array.from({ length: 40 }, () => absent(3))],
  }).records;
  assert.equal(kept?.found.length, 8);
  assert.equal(kept?.answers.length, 30);
  assert.deepEqual(kept?.answers[1]?.found, [4, 5, 6, 7]);
});

for (const [length, isCut] of [
  [800, false],
  [801, true],
] as const)
  test(`a value of ${length} characters is ${isCut ? 'cut, and its length kept' : 'kept whole'}`, () => {
    const [kept] = keep(texts('x'.repeat(length))).records;
    assert.equal(kept?.found[0], isCut ? `${'x'.repeat(800)}… (801 characters)` : 'x'.repeat(800));
  });

test('a failure is kept as facts, without what the server could fill with as much as it liked', () => {
  const extendedErrors = Array.from({ length: 9 }, (_, code) => ({ code }));
  const [kept] = keep(
    { answers: [failed(1, { kind: 'error_code', rcode: 'SERVFAIL', extendedErrors })] },
    'unknown',
  ).records;
  assert.deepEqual(kept?.answers[0]?.failure, {
    kind: 'error_code',
    rcode: 'SERVFAIL',
    step: { at: 'record' },
    extendedErrors: extendedErrors.slice(0, 2),
  });
});

test('the zone that is kept is the one that holds the domain, not one that holds some of its records', () => {
  const child = { ...zone, name: '_autosend-verify.example.com', dnssec: 'unsigned' } as const;
  const seen = { answers: [absent(1), failed(2)], zone: child };
  assert.equal(keep(seen, 'missing', null, { answers: [absent(1)] }).zone?.name, 'example.com');
  assert.equal(keep(seen, 'missing').zone?.name, child.name, 'where no other one is known');
  assert.equal(keep({ answers: [absent(1)], zone: undefined }, 'missing').zone, null);
  assert.deepEqual(
    keep(seen, 'missing').zone?.nameservers.map(({ name, answered }) => [name, answered]),
    [
      ['ns1.example.com', true],
      ['ns2.example.com', false],
    ],
  );
});
