import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isIp4Address, isNetwork, parseIp6Address } from './ip-address.ts';

test('every spelling of an IPv6 address gives the same groups', () => {
  for (const text of ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8:0::0:1', '2001:db8::0.0.0.1'])
    assert.equal(parseIp6Address(text), '2001:db8:0:0:0:0:0:1', text);
  for (const text of ['', ':', '1::2::3', '1:2:3:4:5:6:7', '::12345', '::1%eth0', '::256.0.0.1', '1:2:3:4:5:6:7:8::'])
    assert.equal(parseIp6Address(text), null, text);
});

test('addresses are the ones that Node.js takes for addresses', () => {
  const ip4 = fc.oneof(
    fc.ipV4(),
    fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 5 }).map((of) => of.join('.')),
  );
  fc.assert(fc.property(ip4, (text) => assert.equal(isIp4Address(text), isIP(text) === 4, text)));
  const ip6 = fc.oneof(fc.ipV6(), fc.stringMatching(/^[0-9a-f:]{0,20}$/));
  fc.assert(fc.property(ip6, (text) => assert.equal(parseIp6Address(text) !== null, isIP(text) === 6, text)));
});

test('a network is an address with a prefix that fits its length', () => {
  for (const text of ['10.0.0.0/8', '192.0.2.1', '0.0.0.0/0', '::/0', '2001:db8::/128'])
    assert.ok(isNetwork(text), text);
  for (const text of ['10.0.0.0/33', '10.0.0/8', '::/129', '::/', '10.0.0.0/8/8', '010.0.0.0/8', 'localhost'])
    assert.ok(!isNetwork(text), text);
});
