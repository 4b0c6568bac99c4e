import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, DOMAIN, found, records, type Seen, texts } from '../../../test/support/findings/explained-domain.ts';
import { viewOf } from '../../../test/support/findings/record-view.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { SharedObservation } from '../judgement/judgement.ts';
import type { FindingCode } from '../judgement/observation.ts';
import { mapKinds } from '../records/record.ts';
import { explainForeignKey, findForeignKey, findValueOfOther } from './other-values.ts';
import { findPlaces } from './place.ts';

const places = findPlaces(DOMAIN, records, new Map());
const text = (kind: keyof typeof records) => texts(records[kind].value);

for (const [what, kind, seen, name] of [
  ['its own value', 'dkim', text('dkim'), null],
  ['the value of another', 'dkim', text('ownership'), records.ownership.name],
  ['the value of another beside its own', 'dkim', texts(records.dkim.value, records.dmarc.value), records.dmarc.name],
  ['the value of another, spaced otherwise', 'ownership', texts(` ${records.dmarc.value} `), records.dmarc.name],
  [
    'two of them: the first in the order in which they are shown',
    'dmarc',
    texts(records.dkim.value, records.ownership.value),
    records.ownership.name,
  ],
  ['the host of the mail server as a text', 'dkim', text('mail_from_mx'), records.mail_from_mx.name],
  ['a part of it', 'dkim', texts(records.ownership.value.slice(0, -1)), null],
  ['nothing', 'dkim', { answers: [absent()] }, null],
  ['a mail server, which is no text', 'mail_from_mx', text('ownership'), null],
] as const)
  test(`rows that were mixed up: ${what}`, () => {
    const explanation = findValueOfOther(viewOf(kind, seen, 'mismatched'), places);
    assert.equal(explanation?.code === 'value_of_other_record' ? explanation.facts.name : null, name);
  });

const STRANGER = 'google-site-verification=1';
const swapped = records.ownership.value;
for (const [what, kind, all, observed, expected] of [
  ['it is alone', 'dmarc', [swapped], ['record_missing'], {}],
  ['it stands beside a stranger’s', 'dmarc', [STRANGER, swapped], ['record_missing'], { count: 2 }],
  ['the servers differ', 'dmarc', [STRANGER, swapped], ['record_missing', 'nameservers_disagree'], { count: 2 }],
  ['a policy beside it is no policy', 'dmarc', ['v=DMARC1;', swapped], ['dmarc_invalid'], { count: 2, isSpare: true }],
  [
    'an SPF record beside it lacks our mechanism',
    'mail_from_spf',
    ['v=spf1 -all', swapped],
    ['spf_mechanism_missing'],
    { count: 2, isSpare: true },
  ],
  ['of two keys the judge says which goes', 'dkim', ['v=DKIM1; p=', swapped], ['multiple_records'], null],
] as const)
  test(`a value of another record is replaced, or deleted where another one is meant as this record: ${what}`, () => {
    const observations = observed.map((code: FindingCode) => ({ code, facts: {}, answers: [] }) as never);
    const explanation = findValueOfOther(viewOf(kind, texts(...all), 'mismatched', observations), places);
    assert.deepEqual(explanation?.facts ?? null, expected && { name: records.ownership.name, ...expected });
  });

test('two records with the same value are not mixed up', () => {
  const { value } = records.dkim;
  const same = mapKinds((kind) => ({ ...places[kind], value: kind === 'ownership' ? value : places[kind].value }));
  assert.equal(findValueOfOther(viewOf('dkim', text('dkim')), same), null);
});

const key = (p: string) => `v=DKIM1; k=rsa; p=${p}`;
for (const [what, seen, status, expected] of [
  ['one key', texts(key('AAAA')), 'mismatched', 'AAAA'],
  ['one key with spaces in it (RFC 6376 §3.2)', texts(key('AA AA')), 'mismatched', 'AAAA'],
  ['one key beside a text', texts('hello', key('AAAA')), 'mismatched', 'AAAA'],
  [
    'one key that two servers show',
    { answers: [1, 2].map((n) => found([{ type: 'TXT', strings: [key('AAAA')] }], n)) },
    'mismatched',
    'AAAA',
  ],
  ['two keys', texts(key('AAAA'), key('BBBB')), 'mismatched', null],
  ['a revoked key (RFC 6376 §3.6.1)', texts(key('')), 'mismatched', null],
  ['no key', texts('hello'), 'mismatched', null],
  ['a key where the verdict is another', texts(key('AAAA')), 'verified', null],
  ['a key where the verdict waits', texts(key('AAAA')), 'unknown', null],
] as const)
  test(`a key that is not ours is told for certain where there is one: ${what}`, () => {
    assert.equal(findForeignKey(viewOf('dkim', seen as Seen, status)), expected);
  });

test('a key at another name than that of DKIM is no key', () => {
  assert.equal(findForeignKey(viewOf('dmarc', texts(key('AAAA')), 'mismatched')), null);
});

const observed = (facts: object, code = 'value_mismatch') =>
  [{ code, facts, answers: [] }] as unknown as SharedObservation[];
const shown = excerptOf('x');
for (const [what, observations, owner, hadOurs, expected] of [
  [
    'of another domain of the project',
    observed({ what: 'key', at: 0, found: shown }),
    'b.example',
    false,
    'key_of_other_domain',
  ],
  [
    'of another domain, where ours was',
    observed({ what: 'key', at: 0, found: shown }),
    'b.example',
    true,
    'key_of_other_domain',
  ],
  ['of a stranger, where ours was', observed({ what: 'key', at: 0, found: shown }), null, true, 'key_replaced'],
  ['of a stranger, where ours never was', observed({ what: 'key', at: 0, found: shown }), null, false, null],
  ['of another type', observed({ what: 'key_type', expected: 'rsa', found: shown }), null, true, 'key_replaced'],
  [
    'ours, with another type',
    observed({ what: 'key_type', expected: 'rsa', found: shown, isOurKey: true }),
    null,
    true,
    null,
  ],
  ['a weak one', observed({ bits: 512, ourBits: 2048 }, 'dkim_weak_key'), null, true, 'key_replaced'],
  ['ours, with letters in another case', observed({ what: 'key_case' }), null, true, null],
  ['ours, cut', observed({ what: 'key', length: 3, of: 9 }, 'value_truncated'), null, true, null],
  ['nothing noticed', [], 'b.example', true, null],
] as const)
  test(`whose key it is: ${what}`, () => {
    const view = viewOf('dkim', texts(key('AAAA')), 'mismatched', observations);
    const explanation = explainForeignKey(view, owner, hadOurs);
    assert.equal(explanation?.code ?? null, expected);
    if (expected === 'key_of_other_domain') assert.deepEqual(explanation?.facts, { owner });
  });
