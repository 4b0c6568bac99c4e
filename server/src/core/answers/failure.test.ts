import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AT_RECORD,
  classifyFault,
  type FailureCause,
  type FailureReason,
  type FailureStep,
  type Fault,
  findCause,
  findServerFault,
  type ServerFault,
} from './failure.ts';

/** What a fault amounts to: its class, what it shows of the record or its zone, and what it shows of the server. */
type Row = readonly [fault: Fault, reason: FailureReason, cause: FailureCause | null, server: ServerFault | null];

/** By kind, so that one that is missing here does not compile. */
const ROWS: { readonly [Kind in Fault['kind']]: readonly (Row & readonly [{ readonly kind: Kind }, ...unknown[]])[] } =
  {
    backing_off: [[{ kind: 'backing_off' }, 'timeout', null, null]],
    asked_in_vain: [[{ kind: 'asked_in_vain' }, 'timeout', null, null]],
    out_of_time: [[{ kind: 'out_of_time' }, 'timeout', null, null]],
    out_of_questions: [[{ kind: 'out_of_questions', limit: 200 }, 'timeout', null, null]],
    not_a_name: [[{ kind: 'not_a_name' }, 'malformed', null, null]],
    no_socket: [[{ kind: 'no_socket' }, 'network', null, null]],
    no_resolver: [[{ kind: 'no_resolver' }, 'network', null, null]],
    not_public: [[{ kind: 'not_public' }, 'network', 'not_public', 'nameserver_not_public']],
    no_address: [[{ kind: 'no_address' }, 'network', null, null]],
    no_nameservers: [[{ kind: 'no_nameservers', zone: 'example.com' }, 'network', 'no_nameservers', null]],
    deep_delegations: [[{ kind: 'deep_delegations', limit: 8 }, 'network', null, null]],
    silent: [
      [{ kind: 'silent', transport: 'udp' }, 'timeout', null, null],
      [{ kind: 'silent', transport: 'tcp' }, 'timeout', null, 'nameserver_without_tcp'],
    ],
    unreachable: [
      [{ kind: 'unreachable', transport: 'udp', error: 'EHOSTUNREACH' }, 'network', null, null],
      [{ kind: 'unreachable', transport: 'tcp', error: 'ECONNREFUSED' }, 'network', null, 'nameserver_without_tcp'],
    ],
    closed: [
      [{ kind: 'closed', isCut: false }, 'network', null, 'nameserver_without_tcp'],
      [{ kind: 'closed', isCut: true }, 'malformed', null, 'nameserver_without_tcp'],
    ],
    error_code: [
      [{ kind: 'error_code', rcode: 'REFUSED' }, 'refused', null, null],
      [{ kind: 'error_code', rcode: 'NOTAUTH' }, 'refused', null, null],
      [{ kind: 'error_code', rcode: 'SERVFAIL' }, 'servfail', null, null],
      [{ kind: 'error_code', rcode: 'FORMERR' }, 'servfail', null, null],
      [{ kind: 'error_code', rcode: 'NOTIMP' }, 'servfail', null, null],
      [{ kind: 'error_code', rcode: 'BADVERS' }, 'servfail', null, null],
      [{ kind: 'error_code', rcode: 11 }, 'servfail', null, null],
      // Bogus, as far as this one server says: it is validated elsewhere before anything is made of it.
      [{ kind: 'error_code', rcode: 'SERVFAIL', extendedErrors: [{ code: 6 }] }, 'servfail', null, null],
    ],
    zone_expired: [
      [{ kind: 'zone_expired', rcode: 'SERVFAIL', extendedErrors: [{ code: 24 }] }, 'servfail', 'zone_expired', null],
      [{ kind: 'zone_expired', rcode: 'REFUSED', extendedErrors: [{ code: 24 }] }, 'servfail', 'zone_expired', null],
    ],
    not_authoritative: [
      [{ kind: 'not_authoritative' }, 'lame', null, null],
      [{ kind: 'not_authoritative', refersTo: '' }, 'lame', null, null],
    ],
    answered_without_authority: [[{ kind: 'answered_without_authority' }, 'lame', null, 'answered_without_authority']],
    speaks_for_other: [[{ kind: 'speaks_for_other', zone: 'com', expected: 'example.com' }, 'lame', null, null]],
    no_recursion: [[{ kind: 'no_recursion' }, 'lame', null, null]],
    no_soa: [[{ kind: 'no_soa' }, 'network', null, null]],
    only_remembered: [[{ kind: 'only_remembered' }, 'network', null, null]],
    unreadable: [[{ kind: 'unreadable' }, 'malformed', null, null]],
    too_many_records: [[{ kind: 'too_many_records', count: 201, limit: 200 }, 'malformed', null, null]],
    too_much_text: [[{ kind: 'too_much_text', octets: 40_000, limit: 32_768 }, 'malformed', null, null]],
    too_much_kept: [[{ kind: 'too_much_kept', limit: 1024 }, 'malformed', null, null]],
    truncated_over_tcp: [[{ kind: 'truncated_over_tcp' }, 'malformed', null, null]],
    other_question: [[{ kind: 'other_question' }, 'malformed', null, null]],
    other_name: [[{ kind: 'other_name', name: 'b.example' }, 'malformed', null, null]],
    other_zone: [[{ kind: 'other_zone', zone: 'b.example' }, 'malformed', null, null]],
    cname_beside_others: [
      [{ kind: 'cname_beside_others', targets: ['b.example'], others: ['text'] }, 'malformed', null, null],
    ],
    nxdomain_with_records: [[{ kind: 'nxdomain_with_records' }, 'malformed', null, null]],
    alias: [[{ kind: 'alias', target: 'b.example' }, 'malformed', null, null]],
    too_many_aliases: [[{ kind: 'too_many_aliases' }, 'malformed', null, null]],
    cname_loop: [[{ kind: 'cname_loop', chain: ['a', 'a'] }, 'malformed', 'cname_loop', null]],
    cname_chain: [[{ kind: 'cname_chain', limit: 8 }, 'malformed', 'cname_chain', null]],
    dnssec_bogus: [[{ kind: 'dnssec_bogus' }, 'servfail', 'dnssec_bogus', null]],
    dnssec_unvalidated: [[{ kind: 'dnssec_unvalidated', outdatedSeconds: 60 }, 'network', 'dnssec_unvalidated', null]],
    not_validating: [[{ kind: 'not_validating' }, 'network', null, null]],
  };

const rows = Object.values(ROWS).flat();

/** A fault at these steps is one of the record's own name or its zone; at the others it is one of another name. */
const OWN_STEPS: readonly FailureStep[] = [AT_RECORD, { at: 'zone', name: 'example.com' }, { at: 'zone', name: '' }];
const OTHER_STEPS: readonly FailureStep[] = [
  { at: 'nameservers', zone: 'example.com' },
  { at: 'address' },
  { at: 'validation', server: 'ns1.example.com' },
];

for (const [fault, reason, cause, server] of rows)
  test(`${JSON.stringify(fault)} is of the class ${reason}, and shows ${cause ?? 'no cause'} and ${server ?? 'no lasting fault'}`, () => {
    assert.equal(classifyFault(fault), reason);
    for (const step of OWN_STEPS) {
      assert.deepEqual([findCause({ ...fault, step }), findServerFault({ ...fault, step })], [cause, server], step.at);
    }
  });

test('what failed for another name is neither a cause nor a fault of the server, whatever it was', () => {
  for (const [fault] of rows) {
    for (const step of OTHER_STEPS) {
      assert.deepEqual([findCause({ ...fault, step }), findServerFault({ ...fault, step })], [null, null], step.at);
    }
  }
});

test('every class is reached, and none but these', () => {
  const reasons = new Set(rows.map(([, reason]) => reason));
  assert.deepEqual([...reasons].sort(), ['lame', 'malformed', 'network', 'refused', 'servfail', 'timeout']);
});
