import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import { encode } from 'dns-packet';
import { createTestDns, describeAnswers, lookUp } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { FaultContext } from '../../support/dns/dns-server-faults.ts';

const NAME = '_autosend-verify.example.com';
const KEY = 'autosend._domainkey.example.com';
const COM = '127.0.0.25';
const [A1, A2, OLD, KEYS] = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const;
const BOTH = ['ns1.newhost.net found "value"', 'ns2.newhost.net found "value"'];

/** Zones that are set up badly, and work at every receiver all the same: what counts is what a receiver's resolver gets. */
describe('odd zones', () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    server.questions.length = 0;
    server.removeZone('_domainkey.example.com');
    server.setZone('com', { nameservers: [{ name: 'a.gtld-servers.net', address: COM }] });
    server.setZone('example.com', {
      nameservers: [
        { name: 'ns1.newhost.net', address: A1 },
        { name: 'ns2.newhost.net', address: A2 },
      ],
      records: [
        { name: NAME, type: 'TXT', value: 'value' },
        { name: KEY, type: 'TXT', value: 'key' },
      ],
    });
  });

  const open = (t: TestContext) => {
    const dns = createTestDns(server, { tryMs: 2000 });
    t.after(() => dns.close());
    return dns;
  };
  const atServers = [A1, A2] as const;
  const { address: resolver } = { address: '127.0.0.10' };
  /** What the zone has in place of its NS records: those of a host that it has left, which knows nothing of it. */
  const leaveOldNameservers = () => {
    server.setZone('oldhost.net', { nameservers: [{ name: 'ns1.oldhost.net', address: OLD }] });
    const outdated = ({ normal }: FaultContext) => [
      encode({ ...normal, answers: [{ name: 'example.com', type: 'NS', ttl: 300, data: 'ns1.oldhost.net' }] }),
    ];
    for (const address of [resolver, ...atServers]) {
      server.fault({ address, name: 'example.com', type: 'NS' }, { messages: outdated });
    }
  };

  test('a delegated server that answers for the record, and refuses SOA and NS, is believed', async (t) => {
    server.setZone('_domainkey.example.com', {
      nameservers: [{ name: 'dk.host.net', address: KEYS }],
      records: [{ name: KEY, type: 'TXT', value: 'key' }],
    });
    for (const type of ['SOA', 'NS']) server.fault({ address: KEYS, type }, 'refused');
    for (const type of ['SOA', 'NS', 'TXT'])
      server.fault({ address: resolver, within: '_domainkey.example.com', type }, 'servfail');
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), ['dk.host.net found "key"']);
    assert.deepEqual([result.zone?.name, result.zone?.oddity], ['_domainkey.example.com', { kind: 'no_soa' }]);
  });

  test('a delegated server that refuses everything is a failure of that server, and of no other', async (t) => {
    server.setZone('_domainkey.example.com', { nameservers: [{ name: 'dk.host.net', address: KEYS }] });
    server.fault({ address: KEYS }, 'refused');
    server.fault({ address: resolver, within: '_domainkey.example.com' }, 'servfail');
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), ['dk.host.net failed refused']);
    assert.equal(result.zone?.name, '_domainkey.example.com');
  });

  test('a child zone on the servers of its parent, which answer no NS question for it, is believed', async (t) => {
    server.setZone('_domainkey.example.com', {
      nameservers: [
        { name: 'ns1.newhost.net', address: A1 },
        { name: 'ns2.newhost.net', address: A2 },
      ],
      records: [{ name: KEY, type: 'TXT', value: 'child key' }],
    });
    server.fault({ name: '_domainkey.example.com', type: 'NS' }, 'refused');
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), [
      'ns1.newhost.net found "child key"',
      'ns2.newhost.net found "child key"',
    ]);
  });

  for (const [what, refuse] of [
    ['SOA', ['SOA']],
    ['SOA and NS', ['SOA', 'NS']],
  ] as const) {
    test(`a domain whose servers fail for ${what} only is found by the zone above it`, async (t) => {
      for (const type of refuse) {
        for (const address of atServers) server.fault({ address, within: 'example.com', type }, 'servfail');
        server.fault({ address: resolver, within: 'example.com', type }, 'servfail');
      }
      server.fault({ address: resolver, within: 'example.com', type: 'TXT' }, 'servfail');
      assert.deepEqual(describeAnswers(await lookUp(open(t), { name: NAME })), BOTH);
    });
  }

  test('servers that all refuse the domain are named, and not the resolver that told of it', async (t) => {
    for (const address of atServers) server.fault({ address }, 'refused');
    server.fault({ address: resolver, within: 'example.com' }, 'servfail');
    const result = await lookUp(open(t), { name: NAME });
    assert.deepEqual(describeAnswers(result), ['ns1.newhost.net failed refused', 'ns2.newhost.net failed refused']);
    assert.equal(result.zone?.name, 'example.com');
  });

  test('old servers that are silent are found out where a resolver has the record', async (t) => {
    leaveOldNameservers();
    server.fault({ address: OLD }, 'silence');
    const dns = createTestDns(server);
    t.after(() => dns.close());
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), BOTH);
    assert.equal(result.zone?.oddity?.kind, 'outdated_ns');
  });

  for (const [what, arrange] of [
    ['refuse', () => void server.fault({ address: OLD }, 'refused')],
    ['fail', () => void server.fault({ address: OLD }, 'servfail')],
    ['have no address any more', () => server.removeZone('oldhost.net')],
  ] as const) {
    test(`NS records of the zone that name old servers, which ${what}: those it is delegated to are asked`, async (t) => {
      leaveOldNameservers();
      arrange();
      server.fault({ address: resolver, name: NAME }, 'servfail');
      const dns = open(t);
      const result = await lookUp(dns, { name: NAME });
      assert.deepEqual(describeAnswers(result), BOTH);
      assert.deepEqual(result.zone?.oddity, {
        kind: 'outdated_ns',
        outdated: ['ns1.oldhost.net'],
        delegated: ['ns1.newhost.net', 'ns2.newhost.net'],
      });
      server.questions.length = 0;
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), BOTH);
      assert.equal(server.questions.length, 2, 'it is known from then on whom to ask');
    });
  }

  test('of servers that are outdated, one that works is enough: the delegation is not asked for', async (t) => {
    server.fault({ address: A2 }, 'refused');
    await lookUp(open(t), { name: NAME });
    assert.ok(!server.questions.some(({ address, type }) => address === COM && type === 'NS'));
  });

  test('a record that comes without AA is taken where a resolver takes it, and no other word of such a server', async (t) => {
    for (const address of atServers) server.fault({ address, within: 'example.com' }, 'not-authoritative');
    const dns = open(t);
    const failed = ['ns1.newhost.net failed lame', 'ns2.newhost.net failed lame'];
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), [`${resolver} found "value"`, ...failed]);
    server.removeRecords('example.com', NAME);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), failed, 'a "no" without AA is nobody’s word');
  });

  test('a resolver that answers no SOA questions finds zones by their NS records', async (t) => {
    server.fault({ address: resolver, type: 'SOA' }, 'nodata-without-soa');
    const result = await lookUp(open(t), { name: NAME });
    assert.deepEqual(describeAnswers(result), BOTH);
    assert.equal(result.zone?.name, 'example.com');
  });

  test('a resolver that refuses SOA questions does no harm either', async (t) => {
    server.fault({ address: resolver, type: 'SOA' }, 'refused');
    assert.deepEqual(describeAnswers(await lookUp(open(t), { name: NAME })), BOTH);
  });
});
