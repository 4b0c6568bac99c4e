import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Answer,
  type AnswerSource,
  type DnsRecord,
  type Failed,
  failureOf,
  firstAnswer,
  joinTxt,
  type LookupResult,
  questionKey,
  recordsOfType,
} from './dns-answer.ts';
import { AT_RECORD, type Fault } from './failure.ts';

const source = (server: string): AnswerSource => ({ server, address: '192.0.2.1', via: 'authoritative', rttMs: 7 });

const found = (server: string, records: readonly DnsRecord[] = []): Answer => ({
  outcome: 'found',
  records,
  ttlSeconds: 60,
  source: source(server),
});
const absent = (server: string): Answer => ({
  outcome: 'absent',
  reason: 'nxdomain',
  negativeTtlSeconds: 60,
  source: source(server),
});
const failed = (server: string, fault: Fault = { kind: 'silent', transport: 'udp' }): Failed => ({
  ...fault,
  step: AT_RECORD,
  outcome: 'failed',
  reason: 'timeout',
  source: source(server),
});

const lookup = (...answers: Answer[]): LookupResult => ({
  question: { name: 'example.com', type: 'TXT', servers: 'any' },
  aliases: [],
  zone: undefined,
  answers,
});

const firsts: readonly [name: string, answers: Answer[], server: string][] = [
  ['a lone answer', [found('ns1')], 'ns1'],
  ['a failure before an answer', [failed('ns1'), found('ns2')], 'ns2'],
  ['a failure before a "no": that is an answer', [failed('ns1'), absent('ns2')], 'ns2'],
  ['a "no" before an answer', [absent('ns1'), found('ns2')], 'ns1'],
  ['an answer before a "no"', [found('ns1'), absent('ns2')], 'ns1'],
  ['an answer before a failure', [found('ns1'), failed('ns2')], 'ns1'],
  ['failures alone: the first of them', [failed('ns1'), failed('ns2')], 'ns1'],
];

for (const [name, answers, server] of firsts)
  test(`one answer is enough: ${name}`, () => assert.equal(firstAnswer(lookup(...answers)).source.server, server));

test('a look-up without any answer is a fault of ours and never reads as a "no"', () => {
  assert.throws(() => firstAnswer(lookup()), /TXT example\.com/);
});

test('questions that differ in name or in type are never taken for one another', () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
  const question = fc.record({
    name: fc.array(label, { maxLength: 3 }).map((labels) => labels.join('.')),
    type: fc.constantFrom('TXT', 'SPF', 'MX', 'A', 'AAAA', 'CNAME', 'NS', 'SOA'),
  });
  fc.assert(
    fc.property(question, question, (one, other) => {
      const isSame = one.name === other.name && one.type === other.type;
      assert.equal(questionKey(one) === questionKey(other), isSame);
    }),
  );
});

test('which servers are to be asked is no part of the key: a look-up of every server serves both', () => {
  const name = 'example.com';
  const ofAny = questionKey({ name, type: 'MX', servers: 'any' } as Parameters<typeof questionKey>[0]);
  assert.equal(ofAny, questionKey({ name, type: 'MX' }));
});

const text = (...strings: string[]): DnsRecord => ({ type: 'TXT', strings });
const obsolete: DnsRecord = { type: 'SPF', strings: ['v=spf1 -all'] };
const mailServer: DnsRecord = { type: 'MX', preference: 10, exchange: 'mx.example.com' };

test('an answer is read for one type only: what stands beside it is not taken for it', () => {
  const answer = found('ns1', [text('a'), obsolete, mailServer, text('b')]);
  assert.deepEqual(recordsOfType(answer, 'TXT'), [text('a'), text('b')]);
  assert.deepEqual(recordsOfType(answer, 'SPF'), [obsolete]);
  assert.deepEqual(recordsOfType(answer, 'MX'), [mailServer]);
  assert.deepEqual(recordsOfType(answer, 'CNAME'), []);
});

test('a "no" has no records, and a failure has none to speak of: the two are told apart', () => {
  assert.deepEqual(recordsOfType(absent('ns1'), 'TXT'), []);
  assert.equal(recordsOfType(failed('ns1'), 'TXT'), null);
});

const joined: readonly [name: string, strings: string[], whole: string][] = [
  [
    'nothing is put between the strings (RFC 7208 §3.3)',
    ['v=spf1 .... first', 'second string...'],
    'v=spf1 .... firstsecond string...',
  ],
  ['one string is itself', ['v=spf1 -all'], 'v=spf1 -all'],
  ['no string at all is the empty text', [], ''],
  ['empty strings add nothing', ['', 'v=DKIM1;', '', ' p=x', ''], 'v=DKIM1; p=x'],
  ['blanks at the seam stay', ['v=DKIM1; ', ' p=x'], 'v=DKIM1;  p=x'],
  ['a NUL and octets above ASCII stay as they are', ['a\x00', '\xff'], 'a\x00\xff'],
  ['strings of full length are not cut', ['x'.repeat(255), 'y'.repeat(255)], `${'x'.repeat(255)}${'y'.repeat(255)}`],
];

for (const [name, strings, whole] of joined)
  test(`the text of a TXT record: ${name}`, () => assert.equal(joinTxt({ type: 'TXT', strings }), whole));

test('where a key is cut into strings does not change its text', () => {
  const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(octets, fc.integer({ min: 1, max: 255 }), (codes, size) => {
      const whole = String.fromCharCode(...codes);
      const count = Math.ceil(whole.length / size);
      const strings = Array.from({ length: count }, (_, index) => whole.slice(index * size, (index + 1) * size));
      assert.equal(joinTxt({ type: 'TXT', strings }), whole);
    }),
  );
});

const stored: readonly [name: string, fault: Fault, kept: Fault][] = [
  [
    'a loop of six names is kept whole',
    { kind: 'cname_loop', chain: ['a', 'b', 'c', 'd', 'e', 'a'] },
    { kind: 'cname_loop', chain: ['a', 'b', 'c', 'd', 'e', 'a'] },
  ],
  [
    'of a loop of seven names the first six are kept',
    { kind: 'cname_loop', chain: ['a', 'b', 'c', 'd', 'e', 'f', 'a'] },
    { kind: 'cname_loop', chain: ['a', 'b', 'c', 'd', 'e', 'f'] },
  ],
  [
    'of a CNAME beside others the first target is kept, and none of the others’ data',
    { kind: 'cname_beside_others', targets: ['b.example', 'c.example'], others: ['v=spf1 -all'] },
    { kind: 'cname_beside_others', targets: ['b.example'], others: [] },
  ],
  [
    'two extended errors are kept with their texts',
    { kind: 'error_code', rcode: 'SERVFAIL', extendedErrors: [{ code: 6 }, { code: 9, text: 'no key' }] },
    { kind: 'error_code', rcode: 'SERVFAIL', extendedErrors: [{ code: 6 }, { code: 9, text: 'no key' }] },
  ],
  [
    'of three extended errors the first two are kept',
    { kind: 'error_code', rcode: 'REFUSED', extendedErrors: [{ code: 18 }, { code: 20 }, { code: 22 }] },
    { kind: 'error_code', rcode: 'REFUSED', extendedErrors: [{ code: 18 }, { code: 20 }] },
  ],
  [
    'an expired zone keeps two extended errors as well',
    { kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }, { code: 22 }, { code: 23 }] },
    { kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }, { code: 22 }] },
  ],
  [
    'an error code that says nothing more gets no empty list',
    { kind: 'error_code', rcode: 'REFUSED' },
    { kind: 'error_code', rcode: 'REFUSED' },
  ],
  [
    'what is small already is kept as it is',
    { kind: 'speaks_for_other', zone: 'com', expected: 'example.com' },
    { kind: 'speaks_for_other', zone: 'com', expected: 'example.com' },
  ],
];

for (const [name, fault, kept] of stored)
  test(`a failure to store: ${name}`, () => {
    assert.deepEqual(failureOf(failed('ns1', fault)), { ...kept, step: AT_RECORD });
  });

test('a stored failure names nobody, and does not change from one check to the next', () => {
  const faults: Fault[] = stored.map(([, fault]) => fault);
  for (const fault of faults) {
    const slow: Failed = { ...failed('ns2', fault), source: { ...source('ns2'), rttMs: 900 } };
    assert.deepEqual(failureOf(slow), failureOf(failed('ns1', fault)));
    for (const field of ['outcome', 'reason', 'source']) assert.equal(field in failureOf(slow), false, field);
  }
});

test('taking a failure twice changes nothing more, however long the lists a server sent', () => {
  const names = fc.array(fc.domain(), { maxLength: 40 });
  const errors = fc.array(fc.record({ code: fc.nat(65_535) }), { maxLength: 40 });
  const hostile: fc.Arbitrary<Fault> = fc.oneof(
    names.map((chain) => ({ kind: 'cname_loop', chain }) as const),
    fc.tuple(names, names).map(([targets, others]) => ({ kind: 'cname_beside_others', targets, others }) as const),
    errors.map((extendedErrors) => ({ kind: 'error_code', rcode: 'SERVFAIL', extendedErrors }) as const),
    errors.map((extendedErrors) => ({ kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors }) as const),
  );
  fc.assert(
    fc.property(hostile, (fault) => {
      const once = failureOf(failed('ns1', fault));
      assert.deepEqual(failureOf({ ...once, outcome: 'failed', reason: 'servfail', source: source('ns1') }), once);
      for (const value of Object.values(once)) assert.ok(!Array.isArray(value) || value.length <= 6);
    }),
  );
});
