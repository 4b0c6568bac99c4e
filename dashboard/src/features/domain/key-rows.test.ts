import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainKey } from '../../api/domains.ts';
import { buildKeyRows } from './key-rows.ts';
import type { RecordRow } from './record-rows.ts';

const KEY: DomainKey = {
  selector: 'autosend-20260115-2c',
  type: 'rsa',
  bits: 2048,
  stage: 'pending',
  origin: 'generated',
  record: {
    name: 'autosend-20260115-2c._domainkey.mail.example.com',
    value: `v=DKIM1; k=rsa; p=${'A'.repeat(400)}`,
    type: 'TXT',
    purpose: 'DKIM authentication',
  },
  isPublished: false,
  publishedAt: null,
  activatedAt: null,
  retiresAt: null,
  retiredAt: null,
  revokedAt: null,
  createdAt: '2026-01-15T12:00:00.000Z',
  warning: null,
};
const DKIM = { name: 'autosend._domainkey.mail.example.com', host: 'autosend._domainkey.mail' } as RecordRow;

test('a pending key wants its record, named as the panel wants the others, whole and in strings of 255 octets', () => {
  const [row] = buildKeyRows([KEY], DKIM);
  assert.equal(row?.host, 'autosend-20260115-2c._domainkey.mail');
  assert.deepEqual([row?.state, row?.title], ['waiting', 'New DKIM key']);
  assert.equal(row?.chunks.join(''), KEY.record.value);
  assert.deepEqual(
    row?.chunks.map(({ length }) => length),
    [255, KEY.record.value.length - 255],
  );
});

test('while nobody knows the zone the name stands in full', () => {
  assert.equal(buildKeyRows([KEY], undefined)[0]?.host, KEY.record.name);
  assert.equal(buildKeyRows([KEY], { ...DKIM, host: DKIM.name })[0]?.host, KEY.record.name);
});

test('an Ed25519 key in use is wanted, and missing where it is not there; an RSA key in use and retired ones are not', () => {
  const ed25519: DomainKey = { ...KEY, type: 'ed25519', bits: null, stage: 'active' };
  assert.deepEqual(
    buildKeyRows([ed25519], DKIM).map(({ state }) => state),
    ['wrong'],
  );
  assert.deepEqual(
    buildKeyRows([{ ...ed25519, isPublished: true }], DKIM).map(({ state }) => state),
    ['verified'],
  );
  for (const stage of ['active', 'retired'] as const) assert.deepEqual(buildKeyRows([{ ...KEY, stage }], DKIM), []);
});

test('the record of a retiring key has to stay, and is missing where it went', () => {
  const [there] = buildKeyRows([{ ...KEY, stage: 'retiring', isPublished: true }], DKIM);
  assert.deepEqual([there?.title, there?.state], ['Previous DKIM key', 'verified']);
  const [gone] = buildKeyRows([{ ...KEY, stage: 'retiring' }], DKIM);
  assert.deepEqual([gone?.state, gone?.word], ['wrong', 'Missing']);
});

test('a key that was not checked is not called absent', () => {
  assert.equal(buildKeyRows([{ ...KEY, isPublished: null }], DKIM)[0]?.state, 'unknown');
});

test('what the last check saw of a new key stands with its record, until the key is found', () => {
  const finding = {
    code: 'value_truncated',
    severity: 'error',
    title: 'The key is cut off',
    detail: '',
    fix: '',
    docs: 'https://domains.example.com/docs/findings#value_truncated',
    evidence: [],
  } as const;
  const seen = {
    selector: KEY.selector,
    stage: 'pending',
    status: 'mismatched',
    name: KEY.record.name,
    host: 'in-the-panel',
    zone: 'example.com',
    type: 'TXT',
    expected: KEY.record.value,
    found: ['cut'],
    aliases: [],
    answers: [],
    findings: [finding],
  } as const;
  const diagnostics = {
    keys: [{ ...seen, found: ['cut'], aliases: [], answers: [], findings: [finding] }],
  } as unknown as Parameters<typeof buildKeyRows>[2];
  const [row] = buildKeyRows([KEY], DKIM, diagnostics);
  assert.deepEqual([row?.state, row?.word, row?.host, row?.found], ['wrong', 'Wrong', 'in-the-panel', ['cut']]);
  assert.deepEqual(
    row?.findings.map(({ code }) => code),
    ['value_truncated'],
  );
  const [found] = buildKeyRows([{ ...KEY, isPublished: true }], DKIM, diagnostics);
  assert.deepEqual([found?.state, found?.findings], ['verified', []]);
});
