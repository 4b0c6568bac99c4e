import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import type { AnswerSource } from './dns-answer.ts';
import { AT_RECORD, classifyFault, type FailureStep, type Fault, findCause } from './failure.ts';
import { describeFailure, describeFailureOf, nameServer } from './failure-words.ts';

/** Every kind of fault, with what is said of it; one that is missing here does not compile. */
const SAID: { readonly [Kind in Fault['kind']]: readonly [fault: Extract<Fault, { kind: Kind }>, said: string][] } = {
  backing_off: [[{ kind: 'backing_off' }, 'was not asked, because it did not answer our last questions']],
  asked_in_vain: [[{ kind: 'asked_in_vain' }, 'gave no answer a moment ago, and was not asked again so soon']],
  out_of_time: [[{ kind: 'out_of_time' }, 'did not answer before this check ran out of time']],
  out_of_questions: [
    [{ kind: 'out_of_questions', limit: 200 }, 'was not asked, because this check has used all its 200 questions'],
  ],
  not_a_name: [[{ kind: 'not_a_name' }, 'was not asked, because DNS cannot carry this name']],
  no_socket: [[{ kind: 'no_socket' }, 'could not be asked, because no socket could be opened']],
  no_resolver: [[{ kind: 'no_resolver' }, 'is missing: no resolver is configured']],
  not_public: [[{ kind: 'not_public' }, 'was not asked, because its address is private']],
  no_address: [[{ kind: 'no_address' }, 'was not asked, because its name has no address']],
  no_nameservers: [
    [
      { kind: 'no_nameservers', zone: 'example.com' },
      'was not asked, because `example.com` has no name servers that can be reached',
    ],
  ],
  deep_delegations: [
    [{ kind: 'deep_delegations', limit: 8 }, 'was not asked, because more than 8 delegations follow each other'],
  ],
  silent: [
    [{ kind: 'silent', transport: 'udp' }, 'did not answer in time'],
    [{ kind: 'silent', transport: 'tcp' }, 'did not answer over TCP in time'],
  ],
  unreachable: [
    [{ kind: 'unreachable', transport: 'udp', error: 'EHOSTUNREACH' }, 'could not be reached (EHOSTUNREACH)'],
    [{ kind: 'unreachable', transport: 'tcp', error: 'ECONNREFUSED' }, 'could not be reached over TCP (ECONNREFUSED)'],
  ],
  closed: [
    [{ kind: 'closed', isCut: false }, 'closed the TCP connection without an answer'],
    [{ kind: 'closed', isCut: true }, 'closed the TCP connection in the middle of its answer'],
  ],
  error_code: [
    [{ kind: 'error_code', rcode: 'SERVFAIL' }, 'could not answer because of a fault of its own (SERVFAIL)'],
    [{ kind: 'error_code', rcode: 'REFUSED' }, 'refuses to answer for this name (REFUSED)'],
    [{ kind: 'error_code', rcode: 'NOTAUTH' }, 'says that it is not responsible for this name (NOTAUTH)'],
    [{ kind: 'error_code', rcode: 'FORMERR' }, 'says that it cannot read our question (FORMERR)'],
    [{ kind: 'error_code', rcode: 'NOTIMP' }, 'does not support this kind of question (NOTIMP)'],
    [{ kind: 'error_code', rcode: 'BADVERS' }, 'answered that something is wrong (BADVERS)'],
    [{ kind: 'error_code', rcode: 11 }, 'answered that something is wrong (code 11)'],
    [
      { kind: 'error_code', rcode: 'SERVFAIL', extendedErrors: [{ code: 7 }, { code: 49152, text: 'a\u001b[31m"b' }] },
      'could not answer because of a fault of its own (SERVFAIL; DNSSEC signatures have expired; extended error 49152, "a\\x1b[31m\\"b")',
    ],
  ],
  zone_expired: [
    [
      { kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }] },
      'says that it has no valid copy of your records',
    ],
  ],
  not_authoritative: [
    [{ kind: 'not_authoritative' }, 'does not hold this zone: its answer is not marked as authoritative'],
    [{ kind: 'not_authoritative', refersTo: 'com' }, 'does not hold this zone: it refers to the name servers of `com`'],
    [{ kind: 'not_authoritative', refersTo: '' }, 'does not hold this zone: it refers to the name servers of the root'],
  ],
  answered_without_authority: [
    [{ kind: 'answered_without_authority' }, 'answered, but did not mark its answer as authoritative'],
  ],
  speaks_for_other: [
    [
      { kind: 'speaks_for_other', zone: 'com', expected: 'example.com' },
      'answers for the zone `com` and not for `example.com`',
    ],
  ],
  no_recursion: [[{ kind: 'no_recursion' }, 'does not look up names for us (it offers no recursion)']],
  no_soa: [[{ kind: 'no_soa' }, 'answers no SOA questions']],
  only_remembered: [
    [{ kind: 'only_remembered' }, 'found no record, but the domain’s own name servers could not be asked'],
  ],
  unreadable: [[{ kind: 'unreadable' }, 'sent an answer that cannot be read']],
  too_many_records: [
    [{ kind: 'too_many_records', count: 201, limit: 200 }, 'sent 201 records, and no more than 200 are read'],
  ],
  too_much_text: [
    [
      { kind: 'too_much_text', octets: 40_000, limit: 32_768 },
      'sent 40000 octets of text, and no more than 32768 are read',
    ],
  ],
  too_much_kept: [
    [{ kind: 'too_much_kept', limit: 1024 }, 'sent more than the 1024 octets that one check keeps of all answers'],
  ],
  truncated_over_tcp: [[{ kind: 'truncated_over_tcp' }, 'sent an answer over TCP that is cut off']],
  other_question: [[{ kind: 'other_question' }, 'answered another question than ours']],
  other_name: [[{ kind: 'other_name', name: 'other.example' }, 'answered for another name (`other.example`)']],
  other_zone: [[{ kind: 'other_zone', zone: 'other.example' }, 'answered for another zone (`other.example`)']],
  cname_beside_others: [
    [
      { kind: 'cname_beside_others', targets: ['b.example'], others: ['text'] },
      'has a CNAME and other records at the same name, which is not allowed',
    ],
  ],
  nxdomain_with_records: [[{ kind: 'nxdomain_with_records' }, 'sent records and said that their name does not exist']],
  alias: [[{ kind: 'alias', target: 'b.example' }, 'sent a CNAME to `b.example` instead of an answer']],
  too_many_aliases: [
    [{ kind: 'too_many_aliases' }, 'has a CNAME that leads elsewhere than those of the other servers do'],
  ],
  cname_loop: [
    [{ kind: 'cname_loop', chain: ['a', 'b', 'a'] }, 'leads into a loop of CNAMEs: `a` → `b` → `a`'],
    [
      { kind: 'cname_loop', chain: ['a', 'b', 'c', 'd', 'e', 'f', 'a'] },
      'leads into a loop of CNAMEs: `a` → `b` → `c` → `d` → `e` → …',
    ],
  ],
  cname_chain: [[{ kind: 'cname_chain', limit: 8 }, 'leads through more than 8 CNAMEs']],
  dnssec_bogus: [[{ kind: 'dnssec_bogus' }, 'has an answer whose DNSSEC signatures are wrong']],
  dnssec_unvalidated: [
    [
      { kind: 'dnssec_unvalidated', outdatedSeconds: 60 },
      'has an answer that cannot be validated yet: a validating resolver still knows another one',
    ],
  ],
  not_validating: [[{ kind: 'not_validating' }, 'does not validate DNSSEC']],
};

for (const [kind, cases] of Object.entries(SAID)) {
  test(`a failure of the kind ${kind} has words, and belongs to a class`, () => {
    for (const [fault, said] of cases) {
      assert.equal(describeFailure({ ...fault, step: AT_RECORD }), said);
      assert.ok(classifyFault(fault).length > 0);
    }
  });
}

const refused: Fault = { kind: 'error_code', rcode: 'REFUSED' };

test('what a server said stays in plain words, at whatever step it said it', () => {
  const steps: [step: FailureStep, said: string][] = [
    [{ at: 'zone', name: 'example.com' }, 'could not tell which zone holds `example.com`: it'],
    [{ at: 'zone', name: '' }, 'could not tell which zone holds the root: it'],
    [{ at: 'nameservers', zone: 'example.com' }, 'could not name the name servers of `example.com`: it'],
    [{ at: 'address' }, 'was not asked, because its address is not known: our DNS resolver'],
    [
      { at: 'validation', server: 'ns1.example.com' },
      'could not validate what `ns1.example.com` said of a signed zone: it',
    ],
  ];
  for (const [step, said] of steps) {
    assert.equal(describeFailure({ ...refused, step }), `${said} refuses to answer for this name (REFUSED)`);
  }
});

test('a name server is named with its address, a resolver of ours by its role', () => {
  const words = (source: Omit<AnswerSource, 'rttMs'>) =>
    describeFailureOf(source, { kind: 'silent', transport: 'udp', step: AT_RECORD });
  const server = { server: 'ns1.example.com', via: 'authoritative' } as const;
  assert.equal(words({ ...server, address: '192.0.2.1' }), '`ns1.example.com` (192.0.2.1) did not answer in time.');
  assert.equal(words({ ...server, address: '' }), '`ns1.example.com` did not answer in time.');
  const resolver = { server: '10.0.0.2', address: '10.0.0.2', via: 'recursive' } as const;
  assert.equal(words(resolver), 'Our DNS resolver did not answer in time.');
});

test('the trouble of another name is no cause: not that of a name server, nor of a resolver that has to validate', () => {
  const loop: Fault = { kind: 'cname_loop', chain: ['a', 'a'] };
  assert.equal(findCause({ ...loop, step: AT_RECORD }), 'cname_loop');
  assert.equal(findCause({ ...loop, step: { at: 'zone', name: 'example.com' } }), 'cname_loop');
  assert.equal(findCause({ ...loop, step: { at: 'address' } }), null);
  assert.equal(findCause({ ...loop, step: { at: 'nameservers', zone: 'example.com' } }), null);
  assert.equal(findCause({ ...loop, step: { at: 'validation', server: 'ns1' } }), null);
  assert.equal(findCause({ ...refused, step: AT_RECORD }), null);
});

/** The codes of RFC 8914 §4 and one that is not assigned, with what is told of them. */
const EXTENDED: readonly [code: number, told: string][] = [
  [0, 'extended error 0'],
  [3, 'extended error 3'],
  [6, 'DNSSEC signatures are wrong'],
  [7, 'DNSSEC signatures have expired'],
  [8, 'DNSSEC signatures are not valid yet'],
  [9, 'a DNSSEC key is missing'],
  [10, 'DNSSEC signatures are missing'],
  [14, 'not ready'],
  [15, 'blocked'],
  [16, 'censored'],
  [17, 'filtered'],
  [18, 'prohibited'],
  [20, 'not authoritative'],
  [22, 'no name server could be reached'],
  [23, 'network error'],
  [24, 'its data for the zone is not valid'],
  [65_535, 'extended error 65535'],
];

for (const [code, told] of EXTENDED)
  test(`the extended error ${code} is told as: ${told}`, () => {
    const fault: Fault = { kind: 'error_code', rcode: 'REFUSED', extendedErrors: [{ code }] };
    assert.equal(describeFailure({ ...fault, step: AT_RECORD }), `refuses to answer for this name (REFUSED; ${told})`);
  });

test('whatever text a server sends with its error, the sentence stays short and has no octet that could break a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (text) => {
      const fault: Fault = { kind: 'error_code', rcode: 'SERVFAIL', extendedErrors: [{ code: 15, text }] };
      const said = describeFailure({ ...fault, step: AT_RECORD });
      assert.match(said.replace('…', ''), /^[\x20-\x7e]+$/);
      assert.ok(said.length < 800);
    }),
  );
});

test('a loop of five names is told whole, of six the last is left out', () => {
  const tell = (...chain: string[]) => describeFailure({ kind: 'cname_loop', chain, step: AT_RECORD });
  assert.equal(tell('a', 'b', 'c', 'd', 'a'), 'leads into a loop of CNAMEs: `a` → `b` → `c` → `d` → `a`');
  assert.equal(tell('a', 'b', 'c', 'd', 'e', 'a'), 'leads into a loop of CNAMEs: `a` → `b` → `c` → `d` → `e` → …');
  assert.equal(tell('a', '', 'a'), 'leads into a loop of CNAMEs: `a` → the root → `a`');
});

test('a server whose name is its address is named once', () => {
  const source = { server: '192.0.2.1', address: '192.0.2.1', via: 'authoritative' } as const;
  assert.equal(
    describeFailureOf(source, { ...refused, step: AT_RECORD }),
    '`192.0.2.1` refuses to answer for this name (REFUSED).',
  );
});

test('a resolver of ours is never named by its address, a name server always by its name', () => {
  assert.equal(nameServer({ server: '10.0.0.2', via: 'recursive' }), 'our DNS resolver');
  assert.equal(nameServer({ server: 'ns1.example.com', via: 'authoritative' }), 'ns1.example.com');
});
