import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { checkReply, createTestApp, type TestApp, type TestReply } from '../../support/app.ts';

let service: TestApp;
let port: number;
before(async () => {
  service = await createTestApp(import.meta.url);
  port = Number(new URL(await service.listen()).port);
});
after(() => service.close());

/** Sends octets as they are and reads until the server closes: what no HTTP client would send. */
async function sendRaw(octets: string | Buffer): Promise<TestReply & { reason: string; length: number }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  // The server may close while we still write; what it said before is what counts.
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, 'connect');
  socket.write(octets);
  await once(socket, 'close');
  const text = Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  return { ...checkReply({ status: Number(status), headers, text: body }), reason, length: body.length };
}

const request = (line: string, headers: readonly string[] = [], body = '') =>
  [line, 'Host: localhost', 'Connection: close', ...headers, '', body].join('\r\n');

test('what the HTTP parser refuses is still answered with the envelope, the right status and a request id', async () => {
  const cases: [name: string, octets: string, status: number, code: string][] = [
    ['not HTTP at all', 'hello\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown method', request('BREW /v1/domains HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['a lower-case method', request('get /v1/domains HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown version', request('GET / HTTP/9.9'), 400, 'VALIDATION_FAILED'],
    ['a space in the path', request('GET /v1/ domains HTTP/1.1'), 400, 'VALIDATION_FAILED'],
    ['a header without a name', request('GET / HTTP/1.1', [': x']), 400, 'VALIDATION_FAILED'],
    ['a control character in a header', request('GET / HTTP/1.1', ['X-A: a\u0001b']), 400, 'VALIDATION_FAILED'],
    ['a bad Content-Length', request('POST / HTTP/1.1', ['Content-Length: many']), 400, 'VALIDATION_FAILED'],
    [
      'two lengths',
      request('POST / HTTP/1.1', ['Content-Length: 1', 'Content-Length: 2'], 'ab'),
      400,
      'VALIDATION_FAILED',
    ],
    [
      'a length and chunks, as request smuggling has it',
      request('POST / HTTP/1.1', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      400,
      'VALIDATION_FAILED',
    ],
    ['a bad chunk', request('POST / HTTP/1.1', ['Transfer-Encoding: chunked'], 'zz\r\n'), 400, 'VALIDATION_FAILED'],
    ['headers over 16 KiB', request('GET / HTTP/1.1', [`X-Long: ${'a'.repeat(20_000)}`]), 431, 'HEADERS_TOO_LARGE'],
    ['a path over 16 KiB', request(`GET /${'a'.repeat(20_000)} HTTP/1.1`), 431, 'HEADERS_TOO_LARGE'],
    ['no Host header', 'GET /v1/domains HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'VALIDATION_FAILED'],
  ];
  for (const [name, octets, status, code] of cases) {
    const reply = await sendRaw(octets);
    assert.equal(reply.status, status, `${name}: ${reply.text}`);
    assert.equal(reply.json.error.code, code, name);
    assert.equal(Number(reply.headers['content-length']), reply.length, name);
    if (status === 405) assert.match(String(reply.headers.allow), /GET/, name);
  }
});

test('the reason phrase goes with the status', async () => {
  const reasons = [
    [request('BREW / HTTP/1.1'), 'Method Not Allowed'],
    [request('GET / HTTP/1.1', [`X-Long: ${'a'.repeat(20_000)}`]), 'Request Header Fields Too Large'],
    ['GET / HTTP/9.9\r\n\r\n', 'Bad Request'],
  ] as const;
  for (const [octets, reason] of reasons) assert.equal((await sendRaw(octets)).reason, reason);
});

test('methods that HTTP knows and we do not are answered, not dropped', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'PURGE', 'QUERY', 'M-SEARCH', 'MKCOL']) {
    const reply = await sendRaw(request(`${method} /v1/domains HTTP/1.1`, [`Authorization: Bearer ${service.key}`]));
    assert.ok(reply.status >= 400 && reply.status < 500, `${method}: ${reply.status} ${reply.text}`);
  }
});

test('CONNECT and Upgrade are answered, not dropped', async () => {
  const connectReply = await sendRaw(request('CONNECT example.com:443 HTTP/1.1'));
  assert.ok(connectReply.status >= 400 && connectReply.status < 500, String(connectReply.status));
  const headers = ['Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13'];
  const upgrade = request('GET /v1/domains HTTP/1.1', headers).replace(
    'Connection: close',
    'Connection: Upgrade, close',
  );
  assert.equal((await sendRaw(upgrade)).status, 401);
});

test('Expect: 100-continue and any other expectation are answered like any other request', async () => {
  for (const expectation of ['100-continue', 'miracles']) {
    const octets = request('GET /health/live HTTP/1.1', [`Expect: ${expectation}`]);
    assert.equal((await sendRaw(octets)).status, 200, expectation);
  }
});

test('a body that ends early does not take the server with it', async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const head = request('POST /v1/domains HTTP/1.1', [
    `Authorization: Bearer ${service.key}`,
    'Content-Type: application/json',
    'Content-Length: 100',
  ]);
  socket.write(`${head}{"dom`);
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await sendRaw(request('GET /health/live HTTP/1.1'))).status, 200);
});

test('a body that is announced as too large is refused before it is sent, and one in chunks as soon as it is', async () => {
  const headers = [`Authorization: Bearer ${service.key}`, 'Content-Type: application/json'];
  const announced = await sendRaw(request('POST /v1/domains HTTP/1.1', [...headers, 'Content-Length: 10000000'], '{'));
  assert.equal(announced.status, 413);
  assert.equal(announced.json.error.code, 'PAYLOAD_TOO_LARGE');
  const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
  const chunked = await sendRaw(
    request('POST /v1/domains HTTP/1.1', [...headers, 'Transfer-Encoding: chunked'], chunk.repeat(3)),
  );
  assert.equal(chunked.status, 413);
});

test('two requests on one connection are both answered, in order', async () => {
  const first = request('GET /health/live HTTP/1.1').replace('Connection: close\r\n', '');
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  socket.write(first + request('GET /nothing HTTP/1.1'));
  await once(socket, 'close');
  assert.deepEqual(
    [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
    ['200', '404'],
  );
});
