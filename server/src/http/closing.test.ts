import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { boundClosing } from './closing.ts';

/** Far more than a close takes that waits for nobody. */
const BOUND_MS = 10_000;
const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** A server that answers when it is told to. */
async function listen(t: TestContext, closeMs: number): Promise<{ app: FastifyInstance; answer: () => void }> {
  const app = fastify({ forceCloseConnections: 'idle', return503OnClosing: false });
  boundClosing(app, closeMs);
  const told = Promise.withResolvers<void>();
  app.get('/', async () => {
    await told.promise;
    return 'here';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  return { app, answer: told.resolve };
}

/** Opens a connection, says something or nothing, and waits until the server has heard it. */
async function open({ server }: FastifyInstance, said: string): Promise<{ socket: Socket; heard: () => string }> {
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => undefined);
  socket.write(said);
  const [there] = await accepted;
  while (there.bytesRead < said.length) await nextTurn();
  return { socket, heard: () => heard };
}

test('a connection on which nothing was ever asked holds up no stop', { timeout: BOUND_MS }, async (t) => {
  const { app } = await listen(t, BOUND_MS * 10);
  const { socket } = await open(app, '');
  await Promise.all([once(socket, 'close'), app.close()]);
});

test('a connection that is kept after an answer holds up no stop', { timeout: BOUND_MS }, async (t) => {
  const { app, answer } = await listen(t, BOUND_MS * 10);
  answer();
  const { socket, heard } = await open(app, GET);
  while (!heard().endsWith('here')) await once(socket, 'data');
  await Promise.all([once(socket, 'close'), app.close()]);
});

test('a request that is under way is answered, and its connection ends with the answer', {
  timeout: BOUND_MS,
}, async (t) => {
  const { app, answer } = await listen(t, BOUND_MS * 10);
  const { socket, heard } = await open(app, GET);
  const closed = app.close();
  answer();
  await Promise.all([once(socket, 'close'), closed]);
  assert.match(heard(), /^HTTP\/1\.1 200 [\s\S]*here$/);
});

for (const [what, said] of [
  ['a request that is never complete', 'GET / HTTP/1.1\r\nHost: loc'],
  ['an answer that never comes', GET],
] as const)
  test(`${what} holds up a stop for a bounded time only`, { timeout: BOUND_MS }, async (t) => {
    const { app } = await listen(t, 50);
    const { socket } = await open(app, said);
    await Promise.all([once(socket, 'close'), app.close()]);
  });
