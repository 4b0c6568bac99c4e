import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { EVENT_TYPES } from '../../../src/core/lifecycle/events.ts';
import { DISABLE_AFTER_MS, RETRY_MS } from '../../../src/core/webhooks/schedule.ts';
import { buildDenied } from '../../../src/dns/address-policy.ts';
import { findDestination } from '../../../src/services/outgoing/destination.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { type Answering, type Receiver, startReceiver, verifyAsDocumented } from '../../support/webhooks/receiver.ts';
import { sendDue } from '../../support/webhooks/send-due.ts';

const HOUR_MS = 3_600_000;

let dns: DnsServer;
let service: TestApp;
const receivers: Receiver[] = [];
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, variables: { WEBHOOKS_ALLOW_PRIVATE: 'true' } });
});
after(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await service.close();
  await dns.close();
});

async function listen(answer?: Answering): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

/** A project of its own with a webhook, so that no test meets another's deliveries. */
async function addWebhook(url: string, events: string[] = ['*']) {
  const { project, key } = await service.createProject();
  const send: TestApp['send'] = (request) => service.send({ key, ...request });
  const { json, text } = await send({ method: 'POST', url: '/v1/webhooks', body: { url, events } });
  assert.ok(json?.success, text);
  const webhook = json.data.webhook as { id: string; secret: string };
  const path = `/v1/webhooks/${webhook.id}`;
  return {
    ...{ project, key, send, ...webhook, path },
    get: async () => (await send({ url: path })).json.data.webhook,
    logs: async () => (await send({ url: `${path}/logs` })).json.data.logs,
    row: async () =>
      (
        await service.query<{ next_at: Date | null; attempts: number; lease_owner: string | null }>(
          'SELECT next_at, attempts, lease_owner FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY created_at DESC, id DESC',
          [webhook.id],
        )
      )[0],
  };
}

const toText = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

test('each kind of event reaches a receiver at once, and the packages of Standard Webhooks and the documented check verify it', async () => {
  const real = await createTestApp(import.meta.url, {
    isRealTime: true,
    variables: { WEBHOOKS_ALLOW_PRIVATE: 'true' },
  });
  try {
    const receiver = await listen();
    const { json } = await real.send({
      method: 'POST',
      url: '/v1/webhooks',
      body: { url: receiver.url, events: ['*'] },
    });
    const { id, secret } = json.data.webhook;
    for (const event of EVENT_TYPES) {
      const { json: tested } = await real.send({ method: 'POST', url: `/v1/webhooks/${id}/test`, body: { event } });
      assert.deepEqual(
        [tested.data.success, tested.data.statusCode, tested.data.body, tested.data.problem],
        [true, 200, 'ok', null],
      );
    }
    await real.addDomain('real.example.com');
    assert.equal(await sendDue(real.ctx), 1);
    assert.equal(receiver.received.length, EVENT_TYPES.length + 1);
    for (const [place, request] of receiver.received.entries()) {
      const event = new Webhook(secret).verify(request.body, toText(request.headers)) as { type: string };
      assert.equal(event.type, EVENT_TYPES[place] ?? 'domain.created');
      assert.ok(verifyAsDocumented(request, secret), event.type);
      assert.equal(request.headers['x-webhook-event'], event.type);
    }
    const tampered = receiver.received[0];
    assert.ok(tampered);
    assert.throws(() => new Webhook(secret).verify(`${tampered.body} `, toText(tampered.headers)));
  } finally {
    await real.close();
  }
});

test('an event is the domain as GET gave it in the transaction of its change, and every try sends the same octets', async () => {
  const answers = [500, 200];
  const receiver = await listen((_request, response) => void response.writeHead(answers.shift() ?? 200).end());
  const hook = await addWebhook(`${receiver.url}/in?a=b`, ['domain.created']);
  const body = { domain: 'frozen.example.com', externalId: 'cus_1', metadata: { plan: 'pro' } };
  const added = await hook.send({ method: 'POST', url: '/v1/domains', body });
  assert.equal(await sendDue(service.ctx), 1);
  // The domain changes before the second try.
  publishDomain(dns, added.json.data);
  await hook.send({ method: 'POST', url: `/v1/domains/${added.json.data.id}/verify` });
  service.clock.advance(RETRY_MS[0] ?? 0);
  assert.equal(await sendDue(service.ctx), 1);
  const [first, second] = receiver.received;
  assert.ok(first && second);
  assert.equal(first.body, second.body);
  assert.equal(first.path, '/in?a=b');
  const event = JSON.parse(first.body);
  assert.deepEqual(Object.keys(event), ['type', 'createdAt', 'timestamp', 'data']);
  assert.deepEqual(event, {
    type: 'domain.created',
    createdAt: added.json.data.createdAt,
    timestamp: added.json.data.createdAt,
    data: { domain: added.json.data, externalId: 'cus_1', metadata: { plan: 'pro' }, sequence: 1 },
  });
  assert.equal(JSON.stringify(event.data.domain), JSON.stringify(added.json.data));
  assert.ok(!first.body.includes('PRIVATE'));
  assert.match(String(first.headers['webhook-id']), /^evt_\d+$/);
  assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
  assert.equal(first.headers['x-webhook-delivery-id'], first.headers['webhook-id']);
  assert.equal(first.headers['content-type'], 'application/json');
  assert.match(String(first.headers['user-agent']), /^AutoSend-Domains\/\d+\.\d+\.\d+$/);
  const at = Number(second.headers['x-webhook-timestamp']);
  assert.equal(at, service.clock.now().getTime());
  assert.equal(second.headers['webhook-timestamp'], String(Math.floor(at / 1000)));
  assert.notEqual(first.headers['webhook-timestamp'], second.headers['webhook-timestamp']);
});

test("a domain's events have growing numbers, tell what changed, and end with the domain as it was", async () => {
  const receiver = await listen();
  const hook = await addWebhook(receiver.url);
  const { json } = await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'told.example.com' } });
  const { id } = json.data;
  publishDomain(dns, json.data);
  await hook.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
  await hook.send({ method: 'PATCH', url: `/v1/domains/${id}`, body: { dkimRotationDays: 90 } });
  await hook.send({ method: 'PATCH', url: `/v1/domains/${id}`, body: { dkimRotationDays: 90 } });
  await hook.send({ method: 'POST', url: `/v1/domains/${id}/keys`, body: { type: 'ed25519' } });
  const before = (await hook.send({ url: `/v1/domains/${id}` })).json.data;
  await hook.send({ method: 'DELETE', url: `/v1/domains/${id}` });
  while ((await sendDue(service.ctx)) > 0);
  const events = receiver.received
    .map(({ body }) => JSON.parse(body))
    .sort((a, b) => a.data.sequence - b.data.sequence);
  assert.deepEqual(
    events.map(({ type, data }) => [data.sequence, type]),
    [
      'domain.created',
      ...Array(4).fill('record.verified'),
      ...['domain.verified', 'domain.updated', 'key.created', 'domain.deleted'],
    ].map((type, place) => [place + 1, type]),
  );
  assert.equal(events[5].data.domain.verificationStatus, 'VERIFIED');
  assert.deepEqual(events[6].data.previous, { dkimRotationDays: 0 });
  const { selector, algorithm, record } = events[7].data;
  assert.deepEqual([algorithm, record.name], ['ed25519', `${selector}._domainkey.told.example.com`]);
  assert.match(record.value, /^v=DKIM1; k=ed25519; p=/);
  assert.deepEqual(events[8].data.domain, before);
});

test('a record that falls is told once, with since when and what was found; so is the risk, with its deadline', async () => {
  const receiver = await listen();
  const hook = await addWebhook(receiver.url, ['record.missing', 'domain.at_risk', 'domain.restored']);
  const { json } = await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'falls.example.com' } });
  const verify = async () => {
    service.clock.advance(HOUR_MS);
    await hook.send({ method: 'POST', url: `/v1/domains/${json.data.id}/verify` });
  };
  publishDomain(dns, json.data);
  await verify();
  dns.removeRecords('falls.example.com', json.data.dnsRecords.dkim.name);
  for (let times = 0; times < 8; times += 1) await verify();
  publishDomain(dns, json.data);
  await verify();
  while ((await sendDue(service.ctx)) > 0);
  const events = receiver.received
    .map(({ body }) => JSON.parse(body))
    .sort((a, b) => a.data.sequence - b.data.sequence);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['record.missing', 'domain.at_risk', 'domain.restored'],
  );
  const [missing, risk] = events;
  assert.deepEqual([missing.data.record, missing.data.finding.code], ['dkim', 'record_missing']);
  assert.deepEqual(Object.keys(missing.data.finding), ['code', 'title', 'fix']);
  assert.ok(missing.data.firstMissedAt < missing.createdAt);
  assert.deepEqual(risk.data.missing, ['dkim']);
  assert.ok(risk.data.deadlineAt > risk.createdAt);
  assert.equal(risk.data.domain.verificationStatus, 'TEMPORARY_FAILURE');
});

test('while a secret is changed both sign, for a day; the documented signature is of the new one', async () => {
  const receiver = await listen();
  const hook = await addWebhook(receiver.url);
  const { json } = await hook.send({ method: 'POST', url: `${hook.path}/rotate-secret` });
  const { secret, previousUntil } = json.data;
  assert.equal(Date.parse(previousUntil), service.clock.now().getTime() + 24 * HOUR_MS);
  const send = async () => {
    await hook.send({ method: 'POST', url: `${hook.path}/test`, body: { event: 'domain.verified' } });
    const last = receiver.received.at(-1);
    assert.ok(last);
    const at = new Date(Number(last.headers['webhook-timestamp']) * 1000);
    const sign = (key: string) => new Webhook(key).sign(String(last.headers['webhook-id']), at, last.body);
    return { last, own: sign(secret), previous: sign(hook.secret) };
  };
  const during = await send();
  assert.equal(during.last.headers['webhook-signature'], `${during.own} ${during.previous}`);
  assert.ok(verifyAsDocumented(during.last, secret) && !verifyAsDocumented(during.last, hook.secret));
  service.clock.advance(24 * HOUR_MS);
  const later = await send();
  assert.equal(later.last.headers['webhook-signature'], later.own);
  assert.equal((await hook.send({ url: `${hook.path}/reveal` })).json.data.secret, secret);
});

test('what fails is tried again by the schedule, ten times; a retry by hand begins anew', async () => {
  const receiver = await listen((_request, response) => void response.writeHead(500).end('no'));
  const hook = await addWebhook(receiver.url);
  await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'tried.example.com' } });
  for (const [place, waitMs] of RETRY_MS.entries()) {
    assert.equal(await sendDue(service.ctx), 1);
    const row = await hook.row();
    assert.equal(row?.attempts, place + 1);
    assert.equal(row.next_at?.getTime(), service.clock.now().getTime() + waitMs);
    service.clock.advance(waitMs - 1);
    assert.equal(await sendDue(service.ctx), 0);
    service.clock.advance(1);
  }
  assert.equal(await sendDue(service.ctx), 1);
  assert.deepEqual([(await hook.row())?.attempts, (await hook.row())?.next_at], [10, null]);
  service.clock.advance(24 * HOUR_MS);
  assert.equal(await sendDue(service.ctx), 0);
  const [log] = await hook.logs();
  assert.deepEqual(Object.keys(log), [
    ...['_id', 'webhookId', 'projectId', 'event', 'url', 'statusCode', 'success', 'attempts', 'duration'],
    ...['deliveredAt', 'createdAt', 'updatedAt'],
  ]);
  assert.deepEqual([log.success, log.statusCode, log.attempts, log.deliveredAt], [false, 500, 10, null]);
  const url = `${hook.path}/deliveries/${log._id}`;
  const retried = await hook.send({ method: 'POST', url: `${url}/retry` });
  assert.equal(retried.json.data.jobId, log._id);
  assert.equal(await sendDue(service.ctx), 1);
  const { json } = await hook.send({ url });
  assert.deepEqual([json.data.attempts, json.data.response.statusCode, json.data.response.body], [1, 500, 'no']);
  assert.equal(json.data.response.problem, 'It answered 500.');
  assert.equal(json.data.request.body, receiver.received[0]?.body);
  assert.equal(json.data.request.headers['webhook-id'], json.data.messageId);
  const since = new Date(0).toISOString();
  const all = await hook.send({ method: 'POST', url: `${hook.path}/retry-failed`, body: { since } });
  assert.deepEqual(all.json.data, { retried: 1 });
  assert.equal(await sendDue(service.ctx), 1);
  assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1);
  await hook.send({ method: 'DELETE', url: hook.path });
});

test('Retry-After of 429 and 503 is kept, up to a day, and never makes a try earlier', async () => {
  const asked = ['600', '1', '999999', 'nonsense'];
  const statuses = [429, 503, 503, 429];
  const receiver = await listen(
    (_request, response) =>
      void response.writeHead(statuses.shift() ?? 200, { 'retry-after': asked.shift() ?? '' }).end(),
  );
  const hook = await addWebhook(receiver.url);
  await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'later.example.com' } });
  for (const waitMs of [600_000, RETRY_MS[1] ?? 0, 24 * HOUR_MS, RETRY_MS[3] ?? 0]) {
    assert.equal(await sendDue(service.ctx), 1);
    assert.equal((await hook.row())?.next_at?.getTime(), service.clock.now().getTime() + waitMs);
    service.clock.advance(waitMs);
  }
});

test('410 disables a webhook, with an event and an entry in the audit log; enabling it goes on with what is left', async () => {
  let isGone = true;
  const receiver = await listen((_request, response) => void response.writeHead(isGone ? 410 : 204).end());
  const watcher = await listen();
  const hook = await addWebhook(receiver.url, ['domain.*']);
  const other = { url: watcher.url, events: ['webhook.disabled'] };
  await hook.send({ method: 'POST', url: '/v1/webhooks', body: other });
  await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'gone.example.com' } });
  await sendDue(service.ctx);
  assert.equal((await hook.get()).isActive, false);
  await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'unheard.example.com' } });
  service.clock.advance(HOUR_MS);
  await sendDue(service.ctx);
  assert.deepEqual([receiver.received.length, watcher.received.length], [1, 1]);
  const event = JSON.parse(watcher.received[0]?.body ?? '{}');
  assert.equal(event.type, 'webhook.disabled');
  assert.deepEqual(event.data.webhook, { id: hook.id, url: `${receiver.url}/` });
  assert.equal(event.data.reason, 'gone');
  const [entry] = await service.query('SELECT action FROM audit_log WHERE object_id = $1 ORDER BY id DESC', [hook.id]);
  assert.equal(entry?.action, 'webhook.disabled');
  isGone = false;
  await hook.send({ method: 'PUT', url: hook.path, body: { isActive: true } });
  await sendDue(service.ctx);
  assert.deepEqual(
    receiver.received.map(({ body }) => JSON.parse(body).data.domain.domainName),
    ['gone.example.com', 'gone.example.com'],
  );
});

test('five days without one success disable a webhook, once; a success in between starts them anew', async () => {
  let status = 500;
  const receiver = await listen((_request, response) => void response.writeHead(status).end());
  const hook = await addWebhook(receiver.url, ['domain.created', 'webhook.disabled']);
  let count = 0;
  const happen = async () => {
    count += 1;
    await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: `d${count}.five.example.com` } });
    await sendDue(service.ctx);
  };
  await happen();
  service.clock.advance(DISABLE_AFTER_MS - 1);
  status = 200;
  await happen();
  status = 500;
  await happen();
  service.clock.advance(DISABLE_AFTER_MS - 1);
  await happen();
  assert.equal((await hook.get()).isActive, true);
  service.clock.advance(1);
  await happen();
  assert.equal((await hook.get()).isActive, false);
  const events = await service.query<{ data: { reason: string; failingSince: string } }>(
    "SELECT data FROM events WHERE project_id = $1 AND type = 'webhook.disabled'",
    [hook.project.id],
  );
  assert.deepEqual(
    events.map(({ data }) => data.reason),
    ['failing'],
  );
});

const BAD: readonly [what: string, answer: Answering, statusCode: number | null, problem: RegExp, body?: RegExp][] = [
  [
    'a redirect',
    (_r, to) => void to.writeHead(302, { location: '/elsewhere' }).end(),
    302,
    /Redirects aren't followed/,
  ],
  ['a client error', (_r, to) => void to.writeHead(404).end('what?'), 404, /answered 404/, /^what\?$/],
  ['an answer that is cut off', (_r, to) => void to.destroy(), null, /No connection/],
  ['no HTTP', (_r, to) => void to.socket?.end('hello\r\n\r\n'), null, /isn't HTTP/],
  [
    'a protocol that nobody asked for',
    (_r, to) => void to.socket?.end('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    null,
    /isn't HTTP/,
  ],
];
for (const [what, answer, statusCode, problem, body = /^/] of BAD)
  test(`${what} is a failure, told as it is`, async () => {
    const receiver = await listen(answer);
    const hook = await addWebhook(receiver.url);
    const { json } = await hook.send({ method: 'POST', url: `${hook.path}/test`, body: { event: 'domain.verified' } });
    assert.deepEqual([json.data.success, json.data.statusCode], [false, statusCode]);
    assert.match(json.data.problem, problem);
    assert.match(json.data.body, body);
    assert.equal(receiver.received.length, 1);
  });

test('of an endless answer 64 KiB are read and 1 KiB is kept, and it still counts as what its status says', async () => {
  let written = 0;
  let isCut = false;
  const receiver = await listen((_request, response) => {
    response.writeHead(200);
    response.once('close', () => {
      isCut = true;
    });
    const more = (): void => {
      if (isCut) return;
      written += 16_384;
      if (response.write('x'.repeat(16_384))) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  });
  const hook = await addWebhook(receiver.url);
  const { json } = await hook.send({ method: 'POST', url: `${hook.path}/test`, body: { event: 'domain.verified' } });
  assert.deepEqual([json.data.success, json.data.body], [true, 'x'.repeat(1_024)]);
  await waitUntil(async () => isCut);
  assert.ok(written < 8 * 1024 * 1024, `${written} octets were taken`);
});

test('no more than four deliveries are under way to one webhook, and each webhook is served before one is served twice', async () => {
  // The first four are answered when all of them are there.
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const slow = await listen((_request, response) => {
    waiting.push(response);
    isOpen ||= waiting.length === 4;
    if (isOpen) for (const each of waiting.splice(0)) each.end();
  });
  const quick = await listen();
  const first = await addWebhook(slow.url, ['domain.created']);
  const second = await addWebhook(quick.url, ['domain.created']);
  for (let n = 0; n < 6; n += 1)
    await first.send({ method: 'POST', url: '/v1/domains', body: { domain: `d${n}.many.example.com` } });
  await second.send({ method: 'POST', url: '/v1/domains', body: { domain: 'one.many.example.com' } });
  // The first has waited for longer.
  assert.equal(await sendDue(service.ctx, ['sound']), 5);
  assert.deepEqual([slow.received.length, quick.received.length, slow.mostAtOnce()], [4, 1, 4]);
  assert.equal(await sendDue(service.ctx, ['sound']), 2);
  assert.equal(slow.mostAtOnce(), 4);
});

test('the name is looked up by us and the checked address connected to; the receiver sees its own name', async () => {
  const receiver = await listen();
  dns.setZone('hooks.example', {
    nameservers: [{ name: 'ns1.hooks.example', address: '127.0.0.11' }],
    records: [{ name: 'in.hooks.example', type: 'A', value: '127.0.0.1' }],
  });
  const hook = await addWebhook(`http://in.hooks.example:${receiver.port}/x`);
  const { json } = await hook.send({ method: 'POST', url: `${hook.path}/test`, body: { event: 'domain.verified' } });
  assert.equal(json.data.success, true, json.data.problem);
  assert.equal(receiver.received[0]?.headers.host, `in.hooks.example:${receiver.port}`);
  const missing = await addWebhook(`http://none.hooks.example:${receiver.port}/`);
  const { json: none } = await missing.send({
    method: 'POST',
    url: `${missing.path}/test`,
    body: { event: 'domain.verified' },
  });
  assert.match(none.data.problem, /resolve to an address/);
});

test('a public URL that leads to a private, loopback, link-local or metadata address leads nowhere', async () => {
  const policy = { allowPrivate: false, denied: buildDenied(['198.51.100.0/24', '8.8.4.0/24']) };
  const find = (url: string) => findDestination(service.ctx, url, policy, 2_000);
  for (const host of [
    ...['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '8.8.4.4'],
    ...['[::1]', '[::]', '[fe80::1]', '[fd00::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
    ...['localhost', 'a.localhost', '2130706433', '0x7f.1', '127.1', '0177.0.0.1'],
  ])
    assert.deepEqual(await find(`https://${host}/`), { problem: 'address_refused' }, host);
  dns.setZone('rebind.example', {
    nameservers: [{ name: 'ns1.rebind.example', address: '127.0.0.11' }],
    records: [
      { name: 'in.rebind.example', type: 'A', value: '10.1.2.3' },
      { name: 'both.rebind.example', type: 'A', value: '10.1.2.3' },
      { name: 'both.rebind.example', type: 'A', value: '8.8.8.8' },
    ],
  });
  assert.deepEqual(await find('https://in.rebind.example/'), { problem: 'address_refused' });
  assert.deepEqual(await find('https://both.rebind.example/'), { addresses: ['8.8.8.8'] });
  assert.deepEqual(await find('http://both.rebind.example/'), { problem: 'insecure' });
});

test('a look-up that fails is told as that, and not as a name without an address', async () => {
  const policy = { allowPrivate: false, denied: buildDenied([]) };
  const find = (host: string) => findDestination(service.ctx, `https://${host}.fails.example/`, policy, 2_000);
  dns.setZone('fails.example', {
    nameservers: [{ name: 'ns1.fails.example', address: '127.0.0.11' }],
    records: ['both', 'half', 'other'].map((host) => ({ name: `${host}.fails.example`, type: 'A', value: '8.8.8.8' })),
  });
  dns.fault({ name: 'both.fails.example' }, 'servfail');
  dns.fault({ name: 'half.fails.example', type: 'AAAA' }, 'servfail');
  dns.fault({ name: 'other.fails.example', type: 'A' }, 'servfail');
  assert.deepEqual(await find('both'), { problem: 'lookup_failed' });
  assert.deepEqual(await find('half'), { addresses: ['8.8.8.8'] }, 'one family is enough');
  assert.deepEqual(await find('other'), { problem: 'lookup_failed' }, 'there is an address that could not be seen');
  assert.deepEqual(await find('none'), { problem: 'name_not_found' });
});

test('deliveries are kept for 30 days', async () => {
  const receiver = await listen();
  const hook = await addWebhook(receiver.url, ['domain.created']);
  await hook.send({ method: 'POST', url: '/v1/domains', body: { domain: 'kept.example.com' } });
  await sendDue(service.ctx);
  const { startHousekeeping } = await import('../../../src/jobs/housekeeping.ts');
  const tidy = async () => {
    const worker = startHousekeeping(service.ctx);
    await service.clock.untilAsleep(5 * 60_000);
    await worker.stop();
  };
  service.clock.advance(29 * 24 * HOUR_MS);
  await tidy();
  assert.equal((await hook.logs()).length, 1);
  service.clock.advance(2 * 24 * HOUR_MS);
  await tidy();
  assert.equal((await hook.logs()).length, 0);
  assert.deepEqual((await hook.send({ url: '/v1/events' })).json.data.events, []);
});
