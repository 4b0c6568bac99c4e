import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { BUILT_IN_REGIONS } from '../records/regions.ts';
import { formatCloudflareFile, formatZoneFile } from './zone-file.ts';

const [region] = BUILT_IN_REGIONS;
assert.ok(region);
const domainName = 'xn--bcher-kva.example.com';
const publicKey = 'A'.repeat(392);
const records = buildDnsRecords({
  domainName,
  ownershipToken: '0123456789abcdef'.repeat(2),
  selector: 'autosend',
  publicKey,
  region,
  labels: DEFAULT_LABELS,
});
const dkim = `v=DKIM1; k=rsa; p=${publicKey}`;
const lines = [
  `_autosend-verify.${domainName}. 3600 IN TXT "autosend-verify-0123456789abcdef0123456789abcdef"`,
  `autosend._domainkey.${domainName}. 3600 IN TXT "${dkim.slice(0, 255)}" "${dkim.slice(255)}"`,
  `asend.${domainName}. 3600 IN MX 10 feedback-smtp.us-east-1.amazonses.com.`,
  `asend.${domainName}. 3600 IN TXT "v=spf1 include:amazonses.com ~all"`,
  `_dmarc.${domainName}. 3600 IN TXT "v=DMARC1; p=none;"`,
];
const isRecord = (line: string) => line !== '' && !line.startsWith(';');

test('the zone file has each record on a line with absolute names, its TTL and quoted strings', () => {
  const text = formatZoneFile({ domainName, records });
  assert.deepEqual(text.split('\n').filter(isRecord), lines);
  assert.ok(text.endsWith('\n'));
});

test('every other line of the zone file is a comment', () => {
  const comments = formatZoneFile({ domainName, records })
    .split('\n')
    .filter((line) => !isRecord(line));
  assert.deepEqual(comments, [
    `; DNS records of ${domainName}, to be added to its zone`,
    '; Domain ownership verification',
    '; DKIM authentication',
    '; Mail-from domain',
    '; SPF record for mail-from domain',
    '; DMARC policy',
    '',
  ]);
});

test("Cloudflare's file holds the same records, each with its purpose as the comment", () => {
  const purposes = [
    'Domain ownership verification',
    'DKIM authentication',
    'Mail-from domain',
    'SPF record for mail-from domain',
    'DMARC policy',
  ];
  const expected = lines.map((line, index) => `${line} ; ${purposes[index]}\n`).join('');
  assert.equal(formatCloudflareFile({ records }), expected);
});
