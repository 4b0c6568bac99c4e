import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, type Seen, zone } from '../../../test/support/findings/explained-domain.ts';
import { answeredBy, viewOf } from '../../../test/support/findings/record-view.ts';
import type { ZoneOddity } from '../answers/dns-answer.ts';
import type { Fault } from '../answers/failure.ts';
import { explainServerFault, explainUnserved, findOddity } from './odd-zones.ts';
import type { Explanation } from './view.ts';

const told = (explanation: Explanation | null) => explanation && [explanation.code, explanation.facts];
const names = (count: number, prefix = 'ns') => Array.from({ length: count }, (_, n) => `${prefix}${n}.example`);
const odd = (oddity: ZoneOddity, over: Partial<Seen> = {}): Seen => ({
  zone: { ...zone, oddity },
  answers: [absent(1), failed(2)],
  ...over,
});
const outdated: ZoneOddity = { kind: 'outdated_ns', outdated: names(7, 'old'), delegated: names(7, 'new') };

for (const [what, seen, expected] of [
  [
    'NS records that name other servers; six of each are named',
    odd(outdated),
    ['ns_records_outdated', { zone: 'example.com', outdated: names(6, 'old'), delegated: names(6, 'new') }],
  ],
  [
    'no SOA record',
    odd({ kind: 'no_soa' }),
    ['soa_not_answered', { zone: 'example.com', servers: ['ns1.example.com', 'ns2.example.com'] }],
  ],
  ['nothing odd', { zone, answers: [absent(1)] }, null],
  ['no zone', { zone: undefined, answers: [absent(1)] }, null],
  ['nobody answered: that says more', odd({ kind: 'no_soa' }, { answers: [failed(1), failed(2)] }), null],
  ['behind a CNAME: the zone of somebody else', odd({ kind: 'no_soa' }, { aliases: ['k.example.net'] }), null],
] as const)
  test(`what is odd about a zone is told of the domain’s own: ${what}`, () => {
    assert.deepEqual(told(findOddity(viewOf('dkim', seen, 'verified'))), expected);
  });

const refused = failed(1, { kind: 'error_code', rcode: 'REFUSED' });
const lame = failed(2, { kind: 'not_authoritative' });
for (const [what, seen, expected] of [
  ['both refuse or are lame', { answers: [refused, lame] }, ['ns1.example.com', 'ns2.example.com']],
  ['one server at two addresses is named once', { answers: [refused, refused] }, ['ns1.example.com']],
  ['one fails otherwise', { answers: [refused, failed(2)] }, null],
  ['one answers', { answers: [refused, absent(2)] }, null],
  ['a resolver refuses', { answers: [answeredBy(refused, 'resolver', 'recursive')] }, null],
  [
    'one answers without authority: that has its own finding',
    { answers: [failed(1, { kind: 'answered_without_authority' })] },
    null,
  ],
  ['no zone is known', { answers: [refused], zone: undefined }, null],
  ['behind a CNAME', { answers: [refused], aliases: ['k.example.net'] }, null],
  ['seven servers', { answers: names(7).map((name) => answeredBy(refused, name)) }, names(6)],
] as const)
  test(`a zone is not served where all its servers say so: ${what}`, () => {
    const facts = expected && ['zone_not_served', { zone: 'example.com', servers: expected }];
    assert.deepEqual(told(explainUnserved(viewOf('dkim', seen, 'unknown'))), facts);
  });

const fault = (kind: Fault) => [failed(1, kind), failed(2, kind)];
const both = { names: ['ns1.example.com', 'ns2.example.com'], count: 2 };
const tcp = fault({ kind: 'silent', transport: 'tcp' });
for (const [what, seen, expected] of [
  ['no TCP', { answers: tcp }, ['nameserver_without_tcp', both]],
  [
    'a TCP connection that ends early',
    { answers: fault({ kind: 'closed', isCut: true }) },
    ['nameserver_without_tcp', both],
  ],
  ['silence over UDP is no lasting fault', { answers: fault({ kind: 'silent', transport: 'udp' }) }, null],
  ['no public address', { answers: fault({ kind: 'not_public' }) }, ['nameserver_not_public', both]],
  ['no AA', { answers: fault({ kind: 'answered_without_authority' }) }, ['answered_without_authority', both]],
  ['two different faults', { answers: [failed(1, { kind: 'not_public' }), ...tcp.slice(1)] }, null],
  ['a fault, and a server that fails otherwise', { answers: [...tcp, failed(3)] }, null],
  [
    'what a resolver failed to make of it',
    { answers: [...tcp, answeredBy(failed(3), 'resolver', 'recursive')] },
    ['nameserver_without_tcp', both],
  ],
  ['resolvers only', { answers: tcp.map((answer) => answeredBy(answer, 'resolver', 'recursive')) }, null],
  ['behind a CNAME', { answers: tcp, aliases: ['k.example.net'] }, null],
  [
    'seven servers: six are named, and all counted',
    { answers: names(7).map((name) => answeredBy(failed(1, { kind: 'not_public' }), name)) },
    ['nameserver_not_public', { names: names(6), count: 7 }],
  ],
] as const)
  test(`a fault that all servers of the zone have is told as theirs: ${what}`, () => {
    assert.deepEqual(told(explainServerFault(viewOf('dkim', seen, 'unknown'))), expected);
  });
