import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MxRecord } from '../answers/dns-answer.ts';
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
