import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findTldReservation } from './reserved-tlds.ts';

describe('a reserved top-level domain is told with who reserved it', () => {
  for (const [name, tld, reservedBy] of [
    ['shop.test', 'test', 'RFC 6761'],
    ['shop.invalid', 'invalid', 'RFC 6761'],
    ['shop.localhost', 'localhost', 'RFC 6761'],
    ['shop.example', 'example', 'RFC 6761'],
    ['printer.local', 'local', 'RFC 6762'],
    ['a.b.c.onion', 'onion', 'RFC 7686'],
    ['shop.alt', 'alt', 'RFC 9476'],
    ['2.0.192.in-addr.arpa', 'arpa', 'RFC 3172'],
    ['router.home.arpa', 'arpa', 'RFC 3172'],
    ['vault.internal', 'internal', 'ICANN, 2024'],
    ['test', 'test', 'RFC 6761'],
  ] as const)
    it(name, () => assert.deepEqual(findTldReservation(name), { tld, reservedBy }));
});

describe('only the last label counts, and all of it', () => {
  for (const name of [
    'test.com',
    'local.example.org',
    'latest',
    'shop.latest',
    'shop.tests',
    'example.com',
    'a.test-',
    '',
  ])
    it(JSON.stringify(name), () => assert.equal(findTldReservation(name), null));

  it('what every object has by nature is not reserved', () => {
    for (const name of ['shop.constructor', 'shop.__proto__', 'shop.tostring'])
      assert.equal(findTldReservation(name), null);
  });
});
