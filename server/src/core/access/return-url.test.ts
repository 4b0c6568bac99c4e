import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findReturnFault, readOrigins } from './return-url.ts';

describe('origins to return to', () => {
  for (const [given, expected] of [
    [['https://App.Example.com', 'https://app.example.com:443/'], ['https://app.example.com']],
    [['http://localhost:3000'], ['http://localhost:3000']],
    [['https://bücher.example'], ['https://xn--bcher-kva.example']],
    [[], []],
  ] as const)
    it(`reads ${given.join(', ') || 'none'}`, () => assert.deepEqual(readOrigins(given), { origins: expected }));

  for (const text of [
    'http://app.example.com',
    'https://app.example.com/path',
    'https://app.example.com/?a',
    'https://user:secret@app.example.com',
    'https://*.example.com',
    'javascript:alert(1)',
    'app.example.com',
    'https:app.example.com',
    '*',
    'null',
    '',
  ])
    it(`refuses ${text || 'an empty text'}`, () => assert.ok('fault' in readOrigins([text])));

  it('refuses more than twenty', () => {
    assert.ok('fault' in readOrigins(Array.from({ length: 21 }, (_, at) => `https://a${at}.example.com`)));
  });
});

describe('an address to return to', () => {
  const allowed = ['https://app.example.com', 'http://localhost:3000'];
  for (const url of ['https://app.example.com', 'https://APP.example.com/done?x=1#y', 'http://localhost:3000/a'])
    it(`allows ${url}`, () => assert.equal(findReturnFault(url, allowed), null));

  for (const url of [
    'https://app.example.com.evil.example/',
    'https://evil.example/https://app.example.com',
    'https://app.example.com@evil.example/',
    'https://evil.example\\@app.example.com/',
    '\thttps://app.example.com',
    'https://app.example.com\n.evil.example',
    '//app.example.com/x',
    'https:/app.example.com',
    'http://app.example.com/',
    'https://app.example.com:8443/',
    'javascript:location=1//https://app.example.com',
    `https://app.example.com/${'x'.repeat(2_000)}`,
  ])
    it(`refuses ${JSON.stringify(url.slice(0, 60))}`, () => assert.notEqual(findReturnFault(url, allowed), null));
});
