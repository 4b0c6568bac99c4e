import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { encode } from 'dns-packet';
import fc from 'fast-check';
import type { LookupResult, Question } from '../../../src/core/answers/dns-answer.ts';
import { createTestDns, describeAnswers } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { Behavior } from '../../support/dns/dns-server-faults.ts';

const DOMAIN = 'shop.example.com';
const OWNERSHIP = `_autosend-verify.${DOMAIN}`;
const DKIM = `autosend._domainkey.${DOMAIN}`;
const DMARC = `_dmarc.${DOMAIN}`;
const NAMES = [OWNERSHIP, DKIM, DMARC];
const HOSTER = [{ name: 'ns1.hoster.example', address: '127.0.0.11' }];
const SECOND = [...HOSTER, { name: 'ns2.hoster.example', address: '127.0.0.12' }];
const VENDOR = [{ name: 'ns.vendor.example', address: '127.0.0.13' }];
const PATIENT = { tryMs: 5000, tcpMs: 5000, staggerMs: 5000 };

const questions = NAMES.map((name): Question => ({ name, type: 'TXT', servers: 'every' }));
const recordsOf = (value: string, zone = DOMAIN) =>
  NAMES.filter((name) => name === zone || name.endsWith(`.${zone}`)).map((name) => ({
    name,
    type: 'TXT' as const,
    value,
  }));
const show = ({ question, zone, ...result }: LookupResult) => ({
  name: question.name,
  zone: zone?.name,
  servers: zone?.nameservers.map(({ name }) => name).sort(),
  answers: describeAnswers({ question, zone, ...result }),
});

/** What is remembered of zones, each for its own time, leads nowhere that a client which knows nothing would not come to. */
describe('remembered zones', () => {
  let server: DnsServer;
  let now: number;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    now = Date.parse('2026-01-01T00:00:00Z');
    server.clearFaults();
    removeAll();
  });

  function removeAll(): void {
    for (const zone of ['example.com', DOMAIN, `_domainkey.${DOMAIN}`, ...NAMES]) server.removeZone(zone);
  }

  const createDns = () => createTestDns(server, PATIENT, () => new Date(now));
  const askAll = async (dns: ReturnType<typeof createDns>) =>
    (await dns.lookupAll(questions, { budget: dns.startBudget(), startAt: DOMAIN })).map(show);

  test('the zone of the first name is not taken for that of the others', async () => {
    // Its SOA record is forgotten before the delegation of the first name is.
    server.setZone(DOMAIN, { nameservers: HOSTER, soa: { ttl: 60 }, records: recordsOf('x'), showsNameservers: true });
    server.setZone(OWNERSHIP, { nameservers: VENDOR, nsTtl: 300, records: recordsOf('x', OWNERSHIP) });
    const dns = createDns();
    const first = await askAll(dns);
    assert.deepEqual(
      first.map(({ zone }) => zone),
      [OWNERSHIP, DOMAIN, DOMAIN],
    );
    for (let round = 0; round < 3; round += 1) {
      now += 100_000;
      assert.deepEqual(await askAll(dns), first);
    }
    await dns.close();
  });

  test('servers that a zone has left are not asked for longer than five minutes, whoever else asked meanwhile', async () => {
    const [before, since] = SECOND.map(({ name }) => name);
    let listed = before;
    server.setZone('example.com', { nameservers: SECOND, nsTtl: 3600, soa: { ttl: 3600 }, records: recordsOf('x') });
    // The old server goes on answering, as it does for days after a move.
    const listOnly: Behavior = {
      messages: ({ normal }) => [
        encode({ ...normal, answers: normal.answers?.filter((each) => each.type === 'NS' && each.data === listed) }),
      ],
    };
    for (const address of [server.resolver.address, ...SECOND.map((each) => each.address)])
      server.fault({ address, type: 'NS', name: 'example.com' }, listOnly);
    const dns = createDns();
    const askOne = async (question: Question) =>
      show(await dns.lookup(question, { budget: dns.startBudget(), startAt: DOMAIN })).servers;
    const [one, other] = questions;
    assert.ok(one && other);
    assert.deepEqual(await askOne(one), [before]);
    listed = since;
    now += 298_000;
    assert.deepEqual(await askOne(other), [before], 'within five minutes');
    now += 4_000;
    assert.deepEqual(await askOne(one), [since]);
    assert.deepEqual(await askOne(other), [since]);
    await dns.close();
  });

  test('however zones are cut, and whatever is forgotten first, all questions of a check come to what each comes to alone', async () => {
    const zone = fc.record({
      nameservers: fc.constantFrom(HOSTER, SECOND, VENDOR),
      nsTtl: fc.constantFrom(5, 60, 300, 3600),
      soa: fc.record({ ttl: fc.constantFrom(0, 5, 60, 300), minimum: fc.constantFrom(5, 60, 300) }),
      showsNameservers: fc.boolean(),
      isFilled: fc.boolean(),
    });
    const below = fc.option(zone, { freq: 2 });
    const cuts = fc.record({ [DOMAIN]: below, [`_domainkey.${DOMAIN}`]: below, [OWNERSHIP]: below, [DMARC]: below });
    const waits = fc.array(fc.constantFrom(1, 10, 50, 100, 250, 400), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(zone, cuts, waits, async (top, zones, seconds) => {
        removeAll();
        for (const [name, each] of Object.entries({ 'example.com': top, ...zones })) {
          if (!each) continue;
          const { isFilled, ...given } = each;
          server.setZone(name, { ...given, records: isFilled ? recordsOf(`in ${name}`, name) : [] });
        }
        const dns = createDns();
        for (const wait of [0, ...seconds]) {
          now += wait * 1000;
          const fresh = createDns();
          const alone = [];
          for (const question of questions)
            alone.push(show(await fresh.lookup(question, { budget: fresh.startBudget(), startAt: DOMAIN })));
          await fresh.close();
          assert.deepEqual(await askAll(dns), alone);
        }
        await dns.close();
      }),
      { numRuns: 60 },
    );
  });
});
