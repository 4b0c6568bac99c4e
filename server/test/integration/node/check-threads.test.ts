import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '../../../src/config.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { copyProject, findFreePort, launchService, startService, waitUntil } from '../../support/service-process.ts';

const DOMAINS = 12;
const CHECK_THREADS = fileURLToPath(new URL('../../../src/check-threads.ts', import.meta.url));

let folder: string;
let dns: DnsServer;
let world: TestApp;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-threads-'));
  await copyProject(folder);
  dns = await startDnsServer();
  world = await createTestApp(import.meta.url, { dns });
});
after(async () => {
  await world?.close();
  await dns?.close();
  await rm(folder, { recursive: true, force: true });
});

test('threads make the scheduled checks, /metrics adds up what they count, and a stop ends what they ask', async (t) => {
  for (let n = 0; n < DOMAINS; n += 1) publishDomain(dns, await world.addDomain(`t${n}.example.com`));
  const service = await startService({
    folder,
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: world.databaseUrl,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_DNS_MODE: 'recursive',
      AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      AUTOSEND_CHECK_THREADS: '2',
      AUTOSEND_LOG_LEVEL: 'warn',
    },
  });
  const { url, ended, output } = service;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const { databaseConnections, checkThreads } = parseConfig({ AUTOSEND_CHECK_THREADS: '2' });
  const all = (1 + checkThreads) * databaseConnections;
  assert.match(metrics, new RegExp(`^autosend_database_connections\\{state="total"\\} ${all}$`, 'm'));
  await world.query('UPDATE domains SET next_check_at = now()');
  const count = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const counts = [...text.matchAll(/^autosend_checks_total\{[^}]*\} (\d+)$/gm)];
    return counts.reduce((sum, [, number]) => sum + Number(number), 0);
  };
  let isOver = false;
  void ended().then(() => {
    isOver = true;
  });
  t.after(() => !isOver && service.signalGroup('SIGKILL'));
  await waitUntil(async () => (await count()) >= DOMAINS, output);
  const [verified] = await world.query<{ count: number }>(
    'SELECT count(*)::int FROM domains WHERE last_checked_at IS NOT NULL AND lease_owner IS NULL',
  );
  assert.equal(verified?.count, DOMAINS);

  dns.fault({}, { hold: new Promise(() => undefined) });
  const since = dns.questions.length;
  await world.query('UPDATE domains SET next_check_at = now()');
  await waitUntil(async () => dns.questions.length > since, output);
  service.signal('SIGTERM');
  assert.equal(await ended(), 0, output());
  const [held] = await world.query<{ count: number }>(
    'SELECT count(*)::int FROM domains WHERE lease_owner IS NOT NULL',
  );
  assert.equal(held?.count, 0, 'a thread kept what it had claimed');
});

test('a node whose threads have no connections left says so, and does not become ready', async (t) => {
  const [me] = await world.query<{ name: string }>('SELECT current_user AS name');
  // Enough for the main thread, and not for another.
  await world.query(`CREATE ROLE short_of_connections LOGIN PASSWORD 'short' CONNECTION LIMIT 12`);
  await world.query(`GRANT ${me?.name} TO short_of_connections`);
  const url = new URL(world.databaseUrl);
  Object.assign(url, { username: 'short_of_connections', password: 'short' });
  const node = launchService({
    folder,
    port: await findFreePort(),
    env: { AUTOSEND_DATABASE_URL: url.href, AUTOSEND_SECRET_KEY: TEST_SECRET_KEY, AUTOSEND_CHECK_THREADS: '1' },
  });
  t.after(async () => {
    await world.query(`REVOKE ${me?.name} FROM short_of_connections`);
    await world.query('DROP ROLE short_of_connections');
  });
  await waitUntil(async () => node.output().includes('PostgreSQL has no connection left for this node'), node.output);
  assert.doesNotMatch(node.output(), /is ready/);
  node.signal('SIGTERM');
  assert.equal(await node.ended(), 0, node.output());
});

test('a thread that fails ends the process, so that whoever supervises it starts a whole one', async () => {
  const broken = `
    import { startCheckThreads } from ${JSON.stringify(CHECK_THREADS)};
    startCheckThreads({ workerConcurrency: 1, checkThreads: 1 }, { connection: { url: 'postgres://127.0.0.1:1/none' }, secretKey: '' });
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', broken], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(output, /check-thread\.ts/);
});
