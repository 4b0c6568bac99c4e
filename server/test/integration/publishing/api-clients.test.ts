import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TOKENS } from '../../support/publishing/api-bench.ts';
import { startConnectProxy } from '../../support/publishing/connect-proxy.ts';
import { createDesecStub } from '../../support/publishing/desec-stub.ts';
import { createDigitaloceanStub } from '../../support/publishing/digitalocean-stub.ts';
import { createGandiStub } from '../../support/publishing/gandi-stub.ts';
import {
  type HttpsStub,
  type StubReply,
  type StubRequest,
  startHttpsStub,
} from '../../support/publishing/https-stub.ts';
import {
  type ClientWorld,
  explainMissingClients,
  type LexiconAnswer,
  type LexiconStep,
  runLego,
  runLexicon,
} from '../../support/publishing/other-clients.ts';
import { findStubTexts } from '../../support/publishing/stub-zone.ts';
import { createTestAuthority } from '../../support/publishing/test-authority.ts';

const ZONE = 'example.com';
const [DOMAIN, CHALLENGE] = ['shop.example.com', '_acme-challenge.shop'];

/*
 * What Debian's clients know: lego deSEC and DigitalOcean, lexicon DigitalOcean and Gandi. Neither knows the API of Hetzner Cloud,
 * and lego asks Gandi at its former address.
 */
describe("the stubs of smaller providers, judged by other people's clients", {
  skip: explainMissingClients(),
  // lego waits more than it works.
  concurrency: true,
}, () => {
  it('lego gets a certificate by deSEC', async () => {
    const desec = createDesecStub();
    desec.tokens.set(TOKENS.write, { mayWrite: () => true });
    const zone = desec.addDomain(ZONE);
    await using bench = await openBench('desec.io', desec.answer);
    const log = await runLego(bench.world, {
      dns: 'desec',
      domain: DOMAIN,
      zone: ZONE,
      credentials: { DESEC_TOKEN: TOKENS.write },
      findTexts: (name) => findStubTexts(zone, name),
    });
    match(log, /Server responded with a certificate/);
    deepEqual(listWrites(bench.stub), [
      `POST /api/v1/domains/${ZONE}/rrsets/`,
      `PATCH /api/v1/domains/${ZONE}/rrsets/${CHALLENGE}/TXT/`,
    ]);
    equal(zone.rrSets.size, 0);
  });

  it('lego gets a certificate by DigitalOcean', async () => {
    const digitalocean = openDigitalocean();
    await using bench = await openBench('api.digitalocean.com', digitalocean.answer);
    const findTexts = (fullName: string) =>
      digitalocean.list().flatMap((each) => (`${each.name}.${ZONE}` === fullName ? [each.data] : []));
    const log = await runLego(bench.world, {
      dns: 'digitalocean',
      domain: DOMAIN,
      zone: ZONE,
      credentials: { DO_AUTH_TOKEN: TOKENS.write },
      findTexts,
    });
    match(log, /Server responded with a certificate/);
    deepEqual(listWrites(bench.stub), [`POST /v2/domains/${ZONE}/records`, `DELETE /v2/domains/${ZONE}/records/id`]);
    deepEqual(digitalocean.list(), []);
  });

  it('lexicon creates, lists, changes and deletes records at DigitalOcean, and is refused without a token', async () => {
    const digitalocean = openDigitalocean();
    await using bench = await openBench('api.digitalocean.com', digitalocean.answer);
    const take = (auth_token: string, steps: readonly LexiconStep[]) =>
      runLexicon(bench.world, { provider: 'digitalocean', domain: ZONE, options: { auth_token }, steps });
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
    const [record] = digitalocean.list();
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
    const gandi = createGandiStub();
    gandi.tokens.set(TOKENS.write, 'write');
    gandi.addDomain(ZONE);
    await using bench = await openBench('api.gandi.net', gandi.answer);
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
    const answers = await runLexicon(bench.world, { provider: 'gandi', domain: ZONE, options, steps });
    const conflict = 'HTTPError: 409 Client Error: Conflict';
    // Without a TTL a change has the one that Gandi documents for this case.
    deepEqual(show(answers), [true, ['v=spf1 ~all 3600'], true, ['v=spf1 -all 10800'], conflict, true, []]);
  });
});

/** A provider under its public host; when it is closed, nothing has been asked for elsewhere. */
async function openBench(host: string, answer: (request: StubRequest) => StubReply) {
  const authority = await createTestAuthority();
  const stub = await startHttpsStub({ authority, host, answer });
  const proxy = await startConnectProxy({ [host]: stub.port });
  const world: ClientWorld = { authority, proxy };
  return {
    stub,
    world,
    async [Symbol.asyncDispose]() {
      const asked = [new Set(proxy.tunnels), proxy.refused];
      await proxy.close();
      await stub.close();
      await authority.close();
      deepEqual(asked, [new Set([host]), []]);
    },
  };
}

function openDigitalocean() {
  const stub = createDigitaloceanStub();
  stub.tokens.set(TOKENS.write, ['domain:read', 'domain:update']);
  const domain = new Map<number, ReturnType<typeof stub.add>>();
  stub.domains.set(ZONE, domain);
  return { answer: stub.answer, list: () => [...domain.values()] };
}

function listWrites({ requests }: HttpsStub): string[] {
  return requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replaceAll(/\/\d+/g, '/id')}`);
}

function show(answers: readonly LexiconAnswer[]) {
  return answers.map((answer) => {
    if ('failed' in answer) return answer.failed.replace(/ for url.*/, '');
    return Array.isArray(answer.done) ? answer.done.map(({ content, ttl }) => `${content} ${ttl}`) : answer.done;
  });
}
