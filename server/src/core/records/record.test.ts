import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAG_NAMES, FLAGS, listKindsOf, RECORD_KINDS, RECORDS, REQUIRED_FLAGS } from './record.ts';
import { DEFAULT_LABELS } from './record-input.ts';
import { buildDnsRecords } from './records.ts';

const records = buildDnsRecords({
  domainName: 'example.com',
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey: 'MIIB',
  region: { key: 'x', mailFromHost: 'feedback.example.net', spfMechanism: 'include:example.net' },
  labels: DEFAULT_LABELS,
});

test('the records are shown in the order of the documented Domain object', () => {
  assert.deepEqual(RECORD_KINDS, ['ownership', 'dkim', 'mail_from_mx', 'mail_from_spf', 'dmarc']);
  assert.deepEqual(Object.keys(records), RECORD_KINDS);
});

test('ownership and DKIM are required, and nothing else', () => {
  assert.deepEqual(REQUIRED_FLAGS, ['ownership', 'dkim']);
});

test('every flag stands for at least one record, and every record counts in one flag', () => {
  const kinds = FLAG_NAMES.flatMap(listKindsOf);
  assert.deepEqual(kinds.toSorted(), RECORD_KINDS.toSorted());
  for (const name of FLAG_NAMES) assert.ok(listKindsOf(name).length > 0, name);
});

test('an MX record has a priority, and no other record has one', () => {
  for (const kind of RECORD_KINDS) {
    assert.equal(RECORDS[kind].priority !== null, RECORDS[kind].type === 'MX', kind);
    assert.equal('priority' in records[kind], RECORDS[kind].type === 'MX', kind);
  }
});

test('no two records ask the same question, have the same value or the same words', () => {
  const rows = RECORD_KINDS.map((kind) => ({ ...RECORDS[kind], ...records[kind] }));
  for (const tell of [
    ({ type, name }: (typeof rows)[number]) => `${type} ${name}`,
    ({ value }: (typeof rows)[number]) => value,
    ({ title }: (typeof rows)[number]) => title,
    ({ purpose }: (typeof rows)[number]) => purpose,
  ])
    assert.equal(new Set(rows.map(tell)).size, rows.length);
  assert.equal(new Set(FLAG_NAMES.map((name) => FLAGS[name].word)).size, FLAG_NAMES.length);
});

const near: readonly [keyof typeof RECORDS, readonly string[]][] = [
  ['ownership', ['autosend-verify']],
  ['dkim', ['autosend.domainkey', 'autosend', '_domainkey', 'autosend_domainkey']],
  ['mail_from_mx', ['_asend']],
  ['mail_from_spf', ['_asend']],
  ['dmarc', ['dmarc']],
];
for (const [kind, expected] of near)
  test(`the names that a hand makes of the right one by mistake: ${kind}`, () => {
    const { prefix, nearPrefixes } = RECORDS[kind];
    assert.deepEqual(nearPrefixes(prefix(DEFAULT_LABELS, 'autosend')), expected);
  });

test('a label without an underscore has none to lose', () => {
  assert.deepEqual(RECORDS.ownership.nearPrefixes('verify'), []);
});
