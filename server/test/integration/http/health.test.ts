import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { AppError } from '../../../src/core/errors.ts';
import { translateDatabaseError } from '../../../src/db/failures.ts';
import { startDueWork } from '../../../src/jobs/checks.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../../support/db/database-proxy.ts';

let proxy: DatabaseProxy;
let service: TestApp;
before(async () => {
  proxy = await startDatabaseProxy();
  service = await createTestApp(import.meta.url, { routeDatabase: proxy.route });
});
afterEach(() => service.setStopping(false));
after(async () => {
  await service.close();
  await proxy.close();
});

test('live says that the process answers, ready that it can serve', async () => {
  for (const state of ['live', 'ready']) {
    const { status, text } = await service.send({ url: `/health/${state}`, key: null });
    assert.equal(status, 200);
    assert.equal(text, `{"success":true,"data":{"status":"${state}"}}`);
  }
});

test('a node that is stopping is live and not ready', async () => {
  service.setStopping(true);
  assert.equal((await service.send({ url: '/health/live', key: null })).status, 200);
  const { status, json, headers } = await service.send({ url: '/health/ready', key: null });
  assert.equal(status, 503);
  assert.equal(json.error.code, 'SERVICE_UNAVAILABLE');
  assert.ok(Number(headers['retry-after']) >= 1);
});

test('with the database away every call is 503 with Retry-After, and all is well again when it is back', async () => {
  const { id } = await service.addDomain('away.example.com');
  const calls = [
    { url: '/v1/domains' },
    { url: `/v1/domains/${id}` },
    { url: '/v1/regions' },
    { method: 'POST', url: '/v1/domains', body: { domain: 'lost.example.com' } },
    { method: 'POST', url: '/v1/domains', body: { domain: 'lost.example.com' }, headers: { 'idempotency-key': 'x' } },
    { method: 'POST', url: `/v1/domains/${id}/verify` },
    { method: 'DELETE', url: `/v1/domains/${id}` },
    { url: '/health/ready' },
  ] as const;
  for (let round = 0; round < 3; round += 1) {
    await proxy.cut();
    for (const call of calls) {
      const { status, headers, json } = await service.send(call);
      assert.equal(status, 503, call.url);
      assert.equal(json.error.code, 'SERVICE_UNAVAILABLE');
      assert.equal(headers['retry-after'], '2');
      assert.doesNotMatch(json.error.message, /ECONN|127\.0\.0\.1|postgres/i);
    }
    const live = await service.send({ url: '/health/live' });
    assert.equal(live.status, 200, 'the process itself is well');
    await proxy.restore();
    assert.equal((await service.send({ url: '/health/ready' })).status, 200);
    assert.equal((await service.send({ url: `/v1/domains/${id}` })).status, 200);
  }
  const { json } = await service.send({ url: '/v1/domains' });
  assert.equal(json.data.domains.length, 1, 'nothing was lost and nothing was half done');
  assert.doesNotMatch(service.logLines.join('\n'), /connectionParameters|parsedStatements/, 'a client is not logged');
});

test('requests that are under way when the database goes are answered, each with success or 503', async () => {
  const sending = Array.from({ length: 40 }, (_, n) =>
    service.send({ method: 'POST', url: '/v1/domains', body: { domain: `under-way-${n}.example.com` } }),
  );
  await proxy.cut();
  const replies = await Promise.all(sending);
  await proxy.restore();
  for (const { status } of replies) assert.ok(status === 201 || status === 503, String(status));
  const { json } = await service.send({ url: '/v1/domains?search=under-way' });
  const stored = json.data.domains.map((domain: { id: string }) => domain.id);
  for (const reply of replies) if (reply.status === 201) assert.ok(stored.includes(reply.json.data.id));
});

test('a connection that breaks between two queries of a transaction fails that transaction, and nothing else', async () => {
  const broken = service.ctx.db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    await service.query('SELECT pg_terminate_backend($1)', [pid]);
    await waitUntil(
      async () => (await service.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).length === 0,
    );
    await tx.execute('SELECT 1');
  });
  await assert.rejects(broken, (error) => (translateDatabaseError(error) as AppError).code === 'SERVICE_UNAVAILABLE');
  assert.equal((await service.send({ url: '/health/ready' })).status, 200);
});

test('the background loop outlives a database that is away', async () => {
  const loop = startDueWork(service.ctx, 2);
  await service.clock.untilAsleep(500);
  await proxy.cut();
  service.clock.advance(500);
  await service.clock.untilAsleep(2_000);
  await proxy.restore();
  service.clock.advance(2_000);
  await service.clock.untilAsleep(500);
  await loop.stop();
  await waitUntil(async () => service.ctx.db.pool().waiting === 0);
});

test('the hourly housekeeping is made up for soon after a database that was away for it', async () => {
  const call = { method: 'POST', url: '/v1/domains', body: { domain: 'kept.example.com' } } as const;
  await service.send({ ...call, headers: { 'idempotency-key': 'kept' } });
  const count = async () => (await service.query('SELECT FROM idempotency_keys')).length;
  assert.notEqual(await count(), 0);
  service.clock.advance(7 * 24 * 3_600_000);
  await proxy.cut();
  const loop = startDueWork(service.ctx, 2);
  await service.clock.untilAsleep(2_000);
  await proxy.restore();
  service.clock.advance(300_000);
  await waitUntil(async () => (await count()) === 0);
  await loop.stop();
});

test('metrics count requests by route, never by path, and hold no secret', async () => {
  const { id } = await service.addDomain('metrics.example.com');
  await service.send({ url: `/v1/domains/${id}` });
  await service.send({ url: '/some/path/that/nobody/has' });
  const { status, text, headers } = await service.send({ url: '/metrics', key: null });
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(
    text,
    /^autosend_http_requests_total\{method="GET",route="\/v1\/domains\/:domainId",status="200"\} \d+$/m,
  );
  assert.match(text, /^autosend_http_requests_total\{method="GET",route="unknown",status="404"\} \d+$/m);
  assert.match(text, /^autosend_key_pool_keys \d+$/m);
  assert.match(text, /^autosend_database_connections\{state="total"\} \d+$/m);
  assert.ok(!text.includes(id) && !text.includes('nobody') && !text.includes(service.key));
});
