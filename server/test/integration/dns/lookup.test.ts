import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { encode, type Packet } from 'dns-packet';
import type { DnsSettings } from '../../../src/dns/lookup.ts';
import { createTestDns, describeAnswers, lookUp } from '../../support/dns/dns-client.ts';
import { type DnsServer, HAS_IPV6, startDnsServer } from '../../support/dns/dns-server.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';

const NAMESERVERS = [
  { name: 'ns1.example.com', address: '127.0.0.11' },
  { name: 'ns2.example.com', address: '127.0.0.12' },
];
const NAME = '_autosend-verify.example.com';
const KEY = 'autosend._domainkey.example.com';

describe('dns lookup', () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    for (const zone of ['_domainkey.example.com', 'example.org', 'mail.example.com']) server.removeZone(zone);
    server.setZone('example.com', {
      nameservers: NAMESERVERS,
      records: [
        { name: NAME, type: 'TXT', value: 'value', ttl: 77 },
        { name: KEY, type: 'TXT', value: 'key of example.com' },
      ],
      soa: { ttl: 3600, minimum: 120 },
    });
    server.questions.length = 0;
  });

  function open(t: { after(end: () => Promise<void>): void }, settings: Partial<DnsSettings> = {}, now?: () => Date) {
    const dns = createTestDns(server, settings, now);
    t.after(() => dns.close());
    return dns;
  }

  /** Without the question about the root, which is asked once an hour and shows whether a resolver validates. */
  const toResolver = () =>
    server.questions.filter(({ address, name }) => address === server.resolver.address && name !== '');

  test('a record that is published after a first "no" is seen at once', async (t) => {
    const dns = open(t);
    const name = 'later.example.com';
    const missing = await lookUp(dns, { name });
    assert.deepEqual(describeAnswers(missing), [
      'ns1.example.com absent nxdomain 120',
      'ns2.example.com absent nxdomain 120',
    ]);
    server.addRecord('example.com', { name, type: 'TXT', value: 'now' });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name })), [
      'ns1.example.com found "now"',
      'ns2.example.com found "now"',
    ]);
  });

  test('resolvers never hear the name of a record, and so cannot remember that it was not there', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: NAME });
    await lookUp(dns, { name: 'missing.example.com', type: 'MX' });
    assert.deepEqual([...new Set(toResolver().map(({ name }) => name))].sort(), [
      'example.com',
      'ns1.example.com',
      'ns2.example.com',
    ]);
  });

  test('questions to resolvers ask for recursion, questions to name servers do not', async (t) => {
    await lookUp(open(t), { name: NAME });
    for (const { address, recursionDesired } of server.questions) {
      assert.equal(recursionDesired, address === server.resolver.address);
    }
  });

  test('TTL, address, server and zone are in the result', async (t) => {
    const result = await lookUp(open(t), { name: NAME });
    const nameservers = NAMESERVERS.map(({ name, address }) => ({ name, addresses: [address] }));
    assert.deepEqual(result.zone, { name: 'example.com', nameservers, dnssec: 'unknown' });
    assert.deepEqual(
      result.answers.map((answer) => [
        answer.source.address,
        answer.source.via,
        answer.outcome === 'found' && answer.ttlSeconds,
      ]),
      [
        ['127.0.0.11', 'authoritative', 77],
        ['127.0.0.12', 'authoritative', 77],
      ],
    );
  });

  test('the time for which a "no" may be remembered is the lower of SOA TTL and SOA minimum', async (t) => {
    const dns = open(t);
    server.setZone('example.com', { nameservers: NAMESERVERS, records: [], soa: { ttl: 60, minimum: 900 } });
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), [
      'ns1.example.com absent nxdomain 60',
      'ns2.example.com absent nxdomain 60',
    ]);
  });

  test('a name that holds another type only is no data, not a name that is missing', async (t) => {
    const result = await lookUp(open(t), { name: NAME, type: 'MX' });
    assert.deepEqual(describeAnswers(result), [
      'ns1.example.com absent nodata 120',
      'ns2.example.com absent nodata 120',
    ]);
  });

  test('a _domainkey that is delegated to other servers is asked there', async (t) => {
    server.setZone('_domainkey.example.com', {
      nameservers: [{ name: 'ns.keys.example', address: '127.0.0.13' }],
      records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
    });
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), ['ns.keys.example found "key of the child"']);
    assert.equal(result.zone?.name, '_domainkey.example.com');
  });

  test('a _domainkey zone on one of the parent servers is found with its own set of servers', async (t) => {
    server.setZone('_domainkey.example.com', {
      nameservers: [...NAMESERVERS, { name: 'ns3.example.com', address: '127.0.0.13' }],
      records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
    });
    const result = await lookUp(open(t), { name: KEY });
    assert.equal(result.zone?.name, '_domainkey.example.com');
    const shown = [...NAMESERVERS, { name: 'ns3.example.com' }].map(({ name }) => `${name} found "key of the child"`);
    assert.deepEqual(describeAnswers(result), shown);
  });

  describe('where an answer says which zone it is from', () => {
    const toServers = () =>
      server.questions
        .filter(({ recursionDesired }) => !recursionDesired)
        .map(({ address, name, type }) => `${address} ${name} ${type}`)
        .sort();
    const ofBoth = (question: string) => NAMESERVERS.map(({ address }) => `${address} ${question}`);
    const setParent = (records: readonly ZoneRecord[]) =>
      server.setZone('example.com', { nameservers: NAMESERVERS, showsNameservers: true, records });

    test('its servers are asked for the record and for nothing else', async (t) => {
      setParent([{ name: NAME, type: 'TXT', value: 'value' }]);
      const result = await lookUp(open(t), { name: NAME });
      assert.deepEqual(describeAnswers(result), ['ns1.example.com found "value"', 'ns2.example.com found "value"']);
      assert.deepEqual(toServers(), ofBoth(`${NAME} TXT`));
    });

    test('a "no" says so by its SOA', async (t) => {
      await lookUp(open(t), { name: 'missing.example.com' });
      assert.deepEqual(toServers(), ofBoth('missing.example.com TXT'));
    });

    test('another server may leave it out', async (t) => {
      setParent([{ name: NAME, type: 'TXT', value: 'value' }]);
      server.setRecords('example.com', [], '127.0.0.12');
      server.fault({ address: '127.0.0.12', name: NAME }, 'nxdomain-without-soa');
      const result = await lookUp(open(t), { name: NAME });
      assert.deepEqual(describeAnswers(result), ['ns1.example.com found "value"', 'ns2.example.com absent nxdomain 0']);
      assert.deepEqual(toServers(), ofBoth(`${NAME} TXT`));
    });

    for (const showsNameservers of [true, false]) {
      const shown = showsNameservers ? 'names its servers' : 'does not name its servers';
      test(`a child zone on a parent server that ${shown} is asked at all of its own`, async (t) => {
        setParent([]);
        server.setZone('_domainkey.example.com', {
          nameservers: [...NAMESERVERS, { name: 'ns3.example.com', address: '127.0.0.13' }],
          records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
          showsNameservers,
        });
        server.setRecords('_domainkey.example.com', [], '127.0.0.13');
        const result = await lookUp(open(t), { name: KEY });
        assert.equal(result.zone?.name, '_domainkey.example.com');
        assert.deepEqual(describeAnswers(result), [
          'ns1.example.com found "key of the child"',
          'ns2.example.com found "key of the child"',
          'ns3.example.com absent nxdomain 300',
        ]);
      });
    }

    test('a child zone that appears on the parent servers is seen though its parent is remembered', async (t) => {
      setParent([{ name: KEY, type: 'TXT', value: 'key of the parent' }]);
      const dns = open(t);
      assert.equal((await lookUp(dns, { name: KEY })).zone?.name, 'example.com');
      server.setZone('_domainkey.example.com', {
        nameservers: [...NAMESERVERS, { name: 'ns3.example.com', address: '127.0.0.13' }],
        records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
        showsNameservers: true,
      });
      const result = await lookUp(dns, { name: KEY });
      assert.equal(result.zone?.name, '_domainkey.example.com');
      assert.equal(result.answers.length, 3);
    });

    test('an alias inside the zone does not speak for it', async (t) => {
      setParent([
        { name: KEY, type: 'CNAME', value: 'key.example.com' },
        { name: 'key.example.com', type: 'TXT', value: 'key' },
      ]);
      const result = await lookUp(open(t), { name: KEY });
      assert.deepEqual(result.aliases, ['key.example.com']);
      assert.deepEqual(describeAnswers(result), ['ns1.example.com found "key"', 'ns2.example.com found "key"']);
    });

    test('a server that names a zone above or beside its own is not believed', async (t) => {
      for (const owner of ['com', 'example.org', 'key.example.com', '']) {
        server.clearFaults();
        const authorities: Packet['authorities'] = [{ name: owner, type: 'NS', ttl: 300, data: 'ns.evil.example' }];
        server.fault({ name: NAME, type: 'TXT' }, { messages: ({ normal }) => [encode({ ...normal, authorities })] });
        server.questions.length = 0;
        const result = await lookUp(open(t), { name: NAME });
        assert.equal(result.zone?.name, 'example.com', owner);
        assert.ok(
          toServers().some((question) => question.endsWith(`${NAME} SOA`)),
          owner,
        );
      }
    });

    test('silent servers are asked no more than before', async (t) => {
      for (const { address } of NAMESERVERS) server.fault({ address }, 'refused');
      server.fault({ address: server.resolver.address, name: NAME }, 'servfail');
      // Everybody answers: nobody is asked again because the machine is busy.
      const result = await lookUp(open(t, { tryMs: 5000, staggerMs: 5000 }), { name: NAME });
      assert.deepEqual(describeAnswers(result), ['ns1.example.com failed refused', 'ns2.example.com failed refused']);
      const root = '127.0.0.9 example.com NS'; // who else may hold the zone
      assert.deepEqual(
        toServers().filter((asked) => asked !== root),
        ofBoth(`${NAME} TXT`),
      );
    });
  });

  test('a delegation with glue of its own is followed without a resolver for that name', async (t) => {
    server.setZone('_domainkey.example.com', {
      nameservers: [{ name: 'ns._domainkey.example.com', address: '127.0.0.13' }],
      records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
    });
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), ['ns._domainkey.example.com found "key of the child"']);
    assert.ok(!toResolver().some(({ name }) => name.startsWith('ns._domainkey')));
  });

  test('a zone that is delegated after it was remembered as part of its parent is found at once', async (t) => {
    const dns = open(t);
    assert.equal((await lookUp(dns, { name: KEY })).zone?.name, 'example.com');
    server.setZone('_domainkey.example.com', {
      nameservers: [{ name: 'ns.keys.example', address: '127.0.0.13' }],
      records: [{ name: KEY, type: 'TXT', value: 'key of the child' }],
    });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: KEY })), ['ns.keys.example found "key of the child"']);
  });

  test('a domain inside a zone of its parent is asked in that zone', async (t) => {
    const name = '_autosend-verify.mail.example.com';
    server.addRecord('example.com', { name, type: 'TXT', value: 'of mail' });
    const result = await lookUp(open(t), { name }, { startAt: 'mail.example.com' });
    assert.deepEqual(describeAnswers(result), ['ns1.example.com found "of mail"', 'ns2.example.com found "of mail"']);
  });

  test('a domain that is itself an alias is asked in the zone that holds the alias', async (t) => {
    server.addRecord('example.com', { name: 'www.example.com', type: 'CNAME', value: 'cdn.example.org' });
    server.addRecord('example.com', { name: '_x.www.example.com', type: 'TXT', value: 'below' });
    server.setZone('example.org', { nameservers: [{ name: 'ns.example.org', address: '127.0.0.14' }] });
    const result = await lookUp(open(t), { name: '_x.www.example.com' }, { startAt: 'www.example.com' });
    assert.equal(result.zone?.name, 'example.com');
    assert.deepEqual(describeAnswers(result), ['ns1.example.com found "below"', 'ns2.example.com found "below"']);
  });

  test('a CNAME into another zone is asked at the servers of that zone, whatever the first answer says of it', async (t) => {
    server.setRecords('example.com', [{ name: KEY, type: 'CNAME', value: 'key.example.org' }]);
    server.setZone('example.org', {
      nameservers: [{ name: 'ns.example.org', address: '127.0.0.14' }],
      records: [{ name: 'key.example.org', type: 'TXT', value: 'true key' }],
    });
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(result.aliases, ['key.example.org']);
    assert.equal(result.zone?.name, 'example.org');
    assert.deepEqual(describeAnswers(result), ['ns.example.org found "true key"']);
  });

  test('an alias in a zone of its own on the parent servers is asked of every server of that zone', async (t) => {
    const alias = { name: KEY, type: 'CNAME', value: 'key.example.org' } as const;
    server.setZone('_domainkey.example.com', {
      nameservers: [...NAMESERVERS, { name: 'ns3.example.com', address: '127.0.0.13' }],
      records: [alias],
    });
    server.setRecords('_domainkey.example.com', [{ name: KEY, type: 'TXT', value: 'old' }], '127.0.0.13');
    server.setZone('example.org', {
      nameservers: [{ name: 'ns.example.org', address: '127.0.0.14' }],
      records: [{ name: 'key.example.org', type: 'TXT', value: 'true key' }],
    });
    const result = await lookUp(open(t), { name: KEY });
    assert.deepEqual(describeAnswers(result), ['ns.example.org found "true key"', 'ns3.example.com found "old"']);
  });

  test('servers that are silent until the end leave the resolvers time to stand in', async (t) => {
    const dns = open(t, { tryMs: 60_000 });
    for (const { address } of NAMESERVERS) server.fault({ address }, 'silence');
    const result = await lookUp(dns, { name: NAME }, { deadlineMs: 2000 });
    assert.deepEqual(describeAnswers(result), [
      '127.0.0.10 found "value"',
      'ns1.example.com failed timeout',
      'ns2.example.com failed timeout',
    ]);
    const [first] = result.answers;
    assert.equal(first?.source.via, 'recursive');
  });

  test('a wildcard answers, as the record it stands for', async (t) => {
    server.addRecord('example.com', { name: '*.example.com', type: 'TXT', value: 'anything' });
    const result = await lookUp(open(t), { name: 'some.thing.example.com' });
    assert.deepEqual(describeAnswers(result), ['ns1.example.com found "anything"', 'ns2.example.com found "anything"']);
  });

  test('octets of a TXT record come back one for one', async (t) => {
    const strings = [Buffer.from([0, 0xff, 0x80, 0x22]), Buffer.from('é')];
    server.addRecord('example.com', { name: 'raw.example.com', type: 'TXT', value: strings });
    const [answer] = (await lookUp(open(t), { name: 'raw.example.com' })).answers;
    assert.ok(answer?.outcome === 'found');
    assert.deepEqual(answer.records, [{ type: 'TXT', strings: strings.map((each) => each.toString('latin1')) }]);
  });

  test('a second check while the zone is known costs one question for each server', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: NAME });
    server.questions.length = 0;
    await lookUp(dns, { name: NAME });
    assert.deepEqual(server.questions.map(({ address, type }) => `${address} ${type}`).sort(), [
      '127.0.0.11 TXT',
      '127.0.0.12 TXT',
    ]);
  });

  test('what is known of a zone ends with its TTL, and after five minutes at the latest', async (t) => {
    let now = new Date('2026-01-01T00:00:00Z');
    const dns = open(t, {}, () => now);
    await lookUp(dns, { name: NAME });
    for (const [seconds, asked] of [
      [299, 0],
      [2, 1],
    ] as const) {
      server.questions.length = 0;
      now = new Date(now.getTime() + seconds * 1000);
      await lookUp(dns, { name: NAME });
      assert.equal(toResolver().filter(({ type }) => type === 'NS').length, asked);
    }
  });

  test('five questions at once search for their zone once', async (t) => {
    const dns = open(t);
    const budget = dns.startBudget();
    const names = [NAME, KEY, 'asend.example.com', '_dmarc.example.com', 'example.com'];
    await Promise.all(
      names.map((name) => dns.lookup({ name, type: 'TXT', servers: 'every' }, { budget, startAt: 'example.com' })),
    );
    assert.equal(toResolver().length, 6, 'one SOA, one NS, and A and AAAA of two servers');
    assert.equal(
      budget.queriesUsed(),
      6 + 10 + 2 + 1,
      'which zone it is from has to be asked for the two that are found',
    );
  });

  test('the addresses of name servers are asked for once, however many zones they serve', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: NAME });
    const name = '_autosend-verify.example.org';
    server.setZone('example.org', { nameservers: NAMESERVERS, records: [{ name, type: 'TXT', value: 'here too' }] });
    server.questions.length = 0;
    assert.deepEqual(describeAnswers(await lookUp(dns, { name })), [
      'ns1.example.com found "here too"',
      'ns2.example.com found "here too"',
    ]);
    assert.deepEqual(
      toResolver().map((asked) => `${asked.name} ${asked.type}`),
      ['example.org SOA', 'example.org NS'],
    );
  });

  test('name servers that moved are found at their new addresses once they are silent at the old ones', async (t) => {
    const dns = open(t, { tryMs: 50, restMs: 50 });
    // Of another domain, so that the zone above tells no addresses either.
    const setAt = (...addresses: string[]) =>
      server.setZone('example.com', {
        nameservers: addresses.map((address, at) => ({ name: `ns${at}.hoster.example`, address })),
        records: [{ name: NAME, type: 'TXT', value: `from ${addresses[0]}` }],
      });
    setAt('127.0.0.13', '127.0.0.14');
    await lookUp(dns, { name: NAME });
    setAt('127.0.0.21', '127.0.0.22');
    for (const address of ['127.0.0.13', '127.0.0.14']) server.fault({ address }, 'silence');
    await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), [
      'ns0.hoster.example found "from 127.0.0.21"',
      'ns1.hoster.example found "from 127.0.0.21"',
    ]);
  });

  test('an address that could not be found is asked for again by the next zone', async (t) => {
    const dns = open(t);
    const end = server.fault({ name: 'ns2.example.com' }, 'servfail');
    assert.equal((await lookUp(dns, { name: NAME })).answers[1]?.outcome, 'failed');
    end();
    const name = '_autosend-verify.example.org';
    server.setZone('example.org', { nameservers: NAMESERVERS, records: [{ name, type: 'TXT', value: 'here too' }] });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name })), [
      'ns1.example.com found "here too"',
      'ns2.example.com found "here too"',
    ]);
  });

  test('a failed search is not remembered', async (t) => {
    const dns = open(t);
    const end = server.fault({ address: server.resolver.address }, 'servfail');
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), ['127.0.0.10 failed servfail']);
    end();
    assert.equal((await lookUp(dns, { name: NAME })).answers[0]?.outcome, 'found');
  });

  test('ids, source ports and the case of names cannot be foretold', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: NAME });
    server.questions.length = 0;
    for (let i = 0; i < 100; i++) await lookUp(dns, { name: NAME });
    const distinct = (key: 'id' | 'sourcePort' | 'rawName') => new Set(server.questions.map((q) => q[key])).size;
    assert.equal(server.questions.length, 200);
    assert.ok(distinct('id') > 190);
    assert.ok(distinct('sourcePort') > 40, 'of 64 sockets, 200 random draws leave few out');
    assert.ok(distinct('rawName') > 190);
  });

  test('more questions to one server than may be under way at once are all answered', async (t) => {
    const dns = open(t, { maxInFlightPerAddress: 2, tryMs: 5000 });
    server.addRecord('example.com', { name: '*.example.com', type: 'TXT', value: 'anything' });
    const budget = dns.startBudget();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        dns.lookup({ name: `n${i}.example.com`, type: 'TXT', servers: 'every' }, { budget, startAt: 'example.com' }),
      ),
    );
    assert.ok(results.every(({ answers }) => answers.every(({ outcome }) => outcome === 'found')));
  });

  test('a check that is cancelled while a server is silent ends at once', async (t) => {
    const dns = open(t, { tryMs: 60_000 });
    await lookUp(dns, { name: NAME });
    const cancel = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      const messages = () => {
        resolve();
        return [];
      };
      server.fault({ name: NAME }, { messages });
    });
    const result = lookUp(dns, { name: NAME }, { signal: cancel.signal, deadlineMs: 60_000 });
    await arrived;
    cancel.abort();
    assert.ok((await result).answers.every((answer) => answer.outcome === 'failed' && answer.reason === 'timeout'));
  });

  test('the deadline of a check holds even when it is shorter than one try', async (t) => {
    const dns = open(t, { tryMs: 60_000, tcpMs: 60_000 });
    server.fault({}, 'silence');
    const result = await lookUp(dns, { name: NAME }, { deadlineMs: 200 });
    assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed timeout']);
  });

  test('closing ends what is under way as a failure', async () => {
    const dns = createTestDns(server, { tryMs: 60_000 });
    await lookUp(dns, { name: NAME });
    const arrived = new Promise<void>((resolve) => {
      const messages = () => {
        resolve();
        return [];
      };
      server.fault({}, { messages });
    });
    const result = lookUp(dns, { name: NAME }, { deadlineMs: 60_000 });
    await arrived;
    await dns.close();
    assert.ok((await result).answers.every(({ outcome }) => outcome === 'failed'));
  });

  test('one server can be asked by itself, and its AA flag is told', async (t) => {
    const dns = open(t);
    const ask = (address: string, recursionDesired: boolean) =>
      dns.askServer({ address, port: server.port }, { name: NAME.toUpperCase(), type: 'TXT' }, { recursionDesired });
    const direct = await ask('127.0.0.11', false);
    assert.deepEqual([direct.answer.outcome, direct.authoritative], ['found', true]);
    const cached = await ask(server.resolver.address, true);
    assert.deepEqual([cached.answer.outcome, cached.authoritative, cached.recursionAvailable], ['found', false, true]);
    const refused = await ask('127.0.0.20', false);
    assert.deepEqual([refused.answer.outcome, refused.authoritative], ['failed', false]);
  });

  const skip = HAS_IPV6 ? false : 'this machine has no ::1';
  test('a name server with an IPv6 address only is asked over IPv6, by UDP and TCP', { skip }, async (t) => {
    const dns = open(t);
    server.setZone('example.com', {
      nameservers: [{ name: 'ns6.example.com', address: '::1' }],
      records: [{ name: NAME, type: 'TXT', value: 'value' }],
    });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), ['ns6.example.com found "value"']);
    server.fault({ address: '::1', name: NAME, type: 'TXT' }, 'truncate');
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), ['ns6.example.com found "value"']);
    assert.equal(result.answers[0]?.source.address, '::1');
    const asked = server.questions.filter((q) => q.name === NAME && q.type === 'TXT');
    assert.deepEqual(
      asked.map(({ address, transport }) => `${address} ${transport}`),
      ['::1 udp', '::1 udp', '::1 tcp'],
    );
  });

  test('of a name server with addresses of both families the other one is asked when one is silent', {
    skip,
  }, async (t) => {
    server.setZone('example.com', {
      nameservers: [{ name: 'ns.example.com', address: ['127.0.0.11', '::1'] }],
      records: [{ name: NAME, type: 'TXT', value: 'value' }],
    });
    for (const [silent, answers] of [
      ['127.0.0.11', '::1'],
      ['::1', '127.0.0.11'],
    ] as const) {
      server.clearFaults();
      server.fault({ address: silent }, 'silence');
      const result = await lookUp(open(t), { name: NAME });
      assert.deepEqual(
        result.answers.map(({ outcome, source }) => `${source.address} ${outcome}`),
        [`${answers} found`],
      );
    }
  });

  test('a name that DNS cannot carry is a failure, never a question', async (t) => {
    const dns = open(t, { mode: 'recursive' });
    for (const name of [
      'a..example.com',
      `${'x'.repeat(64)}.example.com`,
      'ä.example.com',
      'a b.example.com',
      'a\\.b.example.com',
    ]) {
      const result = await lookUp(dns, { name });
      assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed malformed'], name);
    }
    assert.equal(server.questions.length, 0);
  });
});
