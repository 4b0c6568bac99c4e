import { deepEqual, match } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ConnectProxy, startConnectProxy } from '../../support/publishing/connect-proxy.ts';
import {
  type ClientWorld,
  explainMissingClients,
  type LexiconStep,
  runLego,
  runLexicon,
} from '../../support/publishing/other-clients.ts';
import { ROUTE53_HOST, type Route53Stub, startRoute53Stub } from '../../support/publishing/route53-stub.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

const KEY = { accessKeyId: 'AKIAOTHERCLIENTS', secretAccessKey: 'their test secret' };

// At once: lego spends most of its time waiting for a certificate.
const options = { skip: explainMissingClients(), concurrency: true };

describe("the stub of Route 53, judged by other people's clients", options, () => {
  let authority: TestAuthority;
  let stub: Route53Stub;
  let proxy: ConnectProxy;
  let world: ClientWorld;

  before(async () => {
    authority = await createTestAuthority();
    stub = await startRoute53Stub(authority, [KEY]);
    stub.pollsUntilInSync = 0;
    proxy = await startConnectProxy({ [ROUTE53_HOST]: stub.port });
    stub.addZone('example.com', { isPrivate: true });
    stub.addZone('example.com');
    world = { authority, proxy };
  });
  after(async () => {
    await proxy.close();
    await stub.close();
    await authority.close();
  });

  it('lego gets a certificate: it writes a text that is found in the zone, and takes it away', async () => {
    const log = await runLego(world, {
      dns: 'route53',
      domain: 'shop.example.com',
      zone: 'example.com',
      credentials: {
        AWS_ACCESS_KEY_ID: KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
        AWS_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_POLLING_INTERVAL: '1',
      },
      findTexts: stub.findTexts,
    });
    match(log, /Server responded with a certificate/);
    const changes = stub.requests.filter(({ body }) => body.includes('_acme-challenge.shop'));
    deepEqual(
      changes.map(({ body }) => /<Action>(\w+)/.exec(body)?.[1]),
      ['UPSERT', 'DELETE'],
    );
    deepEqual(stub.findTexts('_acme-challenge.shop.example.com'), []);
  });

  it('lexicon creates, lists, updates and deletes records, and nothing leaves this machine', async () => {
    const text = { type: 'TXT', name: 'made.example.com' } as const;
    const steps: LexiconStep[] = [
      { action: 'create', ...text, content: 'one' },
      { action: 'create', ...text, content: 'two' },
      { action: 'list', ...text },
      { action: 'delete', ...text, content: 'one' },
      { action: 'update', ...text, content: 'three' },
      { action: 'list', ...text },
      { action: 'delete', ...text },
      { action: 'list', ...text },
    ];
    const answers = await runLexicon(world, {
      provider: 'route53',
      domain: 'example.com',
      options: { auth_access_key: KEY.accessKeyId, auth_access_secret: KEY.secretAccessKey, private_zone: 'false' },
      steps,
    });
    const shown = answers.map((answer) => {
      if ('failed' in answer) return answer.failed;
      return Array.isArray(answer.done) ? answer.done.map(({ content, ttl }) => `${content} ${ttl}`) : answer.done;
    });
    deepEqual(shown, [true, true, ['one 3600', 'two 3600'], true, true, ['three 3600'], true, []]);
    deepEqual(new Set(proxy.tunnels), new Set([ROUTE53_HOST]));
  });
});
