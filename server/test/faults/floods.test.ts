import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { countConnections, readDescriptorLimit } from '../../src/services/node/descriptors.ts';
import { type BareService, startBareService } from '../support/bare-service.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../support/db/database-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { type CrowdKind, gatherCrowd } from '../support/load/crowd.ts';
import { isFullRun, readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

/** Connections of the crowd; `npm run faults` has 20,000. */
const CROWD = readTimes(600);
/** For how long each address is flooded. */
const FLOOD_MS = isFullRun() ? 8_000 : 700;
const FLOODERS = 30;
/** An address has a hundred at once and 20 a second; the answers of what is refused are not counted. */
const allowedIn = (ms: number) => 100 + (20 * ms) / 1000;
/** Others are told "busy" or wait, never for longer than this (measured in full runs; a busy machine may need more). */
const BOUND_MS = isFullRun() ? 1_000 : 5_000;

let database: TestDatabase;
// By TCP: started by root, the service is another user, who may not enter the folder of the socket.
let proxy: DatabaseProxy;
let service: BareService;
before(async () => {
  database = await createTestDatabase(import.meta.url);
  proxy = await startDatabaseProxy();
  service = await startBareService({ databaseUrl: proxy.route(database.url) });
});
after(async () => {
  if (service?.isRunning()) service.signal('SIGKILL');
  await service?.ended();
  await proxy.close();
  await database.drop();
});

/** Asks as one other customer does, ten times a second, until it is told to stop; gives the times. */
async function askAsAnother(signal: AbortSignal): Promise<{ ms: number[]; failed: number }> {
  const ms: number[] = [];
  let failed = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const status = await send('/v1/regions', { localAddress: '127.0.0.9', key: service.key });
    if (status === 200) ms.push(performance.now() - startedAt);
    else failed += 1;
    await delay(100);
  }
  return { ms: ms.sort((a, b) => a - b), failed };
}

function send(path: string, from: { localAddress: string; key?: string; agent?: Agent }): Promise<number> {
  const { localAddress, key, agent } = from;
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: service.port,
        path,
        localAddress,
        ...(agent && { agent }),
        headers: {
          host: 'localhost',
          ...(agent ? {} : { connection: 'close' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
      },
      (answer) => answer.resume().once('close', () => resolve(answer.statusCode ?? 0)),
    );
    outgoing.setTimeout(10_000, () => outgoing.destroy());
    outgoing.once('error', () => resolve(0)).end();
  });
}

const describe = ({ ms, failed }: { ms: number[]; failed: number }) => {
  const at = (share: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0);
  return `others: ${ms.length} answers, ${failed} without, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
};

test('tens of thousands of connections that ask nothing: the process lives, has no more than it may, and answers others', async (t) => {
  const limit = countConnections(readDescriptorLimit());
  const wrong: string[] = [];
  for (const kind of ['silent', 'half'] satisfies CrowdKind[]) {
    const stopping = new AbortController();
    const others = askAsAnother(stopping.signal);
    const crowd = await gatherCrowd(service.port, CROWD, kind);
    await delay(FLOOD_MS);
    const open = await crowd.count();
    stopping.abort();
    const seen = await others;
    await crowd.leave();
    t.diagnostic(`${CROWD} ${kind} connections, ${open} of them open after ${FLOOD_MS} ms; ${describe(seen)}`);
    if (!service.isRunning()) wrong.push(`${kind}: the process is gone: ${service.output()}`);
    if (open > limit) wrong.push(`${kind}: ${open} connections are open, and ${limit} may be`);
    if (seen.failed > 0) wrong.push(`${kind}: ${seen.failed} requests of others had no answer`);
    if ((seen.ms.at(-1) ?? Number.POSITIVE_INFINITY) > BOUND_MS) wrong.push(`${kind}: ${describe(seen)}`);
  }
  tellDone(t, 2 * CROWD, 'connections that ask nothing');
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});

for (const [index, path] of [
  '/metrics',
  '/docs/verification',
  '/openapi.json',
  '/docs/yaml',
  '/health/ready',
  '/nothing/here',
  '/v1/domains',
  '/api/session',
].entries())
  test(`${FLOODERS} connections of one address that ask for ${path} as fast as they can get what an address gets, and others are served`, async (t) => {
    const localAddress = `127.0.1.${index + 1}`;
    const agent = new Agent({ keepAlive: true, maxSockets: FLOODERS });
    const stopping = new AbortController();
    const others = askAsAnother(stopping.signal);
    const statuses = new Map<number, number>();
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: FLOODERS }, async () => {
        while (performance.now() - startedAt < FLOOD_MS) {
          const status = await send(path, { localAddress, agent });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    const tookMs = performance.now() - startedAt;
    stopping.abort();
    const seen = await others;
    agent.destroy();
    const refused = statuses.get(429) ?? 0;
    const served = [...statuses].reduce((sum, [status, count]) => sum + (status === 429 ? 0 : count), 0);
    t.diagnostic(`${path}: ${served} served, ${refused} refused; ${describe(seen)}`);
    tellDone(t, served + refused, 'requests without a key');
    const wrong: string[] = [];
    // What is told to the other nodes comes back a little late.
    if (served > allowedIn(tookMs) + FLOODERS) wrong.push(`${served} were served in ${Math.round(tookMs)} ms`);
    if (seen.failed > 0) wrong.push(`others: ${describe(seen)}`);
    if ((seen.ms.at(-1) ?? Number.POSITIVE_INFINITY) > BOUND_MS) wrong.push(describe(seen));
    tellWrong(t, wrong);
    assert.deepEqual(wrong, []);
  });
