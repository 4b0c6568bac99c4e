import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { deleteProject } from '../../../src/services/projects/projects.ts';
import { sweepIdentities } from '../../../src/services/sending-providers/identity-sweep.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { AWS, type SesService, startSesService } from '../../support/ses/ses-service.ts';

const HOUR_MS = 3_600_000;

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

/** Sweeps without the pauses between questions. */
const sweep = () => {
  const { ctx } = all.service;
  return sweepIdentities({ ...ctx, clock: { ...ctx.clock, sleep: async () => undefined } }, all.region);
};

test('an identity that others made and that works is taken over when our records are there, not before', async () => {
  const { service, ses, settle } = all;
  const easy = ses.put({ region: AWS, name: 'old.example.com' });
  const domain = await service.addDomain('old.example.com');
  await settle();
  assert.deepEqual(easy.dkim.tokens, ['a', 'b', 'c'], 'its mail goes on being signed');
  const shown = await all.shown(domain.id);
  assert.equal(shown.state, 'waiting');
  assert.match(String(shown.explanation), /leave it unchanged until our records are found/);
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await settle();
  all.assertInStep(domain);
});

test('an identity that others made and that does not work is taken over at once, and signs again', async () => {
  const { service, ses, settle } = all;
  const idle = ses.put({ region: AWS, name: 'idle.example.com', isVerified: false });
  idle.dkim.status = 'PENDING';
  idle.dkim.isEnabled = false;
  const domain = await service.addDomain('idle.example.com');
  await settle();
  all.assertInStep(domain);
});

test('an identity with another key at our selector gets our key', async () => {
  const { service, ses, settle } = all;
  const dkim = {
    origin: 'EXTERNAL',
    isEnabled: true,
    status: 'PENDING',
    tokens: ['autosend'],
    publicKey: 'other',
  } as const;
  ses.put({ region: AWS, name: 'same.example.com', dkim: { ...dkim, tokens: [...dkim.tokens] } });
  const domain = await service.addDomain('same.example.com');
  await settle();
  all.assertInStep(domain);
});

test('an identity that others made stays when its domain is deleted here', async () => {
  const { service, ses, settle } = all;
  ses.put({ region: AWS, name: 'kept.example.com' });
  const domain = await service.addDomain('kept.example.com');
  await settle();
  await all.remove(domain.id);
  await settle();
  assert.deepEqual(ses.names(AWS), ['kept.example.com']);
  assert.deepEqual(await all.rows(), []);
});

test('what somebody changed at SES is set right at the next check', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('changed.example.com');
  await settle();
  const identity = ses.find(AWS, 'changed.example.com');
  assert.ok(identity);
  identity.dkim = { origin: 'AWS_SES', isEnabled: false, status: 'PENDING', tokens: ['x', 'y', 'z'], publicKey: null };
  identity.mailFrom = null;
  service.clock.advance(HOUR_MS);
  await settle();
  all.assertInStep(domain);
});

test('an identity that was deleted behind our back is made again after the daily sweep', async () => {
  const { service, ses, settle } = all;
  const names = ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}.lost.example.com`);
  for (const name of names) await service.addDomain(name);
  await settle();
  ses.remove(AWS, 'd.lost.example.com');
  assert.equal(await sweep(), null);
  ses.requests.length = 0;
  await settle();
  assert.deepEqual(ses.names(AWS).sort(), names);
  assert.deepEqual(
    [...new Set(ses.requests.map(({ name }) => name))],
    ['d.lost.example.com'],
    'the others are left alone',
  );
});

test('the sweep deletes what carries our tag and no domain wants, and nothing else, on whatever page it is', async () => {
  const { service, ses, settle } = all;
  const domain = await service.addDomain('mine.example.com');
  await settle();
  const ours = ses.find(AWS, 'mine.example.com')?.tags;
  assert.equal(ours?.length, 1);
  ses.put({ region: AWS, name: 'b.orphan.example.com', tags: [...ours] });
  ses.put({ region: AWS, name: 'z.orphan.example.com', tags: [...ours] });
  ses.put({ region: AWS, name: 'untagged.example.com' });
  ses.put({
    region: AWS,
    name: 'theirs.example.com',
    tags: [{ Key: 'autosend-domains', Value: 'another installation' }],
  });
  ses.put({ region: 'us-east-1', name: 'far.example.com', tags: [...ours] });
  assert.equal(await sweep(), null);
  await settle();
  assert.deepEqual(ses.names(AWS).sort(), ['mine.example.com', 'theirs.example.com', 'untagged.example.com']);
  assert.deepEqual(ses.names('us-east-1'), ['far.example.com']);
  all.assertInStep(domain);
  ses.remove('us-east-1', 'far.example.com');
});

test('domains that were there before their region had a provider become identities', async () => {
  const { service, settle } = all;
  const domain = await service.addDomain('earlier.example.com');
  await service.query('DELETE FROM provider_identities');
  assert.equal(await sweep(), null);
  await settle();
  all.assertInStep(domain);
});

test('an identity whose domain is gone from the database without an intent goes too', async () => {
  const { service, ses, settle } = all;
  await service.addDomain('restored.example.com');
  await settle();
  await service.query('DELETE FROM domains');
  assert.equal(await sweep(), null);
  await settle();
  assert.deepEqual(ses.names(AWS), []);
});

test('a sweep that SES cuts short says why, and deletes nothing', async () => {
  const { service, ses, settle } = all;
  await service.addDomain('throttled.example.com');
  await settle();
  ses.failNext('list', 'throttled');
  assert.equal(await sweep(), 'throttled');
  await settle();
  assert.deepEqual(ses.names(AWS), ['throttled.example.com']);
});

test('a project that is deleted takes the identities of all its domains along', async () => {
  const { service, ses, settle } = all;
  const { project, key } = await service.createProject({ primaryRegion: 'eu' });
  for (const label of ['a', 'b', 'c']) await service.addDomain(`${label}.project.example.com`, key);
  await settle();
  assert.equal(ses.names(AWS).length, 3);
  await deleteProject(service.ctx, project, project.name);
  await settle();
  assert.deepEqual(ses.names(AWS), []);
});

test('until the ownership is verified nothing is made at SES, and SES is not even asked', async () => {
  const { service, ses, settle } = all;
  const domain = await all.addUnproved('unproved.example.com');
  await settle();
  assert.deepEqual(ses.requests, []);
  const shown = await all.shown(domain.id);
  assert.equal(shown.state, 'pending');
  assert.match(String(shown.explanation), /once its ownership record is found/);
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await settle();
  all.assertInStep(domain);
});

test('an identity that others made is not touched by whoever adds its name without owning it', async () => {
  const { service, ses, settle } = all;
  const idle = ses.put({ region: AWS, name: 'others.example.com', isVerified: false });
  idle.dkim.status = 'PENDING';
  idle.mailFrom = null;
  const before = structuredClone(idle);
  const domain = await all.addUnproved('others.example.com');
  await settle();
  service.clock.advance(HOUR_MS);
  await settle();
  assert.deepEqual(idle, before);
  await all.remove(domain.id);
  await settle();
  assert.deepEqual(idle, before);
});

test('an identity of ours does not pass to a project that has added its name and not proved it', async () => {
  const { service, ses, settle } = all;
  const owned = await service.addDomain('passed.example.com');
  await settle();
  const other = await service.createProject({ primaryRegion: 'eu' });
  await all.addUnproved('passed.example.com', other.key);
  const before = structuredClone(ses.find(AWS, 'passed.example.com'));
  await settle();
  all.assertInStep(owned);
  await all.remove(owned.id);
  await settle();
  assert.deepEqual(ses.find(AWS, 'passed.example.com'), before);
});
