import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { checkDkim } from '../../src/core/dkim/check.ts';
import { DEFAULT_LABELS } from '../../src/core/records/record-input.ts';
import { buildDnsRecords, splitTxtValue } from '../../src/core/records/records.ts';
import { BUILT_IN_REGIONS } from '../../src/core/records/regions.ts';
import { createDkimKey } from '../../src/crypto/dkim-keys.ts';

const [region] = BUILT_IN_REGIONS;
assert.ok(region);
const [key, otherKey] = await Promise.all([createDkimKey(), createDkimKey()]);
const { dkim } = buildDnsRecords({
  domainName: 'example.com',
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey: key.publicKey,
  region,
  labels: DEFAULT_LABELS,
});

const message = ['From: a@example.com', 'To: b@example.net', 'Subject: Hello', '', 'A line.', ''].join('\r\n');
const signed = await sign(message);

async function sign(text: string): Promise<string> {
  const privateKey = createPrivateKey({ key: key.privateKeyDer, format: 'der', type: 'pkcs8' });
  const signature = {
    signingDomain: 'example.com',
    selector: 'autosend',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: 'rsa-sha256',
  };
  // The signer reads `signatureData` only, while its type asks for the same fields beside it.
  const { signatures, errors } = await dkimSign(text, { ...signature, signatureData: [signature] });
  assert.deepEqual(errors, []);
  return signatures + text;
}

/** Verifies a message as a receiver does that finds this one TXT record at the name shown to the customer. */
async function verify(text: string, value: string, strict = true): Promise<string | undefined> {
  const asked: string[] = [];
  const { results } = await dkimVerify(text, {
    strict,
    resolver: async (name: string, type: string) => {
      asked.push(`${type} ${name}`);
      return [splitTxtValue(value)];
    },
  });
  assert.deepEqual(new Set(asked), new Set([`TXT ${dkim.name}`]));
  return results[0]?.status.result;
}

test('mail signed with a key of ours verifies against the record as shown, at the name as shown', async () => {
  assert.equal(await verify(signed, dkim.value), 'pass');
});

test('a changed message does not verify', async () => {
  assert.equal(await verify(signed.replace('Subject: Hello', 'Subject: Bye'), dkim.value), 'fail');
});

const folded = key.publicKey.replace(/(.{70})/g, '$1 ');
const bareKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' })
  .export({ format: 'der', type: 'pkcs1' })
  .toString('base64');
const records: readonly [name: string, value: string][] = [
  ['the record as shown', dkim.value],
  ['only p=', `p=${key.publicKey}`],
  ['another order and blanks', `v=DKIM1 ; p=${folded} ; s=email ; h=sha1:sha256 ; k=rsa ;`],
  ['another key', dkim.value.replace(key.publicKey, otherKey.publicKey)],
  ['a revoked key', 'v=DKIM1; k=rsa; p='],
  ['a value cut at 255 characters', dkim.value.slice(0, 255)],
  ['a key without its tags', key.publicKey],
  ['a record with quotation marks', `"${dkim.value}"`],
  ['a record with backslashes', dkim.value.replaceAll(';', '\\;')],
  ['another version', dkim.value.replace('DKIM1', 'DKIM2')],
  ['a record for another service', `${dkim.value}; s=tlsrpt`],
  ['a record for another hash', `${dkim.value}; h=sha1`],
  ['an empty h=', `${dkim.value}; h=`],
  ['v= that is not first', `p=${key.publicKey}; v=DKIM1`],
  ['v= in lower case', dkim.value.replace('DKIM1', 'dkim1')],
  ['a tag that is there twice', `${dkim.value}; n=1; n=2`],
  ['nothing between two semicolons', dkim.value.replace('; ', ';; ')],
  ['a key that lost its last octet', `v=DKIM1; p=${key.publicKey.slice(0, -4)}`],
];
for (const [name, value] of records)
  test(`our verdict is that of a receiver that follows the RFCs exactly: ${name}`, async () => {
    const isVerified = checkDkim(key.publicKey, [value]).status === 'verified';
    assert.equal(isVerified, (await verify(signed, value)) === 'pass');
    if (isVerified) assert.equal(await verify(signed, value, false), 'pass', 'a lenient receiver accepts it as well');
  });

test('the key as a bare RSAPublicKey (PKCS#1) is not verified: this receiver takes it, OpenDKIM and rspamd do not', async () => {
  const value = `v=DKIM1; k=rsa; p=${bareKey}`;
  assert.equal(checkDkim(key.publicKey, [value]).status, 'mismatched');
  assert.equal(await verify(signed, value), 'pass');
});
