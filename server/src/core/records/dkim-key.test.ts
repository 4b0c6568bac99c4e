import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDkimKeyRecord } from '../dkim/key-record.ts';
import {
  buildDatedSelector,
  buildKeyRecord,
  formatDkimKeyRecord,
  type KeyAlgorithm,
  keyBitsOf,
  keyKindOf,
  RSA_SIZES,
} from './dkim-key.ts';

const algorithms: readonly [algorithm: KeyAlgorithm, kind: string, bits: number | null][] = [
  ['rsa-1024', 'rsa', 1024],
  ['rsa-1536', 'rsa', 1536],
  ['rsa-2048', 'rsa', 2048],
  ['rsa-4096', 'rsa', 4096],
  ['ed25519', 'ed25519', null],
];
for (const [algorithm, kind, bits] of algorithms)
  test(`the algorithm ${algorithm} tells the kind and the size of its key`, () => {
    assert.deepEqual([keyKindOf(algorithm), keyBitsOf(algorithm)], [kind, bits]);
  });

test('no key is made that RFC 8301 §3.2 advises against, or that verifiers need not take', () => {
  for (const bits of RSA_SIZES) assert.ok(bits >= 2048 && bits <= 4096, String(bits));
});

for (const [algorithm, value] of [
  ['rsa-2048', 'v=DKIM1; k=rsa; p=QUJD'],
  ['ed25519', 'v=DKIM1; k=ed25519; p=QUJD'],
] as const)
  test(`the record of a key of ${algorithm} has the name of RFC 6376 §3.6.2.1 and names its kind`, () => {
    const input = { domainName: 'mail.example.com', selector: 'a.b', algorithm, publicKey: 'QUJD' };
    assert.deepEqual(buildKeyRecord(input), {
      name: 'a.b._domainkey.mail.example.com',
      value,
      type: 'TXT',
      purpose: 'DKIM authentication',
    });
  });

test('whatever key a record is made of, its reader gets that key and that kind', () => {
  const octets = fc.uint8Array({ minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(octets, fc.constantFrom('rsa' as const, 'ed25519' as const), (key, kind) => {
      const record = parseDkimKeyRecord(formatDkimKeyRecord(Buffer.from(key).toString('base64'), kind));
      assert.ok(!('problem' in record));
      assert.equal(record.keyType, kind);
      assert.deepEqual(record.key, { octets: Buffer.from(key), isUnpadded: false });
    }),
  );
});

const days: readonly [name: string, now: string, selector: string][] = [
  ['the first moment of a day', '2026-11-25T00:00:00.000Z', 'autosend-20261125-9f'],
  ['the last moment of a day', '2026-11-25T23:59:59.999Z', 'autosend-20261125-9f'],
  ['a day with zeros', '2027-01-02T12:00:00Z', 'autosend-20270102-9f'],
  ['a leap day', '2028-02-29T12:00:00Z', 'autosend-20280229-9f'],
  ['a time elsewhere, which is the next day in UTC', '2026-11-25T23:00:00-05:00', 'autosend-20261126-9f'],
];
for (const [name, now, selector] of days)
  test(`a further selector tells the day in UTC: ${name}`, () => {
    assert.equal(buildDatedSelector('autosend', new Date(now), '9f'), selector);
  });
