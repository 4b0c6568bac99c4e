import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLogLine } from './log-line.ts';

const at = new Date(2026, 10, 28, 14, 3, 9).toISOString();
const format = (record: object, hasColors = false) =>
  formatLogLine(`${JSON.stringify({ level: 30, time: at, ...record })}\n`, hasColors);
const request = { msg: 'request', requestId: 'req_1', method: 'POST', path: '/v1/domains', status: 201, ms: 12.3 };

for (const [record, line] of [
  [request, '14:03:09 POST /v1/domains 201 12.3 ms\n'],
  [{ ...request, path: '/api/projects' }, null],
  [{ ...request, path: '/assets/index.js', method: 'GET', status: 200 }, null],
  [{ ...request, path: '/api/session', status: 401 }, '14:03:09 POST /api/session 401 12.3 ms\n'],
  [{ msg: 'the keys are ready', count: 7, of: 'a b' }, '14:03:09 the keys are ready count=7 of=a b\n'],
  [
    { level: 40, msg: 'waiting', err: { message: 'no\nmore', stack: 'Error' } },
    '14:03:09 WARN waiting\n  no\n  more\n',
  ],
  [
    { level: 50, msg: 'failed', err: { message: 'x', stack: 'Error: x\n    at y' } },
    '14:03:09 ERROR failed\n  Error: x\n      at y\n',
  ],
  [{ level: 60, msg: 'over' }, '14:03:09 FATAL over\n'],
  [{ level: 20, msg: 'detail' }, '14:03:09 DEBUG detail\n'],
] as const)
  test(`a line for people: ${JSON.stringify(line)}`, () => assert.equal(format(record), line));

test('nothing that strangers send makes a terminal do anything', () => {
  const line = format({ ...request, path: '/v1/\u001b[2J\u0007\u202e\u0085x', status: 404 }) ?? '';
  assert.equal(line, '14:03:09 POST /v1/\\u{1b}[2J\\u{7}\\u{202e}\\u{85}x 404 12.3 ms\n');
});

test('colors are for terminals that take them', () => {
  assert.equal(format({ level: 40, msg: 'x' }, true), '\u001b[2m14:03:09\u001b[0m \u001b[33mWARN\u001b[0m x\n');
});

test('what is no line of ours is shown as it is', () => {
  for (const line of ['plain\n', '7', '']) assert.equal(formatLogLine(line, false), line);
});
