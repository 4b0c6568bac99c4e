import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import fastify, { type FastifyReply } from 'fastify';
import { pino } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import { createPresence } from '../../services/checks/presence.ts';
import { buildLiveLimits, createLiveStreams } from './live-stream.ts';

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
    { keep: () => undefined },
    buildLiveLimits(100, null),
  );
  const read = async () => ({ event: 'domain', data: 'x'.repeat(EVENT_OCTETS) });
  const mayGoOn = async () => true as const;
  const app = fastify();
  app.get('/', async (_request, reply) =>
    streams.open(reply, {
      target: { domainId: DOMAIN },
      subscriber: 'one',
      maxForSubscriber: 1,
      projectId: 'a'.repeat(24) as ProjectId,
      isAnonymous: false,
      read,
      mayGoOn,
    }),
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

test('whoever holds links gets half of the live updates of a project and of all, and takes nothing from people who are signed in', async () => {
  const streams = createLiveStreams(
    { clock, log: pino({ level: 'silent' }), presence: createPresence() },
    { watch: () => () => undefined, ready: () => Promise.resolve() },
    { keep: () => undefined },
    buildLiveLimits(40, 10),
  );
  const [here, there, elsewhere, last] = ['a', 'b', 'c', 'd'].map((id) => id.repeat(24) as ProjectId);
  const reply = { request: { raw: {} }, type: () => reply, header: () => reply, send: () => reply };
  let subscribers = 0;
  const open = (projectId: ProjectId | undefined, isAnonymous: boolean, count: number): number => {
    let opened = 0;
    for (let n = 0; n < count; n += 1) {
      subscribers += 1;
      try {
        streams.open(reply as unknown as FastifyReply, {
          target: { domainId: DOMAIN },
          subscriber: `one of many ${subscribers}`,
          maxForSubscriber: 1,
          projectId: projectId as ProjectId,
          isAnonymous,
          read: async () => ({ event: 'domain', data: '' }),
          mayGoOn: async () => true,
        });
        opened += 1;
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'RATE_LIMIT_EXCEEDED');
      }
    }
    return opened;
  };
  try {
    assert.equal(open(here, true, 50), 5);
    assert.equal(open(here, false, 50), 5);
    assert.equal(open(there, true, 50), 5);
    assert.equal(open(elsewhere, true, 50), 0, 'links have half of all');
    assert.equal(open(last, false, 50), 5);
  } finally {
    streams.close();
  }
});
