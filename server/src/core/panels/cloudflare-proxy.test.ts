import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isCloudflareProxy } from './cloudflare-proxy.ts';

/** The published networks by their first and last address, and the neighbors outside: www.cloudflare.com/ips-v4. */
const RANGES: readonly (readonly [before: string | null, first: string, last: string, after: string | null])[] = [
  ['103.21.243.255', '103.21.244.0', '103.21.247.255', '103.21.248.0'],
  ['103.22.199.255', '103.22.200.0', '103.22.203.255', '103.22.204.0'],
  ['103.31.3.255', '103.31.4.0', '103.31.7.255', '103.31.8.0'],
  ['104.15.255.255', '104.16.0.0', '104.27.255.255', '104.28.0.0'],
  ['108.162.191.255', '108.162.192.0', '108.162.255.255', '108.163.0.0'],
  ['131.0.71.255', '131.0.72.0', '131.0.75.255', '131.0.76.0'],
  ['141.101.63.255', '141.101.64.0', '141.101.127.255', '141.101.128.0'],
  ['162.157.255.255', '162.158.0.0', '162.159.255.255', '162.160.0.0'],
  ['172.63.255.255', '172.64.0.0', '172.71.255.255', '172.72.0.0'],
  ['173.245.47.255', '173.245.48.0', '173.245.63.255', '173.245.64.0'],
  ['188.114.95.255', '188.114.96.0', '188.114.111.255', '188.114.112.0'],
  ['190.93.239.255', '190.93.240.0', '190.93.255.255', '190.94.0.0'],
  ['197.234.239.255', '197.234.240.0', '197.234.243.255', '197.234.244.0'],
  ['198.41.127.255', '198.41.128.0', '198.41.255.255', '198.42.0.0'],
];

describe('an address belongs to the proxy of Cloudflare from the first to the last of each network', () => {
  for (const [before, first, last, after] of RANGES)
    it(`${first} to ${last}`, () => {
      for (const address of [first, last]) assert.equal(isCloudflareProxy(address), true, address);
      for (const address of [before, after]) if (address) assert.equal(isCloudflareProxy(address), false, address);
    });

  it('and every address between them does', () => {
    const toNumber = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const range = fc
      .constantFrom(...RANGES)
      .chain(([, first, last]) => fc.integer({ min: toNumber(first), max: toNumber(last) }));
    fc.assert(
      fc.property(range, (number) => {
        const address = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');
        assert.equal(isCloudflareProxy(address), true, address);
      }),
    );
  });
});

describe('what is no IPv4 address belongs to nobody', () => {
  for (const text of [
    '',
    '104.16',
    '104.16.0',
    '104.16.0.0.0',
    '104.16.0.256',
    '104.16.0.-1',
    '104.16.0.1.5',
    '104.16.0.x',
    '2606:4700::1',
    '::ffff:104.16.0.1',
    'example.com',
  ])
    it(JSON.stringify(text), () => assert.equal(isCloudflareProxy(text), false));

  it('addresses for documentation and private networks', () => {
    for (const address of [
      '0.0.0.0',
      '10.0.0.1',
      '127.0.0.1',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.1',
      '255.255.255.255',
    ])
      assert.equal(isCloudflareProxy(address), false, address);
  });
});
