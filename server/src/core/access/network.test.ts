import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInNetworks, parseNetwork } from './network.ts';

const NETWORKS: readonly (readonly [given: string, parsed: string | null])[] = [
  ['192.0.2.0/24', '192.0.2.0/24'],
  [' 192.0.2.77/24 ', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8::1/32', '2001:db8::/32'],
  ['2001:db8::1', '2001:db8::1/128'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128'],
  ['::/0', '::/0'],
  ['::1', '::1/128'],
  ['::ffff:192.0.2.77/120', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.77/32'],
  ['::ffff:0:0/64', null],
  ['192.0.2.0/33', null],
  ['192.0.2.0/', null],
  ['192.0.2.0/-1', null],
  ['192.0.2/24', null],
  ['192.0.2.010/32', null],
  ['2001:db8::/129', null],
  ['2001:db8::/32/1', null],
  ['fe80::1%eth0', null],
  ['example.com', null],
  ['', null],
];

for (const [given, parsed] of NETWORKS)
  test(`the network ${JSON.stringify(given)} is read as ${parsed}`, () => assert.equal(parseNetwork(given), parsed));

test('what was parsed is parsed to itself', () => {
  for (const [, parsed] of NETWORKS) if (parsed !== null) assert.equal(parseNetwork(parsed), parsed);
});

const PLACES: readonly (readonly [address: string, networks: readonly string[], isIn: boolean])[] = [
  ['192.0.2.255', ['192.0.2.0/24'], true],
  ['192.0.3.0', ['192.0.2.0/24'], false],
  ['192.0.3.0', ['192.0.2.0/24', '192.0.3.0/32'], true],
  ['::ffff:192.0.2.1', ['192.0.2.0/24'], true],
  ['::ffff:c000:201', ['192.0.2.0/24'], true],
  ['2001:db8:ffff::1', ['2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['fe80::1%eth0', ['fe80::/10'], true],
  ['2001:db8::1', ['0.0.0.0/0'], false],
  ['192.0.2.1', ['::/0'], false],
  ['192.0.2.1', ['0.0.0.0/0'], true],
  ['192.0.2.1', [], false],
  ['not an address', ['0.0.0.0/0', '::/0'], false],
];

for (const [address, networks, isIn] of PLACES)
  test(`${address} is ${isIn ? '' : 'not '}in ${networks.join(', ') || 'no network'}`, () =>
    assert.equal(isInNetworks(address, networks), isIn));
