import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRecordRows } from './record-rows.ts';

const VALUE = 'v=DMARC1; p=none;';
const DOMAIN: Parameters<typeof buildRecordRows>[0] = {
  checkedAt: '2026-01-15T12:00:00.000Z',
  records: [
    {
      record: 'dmarc',
      type: 'TXT',
      name: '_dmarc.example.com',
      value: VALUE,
      chunks: [VALUE],
      priority: null,
      ttlSeconds: 300,
      purpose: 'DMARC policy',
      state: 'verified',
    },
  ],
};

function rowFor(found: string) {
  const seen = { record: 'dmarc', status: 'verified', host: '_dmarc', found: [found], findings: [], answers: [] };
  const diagnostics = { records: [seen] } as unknown as Parameters<typeof buildRecordRows>[1];
  return buildRecordRows(DOMAIN, diagnostics)[0];
}

test('our DMARC record is ours however a panel writes it, in quotes, capitals or without the last semicolon', () => {
  for (const found of [VALUE, `"${VALUE}"`, 'V=DMARC1;p=none', '"v=DMARC1; " "p=none;"'])
    assert.equal(rowFor(found)?.isOwn, false, found);
  assert.equal(rowFor('v=DMARC1; p=reject')?.isOwn, true);
});

test('the TTL shown is the one that the service proposes', () => {
  assert.equal(rowFor(VALUE)?.ttlSeconds, 300);
});
