import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createSecret, isWanted, listen } from './cli/listen.ts';
import { AutosendDomains } from './client.ts';
import { readEventStream } from './event-stream.ts';
import { verifyWebhook } from './webhook-signature.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let handle: Handler;
let url: string;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  handle(request, response, body);
});
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const bodyOf = (n: number, type = 'domain.verified') =>
  JSON.stringify({
    type,
    createdAt: 'then',
    timestamp: 'then',
    data: { domain: { domainName: `d${n}.example.com` }, sequence: n },
  });
const eventOf = (n: number, type?: string) =>
  `id: evt_${n}\nevent: ${type ?? 'domain.verified'}\ndata: ${bodyOf(n, type)}\n\n`;

async function read(...chunks: string[]) {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const found = [];
  for await (const event of readEventStream(stream)) found.push(event);
  return found;
}

describe('a stream of events', () => {
  it('is read with every kind of line end, in pieces of any size, without comments', async () => {
    const text = ': open\n\nid: 1\nevent: a\ndata: x\ndata:  y\n\n: still here\n\ndata: z\n\n';
    const expected = [
      { id: '1', event: 'a', data: 'x\n y' },
      { id: '1', event: 'message', data: 'z' },
    ];
    for (const end of ['\n', '\r\n', '\r']) assert.deepEqual(await read(text.replaceAll('\n', end)), expected);
    assert.deepEqual(await read(...text), expected);
  });

  it('that is cut gives what was whole', async () => {
    assert.deepEqual(await read('id: 1\ndata: x\n\nid: 2\ndata: y\n'), [{ id: '1', event: 'message', data: 'x' }]);
  });
});

describe('follow', () => {
  it('goes on after the last event when the connection is lost, and ends with its signal', async () => {
    const asked: (string | undefined)[] = [];
    handle = (request, response) => {
      asked.push(request.headers['last-event-id']?.toString());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) response.write(eventOf(1), () => request.socket.destroy());
      else response.write(eventOf(2));
    };
    const client = new AutosendDomains({ apiKey: 'as_key', baseUrl: url });
    const stop = new AbortController();
    const ids: string[] = [];
    const lost: unknown[] = [];
    const follow = async () => {
      const options = { signal: stop.signal, onReconnect: (error: unknown) => void lost.push(error) };
      for await (const { event, body } of client.events.follow(options)) {
        ids.push(event.id);
        assert.equal(body, bodyOf(ids.length));
        if (ids.length === 2) stop.abort(new Error('enough'));
      }
    };
    await assert.rejects(follow(), /enough/);
    assert.deepEqual([ids, asked, lost.length], [['evt_1', 'evt_2'], [undefined, 'evt_1'], 1]);
  });

  it('ends where the service refuses', async () => {
    handle = (_request, response) =>
      void response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"success":false,"error":{"code":"UNAUTHORIZED","message":"No."}}');
    const client = new AutosendDomains({ apiKey: 'as_key', baseUrl: url });
    await assert.rejects(client.events.follow().next(), { code: 'UNAUTHORIZED', status: 401 });
  });
});

describe('listen', () => {
  const secret = createSecret();
  let received: { headers: Record<string, string>; body: string }[];
  beforeEach(() => {
    received = [];
  });

  it('forwards what is wanted with both signatures, says what came of it, and goes on after a failure', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    handle = (request, response, body) => {
      if (request.url === '/v1/events/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(eventOf(1) + eventOf(2, 'key.created') + eventOf(3));
        return;
      }
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(received.length === 1 ? 500 : 204).end();
      if (received.length === 2) setTimeout(() => stop.abort(), 20);
    };
    await listen({
      events: new AutosendDomains({ apiKey: 'as_key', baseUrl: url }).events,
      forward: `${url}/hook`,
      types: ['domain.*'],
      secret,
      signal: stop.signal,
      print: (line) => void lines.push(line),
      note: () => undefined,
    });
    assert.deepEqual(
      received.map(({ body }) => body),
      [bodyOf(1), bodyOf(3)],
    );
    for (const { headers, body } of received) {
      const event = await verifyWebhook(body, headers, secret);
      assert.equal(event.type, 'domain.verified');
      const { createHmac } = await import('node:crypto');
      assert.equal(headers['x-webhook-signature'], createHmac('sha256', secret).update(body).digest('hex'));
      assert.equal(headers['x-webhook-event'], 'domain.verified');
    }
    assert.equal(received[1]?.headers['webhook-id'], 'evt_3');
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2,}/g, ' | ')),
      [
        'then | domain.verified | d1.example.com | refused (500)',
        'then | domain.verified | d3.example.com | delivered (204)',
      ],
    );
  });

  for (const [type, wanted, expected] of [
    ['domain.verified', [], true],
    ['domain.verified', ['*'], true],
    ['domain.verified', ['key.created', 'domain.*'], true],
    ['domain.verified', ['domain.verified'], true],
    ['domain.verified', ['domain'], false],
    ['domains.verified', ['domain.*'], false],
  ] as const)
    it(`${type} is ${expected ? '' : 'not '}among ${wanted.join(', ') || 'all'}`, () => {
      assert.equal(isWanted(type, wanted), expected);
    });
});
