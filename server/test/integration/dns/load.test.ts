import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { LookupResult } from '../../../src/core/answers/dns-answer.ts';
import type { DnsSettings } from '../../../src/dns/lookup.ts';
import { createTestDns, describeAnswers, lookUp } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';

const DEAD = ['127.0.0.21', '127.0.0.22'] as const;
const HEALTHY = '127.0.0.11';
const NAME = '_autosend-verify.example.com';
const AT_ONCE = 64;
const FOUND = ['ns.example.com found "value"'];

describe('dns under load', () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    server.questions.length = 0;
    server.setZone('example.com', {
      nameservers: [{ name: 'ns.example.com', address: HEALTHY }],
      records: [{ name: NAME, type: 'TXT', value: 'value' }],
    });
  });

  function open(t: { after(end: () => Promise<void>): void }, settings: Partial<DnsSettings> = {}) {
    const dns = createTestDns(server, settings);
    t.after(() => dns.close());
    return dns;
  }

  /** Far longer than the questions of all others keep this process busy, on however busy a machine. */
  async function chooseTryMs(t: { after(end: () => Promise<void>): void }): Promise<number> {
    const patient = open(t, { tryMs: 30_000 });
    const startedAt = performance.now();
    await mapAtMost(
      AT_ONCE,
      Array.from({ length: AT_ONCE }, (_, n) => `d${n}.example.com`),
      (name) => lookUp(patient, { name }),
    );
    server.questions.length = 0;
    return Math.min(Math.max(800, 10 * (performance.now() - startedAt)), 3_000);
  }

  const countAt = (...addresses: readonly string[]) =>
    server.questions.filter(({ address, name }) => name !== '' && addresses.includes(address)).length;

  test('two hundred domains on dead name servers slow nobody else, and cost those servers few questions', async (t) => {
    const dns = open(t, { tryMs: await chooseTryMs(t) });
    const nameservers = DEAD.map((address, index) => ({ name: `ns${index}.dead.example`, address }));
    server.setZone('dead.example', { nameservers });
    for (const address of DEAD) server.fault({ address }, 'silence');
    server.fault({ address: server.resolver.address, within: 'dead.example', type: 'TXT' }, 'silence');
    const names: string[] = [];
    for (let index = 0; index < 200; index++) {
      const domain = `d${index}.dead.example`;
      server.setZone(domain, { nameservers });
      names.push(domain);
      if (index % 4 > 0) continue;
      const healthy = `d${index}.healthy.example`;
      const records = [{ name: `_v.${healthy}`, type: 'TXT', value: 'value' } as const];
      server.setZone(healthy, { nameservers: [{ name: 'ns.example.com', address: HEALTHY }], records });
      names.push(healthy);
    }
    const results = await mapAtMost(AT_ONCE, names, (domain) =>
      // What a deadline cancels says nothing of the server.
      lookUp(dns, { name: `_v.${domain}` }, { startAt: domain, deadlineMs: 120_000 }),
    );
    results.forEach((result, index) => {
      const isDead = names[index]?.endsWith('.dead.example') === true;
      if (isDead) assert.ok(result.answers.every((answer) => answer.outcome === 'failed'));
      else assert.deepEqual(describeAnswers(result), FOUND, names[index]);
    });
    // Without a rest each domain would cost both of them four: a SOA and the record, two tries each.
    assert.ok(countAt(...DEAD) <= 200, `${countAt(...DEAD)} questions`);
  });

  test('a name server that is left alone is not asked, unless a person waits; its answer ends the rest', async (t) => {
    const dns = open(t, { restMs: 60_000 });
    await lookUp(dns, { name: NAME });
    const end = server.fault({ address: HEALTHY }, 'silence');
    for (let i = 0; i < 3; i++) await lookUp(dns, { name: NAME });
    end();
    server.questions.length = 0;
    const resting = await lookUp(dns, { name: NAME });
    assert.deepEqual(describeAnswers(resting), ['127.0.0.10 found "value"', 'ns.example.com failed timeout']);
    assert.equal(countAt(HEALTHY), 0);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME }, { force: true })), FOUND);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), FOUND);
  });

  test('a zone that neither its servers nor a resolver answered for is not waited for again so soon, unless a person waits', async (t) => {
    const dns = open(t, { restMs: 60_000 });
    await lookUp(dns, { name: NAME });
    server.fault({ address: HEALTHY }, 'silence');
    server.fault({ address: server.resolver.address, type: 'TXT' }, 'silence');
    for (let i = 0; i < 3; i++) await lookUp(dns, { name: NAME });
    server.questions.length = 0;
    const names = ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}.example.com`);
    const results = await Promise.all(names.map((name) => lookUp(dns, { name })));
    for (const result of results) assert.deepEqual(describeAnswers(result), ['ns.example.com failed timeout']);
    assert.equal(server.questions.filter(({ type }) => type === 'TXT').length, 0);
    await lookUp(dns, { name: NAME }, { force: true });
    assert.ok(countAt(HEALTHY) > 0);
  });

  test('a resolver that is silent about a domain is asked once for its five questions', async (t) => {
    const dns = open(t);
    server.fault({ address: server.resolver.address, name: 'dead.example' }, 'silence');
    const names = ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}.dead.example`);
    const results = await Promise.all(names.map((name) => lookUp(dns, { name }, { startAt: 'dead.example' })));
    for (const { answers } of results) {
      assert.deepEqual(
        answers.map((answer) => answer.outcome === 'failed' && answer.reason),
        ['timeout'],
      );
    }
    assert.equal(server.questions.filter(({ name }) => name === 'dead.example').length, 2, 'two tries');
  });

  test('a silent resolver rests while another is there, and the last one is asked all the same', async (t) => {
    const silent = { address: '127.0.0.26', port: server.port };
    const [name, startAt] = ['_v.other.example', 'other.example'];
    server.fault({ address: silent.address }, 'silence');
    const ask = { name, type: 'TXT' } as const;
    const dns = open(t, {
      resolvers: [silent, server.resolver],
      mode: 'recursive',
      staggerMs: 5000,
      tryMs: 100,
      restMs: 60_000,
    });
    for (let i = 0; i < 3; i++) await dns.askServer(silent, ask, { recursionDesired: true });
    server.questions.length = 0;
    await lookUp(dns, { name }, { startAt });
    assert.deepEqual([countAt(silent.address), countAt(server.resolver.address)], [0, 1]);

    const alone = open(t, { resolvers: [silent], mode: 'recursive', tryMs: 100 });
    for (let i = 0; i < 4; i++) {
      server.questions.length = 0;
      await lookUp(alone, { name }, { startAt });
      assert.equal(countAt(silent.address), 2, 'two tries each time');
    }
  });

  test('resolvers have a limit of their own, larger than that of name servers', async (t) => {
    const dns = open(t, { mode: 'recursive', maxInFlightPerAddress: 1, tryMs: 10_000 });
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.fault({ address: server.resolver.address, within: 'slow.example' }, { hold });
    const slow = Array.from({ length: 50 }, (_, i) => lookUp(dns, { name: `d${i}.slow.example` }));
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), ['127.0.0.10 found "value"']);
    release();
    assert.ok((await Promise.all(slow)).every(({ answers }) => answers[0]?.outcome === 'absent'));
  });
});

/** Works through all items, so many at once, and gives the results in their order. */
async function mapAtMost<T>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<LookupResult>,
): Promise<LookupResult[]> {
  const results: LookupResult[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
