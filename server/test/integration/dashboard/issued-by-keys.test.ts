import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ProjectRole } from '../../../src/core/access/roles.ts';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const CONNECTION = {
  name: 'Our name server',
  provider: 'rfc2136',
  settings: { server: 'ns1.example.com', port: 53, tsigName: 'autosend.', tsigSecret: 'bm90IGEgcmVhbCBzZWNyZXQ=' },
} as const;
const zones = createMemoryZones('example.com');

let service: TestApp;
let owner: Browser;
let params: { projectId: string };
before(async () => {
  service = await createTestApp(import.meta.url, { dnsProviders: { rfc2136: () => zones } });
  owner = await setUpOwner(service);
  params = { projectId: (await owner.get('GET /api/projects')).projects[0]?.id ?? '' };
});
after(() => service.close());

const post = async (key: ApiKey, url: string, body: unknown) => {
  const reply = await service.send({ method: 'POST', url, key, body });
  assert.ok(reply.status < 300, reply.text);
  return reply.json.data;
};
const addWebhook = async (by: Browser, url: string) =>
  (await by.get('POST /api/projects/:projectId/webhooks', { params, body: { url, events: ['*'] } })).webhook.id;

/** All that somebody makes themselves, and all that they make by an API key of theirs. */
async function makeAll(by: Browser, name: string) {
  const made = await by.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name, permission: 'full_access' },
  });
  const key = made.key as ApiKey;
  const domain = await service.addDomain(`${name}.example.com`, key);
  const own = await addWebhook(by, `https://hooks.example/${name}/own`);
  const { webhook } = await post(key, '/v1/webhooks', { url: `https://hooks.example/${name}/key`, events: ['*'] });
  await by.get('POST /api/projects/:projectId/dns-connections', { params, body: { ...CONNECTION, name } });
  await post(key, '/v1/dns-connections', { ...CONNECTION, name: `${name} by key` });
  const { url } = await post(key, `/v1/domains/${domain.id}/share-links`, {});
  return { key, own, byKey: webhook.id as string, shareToken: String(url).split('/').at(-1) ?? '' };
}

const listActive = async () =>
  (await owner.get('GET /api/projects/:projectId/webhooks', { params })).webhooks
    .filter(({ isActive }) => isActive)
    .map(({ id }) => id);
const linkStatus = async (token: string) =>
  (await openBrowser(service).send('GET /api/share/:token', { params: { token } })).status;

test('whoever is removed takes along what their API keys made, and their webhooks; DNS connections are told and stay', async () => {
  const others = await makeAll(owner, 'others');
  const admin = await addMember(service, owner, params.projectId, 'admin', 'two@example.com');
  const made = await makeAll(admin, 'theirs');
  const taken = await addWebhook(owner, 'https://hooks.example/ours');
  await admin.get('PUT /api/projects/:projectId/webhooks/:webhookId', {
    params: { ...params, webhookId: taken },
    body: { url: 'https://hooks.example/theirs/now' },
  });
  const member = { ...params, userId: admin.userId };
  const issued = await owner.get('GET /api/projects/:projectId/members/:userId/issued', { params: member });
  assert.deepEqual(
    issued.apiKeys.map(({ name }) => name),
    ['theirs'],
  );
  assert.deepEqual(
    issued.shareLinks.map(({ domainName }) => domainName),
    ['theirs.example.com'],
  );
  assert.deepEqual(issued.webhooks.map(({ id }) => id).toSorted(), [made.own, made.byKey, taken].toSorted());
  assert.deepEqual(issued.dnsConnections.map(({ name }) => name).toSorted(), ['theirs', 'theirs by key']);

  await owner.get('DELETE /api/projects/:projectId/members/:userId', { params: member, body: { revokeIssued: true } });
  assert.equal((await service.send({ url: '/v1/regions', key: made.key })).status, 401);
  assert.equal(await linkStatus(made.shareToken), 404);
  assert.deepEqual((await listActive()).toSorted(), [others.own, others.byKey].toSorted());
  assert.equal((await service.send({ url: '/v1/regions', key: others.key })).status, 200);
  assert.equal(await linkStatus(others.shareToken), 200);
  const { dnsConnections } = await owner.get('GET /api/projects/:projectId/dns-connections', { params });
  assert.equal(dnsConnections.length, 4);
  const { entries } = await owner.get('GET /api/projects/:projectId/audit-log', {
    params,
    query: `?action=webhook.updated&objectId=${made.byKey}`,
  });
  assert.deepEqual(
    entries.map(({ before, after: changed }) => [before?.isActive, changed?.isActive]),
    [[true, false]],
  );
});

test('a link of an API key that was revoked long before is told of and ends with whoever made the key', async () => {
  const admin = await addMember(service, owner, params.projectId, 'admin', 'three@example.com');
  const { shareToken, key } = await makeAll(admin, 'earlier');
  const { apiKeys } = await owner.get('GET /api/projects/:projectId/api-keys', { params });
  const keyId = apiKeys.find(({ name }) => name === 'earlier')?.id ?? '';
  await owner.get('DELETE /api/projects/:projectId/api-keys/:keyId', { params: { ...params, keyId } });
  assert.equal((await service.send({ url: '/v1/regions', key })).status, 401);
  assert.equal(await linkStatus(shareToken), 200);
  await owner.get('PATCH /api/projects/:projectId/members/:userId', {
    params: { ...params, userId: admin.userId },
    body: { role: 'member', revokeIssued: true },
  });
  assert.equal(await linkStatus(shareToken), 404);
});

test('whoever is still admin keeps webhooks and links, and so does everybody where nothing is to be revoked', async () => {
  const second = await addMember(service, owner, params.projectId, 'owner', 'four@example.com');
  const made = await makeAll(second, 'kept');
  const ask = async (role: ProjectRole) =>
    (
      await owner.send('GET /api/projects/:projectId/members/:userId/issued', {
        params: { ...params, userId: second.userId },
        query: `?role=${role}`,
      })
    ).json.data;
  assert.deepEqual((await ask('admin')).webhooks, []);
  assert.equal((await ask('member')).webhooks.length, 2);
  const change = (body: { role: ProjectRole; revokeIssued: boolean }) =>
    owner.get('PATCH /api/projects/:projectId/members/:userId', { params: { ...params, userId: second.userId }, body });
  await change({ role: 'admin', revokeIssued: true });
  await change({ role: 'member', revokeIssued: false });
  const active = await listActive();
  assert.ok(active.includes(made.own) && active.includes(made.byKey));
  assert.equal(await linkStatus(made.shareToken), 200);
});
