import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import fastify from 'fastify';
import { pino } from 'pino';
import type { Clock } from '../../core/clock.ts';
import type { DomainId } from '../../core/ids.ts';
import { createPresence } from '../../services/checks/presence.ts';
import { createLiveStreams } from './live-stream.ts';

const DOMAIN = 'f'.repeat(24) as DomainId;
/** More than a connection on loopback holds by itself, on both sides together. */
const MAX_EVENTS = 500;
const EVENT_OCTETS = 256 * 1024;

const clock: Clock = {
  now: () => new Date(0),
  monotonicMs: () => 0,
  sleep: () => new Promise(() => undefined),
};

test('a reader that does not read is cut off, not waited for, and its place is free', { timeout: 60_000 }, async () => {
  let onChange: (id: DomainId) => void = () => undefined;
  const streams = createLiveStreams(
    { clock, presence: createPresence(), log: pino({ level: 'silent' }) },
    {
      watch(_target, told) {
        onChange = told;
        return () => undefined;
      },
      ready: () => Promise.resolve(),
    },
  );
  const read = async () => ({ event: 'domain', data: 'x'.repeat(EVENT_OCTETS) });
  const mayGoOn = async () => true as const;
  const app = fastify();
  app.get('/', async (_request, reply) =>
    streams.open(reply, { target: { domainId: DOMAIN }, subscriber: 'one', maxForSubscriber: 1, read, mayGoOn }),
  );
  const connected = once(app.server, 'connection');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
  try {
    const request = get(url, { agent: false });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    const [socket] = await connected;
    let isCut = false;
    socket.once('close', () => {
      isCut = true;
    });
    for (let sent = 0; sent < MAX_EVENTS && !isCut; sent += 1) {
      onChange(DOMAIN);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.ok(isCut, 'the connection is still open');
    const again = get(url, { agent: false });
    const [next] = (await once(again, 'response')) as [IncomingMessage];
    assert.equal(next.statusCode, 200);
    again.destroy();
  } finally {
    streams.close();
    app.server.closeAllConnections();
    await app.close();
  }
});
