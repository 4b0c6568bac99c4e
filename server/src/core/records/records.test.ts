import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkDkim } from '../dkim/check.ts';
import { checkMailFromMx } from '../mail-from/check.ts';
import { checkOwnership } from '../ownership/check.ts';
import { DEFAULT_LABELS } from './record-input.ts';
import { buildDnsRecords, buildSelector, listDerivedLabels, splitTxtValue } from './records.ts';
import { BUILT_IN_REGIONS, findRegion } from './regions.ts';

const region = findRegion(BUILT_IN_REGIONS, 'us-east-1');
assert.ok(region);
const input = {
  domainName: 'example.com',
  ownershipToken: '0123456789abcdef0123456789abcdef',
  selector: 'autosend',
  publicKey: 'MIIB',
  region,
  labels: DEFAULT_LABELS,
};

test('the records have exactly the names, values, keys and key order in which they are shown', () => {
  assert.equal(
    JSON.stringify(buildDnsRecords(input), null, 1),
    JSON.stringify(
      {
        ownership: {
          name: '_autosend-verify.example.com',
          value: 'autosend-verify-0123456789abcdef0123456789abcdef',
          type: 'TXT',
          purpose: 'Domain ownership verification',
        },
        dkim: {
          name: 'autosend._domainkey.example.com',
          value: 'v=DKIM1; k=rsa; p=MIIB',
          type: 'TXT',
          purpose: 'DKIM authentication',
        },
        mail_from_mx: {
          name: 'asend.example.com',
          value: 'feedback-smtp.us-east-1.amazonses.com',
          type: 'MX',
          purpose: 'Mail-from domain',
          priority: 10,
        },
        mail_from_spf: {
          name: 'asend.example.com',
          value: 'v=spf1 include:amazonses.com ~all',
          type: 'TXT',
          purpose: 'SPF record for mail-from domain',
        },
        dmarc: { name: '_dmarc.example.com', value: 'v=DMARC1; p=none;', type: 'TXT', purpose: 'DMARC policy' },
      },
      null,
      1,
    ),
  );
});

test('whoever publishes the records as shown passes the judges', () => {
  const records = buildDnsRecords(input);
  const mx = records.mail_from_mx;
  const expectedMx = { exchange: mx.value, preference: mx.priority };
  assert.equal(checkOwnership(records.ownership.value, [records.ownership.value]).status, 'verified');
  assert.equal(checkDkim(input.publicKey, [records.dkim.value]).status, 'verified');
  assert.equal(
    checkMailFromMx(expectedMx, [{ type: 'MX', exchange: mx.value, preference: mx.priority }]).status,
    'verified',
  );
});

test('every record name starts with one of the derived labels, or a longer one', () => {
  const labels = { ...DEFAULT_LABELS, ownershipLabel: '_acme-verify', selectorPrefix: 'acme', mailFromLabel: 'bounce' };
  const derived = listDerivedLabels(labels);
  assert.deepEqual(derived, ['_acme-verify', 'acme-19700101-00._domainkey', 'bounce', '_dmarc']);
  const selector = buildSelector(labels, 'beef');
  const records = buildDnsRecords({ ...input, labels, selector });
  const longest = Math.max(...derived.map((label) => `${label}.${input.domainName}`.length));
  for (const { name } of Object.values(records)) assert.ok(name.length <= longest, name);
});

test('a value is cut into strings of at most 255 octets that join to the value again', () => {
  assert.deepEqual(splitTxtValue(''), ['']);
  assert.deepEqual(splitTxtValue('x'.repeat(255)), ['x'.repeat(255)]);
  assert.deepEqual(splitTxtValue('x'.repeat(256)), ['x'.repeat(255), 'x']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 1200, size: 'max' }), (value) => {
      const strings = splitTxtValue(value);
      assert.equal(strings.join(''), value);
      for (const string of strings) assert.ok(Buffer.byteLength(string) <= 255);
    }),
  );
});
