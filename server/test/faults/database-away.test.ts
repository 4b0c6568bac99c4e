import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { TEST_SECRET_KEY } from '../support/app.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { type DomainLoad, startDomainLoad } from '../support/load/domain-load.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { compareRows, QUICK_SCHEDULE, settleLoad } from '../support/load/settle-load.ts';
import {
  copyProject,
  findFreePort,
  isReady,
  type ServiceProcess,
  startService,
  waitUntil,
} from '../support/service-process.ts';
import { testUser } from '../support/test-user.ts';

/** A PostgreSQL that does not belong to the service, as an operator has it. */
const TIMES = readTimes(2);
const KEY = `as_${'k'.repeat(40)}`;
/** The load goes on for so long at most before PostgreSQL stops, and it is away for so long at most after it has been missed. */
const LOAD_MS = 800;
const AWAY_MS = 1_500;
/** From when PostgreSQL takes connections again (`quality.md`). */
const WHOLE_AGAIN_MS = 5_000;
const log = { info() {}, warn() {}, error() {} };

const random = createSeededRandom();
let folder: string;
let dns: DnsServer;
let server: EmbeddedServer;
let service: ServiceProcess;
let load: DomainLoad;
let isRunning = false;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-away-'));
  // As root the database runs as another user, who has to pass through.
  await chmod(folder, 0o711);
  dns = await startDnsServer();
  server = await startServer();
  await copyProject(join(folder, 'project'));
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(QUICK_SCHEDULE));
  service = await startService({
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: server.url,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_BOOTSTRAP_API_KEY: KEY,
      AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
      AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
      AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
      AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      AUTOSEND_LOG_LEVEL: 'warn',
    },
  });
  isRunning = true;
  void service.ended().then(() => {
    isRunning = false;
  });
  load = startDomainLoad({ url: () => service.url, apiKey: KEY, dns, random });
});
after(async () => {
  await load?.end();
  if (isRunning) service.signalGroup('SIGKILL');
  await service?.ended();
  await server.stop();
  await dns.close();
  await rm(folder, { recursive: true });
});

function startServer(): Promise<EmbeddedServer> {
  return startEmbeddedServer({ dataDir: join(folder, 'data'), user: testUser, log });
}

/** Takes PostgreSQL away under the load and brings it back. */
async function takeAway(): Promise<void> {
  load.resume();
  await delay(random.below(LOAD_MS));
  const { unanswered } = load.counts;
  const { url } = server;
  await server.stop();
  const { unavailable } = load.counts;
  await waitUntil(async () => load.counts.unavailable > unavailable);
  await delay(random.below(AWAY_MS));
  server = await startServer();
  assert.equal(server.url, url);
  const startedAt = performance.now();
  const leftMs = () => Math.max(0, WHOLE_AGAIN_MS - (performance.now() - startedAt));
  await waitUntil(
    () => isReady(service),
    () => 'for the service to be ready again',
    leftMs(),
  );
  await load.pause();
  await waitUntil(
    async () => (await load.repeatUnanswered()) === 0,
    () => 'for requests that were answered 503 to be answered when they are repeated',
    leftMs(),
  );
  assert.equal(load.counts.unanswered, unanswered, 'a request had no answer at all');
  await load.compare();
}

test(`while PostgreSQL is away every request is 503 with Retry-After, within 5 s of its return each can be repeated, and nothing is lost: seed ${random.seed}`, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  for (let n = 0; n < TIMES; n += 1) await takeAway();
  const database = new pg.Pool({ connectionString: server.url, max: 2 });
  database.on('error', () => undefined);
  t.after(() => database.end());
  await settleLoad(load, database);
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
  await compareRows(load, database);
  tellDone(t, TIMES, '× PostgreSQL stopped and started');
  const { answered, unavailable } = load.counts;
  t.diagnostic(`${answered} answers, ${unavailable} of them 503, ${load.ledger.created.size} domains were made`);
  tellWrong(t, load.ledger.wrong);
  assert.deepEqual(load.ledger.wrong, []);
});
