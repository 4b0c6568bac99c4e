import assert from 'node:assert/strict';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { buildDenied } from '../../../src/dns/address-policy.ts';
import { createHostLimits } from '../../../src/services/outgoing/host-limits.ts';
import { createProviderTools } from '../../../src/services/publishing/provider-tools.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';

let service: TestApp;
let dns: DnsServer;
const servers: Server[] = [];
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
after(async () => {
  for (const server of servers) server.close();
  await service.close();
  await dns.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = (answer: RequestListener) => listen(createHttp(answer));
const serveDns = (answer: (socket: Socket, query: Buffer) => void) =>
  listen(
    createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (query) => answer(socket, query.subarray(2)));
    }),
  );

const { signal } = new AbortController();
const STRICT = { allowPrivate: false, denied: buildDenied([]) };
const toolsOf = (owner: 'instance' | 'project', policy = STRICT) =>
  createProviderTools(
    { ...service.ctx, dnsProviderPolicy: policy },
    { isOfInstance: owner === 'instance', isNamed: true },
  );
const get = (url: string, owner: 'instance' | 'project' = 'instance') =>
  toolsOf(owner).send({ method: 'GET', url, headers: {}, signal });
/** A header of DNS (RFC 1035 §4.1.1). */
const message = (id: number) => Buffer.from([id >> 8, id & 255, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const framed = (octets: Buffer) => Buffer.concat([Buffer.from([0, octets.length]), octets]);

test("a project's connection reaches no private address, the instance's does, and a project's where the operator allows it", async () => {
  let requests = 0;
  const port = await serve((_request, response) => {
    requests += 1;
    response.end('here');
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254'])
    for (const scheme of ['http', 'https']) {
      const reply = await get(`${scheme}://${host}:${port}/`, 'project');
      assert.equal(reply.outcome, 'address_refused', `${scheme} ${host}`);
    }
  const to = { host: '127.0.0.1', port, message: message(1), signal };
  assert.equal((await toolsOf('project').exchange(to)).outcome, 'address_refused');
  assert.equal(requests, 0);
  const own = await get(`http://127.0.0.1:${port}/`);
  assert.deepEqual('status' in own && [own.status, own.body], [200, 'here']);
  const open = toolsOf('project', { allowPrivate: true, denied: buildDenied([]) });
  const reply = await open.send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {}, signal });
  assert.equal(reply.outcome, 'done');
  const denied = toolsOf('project', { allowPrivate: true, denied: buildDenied(['127.0.0.0/8']) });
  const none = await denied.send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {}, signal });
  assert.equal(none.outcome, 'address_refused');
});

test('a server that connections of projects name is asked so often, by its name and by its address; that of the instance is not counted', async () => {
  let requests = 0;
  const port = await serve((_request, response) => {
    requests += 1;
    response.end();
  });
  const ctx = {
    ...service.ctx,
    dnsProviderPolicy: { allowPrivate: true, denied: buildDenied([]) },
    providerHosts: createHostLimits(service.ctx.clock, { perSecond: 1, capacity: 6 }),
  };
  const askFrom = async (whose: Parameters<typeof createProviderTools>[1], host: string) => {
    const url = `http://${host}:${port}/`;
    return (await createProviderTools(ctx, whose).send({ method: 'GET', url, headers: {}, signal })).outcome;
  };
  const named = { isOfInstance: false, isNamed: true };
  const outcomes = [];
  for (let n = 0; n < 4; n += 1) outcomes.push(await askFrom(named, '127.0.0.1'), await askFrom(named, 'localhost'));
  assert.deepEqual([outcomes.filter((each) => each === 'done').length, outcomes.at(-1), requests], [6, 'throttled', 6]);
  const message6 = { host: '127.0.0.1', port, message: message(6), signal };
  assert.equal((await createProviderTools(ctx, named).exchange(message6)).outcome, 'throttled');
  assert.equal(await askFrom({ isOfInstance: true, isNamed: true }, '127.0.0.1'), 'done');
  assert.equal(await askFrom({ isOfInstance: false, isNamed: false }, '127.0.0.1'), 'done');
  service.clock.advance(1_000);
  assert.equal(await askFrom(named, '127.0.0.1'), 'done');
});

test('no redirect is followed, and no more than 1 MiB is read', async () => {
  let followed = 0;
  const port = await serve((request, response) => {
    if (request.url === '/there') followed += 1;
    if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end();
    else response.end('x'.repeat(1024 * 1024 + (request.url === '/long' ? 1 : 0)));
  });
  const moved = await get(`http://127.0.0.1:${port}/moved`);
  assert.deepEqual('status' in moved && [moved.status, moved.headers.location], [302, '/there']);
  assert.equal(followed, 0);
  assert.deepEqual(await get(`http://127.0.0.1:${port}/long`), {
    outcome: 'bad_answer',
    detail: 'The response is longer than 1 MiB.',
  });
  const whole = await get(`http://127.0.0.1:${port}/whole`);
  assert.equal('body' in whole && whole.body.length, 1024 * 1024);
});

test('a change whose answer is lost may have been made; one that never left was not', async () => {
  const port = await serve((request) => request.socket.destroy());
  const send = (method: 'GET' | 'POST', at: number) =>
    toolsOf('instance').send({ method, url: `http://127.0.0.1:${at}/`, headers: {}, body: '{}', signal });
  assert.equal('mayBeWritten' in (await send('POST', port)), true);
  assert.equal('mayBeWritten' in (await send('GET', port)), false);
  const nobody = await send('POST', 9);
  assert.deepEqual(nobody, { outcome: 'unreachable', detail: 'No connection could be made.' });
});

test('a DNS message goes over TCP, and only the answer with its id is one', async () => {
  const exchange = (port: number) =>
    toolsOf('instance').exchange({ host: 'localhost', port, message: message(7), signal });
  const echo = await serveDns((socket, query) => socket.end(framed(query)));
  assert.deepEqual(await exchange(echo), { outcome: 'done', value: message(7) });
  const other = await serveDns((socket) => socket.end(framed(message(8))));
  assert.deepEqual(await exchange(other), {
    outcome: 'bad_answer',
    detail: 'The response belongs to a different query.',
    mayBeWritten: true,
  });
  const closes = await serveDns((socket) => socket.end());
  assert.deepEqual(await exchange(closes), {
    outcome: 'unreachable',
    detail: 'The connection was closed without a response.',
    mayBeWritten: true,
  });
  assert.deepEqual(await exchange(9), { outcome: 'unreachable', detail: 'No connection could be made.' });
});

test('the servers of a zone are those to which the zone above delegates it; nothing is told of what is no zone', async () => {
  dns.setZone('found.example', {
    nameservers: [{ name: 'ns1.found.example', address: '127.0.0.11' }],
    records: [{ name: 'in.found.example', type: 'TXT', value: 'x' }],
  });
  const { findNameServers } = toolsOf('project');
  assert.deepEqual(await findNameServers('found.example', signal), ['ns1.found.example']);
  assert.equal(await findNameServers('in.found.example', signal), null);
});

test('whoever asked can stop waiting', async () => {
  const silent = await serve(() => undefined);
  const stop = new AbortController();
  const url = `http://127.0.0.1:${silent}/`;
  const asked = toolsOf('instance').send({ method: 'POST', url, headers: {}, body: '', signal: stop.signal });
  setImmediate(() => stop.abort());
  assert.equal((await asked).outcome, 'unreachable');
});
