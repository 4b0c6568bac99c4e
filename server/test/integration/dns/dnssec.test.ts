import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Answer, encode } from 'dns-packet';
import type { LookupResult } from '../../../src/core/answers/dns-answer.ts';
import type { DnsSettings } from '../../../src/dns/lookup.ts';
import { createTestDns, describeAnswers, lookUp } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { FaultContext } from '../../support/dns/dns-server-faults.ts';
import type { ZoneRecord, ZoneSetup } from '../../support/dns/dns-server-zones.ts';

const NAMESERVERS = [
  { name: 'ns1.example.com', address: '127.0.0.11' },
  { name: 'ns2.example.com', address: '127.0.0.12' },
];
const NAME = '_autosend-verify.example.com';
const TRUE_RECORD = { name: NAME, type: 'TXT', value: 'true', ttl: 77 } as const;
const FORGED = { name: NAME, type: 'TXT', value: 'forged' } as const;
/** Where everybody answers, nobody counts as silent because the machine is busy. */
const PATIENT = { tryMs: 5000, tcpMs: 5000, staggerMs: 5000 };
const SHORT = { tryMs: 300 };
const all = (said: string) => NAMESERVERS.map(({ name }) => `${name} ${said}`);

describe('dnssec', () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    server.validate(true);
    server.questions.length = 0;
    for (const zone of ['keys.example.com', 'example.org']) server.removeZone(zone);
  });

  function open(
    t: { after(end: () => Promise<void>): void },
    settings: Partial<DnsSettings> = {},
    setup: Partial<ZoneSetup> = {},
  ) {
    server.setZone('example.com', { nameservers: NAMESERVERS, records: [TRUE_RECORD], dnssec: 'signed', ...setup });
    const dns = createTestDns(server, { ...PATIENT, ...settings });
    t.after(() => dns.close());
    return dns;
  }

  /** Every name server holds these records, and the resolver goes on to know those of the zone. */
  const forge = (...records: ZoneRecord[]) => {
    for (const { address } of NAMESERVERS) server.setRecords('example.com', records, address);
  };
  const toResolver = (name: string) =>
    server.questions.filter((q) => q.address === server.resolver.address && q.name === name);
  const failure = ({ answers }: LookupResult) => {
    const [answer] = answers;
    assert.ok(answer?.outcome === 'failed' && answer.kind === 'dnssec_unvalidated');
    return answer;
  };

  /** The resolver's answers, changed, with whatever flags they had. */
  const answering = (answers: Answer[], flags = 0) => ({
    messages: ({ normal }: FaultContext) => [
      encode({ ...normal, flags: normal.flags | flags, answers, authorities: [] }),
    ],
  });

  test('in a signed zone a record counts when the validating resolver validates for it, asked after the servers showed it', async (t) => {
    const result = await lookUp(open(t), { name: NAME });
    assert.deepEqual(describeAnswers(result), all('found "true"'));
    assert.equal(result.zone?.dnssec, 'signed');
    const asked = server.questions.filter((q) => q.name === NAME && q.type === 'TXT').map(({ address }) => address);
    assert.deepEqual(asked.slice(0, 2).sort(), ['127.0.0.11', '127.0.0.12']);
    assert.deepEqual(asked.slice(2), [server.resolver.address]);
  });

  test('a record that no validating resolver validates for is never found, and it is told how long the other answer lasts', async (t) => {
    const dns = open(t);
    forge(FORGED);
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), all('failed network dnssec_unvalidated'));
    assert.equal(failure(result).outdatedSeconds, 77);
  });

  test('a record where the resolver remembers a "no" is never found, and the "no" lasts as long as the zone says', async (t) => {
    const dns = open(t, {}, { records: [], soa: { minimum: 120 } });
    forge(FORGED);
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), all('failed network dnssec_unvalidated'));
    assert.equal(failure(result).outdatedSeconds, 120);
  });

  test('one forging server among true ones fails alone', async (t) => {
    const dns = open(t);
    server.setRecords('example.com', [FORGED], '127.0.0.12');
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), [
      'ns1.example.com found "true"',
      'ns2.example.com failed network dnssec_unvalidated',
    ]);
  });

  test('order and TTL do not matter, one record more does', async (t) => {
    const second = { ...TRUE_RECORD, value: 'second' };
    const dns = open(t, {}, { records: [TRUE_RECORD, second] });
    forge({ ...second, ttl: 5 }, { ...TRUE_RECORD, ttl: 5 });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('found "second" "true"'));
    forge(TRUE_RECORD, second, { ...TRUE_RECORD, value: 'third' });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed network dnssec_unvalidated'));
  });

  test('a CNAME is validated for at the hop that shows it, and its target in its own zone', async (t) => {
    const alias = { name: NAME, type: 'CNAME', value: 't.example.org' } as const;
    const dns = open(t, {}, { records: [alias] });
    const target = { name: 't.example.org', type: 'TXT', value: 'behind' } as const;
    const nameservers = [{ name: 'ns.example.org', address: '127.0.0.14' }];
    server.setZone('example.org', { nameservers, records: [target], dnssec: 'signed' });
    const found = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(found), ['ns.example.org found "behind"']);
    assert.deepEqual(
      toResolver(NAME).map(({ type }) => type),
      ['CNAME'],
    );
    server.setRecords('example.org', [{ ...target, value: 'forged' }], '127.0.0.14');
    const forgedTarget = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(forgedTarget), ['ns.example.org failed network dnssec_unvalidated']);
    forge({ ...alias, value: 'evil.example.org' });
    const forgedAlias = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(forgedAlias), all('failed network dnssec_unvalidated'));
  });

  test('a forged record in place of a signed CNAME is not believed', async (t) => {
    const dns = open(t, {}, { records: [{ name: NAME, type: 'CNAME', value: 't.example.com' }] });
    forge(TRUE_RECORD);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed network dnssec_unvalidated'));
  });

  test('a "no" of the servers is validated for only where it would count, so that the resolver does not remember it otherwise', async (t) => {
    const dns = open(t);
    const gone = 'gone.example.com';
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: gone })), all('absent nxdomain 300'));
    assert.equal(toResolver(gone).length, 0);
    assert.deepEqual(
      describeAnswers(await lookUp(dns, { name: gone, validateAbsence: true })),
      all('absent nxdomain 300'),
    );
    assert.equal(toResolver(gone).length, 1);
    forge();
    const denied = await lookUp(dns, { name: NAME, validateAbsence: true });
    assert.deepEqual(describeAnswers(denied), all('failed network dnssec_unvalidated'));
  });

  test('a record that is bogus is never found, and says so', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: 'gone.example.com' });
    server.setZone('example.com', { nameservers: NAMESERVERS, records: [TRUE_RECORD], dnssec: 'bogus' });
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), all('failed servfail dnssec_bogus'));
    assert.equal(result.zone?.dnssec, 'bogus');
  });

  test('a zone that is bogus from the start is never asked, and says so', async (t) => {
    const result = await lookUp(open(t, {}, { dnssec: 'bogus' }), { name: NAME });
    assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed servfail dnssec_bogus']);
    assert.deepEqual(result.zone, { name: 'example.com', nameservers: [], dnssec: 'bogus' });
    assert.ok(server.questions.every(({ address }) => address === server.resolver.address));
  });

  test('a bogus zone of a parent is named, not the domain in it', async (t) => {
    const dns = open(t, {}, { dnssec: 'bogus' });
    const result = await lookUp(dns, { name: '_v.mail.example.com' }, { startAt: 'mail.example.com' });
    assert.equal(result.zone?.name, 'example.com');
  });

  test('SERVFAIL that passes, or that stays without validation too, is not called bogus', async (t) => {
    const dns = open(t);
    server.fault({ address: server.resolver.address, name: 'example.com', type: 'SOA' }, 'servfail', { times: 1 });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('found "true"'));
    server.fault({ address: server.resolver.address, name: NAME }, 'servfail');
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), [
      '127.0.0.10 failed servfail',
      '127.0.0.10 failed servfail',
    ]);
  });

  test('a resolver that does not validate can accuse no zone of being bogus', async (t) => {
    server.validate(false);
    const dns = open(t);
    let asked = 0;
    const soa = { address: server.resolver.address, name: 'example.com', type: 'SOA' };
    // SERVFAIL, an answer with CD, and SERVFAIL again.
    const flaky = ({ normal }: FaultContext) => {
      asked += 1;
      const flags = asked === 2 ? normal.flags : normal.flags | 2;
      return [encode({ ...normal, flags, answers: asked === 2 ? (normal.answers ?? []) : [] })];
    };
    server.fault(soa, { messages: flaky });
    const result = await lookUp(dns, { name: NAME });
    assert.equal(result.zone?.dnssec, 'unknown');
    assert.deepEqual(describeAnswers(result), ['ns1.example.com found "true"', 'ns2.example.com found "true"']);
    assert.equal(asked, 3);
  });

  test('a resolver that cannot be asked validates for nothing, and the name servers are not blamed for it', async (t) => {
    const dns = open(t);
    server.fault({ address: server.resolver.address, name: NAME }, 'refused');
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed refused', '127.0.0.10 failed refused']);
  });

  test('an unsigned zone costs no further question for a record, and says that it is unsigned', async (t) => {
    const dns = open(t);
    server.setZone('example.com', { nameservers: NAMESERVERS, records: [TRUE_RECORD] });
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), all('found "true"'));
    assert.equal(result.zone?.dnssec, 'unsigned');
    assert.equal(toResolver(NAME).length, 0);
    assert.equal(toResolver('').length, 1, 'the root, once, shows that the resolver validates');
    server.questions.length = 0;
    await lookUp(dns, { name: NAME });
    assert.equal(server.questions.length, 2);
  });

  test('where no resolver validates it is unknown whether a zone is signed, and nothing more is asked', async (t) => {
    server.validate(false);
    const result = await lookUp(open(t), { name: NAME });
    assert.deepEqual(describeAnswers(result), all('found "true"'));
    assert.equal(result.zone?.dnssec, 'unknown');
    assert.equal(toResolver(NAME).length, 0);
  });

  test('a child zone that is not signed, in one that is, needs no validating', async (t) => {
    const dns = open(t);
    server.setZone('keys.example.com', {
      nameservers: [{ name: 'ns.keys.example.com', address: '127.0.0.13' }],
      records: [{ name: 'a.keys.example.com', type: 'TXT', value: 'key' }],
    });
    const result = await lookUp(dns, { name: 'a.keys.example.com' });
    assert.deepEqual(describeAnswers(result), ['ns.keys.example.com found "key"']);
    assert.deepEqual([result.zone?.name, result.zone?.dnssec], ['keys.example.com', 'unsigned']);
    assert.equal(toResolver('a.keys.example.com').length, 0);
  });

  test('a forged delegation out of a signed zone gains nothing: the resolver knows no such zone', async (t) => {
    const dns = open(t);
    server.setZone('evil.example', { nameservers: [{ name: 'ns.evil.example', address: '127.0.0.15' }] });
    const say = (flags: number, answers: Answer[], authorities: Answer[] = []) => ({
      messages: ({ normal }: FaultContext) => [encode({ ...normal, flags, answers, authorities, additionals: [] })],
    });
    const soa = { mname: 'ns.evil.example', rname: 'x', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 300 };
    const ns: Answer = { name: NAME, type: 'NS', ttl: 300, data: 'ns.evil.example' };
    for (const { address } of NAMESERVERS) server.fault({ address, name: NAME }, say(0x8000, [], [ns]));
    const lies: Answer[] = [
      { name: NAME, type: 'SOA', ttl: 300, data: soa },
      { name: NAME, type: 'TXT', ttl: 300, data: 'forged' },
      ns,
    ];
    for (const lie of lies) server.fault({ address: '127.0.0.15', name: NAME, type: lie.type }, say(0x8400, [lie]));
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), ['ns.evil.example failed network dnssec_unvalidated']);
  });

  test('of several resolvers the one that validates is asked, in whatever order they are', async (t) => {
    for (const resolvers of [
      [server.plainResolver, server.resolver],
      [server.resolver, server.plainResolver],
    ]) {
      const dns = open(t, { resolvers });
      forge(FORGED);
      const result = await lookUp(dns, { name: NAME });
      assert.deepEqual(describeAnswers(result), all('failed network dnssec_unvalidated'));
      assert.equal(result.zone?.dnssec, 'signed');
    }
  });

  test('when the validating resolver is away, another one is not believed in its place', async (t) => {
    const dns = open(t, { ...SHORT, resolvers: [server.plainResolver, server.resolver] });
    await lookUp(dns, { name: 'gone.example.com' });
    server.fault({ address: server.resolver.address }, 'silence');
    forge(FORGED);
    const known = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(known), ['127.0.0.10 failed timeout', '127.0.0.10 failed timeout']);
    const unknown = await lookUp(dns, { name: 'x.example.org' }, { startAt: 'example.org' });
    assert.deepEqual(describeAnswers(unknown), ['127.0.0.10 failed timeout']);
  });

  test('a bogus zone stays bogus when a resolver that does not validate has an answer', async (t) => {
    const resolvers = [server.plainResolver, server.resolver];
    for (const mode of ['authoritative', 'recursive'] as const) {
      const result = await lookUp(open(t, { resolvers, mode }, { dnssec: 'bogus' }), { name: NAME });
      assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed servfail dnssec_bogus'], mode);
    }
  });

  test('in recursive mode a bogus record is never found, and says so', async (t) => {
    const result = await lookUp(open(t, { mode: 'recursive' }, { dnssec: 'bogus' }), { name: NAME });
    assert.deepEqual(describeAnswers(result), ['127.0.0.10 failed servfail dnssec_bogus']);
  });

  test('a "no" without proof (opt-out) does not make a signed zone an unsigned one', async (t) => {
    const dns = open(t);
    const soa = { mname: 'ns1.example.com', rname: 'x', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 300 };
    const unproven = ({ normal }: FaultContext) => [
      encode({
        ...normal,
        flags: (normal.flags & ~0x002f) | 3,
        answers: [],
        authorities: [{ name: 'example.com', type: 'SOA', ttl: 300, data: soa }],
      }),
    ];
    server.fault({ address: server.resolver.address, name: 'mail.example.com' }, { messages: unproven });
    forge({ ...FORGED, name: '_v.mail.example.com' });
    const result = await lookUp(dns, { name: '_v.mail.example.com' }, { startAt: 'mail.example.com' });
    assert.deepEqual(describeAnswers(result), all('failed network dnssec_unvalidated'));
  });

  test('where the servers are out of reach, an answer of the resolver needs no further validating', async (t) => {
    const dns = open(t, SHORT);
    await lookUp(dns, { name: 'gone.example.com' });
    for (const { address } of NAMESERVERS) server.fault({ address }, 'silence');
    const result = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(result), ['127.0.0.10 found "true"', ...all('failed timeout')]);
  });

  test('an answer with AD to another record set is not taken as a validating for ours', async (t) => {
    const dns = open(t);
    const answers: Answer[] = [{ name: NAME, type: 'TXT', ttl: 9, data: 'older' }];
    server.fault({ address: server.resolver.address, name: NAME }, answering(answers));
    assert.equal(failure(await lookUp(dns, { name: NAME })).outdatedSeconds, 9);
  });

  describe('the ways that are left where a zone is set up badly let no forged record in', () => {
    const ns = (data: string): Answer => ({ name: 'example.com', type: 'NS', ttl: 300, data });

    test('NS records in place of a SOA that nobody answers for: the zone is signed all the same', async (t) => {
      const dns = open(t);
      for (const { address } of [server.resolver, ...NAMESERVERS]) server.fault({ address, type: 'SOA' }, 'refused');
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('found "true"'));
      forge(FORGED);
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed network dnssec_unvalidated'));
    });

    test('a zone that was found from the one above it counts as signed until a resolver that validates says otherwise', async (t) => {
      server.setZone('com', { nameservers: [{ name: 'a.gtld.example', address: '127.0.0.25' }], dnssec: 'signed' });
      t.after(() => server.removeZone('com'));
      const dns = open(t);
      for (const type of ['SOA', 'NS'])
        server.fault({ address: server.resolver.address, within: 'example.com', type }, 'servfail');
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('found "true"'));
      forge(FORGED);
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed network dnssec_unvalidated'));
    });

    test('servers that the zone above names in place of outdated ones are validated for, too', async (t) => {
      const forger = '127.0.0.15';
      const refused = all('failed refused');
      const dns = open(t);
      await lookUp(dns, { name: 'gone.example.com' });
      for (const { address } of NAMESERVERS) server.fault({ address }, 'refused');
      server.setZone('evil.example', { nameservers: [{ name: 'ns.evil.example', address: forger }] });
      t.after(() => server.removeZone('evil.example'));
      const delegate = ({ normal }: FaultContext) => [
        encode({ ...normal, flags: 0x8000, answers: [], authorities: [ns('ns.evil.example')], additionals: [] }),
      ];
      server.fault({ address: '127.0.0.9', name: 'example.com', type: 'NS' }, { messages: delegate });
      const forged = ({ normal }: FaultContext) => [
        encode({
          ...normal,
          flags: 0x8400,
          answers: [{ name: NAME, type: 'TXT', ttl: 300, data: 'forged' }],
          authorities: [],
        }),
      ];
      server.fault({ address: forger, name: NAME, type: 'TXT' }, { messages: forged });
      const said = describeAnswers(await lookUp(dns, { name: NAME }));
      assert.ok(!said.some((each) => each.includes('"forged"')), said.join());
      assert.notDeepEqual(said, refused, 'the forger was asked');
    });

    test('of what no name server says, only a resolver that validates is asked', async (t) => {
      const dns = open(t, { ...SHORT, resolvers: [server.plainResolver, server.resolver] });
      await lookUp(dns, { name: 'gone.example.com' });
      forge(FORGED);
      for (const { address } of NAMESERVERS) server.fault({ address }, 'refused');
      const forged: Answer[] = [{ name: NAME, type: 'TXT', ttl: 300, data: 'forged' }];
      server.fault({ address: server.plainResolver.address, name: NAME }, answering(forged));
      server.fault({ address: server.resolver.address, name: NAME }, 'silence');
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed refused'));
    });

    test('a bogus record that no name server says is not taken from a resolver either', async (t) => {
      const dns = open(t);
      await lookUp(dns, { name: 'gone.example.com' });
      server.setZone('example.com', { nameservers: NAMESERVERS, records: [FORGED], dnssec: 'bogus' });
      for (const { address } of NAMESERVERS) server.fault({ address }, 'refused');
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), all('failed refused'));
    });
  });
});
