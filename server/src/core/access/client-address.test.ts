import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findClientAddress } from './client-address.ts';

const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48'];

test('behind trusted proxies it is the last address that none of them has, however it is written', () => {
  for (const [peer, forwarded, expected] of [
    ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '198.51.100.7:51234', '198.51.100.7'],
    ['10.0.0.1', '[2001:db8::7]:51234', '2001:db8::7'],
    ['10.0.0.1', '[2001:db8::7]', '2001:db8::7'],
    ['10.0.0.1', '"[2001:DB8::7]:51234"', '2001:db8::7'],
    ['10.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '::FFFF:c633:6407', '198.51.100.7'],
    ['10.0.0.1', '  198.51.100.7  ', '198.51.100.7'],
    // Several hops: what a client invents stands before what the first proxy saw.
    ['10.0.0.1', '192.0.2.99, 198.51.100.7, 10.2.3.4, 10.0.0.9:80', '198.51.100.7'],
    ['10.0.0.1', '192.0.2.99,198.51.100.7,2001:db8:ffff::1', '198.51.100.7'],
    ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['::ffff:a00:1', '198.51.100.7', '198.51.100.7'],
    ['2001:db8:ffff::1', '198.51.100.7', '198.51.100.7'],
    // All of them are proxies: the first.
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    // What is no address ends it: the proxy is all that is known.
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7, _hidden, 10.0.0.4', '10.0.0.4'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    // A peer that is no proxy is not believed.
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['::ffff:192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['fe80::1%eth0', undefined, 'fe80::1'],
  ] as const)
    assert.equal(findClientAddress(peer, forwarded, PROXIES), expected, `${peer}: ${forwarded}`);
});

test('without trusted proxies the header is nothing', () => {
  assert.equal(findClientAddress('10.0.0.1', '198.51.100.7', []), '10.0.0.1');
});
