import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, found, records, type Seen, texts, zone } from '../../../test/support/findings/explained-domain.ts';
import { lookupOf, lookupsOf } from '../../../test/support/findings/record-view.ts';
import type { RecordKind } from '../records/record.ts';
import { isTheRecord } from './likeness.ts';
import { findPlace } from './place.ts';
import { startProbe } from './probe.ts';
import { findWrongPlace } from './wrong-places.ts';

const MAIL = 'mail.example.com';
/** A record of a subdomain, in the zone above it. */
function viewOfMail(kind: RecordKind) {
  const record = { ...records[kind], name: records[kind].name.replace(/example\.com$/, MAIL) };
  const result = lookupOf(record, { answers: [absent()], zone });
  return {
    place: findPlace(MAIL, kind, record, result),
    judgement: { status: 'missing', observations: [] },
    result,
  } as const;
}

for (const [kind, names] of [
  [
    'ownership',
    [
      '_autosend-verify.mail.example.com.example.com',
      '_autosend-verify.example.com',
      'example.com',
      MAIL,
      'autosend-verify.mail.example.com',
    ],
  ],
  // Common values: what stands at the same name of the parent may well be the parent's.
  ['mail_from_mx', ['asend.mail.example.com.example.com', 'example.com', MAIL, '_asend.mail.example.com']],
  ['mail_from_spf', ['asend.mail.example.com.example.com', MAIL, '_asend.mail.example.com']],
  ['dmarc', ['_dmarc.mail.example.com.example.com', MAIL, 'dmarc.mail.example.com']],
] as const)
  test(`${kind}: of a subdomain the likely wrong places are asked at once, and no others`, () => {
    const probe = startProbe(new Map(), true);
    assert.equal(findWrongPlace(viewOfMail(kind), MAIL, probe), null);
    assert.deepEqual(
      probe.outstanding.map(({ name }) => name),
      names,
    );
  });

const OURS = texts(records.ownership.value);
const none: Seen = { answers: [absent()] };
const LEFT_OUT = '_autosend-verify.example.com';
const NEIGHBOR = 'autosend-no-such-name.example.com';
for (const [what, probed, expected] of [
  [
    'the subdomain was left out',
    { [`TXT ${LEFT_OUT}`]: OURS, [`TXT ${NEIGHBOR}`]: none },
    ['published_without_subdomain', LEFT_OUT],
  ],
  ['every name of the zone has it', { [`TXT ${LEFT_OUT}`]: OURS, [`TXT ${NEIGHBOR}`]: OURS }, null],
  ['whether every name has it is not known', { [`TXT ${LEFT_OUT}`]: OURS }, null],
  ['the top of the zone needs no neighbor', { 'TXT example.com': OURS }, ['published_at_apex', 'example.com']],
  ['it comes from behind a CNAME', { 'TXT example.com': { ...OURS, aliases: ['a.example'] } }, null],
  [
    'two places: the first is told',
    { 'TXT example.com': OURS, [`TXT ${LEFT_OUT}`]: OURS, [`TXT ${NEIGHBOR}`]: none },
    ['published_without_subdomain', LEFT_OUT],
  ],
] as const)
  test(`a record of a subdomain at a wrong place: ${what}`, () => {
    const explanation = findWrongPlace(viewOfMail('ownership'), MAIL, startProbe(lookupsOf(probed), false));
    assert.deepEqual(
      explanation && [explanation.code, explanation.facts],
      expected && [expected[0], { name: expected[1] }],
    );
  });

const SPF = records.mail_from_spf.value;
for (const [what, name, seen, code] of [
  ['the very one at the domain', MAIL, texts(SPF), 'published_at_other_name'],
  ['one with ours among others', MAIL, texts('x', 'v=spf1 mx +Include:AmazonSES.com. -all'), 'published_at_other_name'],
  [
    'one that turns ours away is still about us',
    MAIL,
    texts('v=spf1 -include:amazonses.com ~all'),
    'published_at_other_name',
  ],
  ['one without ours', MAIL, texts('v=spf1 include:_spf.example.net ~all'), null],
  ['ours in a text that is no SPF record', MAIL, texts('include:amazonses.com'), null],
  ['the very one at a name close by', `_asend.${MAIL}`, texts(SPF), 'published_at_other_name'],
  ['another one at a name close by', `_asend.${MAIL}`, texts('v=spf1 include:amazonses.com mx -all'), null],
] as const)
  test(`an SPF record at a wrong place: ${what}`, () => {
    const probed = { [`TXT ${name}`]: seen, [`TXT autosend-no-such-name.${name.slice(name.indexOf('.') + 1)}`]: none };
    const explanation = findWrongPlace(viewOfMail('mail_from_spf'), MAIL, startProbe(lookupsOf(probed), false));
    assert.deepEqual(explanation && [explanation.code, explanation.facts], code && [code, { name }]);
  });

const mx = (exchange: string, preference = 10): Seen => ({ answers: [found([{ type: 'MX', preference, exchange }])] });
for (const [what, kind, seen, is] of [
  ['our value beside others', 'ownership', texts('hello', records.ownership.value), true],
  ['a value like ours', 'ownership', texts(`${records.ownership.value}0`), false],
  ['our key', 'dkim', texts(records.dkim.value), true],
  ['another key', 'dkim', texts('v=DKIM1; k=rsa; p=AAAA'), false],
  ['nothing', 'ownership', none, false],
  ['the very SPF record', 'mail_from_spf', texts(records.mail_from_spf.value), true],
  ['an SPF record that would pass too', 'mail_from_spf', texts('v=spf1 include:amazonses.com mx -all'), false],
  ['the very policy', 'dmarc', texts(records.dmarc.value), true],
  ['a stricter policy', 'dmarc', texts('v=DMARC1; p=reject'), false],
  ['our mail server with any priority', 'mail_from_mx', mx(records.mail_from_mx.value, 50), true],
  ['another mail server', 'mail_from_mx', mx('mx.example.com'), false],
] as const)
  test(`what stands elsewhere is ${is ? '' : 'not '}the record that belongs here: ${what}`, () => {
    const { place } = viewOfMail(kind);
    assert.equal(isTheRecord(place, MAIL, lookupOf({ name: 'elsewhere.example.com', type: place.type }, seen)), is);
  });
