import { deepEqual, match } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CLOUDFLARE_HOST,
  type CloudflareStub,
  type StubZone,
  startCloudflareStub,
} from '../../support/publishing/cloudflare-stub.ts';
import { type ConnectProxy, startConnectProxy } from '../../support/publishing/connect-proxy.ts';
import {
  type ClientWorld,
  explainMissingClients,
  type LexiconStep,
  runCertbot,
  runLexicon,
} from '../../support/publishing/other-clients.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

const TOKEN = 'c'.repeat(40);
// Debian's lego is built without Cloudflare; its certbot has a plugin that uses Cloudflare's own library for Python.
const skip = explainMissingClients(['certbot', 'lexicon']);

describe("the stub of Cloudflare, judged by other people's clients", { skip }, () => {
  let authority: TestAuthority;
  let stub: CloudflareStub;
  let proxy: ConnectProxy;
  let zone: StubZone;
  let world: ClientWorld;

  before(async () => {
    authority = await createTestAuthority();
    stub = await startCloudflareStub(authority, TOKEN);
    proxy = await startConnectProxy({ [CLOUDFLARE_HOST]: stub.port });
    zone = stub.addZone('example.com');
    world = { authority, proxy };
  });
  after(async () => {
    await proxy.close();
    await stub.close();
    await authority.close();
  });

  it('certbot gets a certificate: it writes a text that is found in the zone, and takes it away', async () => {
    const log = await runCertbot(world, {
      plugin: 'dns-cloudflare',
      credentials: `dns_cloudflare_api_token = ${TOKEN}`,
      domain: 'shop.example.com',
      zone: 'example.com',
      findTexts: stub.findTexts,
    });
    match(log, /Successfully received certificate/);
    const calls = stub.requests.map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f]{32}/g, 'id')}`);
    const writes = calls.filter((call) => !call.startsWith('GET'));
    deepEqual(writes, ['POST /client/v4/zones/id/dns_records', 'DELETE /client/v4/zones/id/dns_records/id']);
    deepEqual(zone.records, []);
  });

  it('lexicon creates, lists, updates and deletes records, is refused a second CNAME, and nothing leaves this machine', async () => {
    const text = { type: 'TXT', name: 'made.example.com' } as const;
    const cname = { type: 'CNAME', name: 'a.example.com' } as const;
    const steps: LexiconStep[] = [
      { action: 'create', ...text, content: 'v=spf1 ~all' },
      { action: 'update', ...text, content: 'v=spf1 -all' },
      { action: 'list', ...text },
      { action: 'delete', ...text },
      { action: 'list', ...text },
      { action: 'create', ...cname, content: 'b.example.net' },
      { action: 'create', ...cname, content: 'c.example.net' },
    ];
    const options = { auth_token: TOKEN };
    const answers = await runLexicon(world, { provider: 'cloudflare', domain: 'example.com', options, steps });
    const shown = answers.map((answer) => {
      if ('failed' in answer) return answer.failed.replace(/ for url.*/, '');
      return Array.isArray(answer.done) ? answer.done.map(({ content, ttl }) => `${content} ${ttl}`) : answer.done;
    });
    deepEqual(shown, [true, true, ['v=spf1 -all 3600'], true, [], true, 'HTTPError: 400 Client Error: Bad Request']);
    deepEqual(new Set(proxy.tunnels), new Set([CLOUDFLARE_HOST]));
  });
});
