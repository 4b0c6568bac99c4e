import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnownHost, parseHost } from './host.ts';

test('a host is read out of the header as it may be written, and nothing else is one', () => {
  for (const [authority, host] of [
    ['mail.example.com', 'mail.example.com'],
    ['MAIL.example.com:3000', 'mail.example.com'],
    ['mail.example.com.', 'mail.example.com'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['[::1]:3000', '::1'],
    ['autosend', 'autosend'],
    ['', null],
    ['a b', null],
    ['user@mail.example.com', null],
    ['mail.example.com/path', null],
    ['mail.example.com:port', null],
    ['::1', null],
    ['[::1', null],
  ] as const)
    assert.equal(parseHost(authority), host, authority);
});

test('only names that nobody can have lead here from outside are known', () => {
  const url = 'https://mail.example.com';
  for (const host of [
    'mail.example.com',
    'localhost',
    'app.localhost',
    '127.0.0.1',
    '192.0.2.7',
    '::1',
    '2001:db8::7',
    'autosend',
    'autosend.default.svc.cluster.local',
    'node-7.internal',
    'box.home.arpa',
  ])
    assert.ok(isKnownHost(host, url), host);
  for (const host of ['evil.example', 'mail.example.com.evil.example', 'example.com', 'localhost.evil.example'])
    assert.ok(!isKnownHost(host, url), host);
});
