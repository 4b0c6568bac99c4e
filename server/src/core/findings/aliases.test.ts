import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  DOMAIN,
  failed,
  found,
  records,
  type Seen,
  texts,
} from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf, viewOf } from '../../../test/support/findings/record-view.ts';
import type { Answer } from '../answers/dns-answer.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import { findCnameBeside, findCnameInTheWay, findEndlessCname, findProxy, findSilentAlias } from './aliases.ts';
import { startProbe } from './probe.ts';
import type { Explanation } from './view.ts';

const told = (explanation: Explanation | null) => explanation && [explanation.code, explanation.facts];
const nowhere = (n = 1) => absent(n, 'nxdomain');
const chain = (count: number) => Array.from({ length: count }, (_, n) => `c${n}.example`);

for (const [what, seen, expected] of [
  ['no CNAME', { answers: [nowhere()] }, null],
  [
    'a name that does not exist, say all',
    { answers: [nowhere(1), nowhere(2)], aliases: ['a.example'] },
    'cname_dangling',
  ],
  [
    'a name that does not exist, says the only one that answers',
    { answers: [nowhere(1), failed(2)], aliases: ['a.example'] },
    'cname_dangling',
  ],
  [
    'a name that exists for one of them',
    { answers: [nowhere(1), absent(2)], aliases: ['a.example'] },
    'cname_in_the_way',
  ],
  ['a name with other records', { ...texts('x'), aliases: ['a.example'] }, 'cname_in_the_way'],
  ['nobody knows whether it exists', { answers: [failed(1)], aliases: ['a.example'] }, 'cname_in_the_way'],
] as const)
  test(`a CNAME leads nowhere only where the name behind it does not exist: ${what}`, () => {
    assert.equal(findCnameInTheWay(viewOf('ownership', seen))?.code ?? null, expected);
  });

const beside = (others: string[], targets = ['t.example'], n = 1) =>
  failed(n, { kind: 'cname_beside_others', targets, others });
const loop = failed(1, { kind: 'cname_loop', chain: [] });
const long = failed(2, { kind: 'cname_chain', limit: 8 });
for (const [what, answers, count, expected] of [
  ['a loop of two', [loop], 2, ['cname_loop', { path: [records.ownership.name, ...chain(2)], isLonger: false }]],
  [
    'a path of four names',
    [loop, loop],
    3,
    ['cname_loop', { path: [records.ownership.name, ...chain(3)], isLonger: false }],
  ],
  [
    'a path of five names',
    [long],
    4,
    ['cname_chain_too_long', { path: [records.ownership.name, ...chain(3)], isLonger: true }],
  ],
  ['a loop for one, too long for another', [loop, long], 2, null],
  ['a server that answers', [loop, absent(2)], 2, null],
  ['a server that fails otherwise', [loop, failed(2)], 2, null],
  ['a loop on the way to a name server', [{ ...loop, step: { at: 'address' } } as Answer], 2, null],
] as const)
  test(`CNAMEs without an end are told where every server shows them: ${what}`, () => {
    assert.deepEqual(
      told(findEndlessCname(viewOf('ownership', { answers, aliases: chain(count) }, 'unknown'))),
      expected,
    );
  });

const OURS = records.ownership.value;
const SPF = records.mail_from_spf.value;
const KEY = records.dkim.value;
const ALSO = 'v=spf1 include:other.example include:amazonses.com -all';
const REJECT = 'v=DMARC1; p=reject; rua=mailto:a@example.com';

for (const [what, kind, others, right] of [
  ['ours with a text of somebody else’s, which may stay', 'ownership', ['google=1', OURS], 'all'],
  ['a text of somebody else’s', 'ownership', ['google=1'], 'none'],
  ['our key written otherwise', 'dkim', [`${KEY.replaceAll('; ', ';')};`], 'all'],
  ['our key and another one: the other goes', 'dkim', [KEY, 'v=DKIM1; k=rsa; p='], [KEY]],
  ['another key', 'dkim', ['v=DKIM1; k=rsa; p='], 'none'],
  ['our SPF record with another end', 'mail_from_spf', [SPF.replace('~all', '-all')], 'all'],
  ['an SPF record that leads on to others and allows us', 'mail_from_spf', [ALSO], 'all'],
  [
    'an SPF record that leads on to others and does not name us',
    'mail_from_spf',
    ['v=spf1 include:other.example -all'],
    'none',
  ],
  ['ours and another SPF record: the other goes', 'mail_from_spf', [SPF, 'v=spf1 -all'], [SPF]],
  ['a policy of the customer’s own', 'dmarc', [REJECT], 'all'],
  ['a policy that is none, beside one of the customer’s own', 'dmarc', [REJECT, 'v=DMARC1; p=rejct'], [REJECT]],
  ['a policy that is none', 'dmarc', ['v=DMARC1; p=rejct'], 'none'],
  [
    'our mail server and another one: the other goes',
    'mail_from_mx',
    [`10 ${records.mail_from_mx.value}`, '20 mx.example'],
    [`10 ${records.mail_from_mx.value}`],
  ],
  ['another mail server', 'mail_from_mx', ['20 mx.example'], 'none'],
] as const)
  test(`of the records beside a CNAME, what is right stays: ${what}`, () => {
    const explanation = findCnameBeside(viewOf(kind, { answers: [beside([...others])] }, 'unknown'), DOMAIN);
    assert.ok(explanation?.code === 'cname_beside_record');
    assert.equal(explanation.facts.isOurs, right !== 'none');
    const wrong =
      typeof right === 'string' ? undefined : others.filter((each) => !(right as readonly string[]).includes(each));
    assert.deepEqual(explanation.facts.others, wrong && excerptsOf(wrong));
  });

for (const [what, kind, seen, expected] of [
  [
    'ours',
    'ownership',
    { answers: [beside([OURS])] },
    { targets: ['t.example'], found: excerptsOf([OURS]), isOurs: true },
  ],
  [
    'ours with spaces',
    'ownership',
    { answers: [beside([` ${OURS} `])] },
    { targets: ['t.example'], found: excerptsOf([` ${OURS} `]), isOurs: true },
  ],
  [
    'another text',
    'ownership',
    { answers: [beside(['x'])] },
    { targets: ['t.example'], found: excerptsOf(['x']), isOurs: false },
  ],
  [
    'only CNAMEs',
    'ownership',
    { answers: [beside([], ['t.example', 'u.example'])] },
    { targets: ['t.example', 'u.example'], found: excerptsOf([]), isOurs: false },
  ],
  [
    'five CNAMEs',
    'ownership',
    { answers: [beside([], chain(5))] },
    { targets: chain(4), found: excerptsOf([]), isOurs: false },
  ],
  [
    'the same from two servers',
    'ownership',
    { answers: [beside(['x']), beside(['x'], ['t.example'], 2)] },
    { targets: ['t.example'], found: excerptsOf(['x']), isOurs: false },
  ],
  [
    'our mail server',
    'mail_from_mx',
    { answers: [beside([`10 ${records.mail_from_mx.value}`])] },
    { targets: ['t.example'], found: excerptsOf([`10 ${records.mail_from_mx.value}`]), isOurs: true },
  ],
  [
    'our mail server with another priority',
    'mail_from_mx',
    { answers: [beside([`20 ${records.mail_from_mx.value}`])] },
    { targets: ['t.example'], found: excerptsOf([`20 ${records.mail_from_mx.value}`]), isOurs: true },
  ],
  ['at the name behind another CNAME', 'ownership', { answers: [beside([OURS])], aliases: ['a.example'] }, null],
  [
    'on the way to a name server',
    'ownership',
    { answers: [{ ...beside([OURS]), step: { at: 'address' } } as Answer] },
    null,
  ],
  ['nothing of the kind', 'ownership', { answers: [failed(1), absent(2)] }, null],
] as const)
  test(`a CNAME beside other records: ${what}`, () => {
    const explanation = findCnameBeside(viewOf(kind, seen, 'unknown'), DOMAIN);
    assert.deepEqual(told(explanation), expected && ['cname_beside_record', expected]);
  });

test('a CNAME beside other records is shown by each server that has it', () => {
  const explanation = findCnameBeside(
    viewOf('dkim', { answers: [beside(['x']), absent(3), beside(['x'], ['u.example'], 2)] }),
    DOMAIN,
  );
  const of = (server: string) =>
    ['t.example', 'u.example'].map((value) => ({ name: records.dkim.name, type: 'CNAME', value, server }));
  assert.deepEqual(explanation?.evidence, [...of('ns1.example.com'), ...of('ns2.example.com')]);
});

test('whoever holds the name behind a CNAME is silent: the last name is told, with what failed', () => {
  const facts = { failures: [], count: 2 } as const;
  const silence = [{ code: 'no_nameserver_answered', facts, answers: [] }] as const;
  const seen = { answers: [failed(1)], aliases: ['a.example', 'b.example'] };
  assert.deepEqual(told(findSilentAlias(viewOf('dkim', seen, 'unknown', silence))), [
    'referenced_name_unanswered',
    { what: 'target', target: 'b.example', ...facts },
  ]);
  assert.equal(findSilentAlias(viewOf('dkim', { ...seen, aliases: [] }, 'unknown', silence)), null);
  assert.equal(findSilentAlias(viewOf('dkim', seen, 'unknown')), null);
});

const [CLOUD, OTHER] = ['104.16.1.1', '192.0.2.1'];
const ips = (...all: string[]): Seen => ({ answers: [found(all.map((address) => ({ type: 'A', address })))] });
const none: Seen = { answers: [absent()] };
const NAME = records.dkim.name;
const NEIGHBOR = 'autosend-no-such-name._domainkey.example.com';
const proxied = { [`A ${NAME}`]: ips(CLOUD), [`A ${NEIGHBOR}`]: none, [`MX ${NAME}`]: none };
for (const [what, seen, probed, isTold] of [
  ['a name with the cloud’s addresses and nothing else', none, proxied, true],
  ['several addresses of the cloud', none, { ...proxied, [`A ${NAME}`]: ips(CLOUD, '172.64.0.1') }, true],
  ['one address that is not the cloud’s', none, { ...proxied, [`A ${NAME}`]: ips(CLOUD, OTHER) }, false],
  ['no address', none, { ...proxied, [`A ${NAME}`]: none }, false],
  ['the name does not exist', { answers: [nowhere()] }, proxied, false],
  ['nobody answered', { answers: [failed(1)] }, proxied, false],
  ['a CNAME that is shown', { ...none, aliases: ['a.example'] }, proxied, false],
  ['every name of the zone has them', none, { ...proxied, [`A ${NEIGHBOR}`]: ips(CLOUD) }, false],
  ['every name of the zone has other ones', none, { ...proxied, [`A ${NEIGHBOR}`]: ips(OTHER) }, true],
  ['the neighbor did not answer', none, { ...proxied, [`A ${NEIGHBOR}`]: { answers: [failed(1)] } }, false],
  [
    'another record stands at the name: no CNAME is behind the cloud',
    none,
    { ...proxied, [`MX ${NAME}`]: { answers: [found([{ type: 'MX', preference: 1, exchange: 'm.example' }])] } },
    false,
  ],
  [
    'whether another record is there is not known',
    none,
    { ...proxied, [`MX ${NAME}`]: { answers: [failed(1)] } },
    false,
  ],
] as const)
  test(`the orange cloud is ${isTold ? '' : 'not '}blamed: ${what}`, () => {
    const explanation = findProxy(viewOf('dkim', seen), startProbe(lookupsOf(probed), false));
    assert.deepEqual(told(explanation), isTold ? ['cname_proxied', {}] : null);
  });
