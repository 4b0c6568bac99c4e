import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../errors.ts';
import type { DnsProviderName } from './provider-table.ts';
import { readSettings } from './settings.ts';

const SECRET = 'c2VjcmV0IHNlY3JldA==';
const TSIG = { server: 'ns1.example.com', tsigName: 'update-key', tsigSecret: SECRET };

function findProblems(provider: DnsProviderName, given: Record<string, string | number>): string[] {
  try {
    readSettings(provider, given);
    return [];
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'VALIDATION_FAILED');
    assert.ok(!error.message.includes(SECRET));
    return (error.details ?? []).map(({ field, message }) => {
      assert.ok(message.startsWith(field));
      return message;
    });
  }
}

describe('the settings of a DNS connection', () => {
  it('are split into what may be shown and what is sealed, with fallbacks filled in', () => {
    assert.deepEqual(readSettings('rfc2136', { ...TSIG, port: 5353, tsigAlgorithm: 'HMAC-SHA512' }), {
      open: { server: 'ns1.example.com', port: '5353', tsigName: 'update-key', tsigAlgorithm: 'hmac-sha512' },
      secret: { tsigSecret: SECRET },
    });
    assert.deepEqual(readSettings('cloudflare', { apiToken: ' token\n' }), {
      open: { endpoint: '' },
      secret: { apiToken: 'token' },
    });
  });

  it('are told to be missing, unknown or wrong one by one', () => {
    assert.deepEqual(findProblems('rfc2136', { sever: 'ns1.example.com', port: '0', tsigAlgorithm: 'hmac-md5' }), [
      "settings.sever isn't a setting of rfc2136. Its settings are: server, port, tsigName, tsigAlgorithm, tsigSecret.",
      'settings.server is missing. The name or address of the server that accepts updates.',
      'settings.port must be a whole number from 1 to 65535.',
      'settings.tsigName is missing. The name of the TSIG key, exactly as on the server.',
      'settings.tsigAlgorithm must be hmac-sha256 or hmac-sha512.',
      'settings.tsigSecret is missing. The secret of the TSIG key, in base64.',
    ]);
    assert.equal(findProblems('rfc2136', { ...TSIG, __proto__: 'x', constructor: 'y' }).length, 1);
  });

  for (const [setting, good, kept] of [
    ['server', 'NS1.Example.com.', 'ns1.example.com'],
    ['server', '192.0.2.53', '192.0.2.53'],
    ['server', '[2001:DB8::53]', '2001:db8::53'],
    ['server', '2001:db8::53', '2001:db8::53'],
    ['server', 'localhost', 'localhost'],
    ['port', '00053', '53'],
    ['tsigName', 'Update_Key.Example.', 'update_key.example'],
  ] as const)
    it(`${setting} may be ${good}`, () => {
      assert.equal(readSettings('rfc2136', { ...TSIG, [setting]: good }).open[setting], kept);
    });

  it('take base64 with and without padding, and keep it with', () => {
    const { secret } = readSettings('rfc2136', { ...TSIG, tsigSecret: 'c2VjcmV0IHNlY3JldA' });
    assert.equal(secret.tsigSecret, SECRET);
  });

  for (const [setting, bad] of [
    ['server', 'a b'],
    ['server', 'http://ns1.example.com'],
    ['server', 'ns1.example.com:53'],
    ['server', '2130706433'],
    ['server', '127.1'],
    ['server', '0x7f.1'],
    ['server', '0x7f000001'],
    ['server', 'a..b'],
    ['server', `${'a'.repeat(64)}.example`],
    ['server', '[ns1.example.com]'],
    ['server', 'fe80::1%eth0'],
    ['port', '65536'],
    ['port', '-1'],
    ['port', '53.5'],
    ['port', '1e3'],
    ['tsigName', 'a key'],
    ['tsigSecret', 'not base64!'],
    ['tsigSecret', '===='],
    ['tsigSecret', 'x'.repeat(2_001)],
  ] as const)
    it(`${setting} can't be ${bad.slice(0, 40)}`, () => {
      assert.equal(findProblems('rfc2136', { ...TSIG, [setting]: bad }).length, 1);
    });

  it('hold addresses of APIs without what would leak or mislead', () => {
    const read = (url: string) => readSettings('powerdns', { url, apiKey: 'k' }).open.url;
    assert.equal(read('http://127.0.0.1:8081/'), 'http://127.0.0.1:8081');
    assert.equal(read('https://DNS.example/pdns/'), 'https://dns.example/pdns');
    for (const url of [
      ...['127.0.0.1:8081', 'ftp://dns.example', 'https://user:secret@dns.example', 'https://dns.example/?a=b'],
      ...[
        'https://dns.example/#a',
        'https://',
        'https://dns.example:0/',
        'https://dns .example/',
        'javascript:alert(1)',
      ],
    ])
      assert.equal(findProblems('powerdns', { url, apiKey: 'k' }).length, 1, url);
    assert.equal(findProblems('cloudflare', { apiToken: 't', endpoint: 'http://127.0.0.1' }).length, 1);
    assert.equal(findProblems('powerdns', { url: 'http://h', apiKey: 'k', serverId: '../x' }).length, 1);
    assert.equal(findProblems('powerdns', { url: 'http://h', apiKey: 'k', serverId: '..' }).length, 1);
  });

  it('hold secrets that can stand in a header', () => {
    for (const apiToken of ['a b', 'a\r\nx-evil: 1', 'ä', 'a\0b', 'a\tb'])
      assert.equal(findProblems('cloudflare', { apiToken }).length, 1, JSON.stringify(apiToken));
  });
});
