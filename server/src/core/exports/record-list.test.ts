import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildKeyRecord } from '../records/dkim-key.ts';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { formatCsv } from './csv.ts';
import { listExportedRecords, type RecordsToExport } from './record-list.ts';
import { formatTerraform, TERRAFORM_PROVIDERS } from './terraform.ts';
import { formatCloudflareFile, formatZoneFile } from './zone-file.ts';

const domainName = 'example.com';
const keyOf = (selector: string, algorithm: 'rsa-2048' | 'ed25519' = 'rsa-2048') =>
  buildKeyRecord({
    domainName,
    selector,
    algorithm,
    publicKey: algorithm === 'ed25519' ? 'B'.repeat(43) : 'A'.repeat(392),
  });
const recordsWith = (selector: string) =>
  buildDnsRecords({
    domainName,
    ownershipToken: '0'.repeat(32),
    selector,
    publicKey: 'A'.repeat(392),
    labels: DEFAULT_LABELS,
    region: { key: 'us-east-1', mailFromHost: 'feedback-smtp.example.net', spfMechanism: 'include:example.net' },
  });

const before: RecordsToExport = {
  domainName,
  records: recordsWith('autosend'),
  furtherKeys: [keyOf('autosend-20261125-9f'), keyOf('mail.2026', 'ed25519')],
};
const after: RecordsToExport = {
  domainName,
  records: recordsWith('autosend-20261125-9f'),
  furtherKeys: [keyOf('autosend'), keyOf('mail.2026', 'ed25519')],
};

for (const [format, text] of [
  ['zone', formatZoneFile(before)],
  ['cloudflare', formatCloudflareFile(before)],
  ['csv', formatCsv(before)],
  ...TERRAFORM_PROVIDERS.map((provider) => [provider, formatTerraform(before, provider)] as const),
] as const)
  test(`further keys are in every export, each once: ${format}`, () => {
    for (const selector of ['autosend', 'autosend-20261125-9f', 'mail.2026'])
      assert.equal(text.split(`${selector}._domainkey.example.com`).length, 2, selector);
    assert.ok(text.includes(`v=DKIM1; k=ed25519; p=${'B'.repeat(43)}`));
  });

test('a record keeps its name when signing moves to another key, so that Terraform replaces none', () => {
  const byLabel = (input: RecordsToExport) =>
    listExportedRecords(input)
      .map(({ label, record }) => [label, record] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(byLabel(after), byLabel(before));
  assert.equal(new Set(byLabel(before).map(([label]) => label)).size, 7);
});
