import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, found, records, type Seen, texts, zone } from '../../../test/support/findings/explained-domain.ts';
import { lookupOf, lookupsOf } from '../../../test/support/findings/record-view.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { RecordKind } from '../records/record.ts';
import { findStray } from './likeness.ts';
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
const OWN = records.ownership.value;
const KEY = records.dkim.value;
const HOST = records.mail_from_mx.value;
const replaced = (text: string) => ({ found: excerptOf(text), value: 'replaced' });
const kept = (text: string) => ({ found: excerptOf(text), value: 'kept' });
const merged = 'v=spf1 include:_spf.example.net include:amazonses.com -all';
for (const [what, kind, seen, anywhere, doubled = anywhere] of [
  ['our value beside others', 'ownership', texts('hello', OWN), {}],
  ['our value in quotes', 'ownership', texts(`"${OWN}"`), {}],
  ['our value behind its name', 'ownership', texts(`_autosend-verify=${OWN}`), replaced(`_autosend-verify=${OWN}`)],
  ['a value like ours', 'ownership', texts(`${OWN}0`), null],
  ['our key', 'dkim', texts(KEY), {}],
  ['our key in quotes', 'dkim', texts('v=spf1 -all', `"${KEY}"`), replaced(`"${KEY}"`)],
  ['our key, cut off', 'dkim', texts(KEY.slice(0, 255)), replaced(KEY.slice(0, 255))],
  ['our key in quotes, and right', 'dkim', texts(`"${KEY}"`, KEY), {}],
  ['another key', 'dkim', texts('v=DKIM1; k=rsa; p=AAAA'), null],
  ['the start of any key', 'dkim', texts(KEY.slice(0, 40)), null],
  ['nothing', 'ownership', none, null],
  ['the very SPF record', 'mail_from_spf', texts(SPF), {}],
  ['the very SPF record in quotes', 'mail_from_spf', texts(`"${SPF}"`), replaced(`"${SPF}"`)],
  [
    'an SPF record that would pass too',
    'mail_from_spf',
    texts('v=spf1 include:amazonses.com -all'),
    null,
    kept('v=spf1 include:amazonses.com -all'),
  ],
  ['one that needs more look-ups', 'mail_from_spf', texts(merged), null, { found: excerptOf(merged) }],
  [
    'one with a typing error',
    'mail_from_spf',
    texts('v=spf1 include=amazonses.com ~all'),
    null,
    { found: excerptOf('v=spf1 include=amazonses.com ~all') },
  ],
  ['an SPF record without ours', 'mail_from_spf', texts('v=spf1 mx -all'), null],
  ['the very policy', 'dmarc', texts(records.dmarc.value), {}],
  ['a stricter policy', 'dmarc', texts('v=DMARC1; p=reject'), kept('v=DMARC1; p=reject')],
  ['a policy that is wrong', 'dmarc', texts('v=DMARC1; p=rejct'), { found: excerptOf('v=DMARC1; p=rejct') }],
  ['a policy in quotes', 'dmarc', texts('"v=DMARC1; p=reject"'), { found: excerptOf('"v=DMARC1; p=reject"') }],
  ['no policy', 'dmarc', texts('v=spf1 -all', 'see dmarc1.example'), null],
  ['our mail server with any priority', 'mail_from_mx', mx(HOST, 50), {}],
  ['our mail server, mistyped', 'mail_from_mx', mx(`10\\032${HOST}.example.com`), replaced(`10 ${HOST}.example.com`)],
  ['another mail server', 'mail_from_mx', mx('mx.example.com'), null],
] as const)
  for (const isDoubled of [false, true])
    test(`at ${isDoubled ? 'a doubled' : 'another'} name: ${what}`, () => {
      const { place } = viewOfMail(kind);
      const elsewhere = lookupOf({ name: 'elsewhere.example.com', type: place.type }, seen);
      assert.deepEqual(findStray(place, MAIL, elsewhere, isDoubled), isDoubled ? doubled : anywhere);
    });
