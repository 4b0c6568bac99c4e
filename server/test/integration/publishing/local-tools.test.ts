import { deepEqual, equal } from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createLocalTools } from '../../support/publishing/local-tools.ts';

const { signal } = new AbortController();
const tools = createLocalTools();

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the tools that adapters have in tests', () => {
  const web = createHttpServer((request, response) => {
    request.resume();
    response.writeHead(201, { 'X-Method': request.method ?? '' }).end('made');
  });
  const echo = createServer((socket) => socket.on('data', (octets) => socket.write(octets)));
  let webPort = 0;
  let echoPort = 0;
  before(async () => {
    webPort = await listen(web);
    echoPort = await listen(echo);
  });
  after(() => {
    web.close();
    echo.close();
  });

  it('send a request and give back the whole answer', async () => {
    const url = `http://127.0.0.1:${webPort}/zones`;
    const reply = await tools.send({ method: 'POST', url, headers: {}, body: '{}', signal });
    equal(reply.outcome, 'done');
    if (reply.outcome === 'done')
      deepEqual([reply.status, reply.headers['x-method'], reply.body], [201, 'POST', 'made']);
  });

  it('exchange a DNS message over TCP', async () => {
    const message = Uint8Array.of(1, 2, 3);
    const answer = await tools.exchange({ host: '127.0.0.1', port: echoPort, message, signal });
    equal(answer.outcome, 'done');
    if (answer.outcome === 'done') deepEqual([...answer.value], [1, 2, 3]);
  });

  it('say that nobody is there', async () => {
    const closed = createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const url = `http://127.0.0.1:${port}/`;
    equal((await tools.send({ method: 'GET', url, headers: {}, signal })).outcome, 'unreachable');
    const message = Uint8Array.of(1);
    equal((await tools.exchange({ host: '127.0.0.1', port, message, signal })).outcome, 'unreachable');
  });
});
