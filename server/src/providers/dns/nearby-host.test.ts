import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNearbyHost } from './nearby-host.ts';

describe('a secret goes without TLS', () => {
  for (const [url, isNearby] of [
    ['http://localhost:8081', true],
    ['http://127.0.0.1:8081', true],
    ['http://127.1:8081', true],
    ['http://[::1]:8081', true],
    ['http://10.1.2.3', true],
    ['http://172.31.0.1', true],
    ['http://192.168.1.1', true],
    ['http://100.64.0.1', true],
    ['http://[fd00::1]', true],
    ['http://[fe80::1]', true],
    ['http://pdns:8081', true],
    ['http://pdns.internal', true],
    ['http://pdns.local', true],
    ['http://8.8.8.8', false],
    ['http://172.32.0.1', false],
    ['http://[2001:4860:4860::8888]', false],
    ['http://[::ffff:8.8.8.8]', false],
    ['http://pdns.example.com', false],
    ['http://localhost.example.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://internal.example.com', false],
  ] as const)
    it(`${isNearby ? 'to' : 'not to'} ${url}`, () => equal(isNearbyHost(new URL(url).hostname), isNearby));
});
