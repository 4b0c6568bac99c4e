import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOwnHost, readMailServer } from './own-host.ts';

const host = 'feedback-smtp.us-east-1.amazonses.com';

for (const [text, expected] of [
  [host, { isPriorityTyped: false, isZoneAppended: false }],
  [`${host.toUpperCase()}.`, { isPriorityTyped: false, isZoneAppended: false }],
  [`${host} `, { isPriorityTyped: false, isZoneAppended: false }],
  [` ${host}`, { isPriorityTyped: false, isZoneAppended: false }],
  [`"${host}"`, { isPriorityTyped: false, isZoneAppended: false }],
  [`<${host}>,`, { isPriorityTyped: false, isZoneAppended: false }],
  [`https://${host}/`, { isPriorityTyped: false, isZoneAppended: false }],
  [host.replaceAll('.', '\\.'), { isPriorityTyped: false, isZoneAppended: false }],
  [`10\u00c2\u00a0${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`${host}:25`, { isPriorityTyped: false, isZoneAppended: false }],
  [`${host}\u00e2\u0080\u008b`, { isPriorityTyped: false, isZoneAppended: false }],
  [host.replace('smtp', 's\u00e2\u0080\u008bmtp'), { isPriorityTyped: false, isZoneAppended: false }],
  [`${host}.example.com`, { isPriorityTyped: false, isZoneAppended: true }],
  [`${host} .example.com.`, { isPriorityTyped: false, isZoneAppended: true }],
  [`"${host}".example.com`, { isPriorityTyped: false, isZoneAppended: true }],
  [`${host}.1and1.example`, { isPriorityTyped: false, isZoneAppended: true }],
  [`10 ${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`10\t${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`10.${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`10-${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`10${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`"10 ${host}."`, { isPriorityTyped: true, isZoneAppended: false }],
  [`10 ${host}.example.com`, { isPriorityTyped: true, isZoneAppended: true }],
  [`MX 10 ${host}`, { isPriorityTyped: true, isZoneAppended: false }],
  [`mx: ${host}`, { isPriorityTyped: false, isZoneAppended: false }],
  [`asend.example.com. 300 IN MX 10 ${host}.`, { isPriorityTyped: true, isZoneAppended: false }],
  ['', null],
  ['mx.example.com', null],
  [`x${host}`, null],
  [`x.${host}`, null],
  [`${host}x`, null],
  [`${host}-old.example.com`, null],
  [host.replace('us-east-1', 'eu-west-1'), null],
  [`our server is ${host}`, null],
  [`v=spf1 a:${host} -all`, null],
  [`v=spf1 mx:${host}`, null],
  [`v=spf1 mx ${host}`, null],
] as const)
  test(`our mail server is ${expected ? '' : 'not '}recognized in ${JSON.stringify(text)}`, () =>
    assert.deepEqual(findOwnHost(text, host), expected));

for (const [exchange, shown] of [
  ['', '.'],
  ['.', '.'],
  ['a.example', 'a.example'],
  ['10\\032a.example', '10 a.example'],
  ['10\\009a.example', '10 a.example'],
  ['a\\046example', 'a\\.example'],
  ['a\\092b.example', 'a\\b.example'],
] as const)
  test(`the mail server ${JSON.stringify(exchange)} is read as ${JSON.stringify(shown)}`, () =>
    assert.equal(readMailServer(exchange), shown));
