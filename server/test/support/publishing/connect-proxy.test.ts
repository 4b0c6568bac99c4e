import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { explainMissing } from '../daemon.ts';
import { type ConnectProxy, startConnectProxy } from './connect-proxy.ts';
import { type HttpsStub, startHttpsStub } from './https-stub.ts';
import { createTestAuthority, type TestAuthority } from './test-authority.ts';

const HOST = 'api.provider.example';

describe('the proxy that leads a public host to a stub', { skip: explainMissing(['openssl']) }, () => {
  let authority: TestAuthority;
  let stub: HttpsStub;
  let proxy: ConnectProxy;

  before(async () => {
    authority = await createTestAuthority();
    stub = await startHttpsStub({ authority, host: HOST, answer: ({ path }) => ({ status: 200, body: { path } }) });
    proxy = await startConnectProxy({ [HOST]: stub.port });
  });
  after(async () => {
    await proxy.close();
    await stub.close();
    await authority.close();
  });

  const openTunnel = async (target: string) => {
    const request = requestHttp(proxy.url, { method: 'CONNECT', path: target, agent: false }).end();
    const [response, socket] = (await once(request, 'connect')) as [IncomingMessage, Socket];
    return { status: response.statusCode, socket };
  };
  const ask = async (trusted: { readonly ca?: string }) => {
    const { socket } = await openTunnel(`${HOST}:443`);
    const tunnel = connectTls({ socket, servername: HOST, ...trusted });
    try {
      await once(tunnel, 'secureConnect');
      const request = requestHttps(`https://${HOST}/zones?page=1`, { createConnection: () => tunnel }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return Buffer.concat(await response.toArray()).toString();
    } finally {
      tunnel.destroy();
    }
  };

  it('reaches the stub under the public name, with a certificate of the test alone', async () => {
    equal(await ask({ ca: authority.ca }), '{"path":"/zones"}');
    deepEqual(
      stub.requests.map(({ method, search }) => `${method} ${search}`),
      ['GET page=1'],
    );
    await rejects(ask({}), /certificate/);
    match(proxy.tunnels.join(), new RegExp(HOST));
  });

  it('refuses every other host, every other port and what asks without a tunnel', async () => {
    for (const target of ['example.com:443', `${HOST}:80`, '127.0.0.1:443'])
      equal((await openTunnel(target)).status, 403);
    const request = requestHttp(proxy.url, { path: 'http://example.com/', agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    equal(response.resume().statusCode, 403);
    deepEqual(proxy.refused, [
      'CONNECT example.com:443',
      `CONNECT ${HOST}:80`,
      'CONNECT 127.0.0.1:443',
      'GET http://example.com/',
    ]);
  });
});
