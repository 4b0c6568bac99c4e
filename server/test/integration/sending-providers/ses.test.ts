import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startProviderWork } from '../../../src/jobs/sending-providers.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';
import { AWS, type SesService, startSesService } from '../../support/ses/ses-service.ts';

const PACE_MS = 1_000;

let dns: DnsServer;
let all: SesService;
before(async () => {
  dns = await startDnsServer();
  all = await startSesService(import.meta.url, { dns, keys: 'fresh' });
});
afterEach(() => all.reset());
after(async () => {
  await all.close();
  await dns.close();
});

test('a domain that is added becomes an identity with its key and its MAIL FROM domain', async () => {
  const { service, ses, settle, assertInStep } = all;
  const domain = await service.addDomain('new.example.com');
  assert.deepEqual(ses.requests, [], 'nobody waits for SES');
  await settle();
  assertInStep(domain);
  const before = ses.requests.length;
  await settle();
  assert.equal(ses.requests.length, before, 'what is in step is left alone');
});

test('a domain that is deleted takes its identity along', async () => {
  const domain = await all.service.addDomain('gone.example.com');
  await all.settle();
  await all.remove(domain.id);
  await all.settle();
  assert.deepEqual(all.ses.names(AWS), []);
  assert.deepEqual(await all.rows(), []);
});

test('a domain that is deleted before anyone turned to SES leaves nothing there', async () => {
  const domain = await all.service.addDomain('brief.example.com');
  await all.remove(domain.id);
  await all.settle();
  assert.deepEqual(all.ses.names(AWS), []);
  assert.deepEqual(await all.rows(), []);
});

test('a domain that is added again gets the new key, though its selector is the old one', async () => {
  const first = await all.service.addDomain('again.example.com');
  await all.settle();
  await all.remove(first.id);
  const second = await all.service.addDomain('again.example.com');
  assert.equal(second.dnsRecords.dkim.name, first.dnsRecords.dkim.name);
  assert.notEqual(second.dnsRecords.dkim.value, first.dnsRecords.dkim.value);
  await all.settle();
  all.assertInStep(second);
});

test('in a region without a provider nothing is written, nobody is asked and nothing is shown', async () => {
  const body = { domain: 'plain.example.com', regionKey: 'plain' };
  const { json } = await all.service.send({ method: 'POST', url: '/v1/domains', body });
  assert.equal(await all.shown(json.data.id), undefined);
  await all.remove(json.data.id);
  assert.deepEqual(await all.rows(), []);
});

/** A domain that we and SES have verified. */
async function addVerified(name: string) {
  const { service, ses, settle } = all;
  const domain = await service.addDomain(name);
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await settle();
  ses.succeed(AWS, name);
  service.clock.advance(3_600_000);
  await settle();
  assert.equal((await all.shown(domain.id)).state, 'ready');
  return domain;
}

test('at a rotation SES moves to the new key when it becomes active, and not before', async () => {
  const { service, settle, ses } = all;
  const domain = await addVerified('rotates.example.com');
  const keys = `/v1/domains/${domain.id}/keys`;
  const made = (await service.send({ method: 'POST', url: keys, body: {} })).json.data;
  await settle();
  assert.deepEqual(ses.find(AWS, 'rotates.example.com')?.dkim.tokens, ['autosend']);
  publishDomain(dns, domain, [...listRecords(domain), made.record]);
  const activated = await service.send({ method: 'POST', url: `${keys}/${made.selector}/activate` });
  assert.equal(activated.status, 200, activated.text);
  await settle();
  const now = (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
  assert.ok(now.dnsRecords.dkim.name.startsWith(`${made.selector}.`));
  all.assertInStep(now);
});

test('a key that a check makes active goes to SES as well', async () => {
  const { service, settle } = all;
  const domain = await addVerified('by-check.example.com');
  const url = `/v1/domains/${domain.id}`;
  const made = (await service.send({ method: 'POST', url: `${url}/keys`, body: {} })).json.data;
  publishDomain(dns, domain, [...listRecords(domain), made.record]);
  await service.send({ method: 'POST', url: `${url}/verify` });
  await settle();
  const now = (await service.send({ url })).json.data;
  assert.ok(now.dnsRecords.dkim.name.startsWith(`${made.selector}.`));
  all.assertInStep(now);
});

test('a key that is too long for SES is told, and SES keeps what it has', async () => {
  const { service, settle, ses } = all;
  const domain = await addVerified('long.example.com');
  const keys = `/v1/domains/${domain.id}/keys`;
  const made = (await service.send({ method: 'POST', url: keys, body: { bits: 3072 } })).json.data;
  publishDomain(dns, domain, [...listRecords(domain), made.record]);
  await service.send({ method: 'POST', url: `${keys}/${made.selector}/activate` });
  await settle();
  assert.deepEqual(ses.find(AWS, 'long.example.com')?.dkim.tokens, ['autosend']);
  const shown = await all.shown(domain.id);
  assert.equal(shown.state, 'key_too_long');
  assert.match(String(shown.explanation), /1024 to 2048 bits/);
});

test('two projects with one name share the identity: it follows who verified first, and goes with the last', async () => {
  const { service, settle, ses } = all;
  const first = await service.addDomain('shared.example.com');
  // Of two that are added in one millisecond, either may be the older one.
  service.clock.advance(1_000);
  const other = await service.createProject({ primaryRegion: 'eu' });
  const second = await service.addDomain('shared.example.com', other.key);
  await settle();
  all.assertInStep(first);
  publishDomain(dns, second);
  await service.send({ method: 'POST', url: `/v1/domains/${second.id}/verify`, key: other.key });
  await settle();
  all.assertInStep(second);
  assert.match(String((await all.shown(first.id)).explanation), /verified elsewhere on this service/);
  await service.send({ method: 'DELETE', url: `/v1/domains/${second.id}`, key: other.key });
  await settle();
  all.assertInStep(first);
  await all.remove(first.id);
  await settle();
  assert.deepEqual(ses.names(AWS), []);
});

test('what SES says is shown beside our verdict, with a sentence where they differ', async () => {
  const { service, settle, ses } = all;
  const domain = await service.addDomain('shown.example.com');
  const untold = {
    name: 'ses',
    title: 'Amazon SES',
    region: AWS,
    state: 'pending',
    dkimStatus: null,
    mailFromStatus: null,
  };
  assert.deepEqual(await all.shown(domain.id), {
    ...untold,
    verifiedForSending: null,
    checkedAt: null,
    explanation: 'We’re adding this domain to Amazon SES. This takes a few seconds.',
  });
  await settle();
  const { explanation, ...asked } = await all.shown(domain.id);
  assert.equal(explanation, undefined, 'nobody has found anything');
  assert.equal(asked.dkimStatus, 'PENDING');
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await settle();
  assert.match(String((await all.shown(domain.id)).explanation), /hasn’t seen it yet.*up to 72 hours/);
  ses.succeed(AWS, 'shown.example.com');
  service.clock.advance(3_600_000);
  await settle();
  const ready = await all.shown(domain.id);
  assert.equal(ready.explanation, undefined);
  assert.deepEqual(
    [ready.state, ready.dkimStatus, ready.mailFromStatus, ready.verifiedForSending],
    ['ready', 'SUCCESS', 'SUCCESS', true],
  );
});

test('SES that stopped checking is told to check again once the record is there', async () => {
  const { service, settle, ses } = all;
  const domain = await service.addDomain('late.example.com');
  await settle();
  const identity = ses.find(AWS, 'late.example.com');
  assert.ok(identity?.mailFrom);
  identity.dkim.status = 'FAILED';
  identity.mailFrom.status = 'FAILED';
  service.clock.advance(3_600_000);
  await settle();
  assert.equal(identity.dkim.status, 'FAILED', 'without the record there is nothing to find');
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await settle();
  assert.equal(identity.dkim.status, 'PENDING');
  assert.equal(identity.mailFrom.status, 'PENDING');
});

test('the background loop takes one identity a second in a region', async () => {
  const { service, ses } = all;
  await service.addDomain('first.example.com');
  await service.addDomain('second.example.com');
  const work = startProviderWork(service.ctx);
  await service.clock.untilAsleep(PACE_MS);
  assert.equal(ses.names(AWS).length, 1);
  service.clock.advance(PACE_MS);
  await waitUntil(async () => ses.names(AWS).length === 2);
  await work.stop();
});

test('the background loop does it by itself, and ends when told to', async () => {
  const { service } = all;
  const work = startProviderWork(service.ctx);
  await service.clock.untilAsleep(PACE_MS);
  const domain = await service.addDomain('looped.example.com');
  service.clock.advance(PACE_MS);
  await waitUntil(async () => (await all.shown(domain.id)).state === 'checking');
  all.assertInStep(domain);
  await work.stop();
});
