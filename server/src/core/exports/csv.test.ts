import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords, type DnsRecords } from '../records/records.ts';
import { formatCsv } from './csv.ts';

const records = buildDnsRecords({
  domainName: 'example.com',
  ownershipToken: '0123456789abcdef'.repeat(2),
  selector: 'autosend',
  publicKey: 'A'.repeat(392),
  region: { key: 'us-east-1', mailFromHost: 'feedback-smtp.example.net', spfMechanism: 'include:example.net' },
  labels: DEFAULT_LABELS,
});
const withDmarc = (value: string): DnsRecords => ({ ...records, dmarc: { ...records.dmarc, value } });
const lastLine = (text: string) => text.slice(text.indexOf('TXT,_dmarc'));

test('the table has names and values exactly as the API shows them, whole, with CRLF after every line', () => {
  assert.equal(
    formatCsv({ records }),
    [
      'type,name,value,priority,ttl',
      'TXT,_autosend-verify.example.com,autosend-verify-0123456789abcdef0123456789abcdef,,3600',
      `TXT,autosend._domainkey.example.com,v=DKIM1; k=rsa; p=${'A'.repeat(392)},,3600`,
      'MX,asend.example.com,feedback-smtp.example.net,10,3600',
      'TXT,asend.example.com,v=spf1 include:example.net ~all,,3600',
      'TXT,_dmarc.example.com,v=DMARC1; p=none;,,3600',
      '',
    ].join('\r\n'),
  );
});

const cases: [what: string, value: string, cell: string][] = [
  ['a comma is quoted', 'a,b', '"a,b"'],
  ['quotes are doubled', 'a "b"', '"a ""b"""'],
  ['a line break is quoted', 'a\r\nb', '"a\r\nb"'],
  ['a semicolon needs nothing', 'a;b', 'a;b'],
  ['a value is never changed, whatever a spreadsheet may take it for', '=1+1', '=1+1'],
];
for (const [what, value, cell] of cases)
  test(what, () =>
    assert.equal(lastLine(formatCsv({ records: withDmarc(value) })), `TXT,_dmarc.example.com,${cell},,3600\r\n`),
  );

test('no cell of ours begins like a formula', () => {
  for (const cell of formatCsv({ records }).split(/[,\r\n]+/)) assert.doesNotMatch(cell, /^[=+\-@\t]/);
});
