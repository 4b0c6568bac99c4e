import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { after, before, test } from 'node:test';
import type { ServedRegion } from '../../../src/core/records/regions.ts';
import { startProviderWork } from '../../../src/jobs/sending-providers.ts';
import { reconcileNext } from '../../../src/services/sending-providers/identities.ts';
import { sweepIdentities } from '../../../src/services/sending-providers/identity-sweep.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';
import { createMemoryProvider } from '../../support/memory-provider.ts';

// Providers are joined to names in compose.ts alone: everything else must work with one that it has never heard of.

const region: ServedRegion = {
  key: 'attic',
  mailFromHost: 'bounce.example.net',
  spfMechanism: 'include:spf.example.net',
  provider: 'memory',
  providerRegion: 'upstairs',
};
const provider = createMemoryProvider();
const loaded: string[] = [];
registerHooks({
  resolve(specifier, context, resolve) {
    loaded.push(specifier);
    return resolve(specifier, context);
  },
});

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  const sending = { regions: [region], sendingProviders: { memory: provider } };
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh', sending });
});
after(async () => {
  await service.close();
  await dns.close();
});

async function settle(): Promise<string[]> {
  const outcomes: string[] = [];
  for (;;) {
    const outcome = await reconcileNext(service.ctx, region, 'test');
    if (outcome === 'idle') return outcomes;
    outcomes.push(outcome);
  }
}

async function addVerified(name: string) {
  const { json } = await service.send({
    method: 'POST',
    url: '/v1/domains',
    body: { domain: name, regionKey: region.key },
  });
  const domain = json.data;
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  return domain;
}

const shown = async (id: string) => (await service.send({ url: `/v1/domains/${id}/diagnostics` })).json.data.provider;
const find = (name: string) => provider.identities.get(`${region.providerRegion}/${name}`);

test('a provider that is not the one we ship has an identity made, rotated and deleted', async () => {
  const domain = await addVerified('made.example.com');
  await settle();
  assert.equal(find('made.example.com')?.key?.selector, 'autosend');
  assert.equal(find('made.example.com')?.mailFromDomain, 'asend.made.example.com');

  const keys = `/v1/domains/${domain.id}/keys`;
  const made = (await service.send({ method: 'POST', url: keys, body: {} })).json.data;
  publishDomain(dns, domain, [...listRecords(domain), made.record]);
  const activated = await service.send({ method: 'POST', url: `${keys}/${made.selector}/activate` });
  assert.equal(activated.status, 200, activated.text);
  await settle();
  assert.equal(find('made.example.com')?.key?.selector, made.selector);

  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
  await settle();
  assert.equal(find('made.example.com'), undefined);
});

test('its faults and its words are shown as it gives them', async () => {
  const domain = await addVerified('told.example.com');
  provider.failNext({ outcome: 'unreachable', detail: 'the stairs are gone' });
  assert.deepEqual(await settle(), ['unreachable']);
  const told = await shown(domain.id);
  assert.deepEqual(
    [told.name, told.title, told.region, told.state, told.explanation],
    ['memory', 'Memory Mail', 'upstairs', 'unreachable', 'Memory Mail is unreachable.'],
  );
  service.clock.advance(1_000);
  assert.deepEqual(await settle(), ['done']);
  const ready = await shown(domain.id);
  assert.deepEqual([ready.state, ready.dkimStatus, ready.explanation], ['ready', 'SUCCESS', undefined]);
});

test('a sweep has what it lost made again and what nobody wants deleted, and leaves what others made', async () => {
  await addVerified('lost.example.com');
  await settle();
  const owner = find('lost.example.com')?.owner;
  assert.ok(owner);
  provider.identities.delete('upstairs/lost.example.com');
  provider.identities.set('upstairs/orphan.example.com', { owner, key: null, mailFromDomain: null });
  provider.identities.set('upstairs/theirs.example.com', { owner: null, key: null, mailFromDomain: null });
  const { ctx } = service;
  assert.equal(await sweepIdentities({ ...ctx, clock: { ...ctx.clock, sleep: async () => undefined } }, region), null);
  await settle();
  assert.ok(find('lost.example.com'));
  assert.ok(find('theirs.example.com'));
  assert.equal(find('orphan.example.com'), undefined);
});

test('the background loop keeps it in step at its own pace', async () => {
  const work = startProviderWork(service.ctx);
  await service.clock.untilAsleep(provider.pace.betweenMs);
  await addVerified('looped.example.com');
  service.clock.advance(provider.pace.betweenMs);
  await waitUntil(async () => find('looped.example.com') !== undefined);
  await work.stop();
});

test('nothing of another provider was loaded for it', () => {
  assert.ok(loaded.length > 0, 'what is loaded late is seen');
  assert.deepEqual(
    loaded.filter((specifier) => specifier.startsWith('@aws-sdk')),
    [],
  );
});
