import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createTestDns, describeAnswers, lookUp } from '../../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';

const NAME = '_spf.example.com';
const FOUND = ['ns.example.com found "value"'];

describe('dns sharing', () => {
  let server: DnsServer;
  let now = Date.now();
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.clearFaults();
    server.questions.length = 0;
    server.setZone('example.com', {
      nameservers: [{ name: 'ns.example.com', address: '127.0.0.11' }],
      records: [{ name: NAME, type: 'TXT', value: 'value', ttl: 300 }],
      soa: { minimum: 300 },
    });
  });

  function open(t: { after(end: () => Promise<void>): void }) {
    const dns = createTestDns(server, { tryMs: 5000 }, () => new Date(now));
    t.after(() => dns.close());
    return dns;
  }

  const countAsked = (name = NAME) => server.questions.filter((q) => q.name === name && q.type === 'TXT').length;

  for (const servers of ['any', 'every'] as const) {
    test(`a question that many ask of ${servers} server at once is asked once`, async (t) => {
      const dns = open(t);
      const asked = Array.from({ length: 50 }, () => lookUp(dns, { name: NAME, servers }));
      for (const result of await Promise.all(asked)) assert.deepEqual(describeAnswers(result), FOUND);
      assert.equal(countAsked(), 1);
    });
  }

  test('an answer from any server stands for five seconds, one from every server for none', async (t) => {
    const dns = open(t);
    for (const [servers, afterMs, expected] of [
      ['any', 0, 1],
      ['any', 4_900, 1],
      ['any', 200, 2],
      ['every', 0, 3],
      ['every', 0, 4],
      ['any', 0, 4],
    ] as const) {
      now += afterMs;
      assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME, servers })), FOUND);
      assert.equal(countAsked(), expected, `${servers} after ${afterMs}`);
    }
  });

  test('an answer stands no longer than its TTL, and an absence no longer than its negative TTL', async (t) => {
    const dns = open(t);
    server.setZone('example.com', {
      nameservers: [{ name: 'ns.example.com', address: '127.0.0.11' }],
      records: [{ name: NAME, type: 'TXT', value: 'value', ttl: 2 }],
      soa: { minimum: 1 },
    });
    for (const [name, afterMs, expected] of [
      [NAME, 0, 1],
      [NAME, 1_900, 1],
      [NAME, 200, 2],
      ['gone.example.com', 0, 1],
      ['gone.example.com', 900, 1],
      ['gone.example.com', 200, 2],
    ] as const) {
      now += afterMs;
      await lookUp(dns, { name, servers: 'any' });
      assert.equal(countAsked(name), expected, `${name} after ${afterMs}`);
    }
  });

  test('a failure is not remembered', async (t) => {
    const dns = open(t);
    server.fault({ address: '127.0.0.11', name: NAME, type: 'TXT' }, 'refused', { times: 1 });
    server.fault({ address: server.resolver.address, name: NAME }, 'refused', { times: 1 });
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME, servers: 'any' })), [
      'ns.example.com failed refused',
    ]);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME, servers: 'any' })), FOUND);
  });

  test('who waits for the question of another is bound by their own budget, and does without the other when that is cancelled', async (t) => {
    const dns = open(t);
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const messages = () => {
      arrive();
      return [];
    };
    const end = server.fault({ name: NAME, type: 'TXT' }, { messages });
    const cancel = new AbortController();
    const leader = lookUp(dns, { name: NAME }, { signal: cancel.signal });
    await arrived;
    const impatient = await lookUp(dns, { name: NAME }, { deadlineMs: 50 });
    assert.ok(impatient.answers.every((answer) => answer.outcome === 'failed' && answer.reason === 'timeout'));
    const follower = lookUp(dns, { name: NAME });
    end();
    cancel.abort();
    assert.ok((await leader).answers.every(({ outcome }) => outcome === 'failed'));
    assert.deepEqual(describeAnswers(await follower), FOUND);
  });

  test('a person who waits asks anew, whatever was answered a moment ago', async (t) => {
    const dns = open(t);
    await lookUp(dns, { name: NAME, servers: 'any' });
    server.setRecords('example.com', [{ name: NAME, type: 'TXT', value: 'new' }]);
    const result = await lookUp(dns, { name: NAME, servers: 'any' }, { force: true });
    assert.deepEqual(describeAnswers(result), ['ns.example.com found "new"']);
  });

  test('a check that ran out of questions on the way leaves no zone without servers to others', async (t) => {
    const dns = open(t);
    const hurried = lookUp(dns, { name: NAME }, { queries: 2 });
    const patient = lookUp(dns, { name: NAME });
    assert.equal((await hurried).answers[0]?.outcome, 'failed');
    assert.deepEqual(describeAnswers(await patient), FOUND);
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), FOUND);
  });
});
