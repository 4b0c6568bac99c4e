import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDkimKeyRecord } from './key-record.ts';

const refused: readonly [name: string, text: string, problem: object][] = [
  ['nothing', '', { what: 'empty' }],
  ['blanks', ' \t', { what: 'empty' }],
  ['a tag list that is broken', 'v=DKIM1;; p=AAAA', { what: 'empty_part' }],
  ['a tag twice', 'p=AAAA; p=AAAA', { what: 'tag_twice', tag: { shown: 'p', length: 1 } }],
  ['no key', 'v=DKIM1; k=rsa', { what: 'no_key' }],
  ['a key tag in capitals, which is another tag (RFC 6376 §3.2)', 'v=DKIM1; P=AAAA', { what: 'no_key' }],
  ['a version in lower case', 'v=dkim1; p=AAAA', { what: 'version', found: { shown: 'dkim1', length: 5 } }],
  ['an empty version', 'v=; p=AAAA', { what: 'version', found: { shown: '', length: 0 } }],
  ['a later version', 'v=DKIM10; p=AAAA', { what: 'version', found: { shown: 'DKIM10', length: 6 } }],
  ['a version behind the key', 'p=AAAA; v=DKIM1', { what: 'version_not_first' }],
  ['a wrong version behind the key', 'p=AAAA; v=DKIM2', { what: 'version', found: { shown: 'DKIM2', length: 5 } }],
  ['a key that is no base64', 'p=AAAAA', { what: 'base64_length', length: 5 }],
  ['a hyphen in the key', 'p=AA-_', { what: 'base64_character', found: { shown: '-', length: 1 }, at: 3 }],
];
for (const [name, text, problem] of refused)
  test(`no key record: ${name}`, () => assert.deepEqual(parseDkimKeyRecord(text), { problem }));

const read: readonly [name: string, text: string, fields: object][] = [
  ['no version, which is optional', 'p=AAAA', { publicKey: 'AAAA', keyType: 'rsa' }],
  ['a version with blanks around it', ' v = DKIM1 ; p=AAAA', { publicKey: 'AAAA' }],
  ['an empty key, which is a revoked one', 'v=DKIM1; p=', { publicKey: '' }],
  ['a key type as it stands', 'k=RSA; p=AAAA', { keyType: 'RSA' }],
  ['an empty key type, which is not the default', 'k=; p=AAAA', { keyType: '' }],
  ['a key folded over lines', 'p=AA\r\n\tAA', { publicKey: 'AAAA' }],
  [
    'hashes with blanks around the colons',
    'h=sha1 : sha256; p=',
    { hashes: ['sha1', 'sha256'], hashText: 'sha1 : sha256' },
  ],
  ['an empty list of hashes, which allows none', 'h=; p=', { hashes: [''], hashText: '' }],
  ['no list of hashes, which allows all', 'p=', { hashes: null, hashText: null }],
  ['services', 's=email:tlsrpt; p=', { services: ['email', 'tlsrpt'] }],
  ['an empty list of services', 's=; p=', { services: [''] }],
  ['flags', 't=y:s; p=', { flags: ['y', 's'] }],
  ['a granularity', 'g=joe; p=', { granularity: 'joe' }],
  ['an empty granularity, which is not the same as none', 'g=; p=', { granularity: '' }],
];
for (const [name, text, fields] of read)
  test(`a key record is read: ${name}`, () => {
    const record = parseDkimKeyRecord(text);
    assert.partialDeepStrictEqual(record, fields);
  });
