import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startDueWork } from '../../../src/jobs/checks.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

/** Instead of 15 s, so that nobody has to wait for it. */
const LIMIT_MS = 1_000;

let service: TestApp;
let holder: pg.Client;
before(async () => {
  service = await createTestApp(import.meta.url, {
    routeDatabase(url) {
      const limited = new URL(url);
      limited.searchParams.set('statement_timeout', String(LIMIT_MS));
      return limited.href;
    },
  });
  holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
});
after(async () => {
  await holder.end();
  await service.close();
});

test('while somebody holds a lock for longer than a statement may take, calls are 503 with Retry-After, and background work goes on later', async () => {
  const { id } = await service.addDomain('slow.example.com');
  await holder.query('begin; lock table domains in access exclusive mode');
  const loop = startDueWork(service.ctx, 2);
  const replies = await Promise.all(
    (
      [
        { url: `/v1/domains/${id}` },
        { method: 'DELETE', url: `/v1/domains/${id}` },
        { method: 'POST', url: '/v1/domains', body: { domain: 'more.example.com' } },
      ] as const
    ).map((call) => service.send(call)),
  );
  for (const { status, headers, json } of replies) {
    assert.equal(status, 503);
    assert.equal(headers['retry-after'], '2');
    assert.match(json.error.message, /took too long/);
  }
  await service.clock.untilAsleep(2_000);
  await holder.query('rollback');
  service.clock.advance(2_000);
  await service.clock.untilAsleep(500);
  await loop.stop();
  assert.equal((await service.send({ url: `/v1/domains/${id}` })).status, 200);
  const lines = service.logLines.join('\n');
  assert.match(lines, /the database took too long; background work resumes/);
  assert.doesNotMatch(lines, /this is a bug/);
});
