import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_GROUPS, isEventPattern, listPatternsFor, takesEvent } from './event-patterns.ts';
import { closeFrozen, freezeEvent } from './frozen-event.ts';

const AT = new Date('2026-01-15T12:00:00.000Z');
const TOLD = { domain: { id: 'a', domainName: 'example.com' }, externalId: null, metadata: {} };

test('a frozen event is JSON in the documented order, and the same text when it is parsed and written again', () => {
  const event = { type: 'domain.at_risk', data: { missing: ['dkim'], deadlineAt: AT.toISOString() } } as const;
  const text = closeFrozen(freezeEvent(event, AT, TOLD).frozen, 7);
  assert.equal(
    text,
    '{"type":"domain.at_risk","createdAt":"2026-01-15T12:00:00.000Z","timestamp":"2026-01-15T12:00:00.000Z","data":{"domain":{"id":"a","domainName":"example.com"},"externalId":null,"metadata":{},"missing":["dkim"],"deadlineAt":"2026-01-15T12:00:00.000Z","sequence":7}}',
  );
  assert.equal(JSON.stringify(JSON.parse(text)), text);
});

test('the history keeps what its readers need, the text tells the record of a key and what was found', () => {
  const record = { name: 'a._domainkey.example.com', type: 'TXT', value: 'v=DKIM1; k=rsa; p=A' } as const;
  const key = { selector: 'a', type: 'rsa', name: record.name, algorithm: 'rsa-2048', record } as const;
  const frozen = freezeEvent({ type: 'key.retired', data: key }, AT, TOLD);
  assert.deepEqual(frozen.data, { selector: 'a', type: 'rsa', name: record.name });
  const { domain: _d, externalId: _e, metadata: _m, ...told } = JSON.parse(closeFrozen(frozen.frozen, 1)).data;
  assert.deepEqual(told, { selector: 'a', algorithm: 'rsa-2048', record, sequence: 1 });
});

test('patterns: a type, its group, and all', () => {
  assert.deepEqual(EVENT_GROUPS, ['domain.*', 'record.*', 'key.*', 'dns.*', 'webhook.*']);
  assert.deepEqual(listPatternsFor('record.missing'), ['record.missing', 'record.*', '*']);
  for (const [text, isOne] of [
    ['*', true],
    ['domain.*', true],
    ['domain.verified', true],
    ['domain.', false],
    ['email.*', false],
    ['**', false],
    ['', false],
  ] as const)
    assert.equal(isEventPattern(text), isOne, text);
  assert.ok(takesEvent(['key.*'], 'key.created') && !takesEvent(['key.*', 'domain.created'], 'domain.verified'));
});
