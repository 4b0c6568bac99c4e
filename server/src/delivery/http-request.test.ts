import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type HttpRequest, sendHttp } from './http-request.ts';

/** Of the system; a test of certificates needs one made. */
const OPENSSL = 'openssl';
const servers: { close(): void }[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const serve = (answer: RequestListener) => {
  const server = createHttp(answer);
  return listen(server);
};

const post = (port: number, more: Partial<HttpRequest> = {}) =>
  sendHttp({
    method: 'POST',
    url: `http://never.looked.up.example:${port}/in?a=b`,
    address: '127.0.0.1',
    headers: { 'content-type': 'application/json' },
    body: '{"a":"ä"}',
    timeoutMs: 2_000,
    maxOctets: 1_024,
    signal: new AbortController().signal,
    ...more,
  });

/** What an answer is about. */
const tell = async (reply: ReturnType<typeof post>) => {
  const answer = await reply;
  return 'problem' in answer ? answer : { status: answer.status, body: answer.body, cut: answer.cut };
};
const DEAD = { isConnected: false };
const LOST = { isConnected: true };

test('what is given is sent to the given address, under the name of the URL, without a look-up', async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    seen.push([request.method, request.url, request.headers.host, request.headers['content-length']]);
    response.setHeader('retry-after', '7').end('done');
  });
  const answer = await post(port);
  assert.ok('status' in answer);
  assert.deepEqual([answer.status, answer.headers['retry-after'], answer.body, answer.cut], [200, '7', 'done', null]);
  assert.deepEqual(seen, [['POST', '/in?a=b', `never.looked.up.example:${port}`, '10']]);
});

test('a proxy of the environment is not used', async () => {
  const port = await serve((_request, response) => response.end('direct'));
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']) process.env[name] = 'http://127.0.0.1:9';
  process.env.NODE_USE_ENV_PROXY = '1';
  const answer = await tell(post(port));
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
    delete process.env[name];
  assert.deepEqual(answer, { status: 200, body: 'direct', cut: null });
});

test('silence, a head that never ends, and nobody there are told apart', async () => {
  const silent = await serve(() => undefined);
  assert.deepEqual(await post(silent, { timeoutMs: 50 }), { problem: 'timeout', ...LOST });
  const dripping = await listen(
    createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    }),
  );
  assert.deepEqual(await post(dripping, { timeoutMs: 100 }), { problem: 'timeout', ...LOST });
  assert.deepEqual(await post(9), { problem: 'connection_failed', ...DEAD });
});

test('an answer whose head came in time counts, whatever becomes of its body', async () => {
  const port = await serve((_request, response) => void response.writeHead(202).write('begun'));
  assert.deepEqual(await tell(post(port, { timeoutMs: 100 })), { status: 202, body: 'begun', cut: 'timeout' });
});

test('no more of an answer is read than was asked for, and it is told that there was more', async () => {
  const port = await serve((_request, response) => response.end('x'.repeat(5_000)));
  assert.deepEqual(await tell(post(port)), { status: 200, body: 'x'.repeat(1_024), cut: 'too_long' });
  assert.deepEqual(await tell(post(port, { maxOctets: 5_000 })), { status: 200, body: 'x'.repeat(5_000), cut: null });
});

test('a connection that ends after the request is no answer, and the request may have arrived', async () => {
  const resets = await serve((request) => request.socket.destroy());
  assert.deepEqual(await post(resets), { problem: 'connection_failed', ...LOST });
  const stops = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '9' }).write('be');
    request.socket.end();
  });
  assert.deepEqual(await tell(post(stops)), { status: 200, body: 'be', cut: 'closed' });
});

test('a request is made with the method that it has, and without a body where it has none', async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    seen.push([request.method, request.headers['content-length'], request.headers['transfer-encoding']]);
    response.end();
  });
  for (const method of ['GET', 'DELETE', 'PUT'] as const) await post(port, { method, body: undefined });
  assert.deepEqual(seen, [
    ['GET', undefined, undefined],
    ['DELETE', undefined, undefined],
    ['PUT', '0', undefined],
  ]);
});

test('octets that the database cannot hold, and half of a character, are replaced', async () => {
  const port = await serve((_request, response) => response.end(Buffer.from([0, 65, 0xe2, 0x82])));
  assert.deepEqual(await tell(post(port)), { status: 200, body: '\u{fffd}A\u{fffd}', cut: null });
});

test('over TLS the certificate has to be of the name in the URL, and that name is asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'autosend-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    OPENSSL,
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=in.example', '-addext', 'subjectAltName=DNS:in.example', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const names: unknown[] = [];
  const server = createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    names.push('servername' in request.socket ? request.socket.servername : null);
    response.end('safe');
  });
  const port = await listen(server);
  const before = getCACertificates('default');
  try {
    assert.deepEqual(await post(port, { url: `https://in.example:${port}/` }), { problem: 'tls_failed', ...DEAD });
    const own = { url: `https://in.example:${port}/`, ca: readFileSync(cert, 'utf8') };
    assert.deepEqual(await tell(post(port, own)), { status: 200, body: 'safe', cut: null });
    setDefaultCACertificates([...before, readFileSync(cert, 'utf8')]);
    assert.deepEqual(await tell(post(port, { url: `https://in.example:${port}/` })), {
      ...{ status: 200, body: 'safe', cut: null },
    });
    assert.deepEqual(await post(port, { url: `https://other.example:${port}/` }), { problem: 'tls_failed', ...DEAD });
    assert.deepEqual(names, ['in.example', 'in.example']);
  } finally {
    setDefaultCACertificates(before);
    rmSync(folder, { recursive: true });
  }
});
