import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainName } from '../ids.ts';
import { formatMailServerTables, type MailServerFormat } from './tables.ts';

const ENTRIES = [
  { domain: 'example.com' as DomainName, selector: 'autosend', keyFile: '/k/01.pem' },
  { domain: 'xn--bcher-kva.example' as DomainName, selector: 'autosend-20261125-9f', keyFile: '/k/02.pem' },
];

const format = (which: MailServerFormat, entries = ENTRIES) =>
  Object.fromEntries(formatMailServerTables(which, entries, '/out').map(({ name, text }) => [name, text]));

test('OpenDKIM: each domain and every name below it is signed with its key', () => {
  assert.deepEqual(format('opendkim'), {
    KeyTable:
      'autosend._domainkey.example.com example.com:autosend:/k/01.pem\n' +
      'autosend-20261125-9f._domainkey.xn--bcher-kva.example xn--bcher-kva.example:autosend-20261125-9f:/k/02.pem\n',
    SigningTable:
      'example.com autosend._domainkey.example.com\n' +
      '.example.com autosend._domainkey.example.com\n' +
      'xn--bcher-kva.example autosend-20261125-9f._domainkey.xn--bcher-kva.example\n' +
      '.xn--bcher-kva.example autosend-20261125-9f._domainkey.xn--bcher-kva.example\n',
  });
});

test('rspamd: maps by domain, and settings that name them', () => {
  const files = format('rspamd');
  assert.equal(files['selectors.map'], 'example.com autosend\nxn--bcher-kva.example autosend-20261125-9f\n');
  assert.equal(files['paths.map'], 'example.com /k/01.pem\nxn--bcher-kva.example /k/02.pem\n');
  assert.match(
    files['dkim_signing.conf'] ?? '',
    /selector_map = "\/out\/selectors\.map";\npath_map = "\/out\/paths\.map";/,
  );
});

test('without domains every table is there, and empty', () => {
  assert.deepEqual(format('opendkim', []), { KeyTable: '', SigningTable: '' });
  assert.equal(format('rspamd', [])['paths.map'], '');
});
