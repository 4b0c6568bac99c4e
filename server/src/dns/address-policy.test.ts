import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildDenied, isPublicAddress, mayAsk } from './address-policy.ts';

/** Every entry of the IANA special-purpose registries (RFC 6890 and its updates), multicast, and forms that carry an IPv4 address inside, each with its first and last addresses. */
const SPECIAL: readonly (readonly [what: string, ...addresses: string[]])[] = [
  ['"this network", RFC 791', '0.0.0.0', '0.255.255.255'],
  ['private use, RFC 1918', '10.0.0.0', '10.255.255.255'],
  ['shared address space, RFC 6598', '100.64.0.0', '100.127.255.255'],
  ['loopback, RFC 1122', '127.0.0.0', '127.0.0.1', '127.255.255.255'],
  ['link-local, RFC 3927', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['private use, RFC 1918', '172.16.0.0', '172.31.255.255'],
  ['IETF protocol assignments, RFC 6890', '192.0.0.0', '192.0.0.255'],
  ['service continuity prefix, RFC 7335', '192.0.0.0', '192.0.0.7'],
  ['dummy address, RFC 7600', '192.0.0.8'],
  ['port control and TURN anycast, RFC 7723, RFC 8155', '192.0.0.9', '192.0.0.10'],
  ['NAT64/DNS64 discovery, RFC 8880', '192.0.0.170', '192.0.0.171'],
  [
    'documentation, RFC 5737',
    '192.0.2.0',
    '192.0.2.255',
    '198.51.100.0',
    '198.51.100.255',
    '203.0.113.0',
    '203.0.113.255',
  ],
  ['AS112, RFC 7535', '192.31.196.0', '192.31.196.255'],
  ['AMT, RFC 7450', '192.52.193.0', '192.52.193.255'],
  ['6to4 relay anycast, RFC 7526', '192.88.99.0', '192.88.99.255'],
  ['private use, RFC 1918', '192.168.0.0', '192.168.255.255'],
  ['direct delegation AS112, RFC 7534', '192.175.48.0', '192.175.48.255'],
  ['benchmarking, RFC 2544', '198.18.0.0', '198.19.255.255'],
  ['multicast, RFC 5771', '224.0.0.0', '224.0.0.251', '239.255.255.255'],
  ['reserved, RFC 1112', '240.0.0.0', '255.255.255.254'],
  ['limited broadcast, RFC 919', '255.255.255.255'],
  ['Azure, the same in every network there', '168.63.129.16'],
  [
    'ISATAP, RFC 5214',
    '2a00::5efe:10.0.0.1',
    '2a00:1:2:3::5efe:a00:1',
    '2a00:1:2:3:200:5efe:8.8.8.8',
    '2600::200:5EFE:1.2.3.4',
  ],
  ['loopback, RFC 4291', '::1'],
  ['unspecified, RFC 4291', '::'],
  ['IPv4-compatible, RFC 4291', '::7f00:1', '::127.0.0.1', '::8.8.8.8'],
  ['IPv4-mapped, RFC 4291', '::ffff:0:0', '::ffff:127.0.0.1', '::ffff:a00:1', '::ffff:8.8.8.8', '::ffff:ffff:ffff'],
  ['IPv4-translated, RFC 2765', '::ffff:0:127.0.0.1', '::ffff:0:a00:1'],
  ['NAT64, RFC 6052', '64:ff9b::', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::ffff:ffff'],
  ['local NAT64, RFC 8215', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard only, RFC 6666', '100::', '100::ffff:ffff:ffff:ffff'],
  ['dummy prefix, RFC 9780', '100:0:0:1::', '100::1:ffff:ffff:ffff:ffff'],
  ['IETF protocol assignments, RFC 2928', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['Teredo, RFC 4380', '2001::1', '2001:0:7f00:1::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['anycast of protocols, RFC 7723, RFC 8155, RFC 9665', '2001:1::1', '2001:1::2', '2001:1::3'],
  ['benchmarking, RFC 5180', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['AMT, RFC 7450', '2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['AS112, RFC 7535', '2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff'],
  ['ORCHID, RFC 4843', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ORCHIDv2, RFC 7343', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['drone remote id, RFC 9374', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation, RFC 3849', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['6to4, RFC 3056', '2002::', '2002:7f00:1::', '2002:a00:1::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['direct delegation AS112, RFC 7534', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  ['documentation, RFC 9637', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['segment routing, RFC 9602', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['unique local, RFC 4193', 'fc00::', 'fd12:3456::1', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['link-local, RFC 4291', 'fe80::1', 'fe80::1%lo', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['site-local, RFC 3879', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['multicast, RFC 4291', 'ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['no address', '', 'localhost', '127.1', '0x7f.1', '0177.0.0.1', '2130706433', '8.8.8.8.', '1e100.net', '[::1]'],
];

// biome-ignore format: a table of addresses
const PUBLIC = [
  '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0',
  '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0', '192.0.3.0', '192.31.195.255', '192.52.194.0', '192.88.98.255', '192.88.100.0', '192.167.255.255',
  '192.169.0.0', '192.175.49.0', '198.17.255.255', '198.20.0.0', '203.0.112.255', '203.0.114.0', '223.255.255.255', '2000::1', '2001:200::', '2001:500:2::c',
  '2001:db7:ffff::1', '2001:db9::', '2003::1', '2606:4700:4700::1111', '2620:4f:8001::1', '2620:fe::fe', '2a00:1450::1', '3ffe:ffff::1', '3fff:1000::',
];

test('an address that could lie inside the network of the operator, or at nobody, is not public', () => {
  for (const [what, ...addresses] of SPECIAL) {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, `${what}: ${address}`);
  }
});

test('an address of the internet is public, up to the very edges of what is special', () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address);
});

test('where private addresses are allowed, those of the own network are, and those of nobody are not', () => {
  for (const address of ['10.0.0.53', '127.0.0.1', '192.168.1.1', 'fd00::53', '::1', '8.8.8.8', '2620:fe::fe']) {
    assert.equal(mayAsk(address, true), true, address);
  }
  for (const address of ['0.0.0.0', '224.0.0.251', '255.255.255.255', '::', 'ff02::fb', '', 'localhost']) {
    assert.equal(mayAsk(address, true), false, address);
  }
  assert.equal(mayAsk('10.0.0.53', false), false);
  assert.equal(mayAsk('8.8.8.8', false), true);
});

test('an IPv6 address that stands for a denied IPv4 address is denied, too', () => {
  const denied = buildDenied(['169.254.0.0/16', '10.0.0.0/8']);
  const embedded = {
    mapped: ['::ffff:169.254.169.254', '::ffff:a00:1'],
    compatible: ['::a9fe:a9fe', '::10.0.0.1'],
    translated: ['::ffff:0:10.0.0.1', '::ffff:0:a9fe:a9fe'],
    NAT64: ['64:ff9b::a9fe:a9fe', '64:ff9b::10.0.0.1'],
    'local NAT64': ['64:ff9b:1::10.0.0.1', '64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:a:0:1::', '64:ff9b:1:0:a:0:100::'],
    '6to4': ['2002:a9fe:a9fe::1', '2002:a00:1::'],
    Teredo: ['2001:0:a00:1::', '2001:0:808:808:0:0:f5ff:fffe'],
    ISATAP: ['2a00::5efe:10.0.0.1', 'fd00:1:2:3:200:5efe:a9fe:a9fe'],
  };
  for (const [what, addresses] of Object.entries(embedded))
    for (const address of addresses) assert.equal(mayAsk(address, true, denied), false, `${what}: ${address}`);
  for (const address of ['::1', 'fd00::53', '64:ff9b::8.8.8.8', '2002:808:808::1', '::ffff:8.8.8.8', '2a00::a9fe:a9fe'])
    assert.equal(mayAsk(address, true, denied), true, address);
});

test('networks that the operator denies are never asked, whatever else may be', () => {
  const denied = buildDenied(['8.8.8.0/24', '9.9.9.9', '2620:fe::/48', '2001:4860:4860::8888']);
  for (const address of ['8.8.8.8', '9.9.9.9', '2620:fe::fe', '2001:4860:4860::8888'])
    for (const allowPrivate of [true, false]) assert.equal(mayAsk(address, allowPrivate, denied), false, address);
  for (const address of ['8.8.4.4', '9.9.9.10', '2001:4860:4860::8844'])
    assert.equal(mayAsk(address, false, denied), true, address);
});
