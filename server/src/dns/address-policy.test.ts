import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './address-policy.ts';

// biome-ignore format: a table of addresses
const REFUSED = [
  '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255',
  '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.251',
  '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '::ffff:a00:1', '::7f00:1',
  '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:a00:1::', '3fff::1', 'fc00::1', 'fd12:3456::1',
  'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '5f00::1', '', 'localhost', '127.1', '0x7f.1', '8.8.8.8.', '1e100.net',
];
// biome-ignore format: a table of addresses
const PUBLIC = ['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '100.63.255.255', '192.0.1.1', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450::1', '2001:500:2::c', '2620:fe::fe'];

test('an address that could lie inside the network of the operator is not public', () => {
  for (const address of REFUSED) assert.equal(isPublicAddress(address), false, address);
});

test('an address of the internet is public', () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address);
});
