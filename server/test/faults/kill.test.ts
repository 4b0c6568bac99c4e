import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { type DomainLoad, startDomainLoad } from '../support/load/domain-load.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { compareRows, QUICK_SCHEDULE, settleLoad } from '../support/load/settle-load.ts';
import {
  copyProject,
  findFreePort,
  isReady,
  launchService,
  readDatabasePid,
  type ServiceProcess,
  startService,
  waitUntil,
} from '../support/service-process.ts';
import { testUser } from '../support/test-user.ts';

/** As `npm start` runs it, with the database that it brings along and that server's durable settings. */
const SERVICE_KILLS = readTimes(2);
/** A fifth as often. */
const DATABASE_KILLS = Math.ceil(SERVICE_KILLS / 5);
const KEY = `as_${'k'.repeat(40)}`;
/** The load goes on for so long at most before it is struck. */
const LOAD_MS = 600;
/** And for so many answers at least. */
const ANSWERS = 10;
/** A start takes about so long: it is struck at any moment of it. */
const START_MS = 900;
const log = { info() {}, warn() {}, error() {} };

const random = createSeededRandom();
const running = new Set<ServiceProcess>();
let folder: string;
let dataDir: string;
let dns: DnsServer;
let load: DomainLoad;
let current: ServiceProcess;
let outputs = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-kill-'));
  // As root the database runs as another user, who has to pass through.
  await chmod(folder, 0o711);
  dataDir = join(folder, 'data');
  dns = await startDnsServer();
  await copyProject(join(folder, 'project'));
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(QUICK_SCHEDULE));
  current = await start();
  load = startDomainLoad({ url: () => current.url, apiKey: KEY, dns, random });
});
after(async () => {
  await load?.end();
  for (const service of running) service.signalGroup('SIGKILL');
  await Promise.all([...running].map((service) => service.ended()));
  const database = await startEmbeddedServer({ dataDir, user: testUser, log });
  await database.stop();
  await dns.close();
  await rm(folder, { recursive: true });
});

async function describeStart() {
  return {
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATA_DIR: dataDir,
      AUTOSEND_BOOTSTRAP_API_KEY: KEY,
      AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
      AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
      AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
      AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      AUTOSEND_LOG_LEVEL: 'warn',
    },
  };
}

function watch(service: ServiceProcess): ServiceProcess {
  running.add(service);
  void service.ended().then(() => running.delete(service));
  return service;
}

async function start(): Promise<ServiceProcess> {
  return watch(await startService(await describeStart()));
}

async function kill(service: ServiceProcess): Promise<void> {
  service.signalGroup('SIGKILL');
  assert.equal(await service.ended(), 'SIGKILL');
  outputs += service.output();
}

/** Gives the pid that was killed. */
async function killDatabase(): Promise<number> {
  const pid = await readDatabasePid(dataDir);
  assert.ok(pid !== null);
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** Kills what is meant, under the load, and brings it back; says how many kills of the service and of the database that were. */
async function strike(target: 'service' | 'database', room: number): Promise<{ service: number; database: number }> {
  const before = load.counts.answered;
  load.resume();
  await waitUntil(async () => load.counts.answered - before > ANSWERS);
  await delay(random.below(LOAD_MS));
  const isBoth = target === 'database' && room > 0 && random.below(2) === 0;
  const killed = target === 'database' ? await killDatabase() : null;
  if (killed !== null && !isBoth) {
    // The service that is left starts the server anew; its clients see 503 meanwhile.
    await waitUntil(
      async () => (await readDatabasePid(dataDir)) !== killed && (await isReady(current)),
      current.output,
    );
    return { service: 0, database: 1 };
  }
  await kill(current);
  const isStruckAgain = room > 1 && random.below(4) === 0;
  if (isStruckAgain) {
    const unfinished = watch(launchService(await describeStart()));
    await delay(random.below(START_MS));
    await kill(unfinished);
  }
  current = await start();
  return { service: isStruckAgain ? 2 : 1, database: isBoth ? 1 : 0 };
}

test(`kill -9 of the service and of PostgreSQL at any moment loses nothing that was acknowledged, does nothing twice and leaves nothing in progress: seed ${random.seed}`, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const kills = { service: 0, database: 0 };
  while (kills.service < SERVICE_KILLS || kills.database < DATABASE_KILLS) {
    const [services, databases] = [SERVICE_KILLS - kills.service, DATABASE_KILLS - kills.database];
    const struck = await strike(random.below(services + databases) < services ? 'service' : 'database', services);
    kills.service += struck.service;
    kills.database += struck.database;
    await load.pause();
    await load.compare();
  }
  await settle();
  tellDone(t, kills.service, '× kill -9 of the service');
  tellDone(t, kills.database, '× kill -9 of PostgreSQL');
  const { answered, unanswered, unavailable } = load.counts;
  t.diagnostic(`${answered} answers, ${unavailable} of them 503, and ${unanswered} requests without one`);
  t.diagnostic(`${load.ledger.created.size} domains were made`);
  tellWrong(t, load.ledger.wrong);
  assert.deepEqual(load.ledger.wrong, []);
  assert.ok(unanswered > 0, 'no kill met a request');
  assert.ok(!outputs.includes(KEY.slice(4)) && !outputs.includes('PRIVATE KEY'), 'the output holds a secret');
});

async function settle(): Promise<void> {
  const server: EmbeddedServer = await startEmbeddedServer({ dataDir, user: testUser, log });
  const database = new pg.Pool({ connectionString: server.url, max: 2 });
  database.on('error', () => undefined);
  try {
    await settleLoad(load, database);
    current.signal('SIGTERM');
    assert.equal(await current.ended(), 0);
    outputs += current.output();
    await compareRows(load, database);
  } finally {
    await database.end();
    await server.stop();
  }
}
