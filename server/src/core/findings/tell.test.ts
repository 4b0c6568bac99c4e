import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  DOMAIN,
  type Explained,
  explain,
  failed,
  NOW,
  records,
  type Seen,
  texts,
  zone,
} from '../../../test/support/findings/explained-domain.ts';
import { RECORD_KINDS } from '../records/record.ts';
import { buildDnsRecords } from '../records/records.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { findPlaces } from './place.ts';
import { type Telling, tellEvidence, tellVerdict } from './tell.ts';

const PLACES = findPlaces(DOMAIN, records, new Map());
const tell = (evidence: Evidence | null, telling: Partial<Telling> = {}) =>
  tellEvidence(evidence, PLACES, { now: NOW, nextCheckAt: null, ...telling });
const told = ({ evidence }: Explained, kind: string, telling: Partial<Telling> = {}): readonly Finding[] =>
  tell(evidence, telling).records.find(({ record }) => record === kind)?.findings ?? [];
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);

test('a domain that was never checked has all its records, unknown, with the hosts of the likely zone', () => {
  const { records: all, findings } = tell(null);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    all.map(({ record, status, host, findings: own }) => [record, status, host, own.length]),
    [
      ['ownership', 'unknown', '_autosend-verify', 0],
      ['dkim', 'unknown', 'autosend._domainkey', 0],
      ['mail_from_mx', 'unknown', 'asend', 0],
      ['mail_from_spf', 'unknown', 'asend', 0],
      ['dmarc', 'unknown', '_dmarc', 0],
    ],
  );
  assert.deepEqual(
    all.map(({ expected }) => expected),
    RECORD_KINDS.map((kind) => (kind === 'mail_from_mx' ? `10 ${records[kind].value}` : records[kind].value)),
  );
});

test('evidence of an older version counts as never checked, whatever is in it', () => {
  const { evidence } = explain({});
  assert.deepEqual(readEvidence(JSON.parse(JSON.stringify(evidence))), JSON.parse(JSON.stringify(evidence)));
  const sentences = { code: 'record_missing', severity: 'error', title: 'T', detail: 'D', fix: 'No action.' };
  const old = { ...evidence, version: 2, findings: [sentences] };
  for (const stored of [old, { ...evidence, version: 3 }, { ...evidence, version: '4' }, {}, null, 'x', 7, []])
    assert.equal(readEvidence(stored), null, JSON.stringify(stored)?.slice(0, 60));
});

test('a finding has its keys in the documented order, whatever the order in the database', () => {
  const { evidence } = explain({ mail_from_spf: texts('v=spf1 -all') });
  const turned = JSON.parse(JSON.stringify(evidence), (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
  const [finding] = tell(turned).records[3]?.findings ?? [];
  assert.deepEqual(Object.keys(finding ?? {}), [
    ...['code', 'severity', 'title', 'detail', 'fix', 'copy', 'suggestion', 'evidence'],
  ]);
  assert.deepEqual(Object.keys(finding?.copy ?? {}), ['label', 'value']);
  assert.deepEqual(Object.keys(finding?.evidence[0] ?? {}), ['name', 'type', 'value', 'server']);
});

test('to somebody outside the project no other domain of it is named', () => {
  const explained = explain({ dkim: texts('v=DKIM1; k=ed25519; p=AAAA') }, { keyOwner: 'secret.example.net' });
  const [own] = told(explained, 'dkim');
  const [shared] = told(explained, 'dkim', { isShared: true });
  assert.match(own?.detail ?? '', /`secret\.example\.net`/);
  assert.match(shared?.detail ?? '', /another domain/);
  assert.doesNotMatch(JSON.stringify(tell(explained.evidence, { isShared: true })), /secret/);
});

test('what resolvers remember is told until it has run out, and not a moment longer', () => {
  const { evidence } = explain({ ownership: texts(records.ownership.value) });
  const visibleToResolversBy = minutes(5).toISOString();
  const remembered: Evidence = {
    ...evidence,
    records: evidence.records.map((each) => (each.record === 'ownership' ? { ...each, visibleToResolversBy } : each)),
  };
  const at = (now: Date) => tell(remembered, { now }).records[0];
  assert.deepEqual(
    [at(NOW)?.visibleToResolversBy, at(NOW)?.findings.map(({ code }) => code)],
    [visibleToResolversBy, ['negative_cache']],
  );
  assert.match(at(NOW)?.findings[0]?.detail ?? '', /until 12:05 UTC/);
  assert.deepEqual([at(minutes(5))?.visibleToResolversBy, at(minutes(5))?.findings], [undefined, []]);
});

const silent: Seen = { answers: [failed(1), failed(2)] };
const allSilent = Object.fromEntries([...RECORD_KINDS, 'elsewhere'].map((kind) => [kind, silent]));

test('name servers that are silent: how often they were asked, and when they will be again', () => {
  const { evidence } = explain(allSilent);
  const say = (checks: number, nextCheckAt: Date | null) => {
    const since = minutes(-30).toISOString();
    const [finding] = tell({ ...evidence, unanswered: { since, checks } }, { nextCheckAt }).findings;
    return [finding?.detail.slice(finding.detail.indexOf('We ')), finding?.fix];
  };
  assert.deepEqual(say(1, minutes(10)), ['We asked at 11:30 UTC. We’ll try again at 12:10 UTC.', null]);
  assert.deepEqual(say(2, minutes(0.5)), [
    'We have asked twice since 11:30 UTC. We’ll try again within a minute.',
    null,
  ]);
  assert.deepEqual(say(5, null), ['We have asked 5 times since 11:30 UTC.', null]);
});

test('a better sentence needs no new check: the words come from facts, at the time of reading', () => {
  const { evidence } = explain(allSilent);
  assert.doesNotMatch(JSON.stringify(evidence), /"(title|detail|fix|text)"/);
  assert.doesNotMatch(JSON.stringify(evidence), /answer us|nothing has been changed/);
});

test('the panel of the zone in which a record stands is named, and no other', () => {
  const cloudflare = {
    ...zone,
    nameservers: ['amy', 'bob'].map((name) => ({ name: `${name}.ns.cloudflare.com`, addresses: ['192.0.2.1'] })),
  };
  const explained = explain({ dkim: { answers: [absent()], zone: { ...cloudflare, name: '_domainkey.example.com' } } });
  const [dkim] = told(explained, 'dkim');
  const [ownership] = told(explained, 'ownership');
  assert.match(dkim?.fix ?? '', /^Add a TXT record at Cloudflare with the name `autosend` and/);
  assert.match(ownership?.fix ?? '', /^Add a TXT record with the name `_autosend-verify` and/);
});

test('a finding about the zone is told of the zone in which it was noticed', () => {
  const lame = { kind: 'error_code', rcode: 'REFUSED' } as const;
  const child = { ...zone, name: '_domainkey.example.com' };
  const { findings } = explain({ dkim: { answers: [absent(1), failed(2, lame)], zone: child } });
  assert.equal(
    findings[0]?.fix,
    'Remove `ns2.example.com` from the name servers of `_domainkey.example.com` wherever it is listed: at the DNS provider of its parent zone, in the zone’s own NS records at your DNS provider, or both. Or set the zone up on it.',
  );
});

test('a key that was exchanged since the check is told as not checked yet', () => {
  const { evidence } = explain({});
  const [region, labels] = [
    { key: 'x', mailFromHost: 'feedback.example.net', spfMechanism: 'include:example.net' },
    { ownershipLabel: '_v', ownershipValuePrefix: 'v-', selectorPrefix: 's', mailFromLabel: 'm' },
  ];
  const others = buildDnsRecords({
    domainName: DOMAIN,
    ownershipToken: '1'.repeat(32),
    selector: 'new',
    publicKey: 'MIIB',
    region,
    labels,
  });
  const { records: all } = tellEvidence(evidence, findPlaces(DOMAIN, others, new Map()), {
    now: NOW,
    nextCheckAt: null,
  });
  assert.deepEqual(
    all.map(({ status, findings }) => [status, findings.length]),
    [
      ['unknown', 0],
      ['unknown', 0],
      ['unknown', 0],
      ['unknown', 0],
      ['missing', 1],
    ],
  );
});

test('a verdict alone is told by what was noticed first, and by nothing where nothing was', () => {
  const telling = { now: NOW, nextCheckAt: null };
  const missing = { code: 'record_missing', facts: {}, answers: [] } as const;
  assert.equal(
    tellVerdict({ status: 'missing', observations: [missing] }, PLACES.dkim, telling),
    'There is no TXT record at `autosend._domainkey.example.com`.',
  );
  assert.equal(tellVerdict({ status: 'verified', observations: [] }, PLACES.dkim, telling), '');
});

test('what is kept of a check is bounded: findings, evidence and aliases', () => {
  const many = Array.from({ length: 40 }, (_, n) => `${n} ${'x'.repeat(2_000)}`);
  const { evidence } = explain({
    ownership: { ...texts(...many), aliases: Array.from({ length: 20 }, (_, n) => `a${n}.example.com`) },
  });
  const [ownership] = evidence.records;
  assert.ok(ownership && ownership.aliases.length <= 10 && ownership.found.length <= 8);
  for (const finding of ownership.findings) assert.ok(finding.evidence.length <= 6);
  assert.ok(JSON.stringify(ownership).length < 12_000, `${JSON.stringify(ownership).length}`);
});
