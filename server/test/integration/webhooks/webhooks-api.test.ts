import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EVENT_TYPES } from '../../../src/core/lifecycle/events.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

const URL_OF_HOOK = 'https://example.com/hooks?for=us';
const KEYS = [
  ...['id', 'organizationId', 'projectId', 'url', 'secret', 'events', 'isActive', 'createdAt', 'updatedAt'],
];

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { RATE_LIMIT_PER_SECOND: '10000' } });
});
after(() => service.close());

async function create(body: object = { url: URL_OF_HOOK, events: ['domain.*'] }, key = service.key) {
  const { status, json, text } = await service.send({ method: 'POST', url: '/v1/webhooks', body, key });
  assert.equal(status, 201, text);
  return json.data.webhook;
}

test('a webhook is created as the documented service does it; its secret is shown here and in reveal only', async () => {
  const reply = await service.send({
    method: 'POST',
    url: '/v1/webhooks',
    body: { url: URL_OF_HOOK, events: ['domain.verified', 'record.*', 'domain.verified'], metadata: { team: 'a' } },
  });
  assert.equal(reply.status, 201);
  assert.deepEqual(Object.keys(reply.json), ['success', 'data', 'message']);
  assert.equal(reply.json.message, 'Webhook created successfully');
  assert.deepEqual(Object.keys(reply.json.data), ['webhook']);
  const { webhook } = reply.json.data;
  assert.deepEqual(Object.keys(webhook), KEYS);
  assert.match(webhook.id, /^[a-f\d]{24}$/);
  assert.match(webhook.organizationId, /^[a-f\d]{24}$/);
  assert.equal(webhook.projectId, service.project.id);
  assert.match(webhook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(Buffer.from(webhook.secret.slice(6), 'base64').length, 32);
  assert.deepEqual(
    [webhook.url, webhook.events, webhook.isActive],
    [URL_OF_HOOK, ['domain.verified', 'record.*'], true],
  );

  const { json: got } = await service.send({ url: `/v1/webhooks/${webhook.id}` });
  assert.deepEqual(got.data.webhook, { ...webhook, secret: '***hidden***' });
  const { json: revealed } = await service.send({ url: `/v1/webhooks/${webhook.id}/reveal` });
  assert.deepEqual(revealed.data, { secret: webhook.secret });
  const reading = await service.createKey(service.project, { permission: 'read_only' });
  const refused = await service.send({ url: `/v1/webhooks/${webhook.id}/reveal`, key: reading.key });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'FORBIDDEN']);
  assert.equal((await service.send({ url: '/v1/webhooks', key: reading.key })).status, 200);
  const [row] = await service.query<{ dump: string }>('SELECT webhooks::text AS dump FROM webhooks WHERE id = $1', [
    webhook.id,
  ]);
  assert.ok(row && !row.dump.includes(Buffer.from(webhook.secret).toString('hex')) && !row.dump.includes('whsec_'));
});

test('the list has pages, a filter and hidden secrets, newest first', async () => {
  const { key } = await service.createProject();
  const made = [];
  for (let n = 0; n < 3; n += 1) {
    service.clock.advance(1_000);
    made.unshift(await create({ url: `https://example.com/${n}`, events: ['*'] }, key));
  }
  await service.send({ method: 'PUT', url: `/v1/webhooks/${made[1].id}`, body: { isActive: false }, key });
  const list = async (query: string) => (await service.send({ url: `/v1/webhooks${query}`, key })).json.data;
  const all = await list('');
  assert.deepEqual(Object.keys(all), ['webhooks', 'total', 'page', 'limit', 'totalPages']);
  assert.deepEqual([all.total, all.page, all.limit, all.totalPages], [3, 1, 50, 1]);
  assert.deepEqual(
    all.webhooks.map(({ id, secret }: { id: string; secret: string }) => [id, secret]),
    made.map(({ id }) => [id, '***hidden***']),
  );
  const second = await list('?limit=2&page=2');
  assert.deepEqual([second.webhooks.length, second.totalPages], [1, 2]);
  assert.equal((await list('?isActive=false')).webhooks[0].id, made[1].id);
  assert.equal((await list('?isActive=true')).total, 2);
});

test('PUT changes what it names, and a secret cannot be set', async () => {
  const { id, createdAt } = await create();
  service.clock.advance(1_000);
  const url = `/v1/webhooks/${id}`;
  const { json } = await service.send({ method: 'PUT', url, body: { events: ['*'], isActive: false } });
  assert.equal(json.message, 'Webhook updated successfully');
  const { webhook } = json.data;
  assert.deepEqual([webhook.events, webhook.isActive, webhook.url], [['*'], false, URL_OF_HOOK]);
  assert.ok(webhook.createdAt === createdAt && webhook.updatedAt > createdAt);
  const secret = await service.send({ method: 'PUT', url, body: { secret: 'whsec_mine' } });
  assert.deepEqual([secret.status, secret.json.error.details[0].field], [400, 'secret']);
});

test('what cannot be a webhook is 400 and names the field', async () => {
  const bodies: [body: object, field: string][] = [
    [{}, 'url'],
    [{ url: 'example.com/hooks', events: ['*'] }, 'url'],
    [{ url: 'ftp://example.com/', events: ['*'] }, 'url'],
    [{ url: 'http://example.com/', events: ['*'] }, 'url'],
    [{ url: 'https://me:secret@example.com/', events: ['*'] }, 'url'],
    [{ url: 'https://me@example.com/', events: ['*'] }, 'url'],
    [{ url: 'https://example.com/#here', events: ['*'] }, 'url'],
    [{ url: `https://example.com/${'a'.repeat(2_000)}`, events: ['*'] }, 'url'],
    [{ url: URL_OF_HOOK }, 'events'],
    [{ url: URL_OF_HOOK, events: [] }, 'events'],
    [{ url: URL_OF_HOOK, events: ['email.delivered'] }, 'events'],
    [{ url: URL_OF_HOOK, events: ['email.*'] }, 'events'],
    [{ url: URL_OF_HOOK, events: [7] }, 'events.0'],
    [{ url: URL_OF_HOOK, events: ['*'], secret: 'whsec_mine' }, 'secret'],
  ];
  for (const [body, field] of bodies) {
    const { status, json } = await service.send({ method: 'POST', url: '/v1/webhooks', body });
    assert.deepEqual([status, json.error.details[0].field], [400, field], JSON.stringify(body));
  }
});

test("another project's webhook answers byte for byte like one that never existed, on every route", async () => {
  const { id } = await create();
  const { key } = await service.createProject();
  const routes: ((at: string) => Parameters<TestApp['send']>[0])[] = [
    (at) => ({ url: `/v1/webhooks/${at}` }),
    (at) => ({ method: 'PUT', url: `/v1/webhooks/${at}`, body: { isActive: false } }),
    (at) => ({ method: 'DELETE', url: `/v1/webhooks/${at}` }),
    (at) => ({ url: `/v1/webhooks/${at}/reveal` }),
    (at) => ({ url: `/v1/webhooks/${at}/logs` }),
    (at) => ({ method: 'POST', url: `/v1/webhooks/${at}/rotate-secret` }),
    (at) => ({ method: 'POST', url: `/v1/webhooks/${at}/test`, body: { event: 'domain.verified' } }),
    (at) => ({ method: 'POST', url: `/v1/webhooks/${at}/resend`, body: { event: 'domain.verified', data: {} } }),
    (at) => ({ method: 'POST', url: `/v1/webhooks/${at}/retry-failed`, body: { since: '2026-01-01T00:00:00Z' } }),
    (at) => ({ url: `/v1/webhooks/${at}/deliveries/${id}` }),
    (at) => ({ method: 'POST', url: `/v1/webhooks/${at}/deliveries/${id}/retry` }),
  ];
  const paths = Object.entries((await service.app.inject('/openapi.json')).json().paths as Record<string, object>)
    .filter(([path]) => path.startsWith('/v1/webhooks/'))
    .flatMap(([, operations]) => Object.keys(operations));
  assert.equal(routes.length, paths.length, 'a route is missing here');
  for (const route of routes) {
    const theirs = await service.send({ ...route(id), key });
    assert.deepEqual([theirs.status, theirs.json.error.code], [404, 'WEBHOOK_NOT_FOUND'], route(id).url);
    for (const never of ['f'.repeat(24), 'none'])
      assert.equal((await service.send({ ...route(never), key })).text, theirs.text);
  }
  assert.equal((await service.send({ url: `/v1/webhooks/${id}` })).json.data.webhook.isActive, true);
});

test('what is done with a webhook stands in the audit log, with who did it and never with a secret', async () => {
  const { project, key } = await service.createProject();
  const { id, secret } = await create({ url: URL_OF_HOOK, events: ['*'] }, key);
  const send = (method: 'PUT' | 'POST' | 'GET' | 'DELETE', path: string, body?: object) =>
    service.send({ method, url: `/v1/webhooks/${id}${path}`, key, ...(body && { body }) });
  await send('PUT', '', { isActive: false });
  await send('GET', '/reveal');
  const { json } = await send('POST', '/rotate-secret');
  const deleted = await send('DELETE', '');
  assert.equal(deleted.json.data.webhook.id, id);
  assert.equal((await send('GET', '')).status, 404);
  const rows = await service.query<{ action: string; actor_kind: string; dump: string }>(
    "SELECT action, actor_kind, audit_log::text AS dump FROM audit_log WHERE project_id = $1 AND action LIKE 'webhook.%' ORDER BY id",
    [project.id],
  );
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['created', 'updated', 'secret_revealed', 'secret_rotated', 'deleted'].map((what) => `webhook.${what}`),
  );
  assert.ok(rows.every(({ actor_kind }) => actor_kind === 'api_key'));
  for (const each of [secret, json.data.secret]) assert.ok(rows.every(({ dump }) => !dump.includes(each)));
});

test('a project has so many webhooks and no more', async () => {
  const { key } = await service.createProject();
  for (let n = 0; n < 20; n += 1) await create({ url: `https://example.com/${n}`, events: ['*'] }, key);
  const body = { url: URL_OF_HOOK, events: ['*'] };
  const { status, json } = await service.send({ method: 'POST', url: '/v1/webhooks', body, key });
  assert.deepEqual([status, json.error.code], [403, 'QUOTA_EXCEEDED']);
  assert.match(json.error.message, /20 webhooks/);
});

test('what a project resends is limited in its size and over time, and another project has its own', async () => {
  const limited = await createTestApp(import.meta.url, {
    beside: service,
    variables: { RATE_LIMIT_PER_SECOND: '1000000', WEBHOOKS_ALLOW_PRIVATE: 'true' },
  });
  try {
    const begin = async () => {
      const { key } = await service.createProject();
      const body = { url: 'http://127.0.0.1:9/closed', events: ['*'] };
      const { json } = await limited.send({ method: 'POST', url: '/v1/webhooks', key, body });
      return (octets: number) =>
        limited.send({
          method: 'POST',
          url: `/v1/webhooks/${json.data.webhook.id}/resend`,
          key,
          body: { event: 'domain.verified', data: { text: 'x'.repeat(octets) } },
        });
    };
    const resend = await begin();
    const tooLarge = await resend(17 * 1024);
    assert.deepEqual([tooLarge.status, tooLarge.json.error.message], [413, 'The event is larger than 16 KiB.']);
    let octets = 0;
    let refused = await resend(15_000);
    for (; refused.status === 200 && octets < 4_000_000; octets += 15_000) refused = await resend(15_000);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.ok(octets > 900_000 && octets <= 1024 * 1024, `${octets} octets`);
    assert.equal((await (await begin())(15_000)).status, 200);
    limited.clock.advance(Number(refused.headers['retry-after']) * 1000);
    assert.equal((await resend(15_000)).status, 200);
  } finally {
    await limited.close();
  }
});

test('resend takes events that the webhook takes, and only those', async () => {
  const { id } = await create({ url: URL_OF_HOOK, events: ['record.*'] });
  const resend = (event: string, data: unknown = {}) =>
    service.send({ method: 'POST', url: `/v1/webhooks/${id}/resend`, body: { event, data } });
  const taken = await resend('record.missing', { record: 'dkim' });
  assert.equal(taken.json.message, 'Webhook queued for delivery');
  assert.deepEqual(Object.keys(taken.json.data), ['jobId']);
  const refused = await resend('domain.verified');
  assert.deepEqual([refused.status, refused.json.error.code], [400, 'WEBHOOK_NOT_SUBSCRIBED']);
  assert.equal((await resend('email.delivered')).json.error.code, 'VALIDATION_FAILED');
  assert.equal((await resend('record.missing', 'text')).json.error.details[0].field, 'data');
  const { json } = await service.send({ url: `/v1/webhooks/${id}/logs` });
  assert.deepEqual([json.data.total, json.data.logs[0]._id], [1, taken.json.data.jobId]);
  assert.equal(new Set(EVENT_TYPES).size, EVENT_TYPES.length);
});
