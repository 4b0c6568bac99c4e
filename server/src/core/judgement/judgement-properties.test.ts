import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer, Failed } from '../answers/dns-answer.ts';
import { AT_RECORD, type FailureReason, type Fault } from '../answers/failure.ts';
import { combineServers, type JudgedAnswer, type JudgedStatus, type RecordStatus } from './judgement.ts';
import type { Observation } from './observation.ts';

/** What one server may have shown: a verdict, a way to a name that nobody could ask, or no answer. */
type Shown = JudgedStatus | 'undecided' | 'failed';

const OBSERVED: Readonly<Record<JudgedStatus, Observation | null>> = {
  verified: null,
  missing: { code: 'record_missing', facts: {} },
  mismatched: { code: 'dkim_revoked', facts: {} },
  conflicting: { code: 'cname_in_the_way', facts: { target: 'b.example' } },
};

const FAULTS: readonly (readonly [fault: Fault, reason: FailureReason])[] = [
  [{ kind: 'silent', transport: 'udp' }, 'timeout'],
  [{ kind: 'silent', transport: 'tcp' }, 'timeout'],
  [{ kind: 'error_code', rcode: 'REFUSED' }, 'refused'],
  [{ kind: 'error_code', rcode: 'SERVFAIL' }, 'servfail'],
  [{ kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }] }, 'servfail'],
  [{ kind: 'not_public' }, 'network'],
  [{ kind: 'answered_without_authority' }, 'lame'],
  [{ kind: 'unreadable' }, 'malformed'],
];

const source = (server: string) => ({ server, address: '192.0.2.1', via: 'authoritative', rttMs: 1 }) as const;

function judge(shown: Shown, server: string, [fault, reason]: (typeof FAULTS)[number]): JudgedAnswer {
  if (shown === 'failed') {
    const answer: Failed = { ...fault, step: AT_RECORD, outcome: 'failed', reason, source: source(server) };
    return { answer, judgement: null };
  }
  const answer: Answer = { outcome: 'found', records: [], ttlSeconds: 60, source: source(server) };
  if (shown === 'undecided') return { answer, judgement: { status: 'undecided', names: [`${server}.example`] } };
  const observed = OBSERVED[shown];
  return { answer, judgement: { status: shown, observations: observed ? [observed] : [] } };
}

const anyFault = fc.constantFrom(...FAULTS);
const verdict = fc.constantFrom<JudgedStatus[]>('verified', 'missing', 'mismatched', 'conflicting');
const server = fc.nat(9).map((number) => `ns${number}`);

const judgedAs = <T extends Shown>(shown: fc.Arbitrary<T>) =>
  fc.tuple(shown, server, anyFault).map(([what, name, fault]) => ({ shown: what, judged: judge(what, name, fault) }));

const anything = judgedAs(fc.oneof(verdict, fc.constantFrom<Shown[]>('undecided', 'failed')));
const decided = judgedAs(verdict);
const silent = judgedAs(fc.constant('failed'));
const open = judgedAs(fc.constant('undecided'));

type Server = { readonly shown: Shown; readonly judged: JudgedAnswer };

const combine = (servers: readonly Server[]) => combineServers(servers.map(({ judged }) => judged));

/** The verdict by its definition, written another way: what each server that answered says, and nothing else. */
function expectStatus(servers: readonly Server[]): RecordStatus {
  const said = new Set(servers.map(({ shown }) => shown));
  said.delete('failed');
  if (said.size === 0 || said.has('undecided')) return 'unknown';
  if (said.has('verified')) return said.size === 1 ? 'verified' : 'unknown';
  return said.has('conflicting') ? 'conflicting' : said.has('mismatched') ? 'mismatched' : 'missing';
}

test('the verdict is what the servers that answered agree on, for every mix of servers', () => {
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 8 }), (servers) => {
      assert.equal(combine(servers).status, expectStatus(servers));
    }),
    { numRuns: 500 },
  );
});

test('in which order the servers are listed changes neither the verdict nor what is told', () => {
  const orders = fc
    .array(anything, { minLength: 1, maxLength: 6 })
    .chain((servers) => fc.tuple(fc.constant(servers), fc.shuffledSubarray(servers, { minLength: servers.length })));
  fc.assert(
    fc.property(orders, ([servers, shuffled]) => {
      const [one, other] = [combine(servers), combine(shuffled)];
      assert.equal(other.status, one.status);
      const codes = (from: typeof one) => from.observations.map(({ code }) => code).sort();
      assert.deepEqual(codes(other), codes(one));
    }),
  );
});

test('a server that fails never changes a verdict, nor takes away what others showed', () => {
  fc.assert(
    fc.property(
      fc.array(decided, { minLength: 1, maxLength: 5 }),
      fc.array(silent, { minLength: 1, maxLength: 4 }),
      (servers, failures) => {
        const [without, withThem] = [combine(servers), combine([...failures, ...servers])];
        assert.equal(withThem.status, without.status);
        assert.deepEqual(withThem.observations.slice(0, without.observations.length), without.observations);
        for (const { answers } of withThem.observations.slice(without.observations.length)) {
          assert.ok(answers.every(({ outcome }) => outcome === 'failed'));
        }
      },
    ),
  );
});

test('while a server leads on to a name that nobody could ask, the verdict waits, whatever the others say', () => {
  fc.assert(
    fc.property(open, fc.array(anything, { maxLength: 5 }), (waiting, servers) => {
      const { status, observations } = combine([...servers, waiting]);
      assert.equal(status, 'unknown');
      assert.deepEqual(
        observations.map(({ code }) => code),
        ['referenced_name_unanswered'],
      );
    }),
  );
});

test('every failed answer is told of exactly once', () => {
  fc.assert(
    fc.property(
      fc.array(decided, { minLength: 1, maxLength: 3 }),
      fc.array(silent, { maxLength: 6 }),
      (some, failures) => {
        const told = combine([...some, ...failures]).observations.flatMap(({ answers }) =>
          answers.filter(({ outcome }) => outcome === 'failed'),
        );
        assert.equal(told.length, failures.length);
        assert.deepEqual(new Set(told), new Set(failures.map(({ judged }) => judged.answer)));
      },
    ),
  );
});

test('an observation is told with the answers in which it was made, and with no other', () => {
  fc.assert(
    fc.property(fc.array(decided, { minLength: 1, maxLength: 6 }), (servers) => {
      const { status, observations } = combine(servers);
      if (status === 'unknown') return;
      for (const [shown, observed] of Object.entries(OBSERVED)) {
        if (observed === null) continue;
        const made = servers.filter((each) => each.shown === shown).map(({ judged }) => judged.answer);
        const told = observations.filter(({ code }) => code === observed.code);
        assert.deepEqual(told, made.length === 0 ? [] : [{ ...observed, answers: made }]);
      }
    }),
  );
});

test('servers that disagree are counted by name: each once for each thing it showed', () => {
  fc.assert(
    fc.property(fc.array(decided, { minLength: 2, maxLength: 12 }), (servers) => {
      const seen = combine(servers).observations.find(({ code }) => code === 'nameservers_disagree');
      const shown = new Set(servers.map((each) => each.shown));
      assert.equal(seen !== undefined, shown.size > 1);
      if (seen?.code !== 'nameservers_disagree') return;
      assert.deepEqual(new Set(Object.keys(seen.facts)), shown);
      for (const [status, group] of Object.entries(seen.facts)) {
        const ofStatus = servers.filter((each) => each.shown === status);
        const names = new Set(ofStatus.map(({ judged }) => judged.answer.source.server));
        assert.equal(group.count, names.size);
        assert.deepEqual(group.names, [...names].slice(0, 6));
      }
    }),
  );
});
