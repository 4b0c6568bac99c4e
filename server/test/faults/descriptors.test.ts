import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type BareService, startBareService } from '../support/bare-service.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../support/db/database-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { type CrowdKind, gatherCrowd } from '../support/load/crowd.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

const TIMES = readTimes(1);
/** A process that may open so few files has 56 connections. */
const DESCRIPTORS = 256;
const CROWD = 240;
/** Too few to serve at all once some come: every file, socket and connection fails at some moment. */
const TOO_FEW = 40;
/** So often all of it is tried again afterwards, 200 ms apart. */
const LATER_TRIES = 50;

let database: TestDatabase;
// By TCP: started by root, the service is another user, who may not enter the folder of the socket.
let proxy: DatabaseProxy;
before(async () => {
  database = await createTestDatabase(import.meta.url);
  proxy = await startDatabaseProxy();
});
after(async () => {
  await proxy.close();
  await database.drop();
});

async function withService(descriptors: number, use: (service: BareService) => Promise<void>): Promise<void> {
  const service = await startBareService({
    databaseUrl: proxy.route(database.url),
    descriptors,
    env: { AUTOSEND_RATE_LIMIT_PER_SECOND: '0' },
  });
  try {
    await use(service);
    assert.ok(service.isRunning(), service.output());
    service.signal('SIGTERM');
    assert.equal(await service.ended(), 0, service.output());
  } finally {
    if (service.isRunning()) service.signal('SIGKILL');
    await service.ended();
  }
}

const ask = (service: BareService, path: string): Promise<number> =>
  fetch(`${service.url}${path}`, {
    headers: { authorization: `Bearer ${service.key}`, connection: 'close' },
    signal: AbortSignal.timeout(60_000),
  }).then(
    ({ status }) => status,
    () => 0,
  );

const origin = (service: BareService) => ({ 'content-type': 'application/json', origin: service.url });

test(`with ${DESCRIPTORS} files, ${CROWD} connections that are silent, half, dripping or unread: the process lives and answers others`, async (t) => {
  const wrong: string[] = [];
  await withService(DESCRIPTORS, async (service) => {
    for (let n = 0; n < TIMES; n += 1)
      for (const kind of ['silent', 'half', 'drip', 'unread'] satisfies CrowdKind[]) {
        const crowd = await gatherCrowd(service.port, CROWD, kind);
        for (const path of ['/v1/domains', '/health/ready', '/v1/domains', '/']) {
          const status = await ask(service, path);
          if (status !== 200) wrong.push(`${path} with ${CROWD} ${kind} connections: ${status}`);
        }
        await crowd.leave();
      }
  });
  tellDone(t, TIMES * 4 * CROWD, 'connections that never became a request');
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});

test(`with ${TOO_FEW} files nothing can be opened at times: no request, look-up or sign-in ends the process, and later all of it works`, async (t) => {
  await withService(TOO_FEW, async (service) => {
    for (let n = 0; n < TIMES; n += 1) {
      const crowd = await gatherCrowd(service.port, CROWD, 'silent');
      const headers = { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' };
      const calls = Array.from({ length: 40 }, async (_, at) => {
        const signal = AbortSignal.timeout(8_000);
        const created = await fetch(`${service.url}/v1/domains`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ domain: `d${at}-${n}.example.com` }),
          signal,
        });
        const { data } = (await created.json()) as { data?: { id: string } };
        await fetch(`${service.url}/v1/domains/${data?.id}/verify`, { method: 'POST', headers, signal });
        await fetch(`${service.url}/v1/domains/${data?.id}/proof`, { method: 'POST', headers, signal, body: '{}' });
      });
      const signIns = Array.from({ length: 5 }, () =>
        fetch(`${service.url}/api/session`, {
          method: 'POST',
          headers: origin(service),
          body: JSON.stringify({ email: 'a@example.com', password: 'wrong password' }),
          signal: AbortSignal.timeout(8_000),
        }),
      );
      await Promise.allSettled([...calls, ...signIns, ask(service, '/metrics'), ask(service, '/docs')]);
      await crowd.leave();
    }
    const signIn = () =>
      fetch(`${service.url}/api/session`, {
        method: 'POST',
        headers: origin(service),
        body: JSON.stringify({ email: 'a@example.com', password: 'wrong password' }),
      }).then(
        ({ status }) => `${status}`,
        (error) => `${error.cause}`,
      );
    const listFailures = async (): Promise<string[]> => {
      const failures: string[] = [];
      for (const path of ['/v1/domains', '/metrics', '/docs/verification', '/openapi.json']) {
        const status = await ask(service, path);
        if (status !== 200) failures.push(`${path}: ${status}`);
      }
      const told = await signIn();
      if (told !== '401') failures.push(`sign-in: ${told}`);
      return failures;
    };
    // How soon it has noticed that the crowd is gone depends on the machine.
    let failures = await listFailures();
    for (let tries = 1; failures.length > 0 && tries < LATER_TRIES; tries += 1) {
      await delay(200);
      failures = await listFailures();
    }
    assert.deepEqual(failures, [], `${service.isRunning()} ${service.output().slice(-3_000)}`);
  });
  tellDone(t, TIMES, '× work while no file could be opened');
});
