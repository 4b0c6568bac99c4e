import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  failed,
  found,
  records,
  type Seen,
  texts,
  zone,
} from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf, viewOf } from '../../../test/support/findings/record-view.ts';
import type { RecordKind } from '../records/record.ts';
import { findOtherType } from './other-types.ts';
import { startProbe } from './probe.ts';

const HOST = records.mail_from_mx.value;
const SPF = records.mail_from_spf.value;
const AT = records.mail_from_mx.name;
const none: Seen = { answers: [absent()] };
const alias = (target: string): Seen => ({ answers: [absent()], aliases: [target], askedZone: zone });
const ips = (...all: string[]): Seen => ({ answers: [found(all.map((address) => ({ type: 'A', address })))] });
const spf = (...all: string[]): Seen => ({ answers: [found(all.map((text) => ({ type: 'SPF', strings: [text] })))] });

const CASES: readonly (readonly [
  what: string,
  kind: RecordKind,
  seen: Seen,
  probed: Readonly<Record<string, Seen>>,
  type: string | null,
])[] = [
  ['a CNAME to the value', 'mail_from_mx', alias(HOST), {}, 'CNAME'],
  ['a CNAME to the value and the zone', 'mail_from_mx', alias(`${HOST}.example.com`), {}, 'CNAME'],
  ['a CNAME to the value and another zone', 'mail_from_mx', alias(`${HOST}.example.net`), {}, null],
  ['a CNAME to another name', 'mail_from_mx', alias('other.example'), {}, null],
  [
    'a CNAME that leads to the value by another name',
    'mail_from_mx',
    { ...none, aliases: ['a.example', HOST] },
    {},
    null,
  ],
  ['the text as type SPF', 'mail_from_spf', none, { [`SPF ${AT}`]: spf('other', SPF) }, 'SPF'],
  ['the text as type SPF, spaced otherwise', 'mail_from_spf', none, { [`SPF ${AT}`]: spf(` ${SPF} `) }, 'SPF'],
  ['another text as type SPF', 'mail_from_spf', none, { [`SPF ${AT}`]: spf('v=spf1 -all') }, null],
  ['type SPF did not answer', 'mail_from_spf', none, { [`SPF ${AT}`]: { answers: [failed(1)] } }, null],
  ['the host as text', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(HOST) }, 'TXT'],
  ['priority and host as text', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(`10  ${HOST.toUpperCase()}. `) }, 'TXT'],
  ['a text with the host in it', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(`our server is ${HOST}`) }, null],
  ['type, priority and host as text', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(`MX 10 ${HOST}`) }, 'TXT'],
  ['priority and host in quotes', 'mail_from_mx', none, { [`TXT ${AT}`]: texts('x', `"10 ${HOST}"`) }, 'TXT'],
  ['a zone file line as text', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(`asend IN MX 10 ${HOST}.`) }, 'TXT'],
  ['an SPF record with the host in it', 'mail_from_mx', none, { [`TXT ${AT}`]: texts(`v=spf1 mx:${HOST} ~all`) }, null],
  [
    'the address of the host among others',
    'mail_from_mx',
    none,
    { [`A ${AT}`]: ips('192.0.2.1', '192.0.2.2'), [`A ${HOST}`]: ips('192.0.2.3', '192.0.2.2') },
    'A',
  ],
  ['other addresses', 'mail_from_mx', none, { [`A ${AT}`]: ips('192.0.2.1'), [`A ${HOST}`]: ips('192.0.2.2') }, null],
  ['no addresses at all', 'mail_from_mx', none, { [`A ${AT}`]: none, [`A ${HOST}`]: none }, null],
  ['the address of the host is not known', 'mail_from_mx', none, { [`A ${AT}`]: ips('192.0.2.1') }, null],
  [
    'the address comes from behind a CNAME',
    'mail_from_mx',
    none,
    { [`A ${AT}`]: { ...ips('192.0.2.1'), aliases: [HOST] }, [`A ${HOST}`]: ips('192.0.2.1') },
    null,
  ],
];
for (const [what, kind, seen, probed, type] of CASES)
  test(`${kind}: ${what} is ${type === null ? 'no' : `our record of type ${type}, if a wrong one`}`, () => {
    const explanation = findOtherType(viewOf(kind, seen), startProbe(lookupsOf(probed), false));
    const shown = explanation?.code === 'published_as_other_type' ? explanation.facts.type : null;
    assert.equal(shown, type);
  });

test('a text is looked for as type SPF, and a mail server as text and as address, in one round', () => {
  const asked = (kind: RecordKind, seen = none) => {
    const probe = startProbe(new Map(), true);
    findOtherType(viewOf(kind, seen), probe);
    return probe.outstanding.map(({ name, type }) => `${type} ${name}`);
  };
  assert.deepEqual(asked('dkim'), [`SPF ${records.dkim.name}`]);
  assert.deepEqual(asked('mail_from_mx'), [`TXT ${AT}`, `A ${AT}`, `A ${HOST}`]);
  assert.deepEqual(asked('mail_from_mx', alias(HOST)), [], 'what is certain needs no question');
});
