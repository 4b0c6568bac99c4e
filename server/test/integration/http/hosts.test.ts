import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url, {
    variables: { PUBLIC_URL: 'https://mail.example.com', TRUSTED_PROXIES: '10.0.0.0/8' },
  });
});
after(() => service.close());

const ask = async (url: string, headers: Record<string, string>, more: { remoteAddress?: string } = {}) =>
  (await service.app.inject({ url, headers, ...more })).statusCode;

test('what a browser could be led to by a foreign name is refused, and what shows a key or asks for the health is not', async () => {
  for (const url of ['/', '/docs', '/openapi.json', '/api/setup', '/nothing']) {
    assert.equal(await ask(url, { host: 'evil.example' }), 421, url);
    for (const host of [
      'mail.example.com',
      'MAIL.EXAMPLE.COM:443',
      'localhost:3000',
      '192.0.2.7:3000',
      '[::1]:3000',
      'autosend:3000',
    ])
      assert.notEqual(await ask(url, { host }), 421, `${host}${url}`);
  }
  assert.equal(await ask('/health/ready', { host: 'health.example' }), 200);
  assert.equal(await ask('/v1/regions', { host: 'api.internal.example', 'x-api-key': service.key }), 200);
  assert.equal(await ask('/v1/regions', { host: 'evil.example' }), 401);
});

test('behind a trusted proxy the host that it was asked for counts', async () => {
  const headers = { host: 'upstream.example', 'x-forwarded-host': 'mail.example.com' };
  assert.equal(await ask('/docs', headers, { remoteAddress: '10.0.0.1' }), 200);
  assert.equal(await ask('/docs', headers, { remoteAddress: '192.0.2.1' }), 421);
});

test('with an https address its http origin is refused, and so is a foreign origin with a matching host', async () => {
  const sign = async (origin: string, host: string) => {
    const body = { email: 'a@example.com', password: 'x'.repeat(12) };
    const headers = { origin, host, 'content-type': 'application/json' };
    return (await service.app.inject({ method: 'POST', url: '/api/session', headers, payload: body })).statusCode;
  };
  assert.equal(await sign('https://mail.example.com', 'mail.example.com'), 401);
  assert.equal(await sign('http://mail.example.com', 'mail.example.com'), 403);
  assert.equal(await sign('http://mail.example.com:3000', 'mail.example.com:3000'), 403);
  assert.equal(await sign('http://evil.example', 'evil.example'), 421);
  assert.equal(await sign('http://localhost:3000', 'localhost:3000'), 401);
});

test('two Host headers, or one that is no host, are 400', async () => {
  const port = Number(new URL(await service.listen()).port);
  for (const hosts of [['localhost', 'localhost'], ['localhost', 'evil.example'], ['a b'], ['http://localhost/']]) {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.write(
      `GET /health/live HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Connection: close\r\n\r\n`,
    );
    await once(socket, 'close');
    assert.match(text, /^HTTP\/1\.1 400 /, hosts.join());
  }
});

test('with an https address browsers are told to stay with https, and otherwise not', async () => {
  const { headers } = await service.send({ url: '/health/live', key: null });
  assert.equal(headers['strict-transport-security'], 'max-age=31536000');
  const plain = await createTestApp(import.meta.url);
  assert.equal((await plain.send({ url: '/health/live' })).headers['strict-transport-security'], undefined);
  await plain.close();
});

test('a body that is cut off is told in the log as that, not as a fault of ours or of the database', async () => {
  const port = new URL(await service.listen().catch(() => `http://127.0.0.1:${addressPort()}`)).port;
  const before = service.logLines.length;
  for (const path of ['/v1/domains', '/api/session', `/v1/domains/${'0'.repeat(24)}/sign`]) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    const type = path.endsWith('sign') ? 'message/rfc822' : 'application/json';
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://mail.example.com\r\nx-api-key: ${service.key}\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{"a`,
    );
    // It has been read when the next one is answered.
    await fetch(`http://127.0.0.1:${port}/health/live`);
    socket.destroy();
    await once(socket, 'close');
  }
  for (let n = 0; n < 50 && service.logLines.length < before + 6; n += 1)
    await fetch(`http://127.0.0.1:${port}/health/live`);
  const bad = service.logLines.slice(before).filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
  assert.deepEqual(bad, []);
});

function addressPort(): number {
  const address = service.app.server.address();
  assert.ok(address && typeof address === 'object');
  return address.port;
}
