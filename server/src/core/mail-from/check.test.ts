import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MxRecord } from '../answers/dns-answer.ts';
import { type Excerpt, type Excerpts, excerptOf } from '../answers/quote-found.ts';
import { checkMailFromMx } from './check.ts';

const host = 'feedback-smtp.us-east-1.amazonses.com';
const expected = { exchange: host, preference: 10 };
const mx = (exchange: string, preference = 10): MxRecord => ({ type: 'MX', exchange, preference });

const cases: readonly [name: string, records: MxRecord[], status: string, codes: string[]][] = [
  ['nothing at the name', [], 'missing', ['record_missing']],
  ['a null MX', [mx('', 0)], 'mismatched', ['mx_null']],
  ['a null MX written as a dot', [mx('.', 0)], 'mismatched', ['mx_null']],
  ['our host and a null MX', [mx(host), mx('', 0)], 'conflicting', ['mx_null']],
  ['our host and another', [mx('mx.example.com'), mx(host)], 'conflicting', ['mx_extra']],
  ['our host twice with different priorities', [mx(host), mx(host, 20)], 'conflicting', ['mx_extra']],
  ['our host, another and a null MX', [mx(host), mx('a.example'), mx('')], 'conflicting', ['mx_null', 'mx_extra']],
  ['a null MX and another host', [mx(''), mx('a.example')], 'mismatched', ['mx_null']],
  ['the priority in the host field', [mx(`10\\032${host}`)], 'mismatched', ['value_mismatch']],
  ['another host', [mx('mx.example.com')], 'mismatched', ['value_mismatch']],
  ['two other hosts', [mx('a.example'), mx('b.example')], 'mismatched', ['value_mismatch']],
  ['another region', [mx('feedback-smtp.eu-west-1.amazonses.com')], 'mismatched', ['value_mismatch']],
  ['our host with the zone appended', [mx(`${host}.asend.example.com`)], 'mismatched', ['mx_target_has_zone_appended']],
  ['a host that ends in ours', [mx(`x${host}`)], 'mismatched', ['value_mismatch']],
  ['our host', [mx(host)], 'verified', []],
  ['our host in capitals and with a final dot', [mx(`${host.toUpperCase()}.`)], 'verified', []],
  ['our host with another priority', [mx(host, 0)], 'verified', ['mx_priority_differs']],
];

for (const [name, records, status, codes] of cases)
  test(`mail from MX: ${name} is ${status}`, () => {
    const judgement = checkMailFromMx(expected, records);
    assert.equal(judgement.status, status);
    assert.deepEqual(
      judgement.observations.map(({ code }) => code),
      codes,
    );
  });

test('an appended zone is told by name', () => {
  const appended = `${host}.example.com`;
  const [observation] = checkMailFromMx(expected, [mx(appended)]).observations;
  assert.deepEqual(observation?.facts, { found: { shown: appended, length: appended.length } });
});

test('a thousand MX records make few facts, and hostile names are escaped', () => {
  const records = Array.from({ length: 1000 }, (_, i) => mx(`\u001b${i}.example`));
  const facts = JSON.stringify(checkMailFromMx(expected, [mx(host), ...records]).observations[0]?.facts);
  assert.match(facts, /"\\\\x1b0\.example".*"count":1000/);
  assert.ok(facts.length < 300);
});

test('a null MX is told apart by whether our host is beside it', () => {
  const isAlone = (...records: MxRecord[]) => checkMailFromMx(expected, records).observations[0]?.facts;
  assert.deepEqual([isAlone(mx('')), isAlone(mx(''), mx(host))], [{ isAlone: true }, { isAlone: false }]);
});

test('a priority in the host field is told as that, without escapes', () => {
  const [observation] = checkMailFromMx(expected, [mx(`10\\032${host}`)]).observations;
  const found = { shown: `10 ${host}`, length: host.length + 3 };
  assert.deepEqual(observation?.facts, { what: 'priority_in_host', found });
});

const factsOf = (...records: MxRecord[]) => checkMailFromMx(expected, records).observations.map(({ facts }) => facts);
const excerpts = (...texts: string[]) => ({
  shown: texts.slice(0, 3).map((shown) => ({ shown, length: shown.length })),
  count: texts.length,
});

const told: readonly [name: string, records: MxRecord[], facts: object[]][] = [
  [
    'the other hosts by name, ours never',
    [mx('a.example'), mx(host), mx('b.example')],
    [{ what: 'others', found: excerpts('a.example', 'b.example') }],
  ],
  [
    'our host as often as it stands, with its priorities',
    [mx(host, 20), mx(host, 10)],
    [{ what: 'repeated', count: 2, priorities: [20, 10] }],
  ],
  [
    'five priorities and not six',
    [1, 2, 3, 4, 5, 6].map((priority) => mx(host, priority)),
    [{ what: 'repeated', count: 6, priorities: [1, 2, 3, 4, 5] }],
  ],
  [
    'others and repetitions, both',
    [mx(host), mx('a.example'), mx(`${host}.`, 5)],
    [
      { what: 'others', found: excerpts('a.example') },
      { what: 'repeated', count: 2, priorities: [10, 5] },
    ],
  ],
  ['the priority that differs', [mx(host, 65_535)], [{ priority: 65_535 }]],
  [
    'the hosts that stand in place of ours',
    [mx('a.example'), mx('b.example')],
    [{ what: 'mail_server', found: excerpts('a.example', 'b.example') }],
  ],
  ['no other host beside a null MX', [mx('')], [{ isAlone: true }]],
  ['two null MX', [mx('', 0), mx('', 10)], [{ isAlone: true, count: 2 }]],
  [
    'a null MX, and the hosts that have to go with it',
    [mx(''), mx('a.example'), mx('b.example')],
    [{ isAlone: true, others: excerpts('a.example', 'b.example') }],
  ],
  [
    'a priority of several digits and blanks in the host',
    [mx(`100\\032\\032${host}.`)],
    [{ what: 'priority_in_host', found: { shown: `100  ${host}.`, length: host.length + 6 } }],
  ],
  [
    'a priority in the host before an appended zone',
    [mx(`${host}.example.com`), mx(`10\\032${host}`)],
    [
      {
        what: 'priority_in_host',
        found: { shown: `10 ${host}`, length: host.length + 3 },
        others: excerpts(`${host}.example.com`),
      },
    ],
  ],
  [
    'a priority in the host, and a zone behind it',
    [mx(`10\\032${host}.example.com`)],
    [{ what: 'priority_in_host', found: excerptOf(`10 ${host}.example.com`), isZoneAppended: true }],
  ],
  ['a priority and a tab', [mx(`10\\009${host}`)], [{ what: 'priority_in_host', found: excerptOf(`10 ${host}`) }]],
  ['a priority and a dot', [mx(`10.${host}`)], [{ what: 'priority_in_host', found: excerptOf(`10.${host}`) }]],
  ['digits glued to our host', [mx(`10${host}`)], [{ what: 'priority_in_host', found: excerptOf(`10${host}`) }]],
  ['a blank behind our host', [mx(`${host}\\032`)], [{ what: 'text_around_host', found: excerptOf(`${host} `) }]],
  ['quotation marks', [mx(`"${host}"`)], [{ what: 'text_around_host', found: excerptOf(`"${host}"`) }]],
  [
    'an appended zone, and the hosts that have to go',
    [mx(`${host}.example.com`), mx('a.example'), mx('')],
    [{ found: excerptOf(`${host}.example.com`), others: excerpts('a.example', '.') }],
  ],
  [
    'quotation marks, and the host that has to go',
    [mx('a.example'), mx(`"${host}"`)],
    [{ what: 'text_around_host', found: excerptOf(`"${host}"`), others: excerpts('a.example') }],
  ],
  [
    'a blank in another host, without an escape',
    [mx('10\\032a.example')],
    [{ what: 'mail_server', found: excerpts('10 a.example') }],
  ],
];
for (const [name, records, facts] of told)
  test(`what is wrong with the MX records is told: ${name}`, () => assert.deepEqual(factsOf(...records), facts));

test('MX records are right exactly where our host stands alone, whatever the case, the final dot and the priority', () => {
  const exchange = fc.constantFrom(host, host.toUpperCase(), `${host}.`, `x${host}`, `${host}.x`, '', '.', 'a.example');
  const record = fc.tuple(exchange, fc.constantFrom(0, 10, 65_535)).map(([name, preference]) => mx(name, preference));
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const ours = records.filter(({ exchange: name }) => [host, `${host}.`].includes(name.toLowerCase())).length;
      const status =
        records.length === 0
          ? 'missing'
          : ours === 0
            ? 'mismatched'
            : records.length === 1
              ? 'verified'
              : 'conflicting';
      const judgement = checkMailFromMx(expected, records);
      assert.equal(judgement.status, status);
      assert.equal(checkMailFromMx(expected, records.toReversed()).status, status);
      // What is not as shown is told, always.
      const isAsShown = records.length === 1 && ours === 1 && records[0]?.preference === expected.preference;
      assert.equal(judgement.observations.length === 0, isAsShown);
    }),
  );
});

test('without our host every record is named as one to change or to delete, so that none of them stays', () => {
  const exchange = fc.constantFrom(`${host}.x`, `10\\032${host}`, `"${host}"`, '', 'a.example', 'b.example');
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 6 }), (exchanges) => {
      const { observations } = checkMailFromMx(
        expected,
        exchanges.map((each) => mx(each)),
      );
      assert.equal(observations.length, 1);
      const facts = observations[0]?.facts as { found?: Excerpt | Excerpts; others?: Excerpts; count?: number };
      const told = facts.found && 'count' in facts.found ? facts.found.count : (facts.count ?? 1);
      assert.equal(told + (facts.others?.count ?? 0), exchanges.length);
    }),
  );
});

test('our host as it is shown may have capitals or a final dot', () => {
  assert.equal(checkMailFromMx({ exchange: `${host.toUpperCase()}.`, preference: 10 }, [mx(host)]).status, 'verified');
});
