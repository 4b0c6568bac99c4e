import { deepEqual, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startConnectProxy } from '../../support/publishing/connect-proxy.ts';
import { startHttpsStub } from '../../support/publishing/https-stub.ts';
import { explainMissingClients, runLego } from '../../support/publishing/other-clients.ts';
import { createTestAuthority } from '../../support/publishing/test-authority.ts';

const HOST = 'api.provider.example';

describe("the harness for other people's clients", { skip: explainMissingClients(['lego']) }, () => {
  it('lets lego write through a stub, Pebble find what it wrote, and lego take it away', async () => {
    const authority = await createTestAuthority();
    const texts: { fqdn: string; value: string }[] = [];
    const paths: string[] = [];
    const stub = await startHttpsStub({
      authority,
      host: HOST,
      answer({ path, body }) {
        paths.push(path);
        if (path === '/present') texts.push(JSON.parse(body) as { fqdn: string; value: string });
        else texts.length = 0;
        return { status: 200, body: {} };
      },
    });
    const proxy = await startConnectProxy({ [HOST]: stub.port });
    try {
      const log = await runLego(
        { authority, proxy },
        {
          dns: 'httpreq',
          credentials: { HTTPREQ_ENDPOINT: `https://${HOST}` },
          domain: 'shop.example.com',
          zone: 'example.com',
          findTexts: (name) => texts.filter(({ fqdn }) => fqdn === `${name}.`).map(({ value }) => value),
        },
      );
      match(log, /Server responded with a certificate/);
      deepEqual(paths, ['/present', '/cleanup']);
      deepEqual([...new Set(proxy.tunnels), ...proxy.refused], [HOST]);
    } finally {
      await proxy.close();
      await stub.close();
      await authority.close();
    }
  });
});
