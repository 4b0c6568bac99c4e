import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TOKENS } from '../../support/publishing/api-bench.ts';
import { type ConnectProxy, startConnectProxy } from '../../support/publishing/connect-proxy.ts';
import { createDesecStub } from '../../support/publishing/desec-stub.ts';
import { createDigitaloceanStub } from '../../support/publishing/digitalocean-stub.ts';
import { createGandiStub } from '../../support/publishing/gandi-stub.ts';
import { type HttpsStub, startHttpsStub } from '../../support/publishing/https-stub.ts';
import {
  type ClientWorld,
  explainMissingClients,
  type LexiconAnswer,
  type LexiconStep,
  runLego,
  runLexicon,
} from '../../support/publishing/other-clients.ts';
import { findStubTexts } from '../../support/publishing/stub-zone.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

const ZONE = 'example.com';
const HOSTS = { desec: 'desec.io', digitalocean: 'api.digitalocean.com', gandi: 'api.gandi.net' } as const;
const [DOMAIN, CHALLENGE] = ['shop.example.com', '_acme-challenge.shop'];

/*
 * What Debian's clients know: lego deSEC and DigitalOcean, lexicon DigitalOcean and Gandi. Neither knows the API of Hetzner Cloud,
 * and lego asks Gandi at its former address.
 */
describe("the stubs of smaller providers, judged by other people's clients", { skip: explainMissingClients() }, () => {
  const [desec, digitalocean, gandi] = [createDesecStub(), createDigitaloceanStub(), createGandiStub()];
  let authority: TestAuthority;
  let stubs: Record<keyof typeof HOSTS, HttpsStub>;
  let proxy: ConnectProxy;
  let world: ClientWorld;

  before(async () => {
    authority = await createTestAuthority();
    const start = (name: keyof typeof HOSTS, { answer }: Pick<typeof desec, 'answer'>) =>
      startHttpsStub({ authority, host: HOSTS[name], answer });
    stubs = {
      desec: await start('desec', desec),
      digitalocean: await start('digitalocean', digitalocean),
      gandi: await start('gandi', gandi),
    };
    proxy = await startConnectProxy({
      [HOSTS.desec]: stubs.desec.port,
      [HOSTS.digitalocean]: stubs.digitalocean.port,
      [HOSTS.gandi]: stubs.gandi.port,
    });
    world = { authority, proxy };
    desec.tokens.set(TOKENS.write, { mayWrite: () => true });
    digitalocean.tokens.set(TOKENS.write, ['domain:read', 'domain:update']);
    gandi.tokens.set(TOKENS.write, 'write');
    desec.addDomain(ZONE);
    digitalocean.domains.set(ZONE, new Map());
    gandi.addDomain(ZONE);
  });
  after(async () => {
    await proxy.close();
    for (const stub of Object.values(stubs)) await stub.close();
    await authority.close();
  });

  const listWrites = (name: keyof typeof HOSTS) =>
    stubs[name].requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replaceAll(/\/\d+/g, '/id')}`);
  const findDigitalocean = (fullName: string) =>
    [...(digitalocean.domains.get(ZONE)?.values() ?? [])]
      .filter(({ type, name }) => type === 'TXT' && `${name}.${ZONE}` === fullName)
      .map(({ data }) => data);

  it('lego gets a certificate by deSEC', async () => {
    const zone = desec.domains.get(ZONE) ?? desec.addDomain(ZONE);
    const log = await runLego(world, {
      dns: 'desec',
      domain: DOMAIN,
      zone: ZONE,
      credentials: { DESEC_TOKEN: TOKENS.write },
      findTexts: (name) => findStubTexts(zone, name),
    });
    match(log, /Server responded with a certificate/);
    deepEqual(listWrites('desec'), [
      `POST /api/v1/domains/${ZONE}/rrsets/`,
      `PATCH /api/v1/domains/${ZONE}/rrsets/${CHALLENGE}/TXT/`,
    ]);
    equal(zone.rrSets.size, 0);
  });

  it('lego gets a certificate by DigitalOcean', async () => {
    const log = await runLego(world, {
      dns: 'digitalocean',
      domain: DOMAIN,
      zone: ZONE,
      credentials: { DO_AUTH_TOKEN: TOKENS.write },
      findTexts: findDigitalocean,
    });
    match(log, /Server responded with a certificate/);
    deepEqual(listWrites('digitalocean'), [
      `POST /v2/domains/${ZONE}/records`,
      `DELETE /v2/domains/${ZONE}/records/id`,
    ]);
    deepEqual(findDigitalocean(`${CHALLENGE}.${ZONE}`), []);
  });

  it('lexicon creates, lists, changes and deletes records at DigitalOcean, and is refused without a token', async () => {
    const take = (auth_token: string, steps: readonly LexiconStep[]) =>
      runLexicon(world, { provider: 'digitalocean', domain: ZONE, options: { auth_token }, steps });
    const text = { type: 'TXT', name: `made.${ZONE}` } as const;
    const cname = { type: 'CNAME', name: text.name, content: 'b.example.net' } as const;
    deepEqual(
      show(
        await take(TOKENS.write, [
          { action: 'create', ...text, content: 'v=spf1 ~all' },
          { action: 'list', ...text },
          { action: 'create', ...cname },
        ]),
      ),
      [true, ['v=spf1 ~all 3600'], 'HTTPError: 422 Client Error: Unprocessable Entity'],
    );
    const [record] = [...(digitalocean.domains.get(ZONE)?.values() ?? [])];
    deepEqual(
      show(
        await take(TOKENS.write, [
          { action: 'update', ...text, content: 'v=spf1 -all', identifier: String(record?.id) },
          { action: 'list', ...text },
          { action: 'delete', ...text },
          { action: 'list', ...text },
        ]),
      ),
      [true, ['v=spf1 -all 3600'], true, []],
    );
    match(String(show(await take(TOKENS.revoked, [{ action: 'list', type: 'TXT' }]))), /401 Client Error/);
  });

  it('lexicon creates, lists, changes and deletes records at Gandi', async () => {
    const text = { type: 'TXT', name: `made.${ZONE}` } as const;
    const options = { auth_token: TOKENS.write, api_protocol: 'rest' };
    const steps: readonly LexiconStep[] = [
      { action: 'create', ...text, content: 'v=spf1 ~all' },
      { action: 'list', ...text },
      { action: 'update', ...text, content: 'v=spf1 -all', identifier: 'made' },
      { action: 'list', ...text },
      { action: 'create', type: 'CNAME', name: text.name, content: 'b.example.net.' },
      { action: 'delete', ...text },
      { action: 'list', ...text },
    ];
    const answers = await runLexicon(world, { provider: 'gandi', domain: ZONE, options, steps });
    const conflict = 'HTTPError: 409 Client Error: Conflict';
    // Without a TTL a change has the one that Gandi documents for this case.
    deepEqual(show(answers), [true, ['v=spf1 ~all 3600'], true, ['v=spf1 -all 10800'], conflict, true, []]);
    deepEqual(new Set(proxy.tunnels), new Set(Object.values(HOSTS)));
    deepEqual(proxy.refused, []);
  });
});

function show(answers: readonly LexiconAnswer[]) {
  return answers.map((answer) => {
    if ('failed' in answer) return answer.failed.replace(/ for url.*/, '');
    return Array.isArray(answer.done) ? answer.done.map(({ content, ttl }) => `${content} ${ttl}`) : answer.done;
  });
}
