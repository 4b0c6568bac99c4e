import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { encode, type Packet } from 'dns-packet';
import { findCause } from '../../src/core/answers/failure.ts';
import { createTestDns, describeAnswers, lookUp } from '../support/dns/dns-client.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import type { FaultContext } from '../support/dns/dns-server-faults.ts';
import { A1, NAME, RECORD, SCENARIOS, SERVERS } from './dns-fault-scenarios.ts';
import { HOSTILE_ZONES } from './dns-hostile-zones.ts';

/** Of each of the four kinds: another port, id, name, and case. */
const FORGED_EACH = 2_500;
/** Where everybody answers, nobody counts as silent because the machine is busy. */
const PATIENT = { tryMs: 5000, tcpMs: 5000, staggerMs: 5000 };

describe('dns-faults', () => {
  let server: DnsServer;
  before(async () => {
    server = await startDnsServer();
  });
  after(() => server.close());

  function reset() {
    server.clearFaults();
    server.questions.length = 0;
    server.removeZone('example.org');
    server.setZone('example.com', { nameservers: SERVERS, records: [RECORD] });
  }

  /** Without the one about the root, which shows once an hour whether a resolver validates, and is not for a domain. */
  const countQuestions = () => server.questions.filter(({ name }) => name !== '').length;

  for (const scenario of SCENARIOS) {
    test(scenario.guarantee, async (t) => {
      reset();
      scenario.arrange(server);
      const dns = createTestDns(server, { ...(scenario.silence ? {} : PATIENT), ...scenario.settings?.(server) });
      t.after(() => dns.close());
      const result = await lookUp(dns, { name: NAME, ...scenario.question }, scenario.options);
      assert.deepEqual(describeAnswers(result), [...scenario.answers].sort());
      assert.deepEqual(result.aliases, scenario.aliases ?? []);
      const length = countQuestions();
      assert.ok(length <= scenario.atMost, `${length} questions were asked, ${scenario.atMost} are enough`);
    });
  }

  // With the time that one has alone, a second question to silent servers takes it from the first.
  const ASKED_TOGETHER = SCENARIOS.filter(
    ({ options }) => options?.deadlineMs === undefined && options?.queries === undefined,
  ).flatMap((scenario) => [
    { scenario, lastZone: undefined, how: 'the same among the questions of a check' },
    { scenario, lastZone: 'example.com', how: "the same with the previous check's zone" },
  ]);
  for (const { scenario, lastZone, how } of ASKED_TOGETHER)
    test(`${scenario.guarantee}: ${how}`, async (t) => {
      reset();
      scenario.arrange(server);
      const dns = createTestDns(server, { ...(scenario.silence ? {} : PATIENT), ...scenario.settings?.(server) });
      t.after(() => dns.close());
      const { startAt = 'example.com', ...limits } = scenario.options ?? {};
      const question = { name: NAME, type: 'TXT', servers: 'every', ...scenario.question } as const;
      const other = { name: `other.${startAt}`, type: 'MX', servers: 'every' } as const;
      const options = { budget: dns.startBudget(limits), startAt, lastZone };
      const [before, result, after] = await dns.lookupAll([other, question, { ...other, type: 'TXT' }], options);
      assert.ok(before && result && after);
      assert.deepEqual([before.question, after.question.type], [other, 'TXT']);
      assert.deepEqual(describeAnswers(result), [...scenario.answers].sort());
      assert.deepEqual(result.aliases, scenario.aliases ?? []);
    });

  for (const zone of HOSTILE_ZONES) {
    test(`${zone.guarantee}; and a healthy domain is found by the same client`, async (t) => {
      reset();
      server.setZone('healthy.example', {
        nameservers: [{ name: 'ns.healthy.example', address: '127.0.0.26' }],
        records: [{ name: '_v.healthy.example', type: 'TXT', value: 'value' }],
      });
      zone.arrange(server);
      const dns = createTestDns(server, zone.silence ? {} : PATIENT);
      t.after(() => dns.close());
      const { answers } = await lookUp(dns, { name: NAME, ...zone.question });
      for (const answer of answers) {
        assert.ok(answer.outcome === 'failed');
        assert.equal(answer.reason, zone.reason);
        if (zone.cause !== 'mixed') assert.equal(findCause(answer), zone.cause ?? null);
      }
      assert.ok(answers.length > 0 && answers.length <= zone.atMost.answers, `${answers.length} answers`);
      assert.ok(countQuestions() <= zone.atMost.questions, `${countQuestions()} questions`);
      const healthy = await lookUp(dns, { name: '_v.healthy.example' }, { startAt: 'healthy.example' });
      assert.deepEqual(describeAnswers(healthy), ['ns.healthy.example found "value"']);
    });
  }

  test('of ten thousand forged datagrams before the true answer none is taken', async (t) => {
    reset();
    server.setZone('example.com', { nameservers: SERVERS.slice(0, 1), records: [RECORD] });
    const forge = (context: FaultContext, change: Partial<Packet>) => {
      const answers = [{ name: NAME, type: 'TXT' as const, ttl: 300, data: 'forged' }];
      return encode({ ...context.normal, answers, ...change });
    };
    server.fault(
      { address: A1, name: NAME, type: 'TXT' },
      {
        strangers: (context) => Array.from({ length: FORGED_EACH }, () => forge(context, {})),
        messages: (context) => {
          const id = context.query.id ?? 0;
          const asked = context.query.questions?.[0] ?? { name: NAME, type: 'TXT' as const };
          const flip = (name: string) => name.replace(/[a-z]/gi, (c) => (c < 'a' ? c.toLowerCase() : c.toUpperCase()));
          const forged = Array.from({ length: FORGED_EACH }, (_, i) => [
            forge(context, { id: (id + 1 + i) & 0xffff }),
            forge(context, { questions: [{ ...asked, name: `x${i}.example.com` }] }),
            forge(context, { questions: [{ ...asked, name: flip(asked.name) }] }),
          ]);
          return [...forged.flat(), encode(context.normal)];
        },
      },
    );
    // The grace for the true answer must outlast the flood, however slow the machine.
    const dns = createTestDns(server, { tryMs: 30_000, caseGraceMs: 30_000 });
    t.after(() => dns.close());
    assert.deepEqual(describeAnswers(await lookUp(dns, { name: NAME })), ['ns1.example.com found "value"']);
    assert.equal(server.questions.filter(({ name, type }) => name === NAME && type === 'TXT').length, 1);
  });
});
