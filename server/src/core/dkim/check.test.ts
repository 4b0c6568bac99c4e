import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { formatDkimKeyRecord } from '../records/dkim-key.ts';
import { splitTxtValue } from '../records/records.ts';
import { checkDkim } from './check.ts';
import { parseDkimKeyRecord } from './key-record.ts';

const key = makeKey(2048);
const otherKey = makeKey(2048);
const weakKey = makeKey(512);
const bareKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  .export({ format: 'der', type: 'pkcs1' })
  .toString('base64');
const ours = formatDkimKeyRecord(key);
const fillUp = (octets: number) => `v=DKIM1; n=${'x'.repeat(octets - key.length - 15)}; p=${key}`;
const folded = key.replace(/(.{60})/g, '$1 ');

type Case = readonly [name: string, txt: string[], status: string, codes: string[]];
const wrong: readonly Case[] = [
  ['nothing at the name', [], 'missing', ['record_missing']],
  ['two key records', [ours, formatDkimKeyRecord(otherKey)], 'conflicting', ['multiple_records']],
  ['our key twice, written differently', [ours, `p=${key}`], 'conflicting', ['multiple_records']],
  ['our key and a revoked one', [ours, 'v=DKIM1; p='], 'conflicting', ['multiple_records']],
  ['our key and a broken key record', ['v=DKIM1; p=?', ours], 'conflicting', ['multiple_records']],
  ['our key and any other text', ['x', ours], 'conflicting', ['multiple_records']],
  ['our key and an empty text', ['', ours], 'conflicting', ['multiple_records']],
  ['our key and a blank', [' ', ours], 'conflicting', ['multiple_records']],
  ['our key and an SPF record', [ours, 'v=spf1 -all'], 'conflicting', ['multiple_records']],
  ['our key and a DMARC record', [ours, 'v=DMARC1; p=none'], 'conflicting', ['multiple_records']],
  ['our key and a site verification', [ours, 'google-site-verification=abc'], 'conflicting', ['multiple_records']],
  ['our key in two records that are cut otherwise', [ours, ours], 'conflicting', ['multiple_records']],
  ['two texts, neither of them ours', ['x', 'y'], 'conflicting', ['multiple_records']],
  ['the key as a bare RSAPublicKey', [`v=DKIM1; k=rsa; p=${bareKey}`], 'mismatched', ['dkim_key_form']],
  ['an empty p=', ['v=DKIM1; k=rsa; p='], 'mismatched', ['dkim_revoked']],
  ['an empty p= with blanks', ['v=DKIM1; p=  ;'], 'mismatched', ['dkim_revoked']],
  ['another key', [formatDkimKeyRecord(otherKey)], 'mismatched', ['value_mismatch']],
  ['our key with another exponent', [ours.replace(/AQAB$/, 'AQAD')], 'mismatched', ['value_mismatch']],
  ['an octet above ASCII in a note', [`${ours}; n=caf\xe9`], 'mismatched', ['value_mismatch']],
  ['a weak key', [formatDkimKeyRecord(weakKey)], 'mismatched', ['dkim_weak_key']],
  ['text behind the key', [`${ours}AAAA`], 'mismatched', ['value_mismatch']],
  ['padding behind the key', [`${ours}==`], 'mismatched', ['value_mismatch']],
  ['a value cut at 255 characters', [ours.slice(0, 255)], 'mismatched', ['value_truncated']],
  ['a value cut at the first semicolon', ['v=DKIM1'], 'mismatched', ['value_truncated']],
  ['a value cut before p=', ['v=DKIM1; k=rsa;'], 'mismatched', ['value_truncated']],
  ['chunks published as two records', [ours.slice(255), ours.slice(0, 255)], 'mismatched', ['value_truncated']],
  ['quotes around the value', [`"${ours}"`], 'mismatched', ['value_quoted']],
  ['quotes between the chunks', [`${ours.slice(0, 255)}" "${ours.slice(255)}`], 'mismatched', ['value_quoted']],
  ['quotes around each chunk', [`"${ours.slice(0, 255)}" "${ours.slice(255)}"`], 'mismatched', ['value_quoted']],
  ['quotes and backslashes', [`"${ours.replaceAll(';', '\\;')}"`], 'mismatched', ['value_quoted']],
  ['backslashes before the semicolons', [ours.replaceAll(';', '\\;')], 'mismatched', ['value_mismatch']],
  ['the key without its tags', [key], 'mismatched', ['value_mismatch']],
  ['v= that is not first', [`k=rsa; v=DKIM1; p=${key}`], 'mismatched', ['value_mismatch']],
  ['v= in lower case', [`v=dkim1; p=${key}`], 'mismatched', ['value_mismatch']],
  ['another version', [`v=DKIM1.0; p=${key}`], 'mismatched', ['value_mismatch']],
  ['p= twice', [`v=DKIM1; p=${key}; p=${key}`], 'mismatched', ['value_mismatch']],
  ['P= in upper case', [`v=DKIM1; P=${key}`], 'mismatched', ['value_mismatch']],
  ['an ed25519 key type', [`v=DKIM1; k=ed25519; p=${key}`], 'mismatched', ['value_mismatch']],
  ['h= without sha256', [`v=DKIM1; h=sha1; p=${key}`], 'mismatched', ['dkim_hash_excluded']],
  ['an empty h=', [`v=DKIM1; h=; p=${key}`], 'mismatched', ['dkim_hash_excluded']],
  ['s= for another service', [`v=DKIM1; s=tlsrpt; p=${key}`], 'mismatched', ['dkim_service_excluded']],
  ['only other text', ['google-site-verification=abc'], 'mismatched', ['value_mismatch']],
  ['a DMARC record at the name', ['v=DMARC1; p=none;'], 'mismatched', ['value_mismatch']],
  ['an SPF record at the name', ['v=spf1 -all'], 'mismatched', ['value_mismatch']],
  ['a base64url key', [`v=DKIM1; p=${key.replaceAll('/', '_')}_`], 'mismatched', ['value_mismatch']],
];
const right: readonly Case[] = [
  ['the value as shown', [ours], 'verified', []],
  ['only p=', [`p=${key}`], 'verified', []],
  ['no blanks and a final semicolon', [`v=DKIM1;k=rsa;p=${key};`], 'verified', []],
  ['another order, and blanks everywhere', [` v = DKIM1 ; p = ${folded} ; k = rsa ; `], 'verified', []],
  ['a folded key', [`v=DKIM1; k=rsa; p=${folded}`], 'verified', []],
  ['unknown tags and notes', [`v=DKIM1; x=1; n=made by me; g=*; p=${key}`], 'verified', []],
  ['h= that allows sha256 among others', [`v=DKIM1; h=sha1:sha256; p=${key}`], 'verified', []],
  ['blanks in h=', [`v=DKIM1; h=sha1 : sha256; p=${key}`], 'verified', ['dkim_tag_refused']],
  ['1,024 octets, the key at their end', [fillUp(1024)], 'verified', []],
  ['1,025 octets, the key at their end', [fillUp(1025)], 'verified', ['dkim_record_too_long']],
  ['60,000 octets, the key at their start', [`${ours}; n=${'x'.repeat(60_000)}`], 'verified', []],
  ['s=email', [`v=DKIM1; s=email; p=${key}`], 'verified', []],
  ['s=*', [`v=DKIM1; s=*; p=${key}`], 'verified', []],
  ['no subdomains', [`v=DKIM1; t=s; p=${key}`], 'verified', []],
  ['the testing flag', [`v=DKIM1; t=s:y; p=${key}`], 'verified', ['dkim_testing_flag']],
  ['a list of services', [`v=DKIM1; s=email:tlsrpt; p=${key}`], 'verified', ['dkim_tag_refused']],
  ['an empty g=', [`v=DKIM1; g=; p=${key}`], 'verified', ['dkim_tag_refused']],
];

for (const [name, txt, status, codes] of [...wrong, ...right])
  test(`dkim: ${name} is ${status}`, () => {
    const judgement = checkDkim(key, txt);
    assert.equal(judgement.status, status);
    assert.deepEqual(
      judgement.observations.map(({ code }) => code),
      codes,
    );
  });

test('both lengths of a cut-off key are told', () => {
  const [observation] = checkDkim(key, [ours.slice(0, 255)]).observations;
  assert.deepEqual(observation?.facts, { what: 'key', length: 237, of: 392 });
});

test('the key record is right however a server cuts it into strings', () => {
  assert.equal(checkDkim(key, [splitTxtValue(ours).join('')]).status, 'verified');
  fc.assert(
    fc.property(fc.array(fc.nat(ours.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), ours.length];
      const strings = at.slice(1).map((end, i) => ours.slice(at[i], end));
      assert.equal(checkDkim(key, [strings.join('')]).status, 'verified');
    }),
  );
});

test('no single changed character of the key is taken for our key', () => {
  fc.assert(
    fc.property(fc.nat(key.length - 1), fc.constantFrom(...'AQgw+/9z'), (at, character) => {
      fc.pre(key[at] !== character);
      const changed = key.slice(0, at) + character + key.slice(at + 1);
      assert.equal(checkDkim(key, [formatDkimKeyRecord(changed)]).status, 'mismatched');
    }),
  );
});

test('no text makes the judge throw, and facts stay short and printable', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 300 }), { maxLength: 5 }), (txt) => {
      for (const { facts } of checkDkim(key, txt).observations) {
        assert.match(JSON.stringify(facts), /^[\x20-\x7e]+$/);
        assert.ok(JSON.stringify(facts).length < 2000);
      }
    }),
  );
});

test('the defaults of a key record are those of RFC 6376 §3.6.1', () => {
  const key = { octets: Buffer.alloc(3), isUnpadded: false };
  const defaults = { hashes: null, hashText: null, services: ['*'], flags: [''], granularity: null };
  const record = { keyType: 'rsa', publicKey: 'AAAA', key, ...defaults };
  assert.deepEqual(parseDkimKeyRecord('p=AA AA'), record);
});

function makeKey(modulusLength: number): string {
  return generateKeyPairSync('rsa', { modulusLength })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
}
