import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LookupResult, Question } from '../answers/dns-answer.ts';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { BUILT_IN_REGIONS, type Region } from '../records/regions.ts';
import { findPart, PART_NAMES, type TestDomain } from './parts.ts';
import { answerInTestMode } from './scripted-answers.ts';

const START = Date.parse('2026-01-15T12:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000);

function buildDomain(name: string, seconds: number, verifiedAt: Date | null = null): TestDomain {
  const [region] = BUILT_IN_REGIONS as readonly [Region];
  const records = buildDnsRecords({
    domainName: name,
    ownershipToken: 'a'.repeat(32),
    selector: 'autosend',
    publicKey: 'A'.repeat(392),
    region,
    labels: DEFAULT_LABELS,
  });
  return { name, records, furtherKeys: [], createdAt: at(0), verifiedAt, now: at(seconds) };
}

const ask = (domain: TestDomain, question: Pick<Question, 'name' | 'type'>): LookupResult =>
  answerInTestMode(domain, { ...question, servers: 'every' });
/** What the two servers say of a record, in a word each. */
const say = (domain: TestDomain, { name, type }: { name: string; type: string }) =>
  ask(domain, { name, type: type as Question['type'] }).answers.map((answer) =>
    answer.outcome === 'absent' ? answer.reason : answer.outcome,
  );

for (const [name, part] of [
  ['verified.test', 'verified.test'],
  ['a1.verified.test', 'verified.test'],
  ['a.b.at-risk.test', 'at-risk.test'],
  ['notverified.test', null],
  ['verified.test.example.com', null],
  ['test', null],
] as const)
  test(`${name} plays ${part ?? 'no part'}`, () => assert.equal(findPart(name), part));

test('both servers have every record of a domain that is verified, and nothing else', () => {
  const domain = buildDomain('a1.verified.test', 0);
  for (const record of Object.values(domain.records))
    assert.deepEqual(say(domain, record), ['found', 'found'], record.name);
  // A name that only has others below it, and one that isn't there (RFC 8020).
  assert.deepEqual(say(domain, { name: '_domainkey.a1.verified.test', type: 'TXT' }), ['nodata', 'nodata']);
  assert.deepEqual(say(domain, { name: 'other.verified.test', type: 'TXT' }), ['nxdomain', 'nxdomain']);
});

test('a zone names the servers that answer for it', () => {
  for (const part of PART_NAMES.filter((each) => each !== 'servers-down.test')) {
    const { zone, answers } = ask(buildDomain(`a1.${part}`, 0), { name: part, type: 'NS' });
    assert.equal(zone?.name, part);
    const [first] = answers;
    assert.ok(first?.outcome === 'found');
    const named = first.records.map((record) => record.type === 'NS' && record.target);
    assert.deepEqual(
      named,
      zone.nameservers.map(({ name }) => name),
    );
  }
});

test('silent servers fail, whatever they are asked within their zone', () => {
  const domain = buildDomain('servers-down.test', 0);
  assert.deepEqual(say(domain, domain.records.ownership), ['failed', 'failed']);
});

test('what appears or goes does so at its second', () => {
  const seen = (name: string, seconds: number, kind: 'dkim' | 'ownership', verifiedAt: Date | null = null) => {
    const domain = buildDomain(name, seconds, verifiedAt);
    return say(domain, domain.records[kind]).map((word) => word === 'found');
  };
  assert.deepEqual(seen('slow.test', 29, 'dkim'), [false, false]);
  assert.deepEqual(seen('slow.test', 30, 'dkim'), [true, true]);
  assert.deepEqual(seen('disagree.test', 299, 'dkim'), [true, false]);
  assert.deepEqual(seen('disagree.test', 300, 'dkim'), [true, true]);
  assert.deepEqual(seen('at-risk.test', 69, 'dkim', at(10)), [true, true]);
  assert.deepEqual(seen('at-risk.test', 70, 'dkim', at(10)), [false, false]);
  assert.deepEqual(seen('at-risk.test', 86_410, 'dkim', at(10)), [true, true]);
  assert.deepEqual(seen('lost.test', 70, 'ownership', at(10)), [false, false]);
  assert.deepEqual(seen('lost.test', 10_000_000, 'ownership', at(10)), [false, false]);
});

test('outside of a domain only that is there to which its records lead', () => {
  const domain = buildDomain('verified.test', 0);
  assert.deepEqual(say(domain, { name: domain.records.mail_from_mx.value, type: 'A' }), ['found']);
  assert.deepEqual(say(domain, { name: 'amazonses.com', type: 'TXT' }), ['found']);
  assert.deepEqual(say(domain, { name: 'example.com', type: 'TXT' }), ['nxdomain']);
});
