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
import { buildLiveLimits, createLiveStreams, type SubscriberKind } from './live-stream.ts';

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
      projectIds: ['a'.repeat(24) as ProjectId],
      kind: 'person',
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

/** Opens streams of as many subscribers, all of a kind; answers how many were let in. */
function createOpener({ total, ofProject }: { total: number; ofProject: number | null }) {
  const streams = createLiveStreams(
    { clock, log: pino({ level: 'silent' }), presence: createPresence() },
    { watch: () => () => undefined, ready: () => Promise.resolve() },
    { keep: () => undefined },
    buildLiveLimits(2 * total, ofProject),
  );
  const reply = { request: { raw: {} }, type: () => reply, header: () => reply, send: () => reply };
  let subscribers = 0;
  const open = (projectIds: readonly ProjectId[], kind: SubscriberKind, count: number): number => {
    let opened = 0;
    for (let n = 0; n < count; n += 1) {
      subscribers += 1;
      try {
        streams.open(reply as unknown as FastifyReply, {
          target: { domainId: DOMAIN },
          subscriber: `one of many ${subscribers}`,
          maxForSubscriber: 1,
          projectIds,
          kind,
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
  return { open, close: () => streams.close() };
}

const toProject = (letter: string) => letter.repeat(24) as ProjectId;

test('whoever holds links gets half of the live updates of a project and of all, and takes nothing from people who are signed in', () => {
  const { open, close } = createOpener({ total: 20, ofProject: 10 });
  const [here, there, elsewhere, last] = ['a', 'b', 'c', 'd'].map((letter) => [toProject(letter)]);
  try {
    assert.equal(open(here ?? [], 'link', 50), 5);
    assert.equal(open(here ?? [], 'person', 50), 5);
    assert.equal(open(there ?? [], 'link', 50), 5);
    assert.equal(open(elsewhere ?? [], 'link', 50), 0, 'links have half of all');
    assert.equal(open(last ?? [], 'key', 50), 5);
  } finally {
    close();
  }
});

test('a stream over all projects counts in each of them, however many accounts somebody has', () => {
  const { open, close } = createOpener({ total: 500, ofProject: 100 });
  const [theirs, both] = [[toProject('a')], [toProject('a'), toProject('b')]];
  try {
    assert.equal(open(both, 'person', 60), 60);
    assert.equal(open(theirs, 'person', 500), 40);
    assert.equal(open(both, 'person', 1), 0);
    assert.equal(open([toProject('b')], 'person', 500), 40);
    assert.equal(open([toProject('c')], 'key', 10), 10);
    assert.equal(open(both, 'owner', 10), 10, 'the owner of the installation is in every project');
    close();
    assert.equal(open(both, 'person', 500), 100, 'what has ended counts no more');
  } finally {
    close();
  }
});

test('whatever pages are open in however many projects, there is room for API keys, and the other way round, and for the owner', () => {
  for (const [first, second] of [
    ['person', 'key'],
    ['key', 'person'],
  ] as const) {
    const { open, close } = createOpener({ total: 500, ofProject: 100 });
    try {
      const opened = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => open([toProject(letter)], first, 100));
      assert.equal(
        opened.reduce((sum, each) => sum + each, 0),
        375,
      );
      const others = ['1', '2', '3'].map((letter) => open([toProject(letter)], second, 100));
      assert.equal(
        others.reduce((sum, each) => sum + each, 0),
        115,
      );
      assert.equal(open(['a', 'b', 'c'].map(toProject), 'owner', 50), 10);
    } finally {
      close();
    }
  }
});
