import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startProviderWork } from '../../src/jobs/sending-providers.ts';
import { createSes } from '../../src/providers/ses/ses.ts';
import { reconcileNext } from '../../src/services/sending-providers/identities.ts';
import { createTestApp } from '../support/app.ts';
import { waitUntil } from '../support/clock.ts';
import type { SesFaultKind, SesOperation } from '../support/ses/ses-server.ts';
import { AWS, CREDENTIALS, type SesService, startSesService, useCredentials } from '../support/ses/ses-service.ts';

const MINUTE_MS = 60_000;
const LEASE_MS = 60_000;

let all: SesService;
before(async () => {
  all = await startSesService(import.meta.url, { keys: 'fresh' });
});
afterEach(() => all.reset());
after(() => all.close());

/** What may happen to each call while a domain is added and deleted. */
const FAULTS: readonly SesFaultKind[] = ['silent', 'silent_after', 'cut', 'throttled', 'internal', 'unavailable'];
const CALLS: readonly SesOperation[] = ['get', 'create', 'mailFrom', 'delete'];

for (const fault of FAULTS)
  for (const operation of CALLS)
    test(`after ${fault} at ${operation} there is one identity as wanted, and none once the domain is deleted`, async () => {
      const { service, ses, settle } = all;
      const quick = createSes({ endpoint: ses.url, timeoutMs: 1_500 });
      const ctx = { ...service.ctx, sendingProviders: { ses: quick } };
      const domain = await service.addDomain('fault.example.com');
      if (operation !== 'delete') {
        ses.failNext(operation, fault);
        const expected = fault === 'throttled' ? 'throttled' : 'unreachable';
        assert.deepEqual(await settle(ctx), [expected]);
        assert.equal((await all.shown(domain.id)).state, expected);
        service.clock.advance(MINUTE_MS);
      }
      await settle(ctx);
      all.assertInStep(domain);
      assert.deepEqual(ses.names(AWS), ['fault.example.com']);
      await all.remove(domain.id);
      if (operation === 'delete') {
        ses.failNext(operation, fault);
        assert.notDeepEqual(await settle(ctx), ['done']);
        service.clock.advance(MINUTE_MS);
      }
      await settle(ctx);
      assert.deepEqual(ses.names(AWS), []);
      assert.deepEqual(await all.rows(), []);
      quick.close();
    });

for (const fault of FAULTS)
  for (const operation of ['signing', 'dkim'] as const)
    test(`after ${fault} at ${operation} an identity that somebody changed is as wanted again`, async () => {
      const { service, ses, settle } = all;
      const quick = createSes({ endpoint: ses.url, timeoutMs: 1_500 });
      const ctx = { ...service.ctx, sendingProviders: { ses: quick } };
      const domain = await service.addDomain('repaired.example.com');
      await settle(ctx);
      const identity = ses.find(AWS, 'repaired.example.com');
      assert.ok(identity);
      identity.dkim = { origin: 'AWS_SES', isEnabled: false, status: 'PENDING', tokens: ['x'], publicKey: null };
      ses.failNext(operation, fault);
      service.clock.advance(60 * MINUTE_MS);
      assert.deepEqual(await settle(ctx), [fault === 'throttled' ? 'throttled' : 'unreachable']);
      service.clock.advance(MINUTE_MS);
      await settle(ctx);
      all.assertInStep(domain);
      quick.close();
    });

test('where only the check that confirms is throttled, the identity is as wanted, and nobody is told of a fault', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('confirmed.example.com');
  const held = ses.hold('create');
  const turn = settle();
  await held.reached;
  ses.failNext('get', 'throttled');
  held.release();
  assert.deepEqual(await turn, ['done']);
  assert.equal((await all.shown(domain.id)).state, 'checking');
  all.assertInStep(domain);
  service.clock.advance(MINUTE_MS);
  await settle();
  assert.equal((await all.shown(domain.id)).dkimStatus, 'PENDING');
});

test('where nobody listens, SES is unreachable', async () => {
  const { service, settle } = all;
  await service.addDomain('nowhere.example.com');
  const nowhere = createSes({ endpoint: 'http://127.0.0.1:9' });
  assert.deepEqual(await settle({ ...service.ctx, sendingProviders: { ses: nowhere } }), ['unreachable']);
  assert.match(String((await all.rows())[0]?.problem), /ECONNREFUSED/);
  nowhere.close();
});

test('each fault in a row makes the wait longer, up to a limit', async () => {
  const { service, ses, settle } = all;
  await service.addDomain('waits.example.com');
  const waits: number[] = [];
  for (let tries = 0; tries < 12; tries += 1) {
    ses.failNext('get', 'throttled');
    assert.deepEqual(await settle(), ['throttled']);
    const [row] = await all.rows();
    assert.ok(row?.next_at instanceof Date);
    waits.push(row.next_at.getTime() - service.clock.now().getTime());
    service.clock.advance(waits.at(-1) ?? 0);
  }
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => a - b),
  );
  assert.ok((waits[3] ?? 0) > (waits[0] ?? 0));
  assert.ok((waits[11] ?? 0) <= 5 * MINUTE_MS);
});

test('an identity that appears between our check and our call is taken over', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('raced.example.com');
  ses.failNext('create', 'exists');
  await settle();
  assert.equal(ses.find(AWS, 'raced.example.com')?.dkim.origin, 'AWS_SES', 'one that works is left alone at first');
  assert.equal((await all.shown(domain.id)).state, 'waiting');
});

test('with revoked credentials the service goes on, says so once, and makes good for it when they are renewed', async () => {
  const { service, ses, settle } = all;
  ses.credentials = null;
  const before = service.logLines.length;
  const domain = await service.addDomain('revoked.example.com');
  assert.deepEqual(await settle(), ['unauthorized']);
  service.clock.advance(MINUTE_MS);
  assert.deepEqual(await settle(), ['unauthorized']);
  const lines = service.logLines.slice(before).filter((line) => line.includes('unauthorized'));
  assert.equal(lines.length, 1, lines.join('\n'));
  const shown = await all.shown(domain.id);
  assert.equal(shown.state, 'unauthorized');
  assert.match(String(shown.explanation), /credentials/);
  const { text } = await service.send({ url: '/metrics', key: null });
  assert.match(text, /autosend_provider_identities\{region="eu",state="unauthorized"\} 1/);
  assert.match(text, /autosend_provider_calls_total\{region="eu",outcome="unauthorized"\} \d/);
  // Alert rules that were written before the spelling changed go on firing.
  assert.match(text, /autosend_provider_identities\{region="eu",state="unauthorised"\} 1/);
  assert.match(text, /autosend_provider_calls_total\{region="eu",outcome="unauthorised"\} \d/);
  await service.query("UPDATE provider_identities SET state = 'unauthorised'");
  assert.equal((await all.shown(domain.id)).state, 'unauthorized', 'what was stored before is read as well');
  assert.equal((await service.send({ url: `/v1/domains/${domain.id}` })).status, 200);

  const renewed = { accessKeyId: 'AKIARENEWED', secretAccessKey: 'another secret' };
  ses.credentials = renewed;
  useCredentials(renewed);
  service.clock.advance(15 * MINUTE_MS);
  await settle();
  all.assertInStep(domain);
});

test('credentials with a wrong secret, and none at all, are the same state', async () => {
  const { service, settle } = all;
  await service.addDomain('unsigned.example.com');
  useCredentials({ ...CREDENTIALS, secretAccessKey: 'wrong' });
  const ctx = { ...service.ctx, sendingProviders: { ses: createSes({ endpoint: all.ses.url }) } };
  assert.deepEqual(await settle(ctx), ['unauthorized']);
});

test('a region whose credentials are refused rests: it is not asked for each domain', async () => {
  const { service, ses } = all;
  ses.credentials = null;
  for (const name of ['a', 'b', 'c']) await service.addDomain(`${name}.example.com`);
  const work = startProviderWork(service.ctx);
  await service.clock.untilAsleep(MINUTE_MS);
  const rows = await all.rows();
  assert.equal(rows.filter(({ state }) => state === 'unauthorized').length, 1);
  assert.equal(rows.filter(({ state }) => state === 'pending').length, 2);
  await work.stop();
});

test('no private key is in the log or in what is stored of a fault, though SES repeats what it was sent', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('echoed.example.com');
  ses.failNext('create', 'echo');
  assert.deepEqual(await settle(), ['refused']);
  assert.match(String((await all.rows())[0]?.problem), /BadRequestException: Value .*failed to satisfy/);
  const told = JSON.stringify([await all.rows(), service.logLines, await all.shown(domain.id)]);
  // How the base64 of any RSA key in PKCS#8 begins: its version and algorithm.
  assert.doesNotMatch(told, /MII[A-Za-z0-9+/]{8}/);
  assert.doesNotMatch(told, /[A-Za-z0-9+/]{64}/);
});

test('what a dead node left half-done is finished by another when its claim runs out', async () => {
  const { service, ses } = all;
  const domain = await service.addDomain('killed.example.com');
  const other = await createTestApp(import.meta.url, {
    beside: service,
    variables: { SES_ENDPOINT: ses.url, REGIONS_FILE: all.regionsFile },
  });
  const held = ses.hold('mailFrom');
  const turn = reconcileNext(service.ctx, all.region, 'dead');
  await held.reached;
  assert.equal(await reconcileNext(other.ctx, all.region, 'alive'), 'idle', 'it is claimed');
  service.clock.advance(LEASE_MS + 1);
  assert.equal(await reconcileNext(other.ctx, all.region, 'alive'), 'done');
  all.assertInStep(domain);
  const [row] = await all.rows();
  const before = ses.requests.length;
  held.release();
  await turn;
  assert.equal(ses.requests.length, before, 'a node whose claim ran out asks nothing more');
  assert.deepEqual(await all.rows(), [row], 'and stores nothing');
  await other.close();
});

test('a domain that is deleted while its identity is being made leaves none', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('crossed.example.com');
  const held = ses.hold('create');
  const turn = settle();
  await held.reached;
  await all.remove(domain.id);
  held.release();
  await turn;
  assert.deepEqual(ses.names(AWS), []);
  assert.deepEqual(await all.rows(), []);
});

test('a node whose claim ran out between two steps takes no further one', async () => {
  const { service, ses, settle } = all;
  await service.addDomain('paused.example.com');
  await settle();
  const identity = ses.find(AWS, 'paused.example.com');
  assert.ok(identity);
  identity.dkim = { origin: 'AWS_SES', isEnabled: false, status: 'PENDING', tokens: ['x'], publicKey: null };
  service.clock.advance(60 * MINUTE_MS);
  const held = ses.hold('signing');
  const turn = reconcileNext(service.ctx, all.region, 'paused');
  await held.reached;
  service.clock.advance(LEASE_MS + 1);
  held.release();
  await turn;
  assert.equal(ses.requests.at(-1)?.operation, 'signing');
});

/** Holds back the check that confirms what was done; `meanwhile` happens before it is answered. */
async function changeDuringLastCheck(operation: SesOperation, meanwhile: () => Promise<unknown>): Promise<void> {
  const { ses, settle } = all;
  const acting = ses.hold(operation);
  const turn = settle();
  await acting.reached;
  const checking = ses.hold('get');
  acting.release();
  await checking.reached;
  await meanwhile();
  checking.release();
  await turn;
}

test('a domain that is deleted during the last check its identity leaves none', async () => {
  const { service, ses } = all;
  const domain = await service.addDomain('last-check.example.com');
  await changeDuringLastCheck('mailFrom', () => all.remove(domain.id));
  assert.deepEqual(ses.names(AWS), []);
  assert.deepEqual(await all.rows(), []);
});

test('a domain that is added again during the last check its deleted identity gets a new one', async () => {
  const { service, settle } = all;
  const first = await service.addDomain('returns.example.com');
  await settle();
  await all.remove(first.id);
  await changeDuringLastCheck('delete', () => service.addDomain('returns.example.com'));
  const { json } = await service.send({ url: '/v1/domains' });
  all.assertInStep(json.data.domains.at(0));
});

test('a service that stops does not wait for SES, and gives its claim back', async () => {
  const { service, ses } = all;
  await service.addDomain('stopped.example.com');
  const stopping = new AbortController();
  const slow = createSes({ endpoint: ses.url, signal: stopping.signal });
  ses.hold('get');
  const work = startProviderWork({ ...service.ctx, sendingProviders: { ses: slow }, stopping: stopping.signal });
  await waitUntil(async () => ses.requests.length > 0);
  stopping.abort();
  await work.stop();
  assert.equal((await all.rows())[0]?.lease_owner, null);
  slow.close();
});
