import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainName } from '../ids.ts';
import { listKeyLinks } from './links.ts';
import { formatMailServerTables, type MailServerFormat } from './tables.ts';

const ENTRIES = [
  { domain: 'example.com' as DomainName, selector: 'autosend', keyId: '0123456789abcdef012345ab' },
  {
    domain: 'xn--bcher-kva.example' as DomainName,
    selector: 'autosend-20261125-9f',
    keyId: '0123456789abcdef012345cd',
  },
];

const format = (which: MailServerFormat, entries = ENTRIES) =>
  Object.fromEntries(formatMailServerTables(which, entries, '/out').map(({ name, text }) => [name, text]));

test('OpenDKIM: each domain and every name below it is signed with its key', () => {
  assert.deepEqual(format('opendkim'), {
    KeyTable:
      'example.com example.com:autosend:/out/keys/ab/0123456789abcdef012345ab.pem\n' +
      'xn--bcher-kva.example xn--bcher-kva.example:autosend-20261125-9f:/out/keys/cd/0123456789abcdef012345cd.pem\n',
    SigningTable:
      'example.com example.com\n' +
      '.example.com example.com\n' +
      'xn--bcher-kva.example xn--bcher-kva.example\n' +
      '.xn--bcher-kva.example xn--bcher-kva.example\n',
  });
  assert.deepEqual(listKeyLinks('opendkim', ENTRIES), []);
});

test('rspamd: one map decides which key signs, and settings name it', () => {
  const files = format('rspamd');
  assert.deepEqual(Object.keys(files), ['selectors.map', 'dkim_signing.conf']);
  assert.equal(files['selectors.map'], 'example.com autosend\nxn--bcher-kva.example autosend-20261125-9f\n');
  assert.match(
    files['dkim_signing.conf'] ?? '',
    /selector_map = "\/out\/selectors\.map";\npath = "\/out\/signing\/\$domain\.\$selector\.pem";/,
  );
  assert.deepEqual(listKeyLinks('rspamd', ENTRIES)[0], {
    name: 'example.com.autosend.pem',
    target: '../keys/ab/0123456789abcdef012345ab.pem',
  });
});

test('folders: each domain is a link to the folder of its key, so that key and selector change in one step', () => {
  assert.deepEqual(format('folders'), {});
  assert.deepEqual(listKeyLinks('folders', ENTRIES), [
    { name: 'example.com', target: '../keys/ab/0123456789abcdef012345ab' },
    { name: 'xn--bcher-kva.example', target: '../keys/cd/0123456789abcdef012345cd' },
  ]);
});

test('without domains every table is there, and empty', () => {
  assert.deepEqual(format('opendkim', []), { KeyTable: '', SigningTable: '' });
  assert.equal(format('rspamd', [])['selectors.map'], '');
});
