import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnectionLimit } from '../../../src/http/connection-limit.ts';
import { buildServer } from '../../../src/http/server.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/service-process.ts';

const MAX = 20;
/** A connection that is kept for the next request is idle, and the first to make room. */
const CLOSE = { headers: { connection: 'close' } };
const HEAD = 'HTTP/1.1\r\nHost: localhost\r\n';
let service: TestApp;
let url: string;
let port: number;
before(async () => {
  service = await createTestApp(import.meta.url, { maxConnections: MAX });
  url = await service.listen();
  port = Number(new URL(url).port);
});
after(() => service.close());

/** Those that the server has not closed. */
const open = new Set<Socket>();
const all = new Set<Socket>();
afterEach(async () => {
  for (const socket of all) socket.destroy();
  all.clear();
  open.clear();
  await waitUntil(async () => (await countServed()) <= 1);
});
const countServed = () => new Promise<number>((resolve) => service.app.server.getConnections((_e, n) => resolve(n)));

/** Opens connections one after the other, each of which says this and then nothing. */
async function crowd(count: number, words: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
    all.add(socket);
    open.add(socket);
    for (const event of ['end', 'close']) socket.once(event, () => open.delete(socket));
    socket.resume();
    await once(socket, 'connect');
    if (words) socket.write(words);
    sockets.push(socket);
  }
  return sockets;
}

const askOthers = async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/health/live`, CLOSE)));
  return answers.map(({ status }) => status);
};

for (const [what, words] of [
  ['silent connections', ''],
  ['half requests', `GET /v1/domains ${HEAD}X-`],
  [
    'bodies that never end',
    `POST /api/session ${HEAD}Origin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
  ],
] as const)
  test(`${what} beyond the limit make room for whoever asks`, async () => {
    const sockets = await crowd(3 * MAX, words);
    await waitUntil(async () => open.size <= MAX);
    // Whoever has just come may be about to ask: for a second it is no more than anybody else.
    await delay(1_100);
    assert.deepEqual(await askOthers(), [200, 200, 200, 200, 200]);
    assert.ok((await countServed()) <= MAX);
    // Of what came within a second, a connection that says nothing goes before one that has begun to ask.
    if (!words.startsWith('POST'))
      assert.ok(!sockets.slice(0, MAX).some((socket) => open.has(socket)), 'the oldest first');
    assert.ok(sockets.some((socket) => open.has(socket)));
  });

test('a request with a key is not cut off for newcomers, however long it takes', async () => {
  const words = `POST /v1/domains ${HEAD}Authorization: Bearer ${service.key}\r\nContent-Type: application/json\r\nContent-Length: 24\r\nConnection: close\r\n\r\n{"domain":`;
  const [known] = await crowd(1, words);
  assert.ok(known);
  let answer = '';
  known.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  // It has to have been read before the crowd comes.
  await service.app.inject('/health/live');
  await waitUntil(async () => (await countServed()) >= 1);
  await fetch(`${url}/health/live`, CLOSE);
  await crowd(
    3 * MAX,
    `POST /api/session ${HEAD}Origin: http://localhost\r\nContent-Length: 99\r\nContent-Type: application/json\r\n\r\n{`,
  );
  assert.ok(open.has(known));
  known.write('"kept.test"}  ');
  await once(known, 'end');
  assert.match(answer, /^HTTP\/1\.1 400 .*reserved/s);
});

test('who answers nothing to a refusal is hung up on', async () => {
  const [socket] = await crowd(1, 'hello\r\n\r\n');
  assert.ok(socket);
  // Half open: the refusal has been read to its end, and we do not close.
  await once(socket, 'end');
  await waitUntil(async () => (await countServed()) === 0);
});

test('a client has 10 s for the header and 30 s for a request, looked after every 5 s', () => {
  const server = buildServer(() => undefined, createConnectionLimit(MAX));
  assert.deepEqual(
    [server.headersTimeout, server.requestTimeout, server.keepAliveTimeout, server.timeout, server.maxConnections],
    [10_000, 30_000, 70_000, 60_000, MAX + 1],
  );
});
