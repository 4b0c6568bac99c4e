import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findNetwork } from './address-network.ts';

const CASES: [address: string, network: string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:255.0.128.1', '255.0.128.1'],
  ['::FFFF:0:1', '0.0.0.1'],
  ['::192.0.2.7', '0:0:0:0::/64'],
  ['::fffe:c000:207', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['1::ffff:c000:207', '1:0:0:0::/64'],
  ['', ''],
  ['unix:', 'unix:'],
  ['%eth0', '%eth0'],
  ['1:2:3', '1:2:3'],
];

for (const [address, network] of CASES)
  test(`${address} is counted with ${network}`, () => assert.equal(findNetwork(address), network));

test('an IPv4 address is counted alone, mapped or not', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(findNetwork(address), address);
      assert.equal(findNetwork(`::ffff:${address}`), address);
    }),
  );
});

test('IPv6 addresses are counted together exactly where their first 64 bits are the same', () => {
  const half = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const write = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(half, half, half, half, (network, other, first, second) => {
      const found = findNetwork(write([...network, ...first]));
      assert.equal(found, `${write(network)}::/64`);
      assert.equal(findNetwork(write([...network, ...second]).toUpperCase()), found);
      assert.equal(findNetwork(write([...other, ...first])) === found, write(other) === write(network));
    }),
  );
});
