import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Failed } from '../answers/dns-answer.ts';
import { AT_RECORD, classifyFault, type FailureStep, type Fault } from '../answers/failure.ts';
import { combineServers, type JudgedAnswer, listFailures, listServers } from './judgement.ts';
import type { FindingCode, Observation } from './observation.ts';

type Via = 'authoritative' | 'recursive';

function fail(server: string, fault: Fault, via: Via = 'authoritative', step: FailureStep = AT_RECORD): Failed {
  const source = { server, address: '192.0.2.1', via, rttMs: 1 };
  return { ...fault, step, outcome: 'failed', reason: classifyFault(fault), source };
}

const found = (server: string): Answer => ({
  outcome: 'found',
  records: [],
  ttlSeconds: 60,
  source: { server, address: '192.0.2.2', via: 'authoritative', rttMs: 1 },
});

const failed = (answer: Failed): JudgedAnswer => ({ answer, judgement: null });
const right = (server: string): JudgedAnswer => ({
  answer: found(server),
  judgement: { status: 'verified', observations: [] },
});
const wrong = (server: string, status: 'missing' | 'mismatched', ...observations: Observation[]): JudgedAnswer => ({
  answer: found(server),
  judgement: { status, observations },
});

const SILENT: Fault = { kind: 'silent', transport: 'udp' };
const REFUSED: Fault = { kind: 'error_code', rcode: 'REFUSED' };
const SERVFAIL: Fault = { kind: 'error_code', rcode: 'SERVFAIL' };
const EXPIRED: Fault = { kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }] };

/** One server that fails beside one that answers right: how it is told. */
const BESIDE: readonly [name: string, failure: Failed, code: FindingCode][] = [
  ['a silent server', fail('ns2', SILENT), 'nameserver_unreachable'],
  ['a server with a fault of its own', fail('ns2', SERVFAIL), 'nameserver_unreachable'],
  ['an answer that cannot be read', fail('ns2', { kind: 'unreadable' }), 'nameserver_unreachable'],
  ['a server that refuses', fail('ns2', REFUSED), 'nameserver_lame'],
  ['a server that is not responsible', fail('ns2', { kind: 'error_code', rcode: 'NOTAUTH' }), 'nameserver_lame'],
  ['a server that refers elsewhere', fail('ns2', { kind: 'not_authoritative', refersTo: 'com' }), 'nameserver_lame'],
  ['a server whose copy expired', fail('ns2', EXPIRED), 'zone_expired'],
  [
    'an expired copy on the way to another name',
    fail('ns2', EXPIRED, 'authoritative', { at: 'address' }),
    'nameserver_unreachable',
  ],
  ['a server without TCP', fail('ns2', { kind: 'silent', transport: 'tcp' }), 'nameserver_without_tcp'],
  [
    'a resolver without TCP, which is no server of the domain',
    fail('r', { kind: 'silent', transport: 'tcp' }, 'recursive'),
    'nameserver_unreachable',
  ],
  ['a private address', fail('ns2', { kind: 'not_public' }), 'nameserver_not_public'],
  ['a server without authority', fail('ns2', { kind: 'answered_without_authority' }), 'answered_without_authority'],
  ['a resolver without authority', fail('r', { kind: 'answered_without_authority' }, 'recursive'), 'nameserver_lame'],
];

for (const [name, failure, code] of BESIDE)
  test(`beside a right answer, ${name} is told as ${code}`, () => {
    const { status, observations } = combineServers([right('ns1'), failed(failure)]);
    assert.equal(status, 'verified');
    assert.deepEqual(
      observations.map((seen) => [seen.code, seen.answers]),
      [[code, [failure]]],
    );
  });

/** Nobody answered: whose fault it seems to be. */
const SILENCE: readonly [name: string, failures: Failed[], code: FindingCode][] = [
  ['a silent name server', [fail('ns1', SILENT)], 'no_nameserver_answered'],
  ['a silent resolver is a matter between it and us', [fail('r', SILENT, 'recursive')], 'resolver_unanswered'],
  ['so is one that refuses', [fail('r', REFUSED, 'recursive')], 'resolver_unanswered'],
  [
    'a resolver that reports a fault speaks of the servers',
    [fail('r', SERVFAIL, 'recursive')],
    'no_nameserver_answered',
  ],
  [
    'one of two resolvers reports a fault',
    [fail('r1', SILENT, 'recursive'), fail('r2', SERVFAIL, 'recursive')],
    'no_nameserver_answered',
  ],
  [
    'a name server and a resolver, both silent',
    [fail('ns1', SILENT), fail('r', SILENT, 'recursive')],
    'no_nameserver_answered',
  ],
  ['every copy expired', [fail('ns1', EXPIRED), fail('ns2', EXPIRED)], 'zone_expired'],
  ['one copy expired, one server silent', [fail('ns1', EXPIRED), fail('ns2', SILENT)], 'no_nameserver_answered'],
  ['a resolver says that the copies expired', [fail('r', EXPIRED, 'recursive')], 'zone_expired'],
];

for (const [name, failures, code] of SILENCE)
  test(`nobody answered, and that is ${code}: ${name}`, () => {
    const { status, observations } = combineServers(failures.map(failed));
    assert.equal(status, 'unknown');
    assert.deepEqual(observations, [{ code, facts: listFailures(failures), answers: failures }]);
  });

test('servers with the same lasting fault are told of together, each other failure by itself and first', () => {
  const tcp: Fault = { kind: 'closed', isCut: false };
  const failures = [
    fail('ns2', tcp),
    fail('ns3', SILENT),
    fail('ns4', tcp),
    fail('ns5', REFUSED),
    fail('ns6', { kind: 'not_public' }),
  ];
  const { observations } = combineServers([right('ns1'), ...failures.map(failed)]);
  assert.deepEqual(
    observations.map(({ code, answers }) => [code, answers.map(({ source }) => source.server)]),
    [
      ['nameserver_unreachable', ['ns3']],
      ['nameserver_lame', ['ns5']],
      ['nameserver_without_tcp', ['ns2', 'ns4']],
      ['nameserver_not_public', ['ns6']],
    ],
  );
  assert.deepEqual(observations[2]?.facts, { names: ['ns2', 'ns4'], count: 2 });
});

test('a server that fails at each of its addresses is one server', () => {
  const twice = [fail('ns2', { kind: 'not_public' }), fail('ns2', { kind: 'not_public' })];
  const [seen] = combineServers([right('ns1'), ...twice.map(failed)]).observations;
  assert.deepEqual(seen?.facts, { names: ['ns2'], count: 1 });
  assert.deepEqual(seen?.answers, twice);
});

const named = (count: number) => Array.from({ length: count }, (_, index) => `ns${index + 1}`);

for (const [count, shown] of [
  [0, 0],
  [1, 1],
  [6, 6],
  [7, 6],
] as const)
  test(`of ${count} servers ${shown} are named, and all are counted`, () => {
    assert.deepEqual(listServers(named(count).map(found)), { names: named(shown), count });
  });

for (const [count, shown] of [
  [1, 1],
  [4, 4],
  [5, 4],
] as const)
  test(`of ${count} failures ${shown} are kept in full, and all are counted`, () => {
    const facts = listFailures(named(count).map((server) => fail(server, REFUSED)));
    assert.deepEqual([facts.failures.map(({ server }) => server), facts.count], [named(shown), count]);
  });

test('what is kept of a failure names the server and the class, bounded, and without how long it took', () => {
  const fault: Fault = {
    kind: 'error_code',
    rcode: 'REFUSED',
    extendedErrors: [{ code: 18 }, { code: 20 }, { code: 22 }],
  };
  assert.deepEqual(listFailures([fail('ns1', fault, 'recursive', { at: 'zone', name: 'example.com' })]).failures, [
    {
      server: 'ns1',
      address: '192.0.2.1',
      via: 'recursive',
      reason: 'refused',
      failure: {
        kind: 'error_code',
        rcode: 'REFUSED',
        extendedErrors: [{ code: 18 }, { code: 20 }],
        step: { at: 'zone', name: 'example.com' },
      },
    },
  ]);
});

const undecided = (server: string, ...names: string[]): JudgedAnswer => ({
  answer: found(server),
  judgement: { status: 'undecided', names },
});

const WAITING: readonly [name: string, judged: JudgedAnswer[], names: string[]][] = [
  ['of one server', [undecided('ns1', 'a.example')], ['a.example']],
  [
    'each once, whoever leads to it',
    [undecided('ns1', 'a.example', 'b.example'), undecided('ns2', 'b.example')],
    ['a.example', 'b.example'],
  ],
  ['four of them', [undecided('ns1', 'a', 'b', 'c', 'd')], ['a', 'b', 'c', 'd']],
  ['of five, the first four', [undecided('ns1', 'a', 'b', 'c'), undecided('ns2', 'd', 'e')], ['a', 'b', 'c', 'd']],
  ['beside a server that failed', [failed(fail('ns1', SILENT)), undecided('ns2', 'a')], ['a']],
  ['none, where an answer could not be judged', [{ answer: found('ns1'), judgement: null }, right('ns2')], []],
];

for (const [name, judged, names] of WAITING)
  test(`names that could not be asked are told: ${name}`, () => {
    assert.deepEqual(combineServers(judged), {
      status: 'unknown',
      observations: [
        {
          code: 'referenced_name_unanswered',
          facts: { what: 'names', names },
          answers: judged.map(({ answer }) => answer),
        },
      ],
    });
  });

test('the same code with other facts is another observation, the same facts from two servers are one', () => {
  const one: Observation = { code: 'cname_in_the_way', facts: { target: 'a.example' } };
  const other: Observation = { code: 'cname_in_the_way', facts: { target: 'b.example' } };
  const judged = [
    wrong('ns1', 'mismatched', one),
    wrong('ns2', 'mismatched', other),
    wrong('ns3', 'mismatched', other, one),
  ];
  const { status, observations } = combineServers(judged);
  assert.equal(status, 'mismatched');
  assert.deepEqual(observations, [
    { ...one, answers: [found('ns1'), found('ns3')] },
    { ...other, answers: [found('ns2'), found('ns3')] },
  ]);
});

test('wrong in two ways: that the servers differ comes first, then what each showed, failures last', () => {
  const revoked: Observation = { code: 'dkim_revoked', facts: {} };
  const missing: Observation = { code: 'record_missing', facts: {} };
  const judged = [failed(fail('ns1', SILENT)), wrong('ns2', 'missing', missing), wrong('ns3', 'mismatched', revoked)];
  const { status, observations } = combineServers(judged);
  assert.equal(status, 'mismatched');
  assert.deepEqual(
    observations.map(({ code, answers }) => [code, answers.map(({ source }) => source.server)]),
    [
      ['nameservers_disagree', ['ns2', 'ns3']],
      ['record_missing', ['ns2']],
      ['dkim_revoked', ['ns3']],
      ['nameserver_unreachable', ['ns1']],
    ],
  );
});

test('while right and wrong stand beside each other, what is wrong is not told yet, only that they differ', () => {
  const judged = [
    right('ns1'),
    wrong('ns2', 'missing', { code: 'record_missing', facts: {} }),
    failed(fail('ns3', REFUSED)),
  ];
  const { status, observations } = combineServers(judged);
  assert.equal(status, 'unknown');
  assert.deepEqual(
    observations.map(({ code }) => code),
    ['nameservers_disagree', 'nameserver_lame'],
  );
  assert.deepEqual(observations[0]?.facts, {
    verified: { names: ['ns1'], count: 1 },
    missing: { names: ['ns2'], count: 1 },
  });
});
