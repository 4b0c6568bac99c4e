import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { encode } from 'dns-packet';
import type { DnsSettings } from '../../../src/dns/lookup.ts';
import { createTestDns, describeAnswers } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { Behavior } from '../../support/dns/dns-server-faults.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';

const DOMAIN = 'shop.example.com';
const NAMES = [`_autosend-verify.${DOMAIN}`, `autosend._domainkey.${DOMAIN}`];
const SERVERS = [
  { name: 'ns1.hoster.example', address: '127.0.0.11' },
  { name: 'ns2.hoster.example', address: '127.0.0.12' },
];
const OTHER_SERVERS = [{ name: 'ns.elsewhere.example', address: '127.0.0.21' }];
const recordsOf = (value: string): ZoneRecord[] => NAMES.map((name) => ({ name, type: 'TXT', value }));
/** The NS records of the zone beside the answer, as NSD sends them. */
const WITH_AUTHORITY: Behavior = {
  messages: ({ normal }) => [
    encode({
      ...normal,
      authorities: SERVERS.map(({ name }) => ({ name: 'example.com', type: 'NS' as const, ttl: 300, data: name })),
    }),
  ],
};
const PATIENT = { tryMs: 5000, tcpMs: 5000, staggerMs: 5000 };

/** What the zone that held a domain's records is worth at the next check. */
describe("the previous check's zone", () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    server.validate(false);
    for (const zone of [DOMAIN, 'example.com']) server.removeZone(zone);
    server.setZone('example.com', { nameservers: SERVERS, records: recordsOf('of the zone above') });
  });

  /** Asks both names by a client that knows nothing yet, which gives the same with the previous check's zone as without it. */
  async function ask(lastZone: string, settings: Partial<DnsSettings> = {}) {
    const results = [];
    for (const zone of [undefined, lastZone]) {
      const dns = createTestDns(server, { ...PATIENT, ...settings });
      server.questions.length = 0;
      const questions = NAMES.map((name) => ({ name, type: 'TXT', servers: 'every' }) as const);
      const found = await dns.lookupAll(questions, { budget: dns.startBudget(), startAt: DOMAIN, lastZone: zone });
      await dns.close();
      const asked = server.questions.filter(({ address, name }) => address === server.resolver.address && name !== '');
      results.push({
        answers: found.map(describeAnswers),
        zones: found.map((each) => each.zone),
        toResolver: asked.map(({ name, type }) => `${name} ${type}`),
      });
    }
    const [without, withIt] = results;
    assert.ok(without && withIt);
    assert.deepEqual([withIt.answers, withIt.zones], [without.answers, without.zones]);
    return withIt;
  }

  const shows = (value: string, servers = SERVERS) =>
    NAMES.map(() => servers.map(({ name }) => `${name} found "${value}"`));

  test('where its servers say that it still holds the names, no resolver is asked which zone does', async () => {
    server.fault({ within: DOMAIN, type: 'TXT' }, WITH_AUTHORITY);
    const { answers, toResolver } = await ask('example.com');
    assert.deepEqual(answers, shows('of the zone above'));
    assert.deepEqual(
      toResolver.filter((asked) => !/ (A|AAAA)$/.test(asked)),
      ['example.com NS'],
    );
  });

  test('a domain that has been delegated since is asked at its new servers', async () => {
    server.setZone(DOMAIN, { nameservers: OTHER_SERVERS, records: recordsOf('of its own zone') });
    assert.deepEqual((await ask('example.com')).answers, shows('of its own zone', OTHER_SERVERS));
  });

  test('a domain that has been delegated since to servers that answer no question for SOA is told alike', async () => {
    const records = recordsOf('of its own zone');
    server.setZone(DOMAIN, { nameservers: OTHER_SERVERS, records, showsNameservers: true });
    for (const { address } of OTHER_SERVERS) server.fault({ address, type: 'SOA' }, 'refused');
    assert.deepEqual((await ask('example.com')).answers, shows('of its own zone', OTHER_SERVERS));
  });

  test('a domain that has become a zone on the servers of the zone above is found in it', async () => {
    server.setZone(DOMAIN, { nameservers: SERVERS, records: recordsOf('of its own zone') });
    assert.deepEqual((await ask('example.com')).answers, shows('of its own zone'));
  });

  test('a domain whose own zone is gone is found in the zone above', async () => {
    assert.deepEqual((await ask(DOMAIN)).answers, shows('of the zone above'));
  });

  test('a zone that does not hold the domain is not asked', async () => {
    server.setZone('example.org', { nameservers: OTHER_SERVERS, records: recordsOf('forged') });
    const { answers } = await ask('example.org');
    assert.deepEqual(answers, shows('of the zone above'));
  });

  test('a server that is away is told as it is', async () => {
    server.fault({ address: '127.0.0.12' }, 'servfail');
    const { answers } = await ask('example.com');
    assert.deepEqual(
      answers,
      NAMES.map(() => ['ns1.hoster.example found "of the zone above"', 'ns2.hoster.example failed servfail']),
    );
  });

  for (const dnssec of ['signed', 'bogus'] as const)
    test(`a zone that has become ${dnssec} is treated as such`, async () => {
      server.validate(true);
      server.setZone('example.com', { nameservers: SERVERS, records: recordsOf('of the zone above'), dnssec });
      const { zones } = await ask('example.com');
      assert.deepEqual(
        zones.map((zone) => zone?.dnssec),
        [dnssec, dnssec],
      );
    });

  test('an unsigned zone stays one where a resolver validates', async () => {
    server.validate(true);
    const { zones, answers } = await ask('example.com');
    assert.deepEqual(zones[0]?.dnssec, 'unsigned');
    assert.deepEqual(answers, shows('of the zone above'));
  });
});
