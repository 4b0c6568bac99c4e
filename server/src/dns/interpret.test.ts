import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsRecord } from '../core/answers/dns-answer.ts';
import type { Fault } from '../core/answers/failure.ts';
import { interpretAuthoritative, interpretRecursive } from './interpret.ts';
import type { Message, WireRecord } from './wire.ts';

const NAME = 'a.example.com';
const ASKED = { name: NAME, type: 'TXT' } as const;

const on = (owner: string, data: DnsRecord | null, ttlSeconds = 60): WireRecord => ({ owner, data, ttlSeconds });
const txt = (text: string): DnsRecord => ({ type: 'TXT', strings: [text] });
const cname = (target: string): DnsRecord => ({ type: 'CNAME', target });
const ns = (target: string): DnsRecord => ({ type: 'NS', target });
const soa: DnsRecord = { type: 'SOA', primary: 'ns', serial: 1, minimumSeconds: 30 };

function message(parts: Partial<Message>): Message {
  return {
    id: 1,
    isResponse: true,
    opcode: 0,
    authoritative: true,
    truncated: false,
    recursionAvailable: true,
    authenticated: false,
    rcode: 0,
    questions: 1,
    answers: [],
    authorities: [],
    additionals: [],
    extendedErrors: [],
    octets: 100,
    ...parts,
  };
}

const AUTHORITATIVE: [what: string, Partial<Message>, expected: string][] = [
  ['a "no" with the SOA of the zone', { rcode: 3, authorities: [on('example.com', soa)] }, 'absent nxdomain 30'],
  ['a "no" with the SOA of a zone inside', { authorities: [on(NAME, soa)] }, 'absent nodata 30'],
  ['a "no" for the parent of the zone', { rcode: 3, authorities: [on('com', soa)] }, 'failed lame'],
  ['a "no" for the root', { rcode: 3, authorities: [on('', soa)] }, 'failed lame'],
  ['a "no" with the SOA of a stranger', { rcode: 3, authorities: [on('example.org', soa)] }, 'failed malformed'],
  ['a "no" without AA', { rcode: 3, authoritative: false, authorities: [on('example.com', soa)] }, 'failed lame'],
  ['NXDOMAIN together with the record', { rcode: 3, answers: [on(NAME, txt('x'))] }, 'failed malformed'],
  [
    'NXDOMAIN of the target of an alias',
    { rcode: 3, answers: [on(NAME, cname('b.example.com'))] },
    'cname b.example.com',
  ],
  [
    'an alias with its target behind it',
    { answers: [on(NAME, cname('b.example.com')), on('b.example.com', txt('x'))] },
    'cname b.example.com',
  ],
  ['two aliases of one name', { answers: [on(NAME, cname('b')), on(NAME, cname('c'))] }, 'failed malformed'],
  ['an alias and a record of one name', { answers: [on(NAME, cname('b')), on(NAME, txt('x'))] }, 'failed malformed'],
  ['a signature beside the record', { answers: [on(NAME, txt('x')), on(NAME, null)] }, 'found 1'],
  ['a record of the parent name', { answers: [on('example.com', txt('x'))] }, 'failed malformed'],
  [
    'a delegation below the zone',
    { authoritative: false, authorities: [on(NAME, ns('n.example.org'))] },
    `referral ${NAME}`,
  ],
  ['a delegation below the zone, marked AA', { authorities: [on(NAME, ns('n.example.org'))] }, `referral ${NAME}`],
  [
    'a delegation to the zone itself',
    { authoritative: false, authorities: [on('example.com', ns('n'))] },
    'failed lame',
  ],
  [
    'a delegation beside the name',
    { authoritative: false, authorities: [on('b.example.com', ns('n'))] },
    'failed lame',
  ],
  ['the NS set of the zone with an empty answer', { authorities: [on('example.com', ns('n'))] }, 'absent nodata 0'],
  ['SERVFAIL', { rcode: 2 }, 'failed servfail'],
  ['REFUSED', { rcode: 5 }, 'failed refused'],
  ['NOTAUTH', { rcode: 9 }, 'failed refused'],
  ['an unknown code', { rcode: 23 }, 'failed servfail'],
];

test('only a server that says AA, for this zone or one inside, can say that something is absent', () => {
  for (const [what, parts, expected] of AUTHORITATIVE) {
    const reply = interpretAuthoritative(message(parts), ASKED, 'example.com');
    const shown = {
      found: () => (reply.kind === 'found' ? String(reply.records.length) : ''),
      absent: () => (reply.kind === 'absent' ? `${reply.reason} ${reply.negativeTtlSeconds}` : ''),
      cname: () => (reply.kind === 'cname' ? reply.target : ''),
      referral: () => (reply.kind === 'referral' ? reply.zone : ''),
      failed: () => (reply.kind === 'failed' ? reply.reason : ''),
    }[reply.kind]();
    assert.equal(`${reply.kind} ${shown}`, expected, what);
  }
});

test('only an authoritative server that says "invalid data" (RFC 8914) with SERVFAIL has an expired zone', () => {
  const cases: [Partial<Message>, Fault['kind']][] = [
    [{ rcode: 2, extendedErrors: [{ code: 24 }] }, 'zone_expired'],
    [{ rcode: 2, extendedErrors: [{ code: 22 }, { code: 24 }] }, 'zone_expired'],
    [{ rcode: 2, extendedErrors: [{ code: 22 }] }, 'error_code'],
    [{ rcode: 2 }, 'error_code'],
    [{ rcode: 5, extendedErrors: [{ code: 24 }] }, 'error_code'],
  ];
  for (const [parts, cause] of cases) {
    const reply = interpretAuthoritative(message(parts), ASKED, 'example.com');
    assert.ok(reply.kind === 'failed');
    assert.equal(reply.fault.kind, cause);
    const { reply: ofResolver } = interpretRecursive(message(parts), ASKED, 8);
    assert.ok(ofResolver.kind === 'failed' && ofResolver.fault.kind === 'error_code');
  }
});

test('glue is taken for name servers inside the delegated zone only', () => {
  const address: DnsRecord = { type: 'A', address: '192.0.2.1' };
  const reply = interpretAuthoritative(
    message({
      authoritative: false,
      authorities: [on(NAME, ns(`ns.${NAME}`)), on(NAME, ns('ns.example.org'))],
      additionals: [on(`ns.${NAME}`, address), on('ns.example.org', address), on(`other.${NAME}`, address)],
    }),
    ASKED,
    'example.com',
  );
  assert.ok(reply.kind === 'referral');
  assert.deepEqual(reply.glue, [{ name: `ns.${NAME}`, address: '192.0.2.1' }]);
});

test('the TTL of an answer is the lowest of its records', () => {
  const reply = interpretAuthoritative(
    message({ answers: [on(NAME, txt('x'), 60), on(NAME, txt('y'), 5)] }),
    ASKED,
    '',
  );
  assert.ok(reply.kind === 'found' && reply.ttlSeconds === 5);
});

test('the aliases of a resolver are followed inside its answer, and only along their owners', () => {
  const answers = [on('c', txt('x')), on('b', cname('c')), on(NAME, cname('b')), on('stray', txt('y'))];
  const { reply, aliases } = interpretRecursive(message({ answers }), ASKED, 8);
  assert.deepEqual(aliases, ['b', 'c']);
  assert.ok(reply.kind === 'found');
  assert.deepEqual(reply.records, [txt('x')]);
});

test('aliases of a resolver that lead in a circle or too far are a failure', () => {
  const circle = interpretRecursive(message({ answers: [on(NAME, cname('b')), on('b', cname(NAME))] }), ASKED, 8);
  assert.ok(circle.reply.kind === 'failed' && circle.reply.fault.kind === 'cname_loop');
  const far = [on(NAME, cname('n0')), ...Array.from({ length: 9 }, (_, i) => on(`n${i}`, cname(`n${i + 1}`)))];
  const { reply } = interpretRecursive(message({ answers: far }), ASKED, 8);
  assert.ok(reply.kind === 'failed' && reply.fault.kind === 'cname_chain');
});

test('a resolver that does not recurse is a failure, not an absence', () => {
  const { reply } = interpretRecursive(
    message({ recursionAvailable: false, authorities: [on('', ns('a.root'))] }),
    ASKED,
    8,
  );
  assert.ok(reply.kind === 'failed' && reply.reason === 'lame');
});
