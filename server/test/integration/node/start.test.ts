import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import {
  copyProject,
  findFreePort,
  isReady,
  launchService,
  readDatabasePid,
  type ServiceProcess,
  startService,
  waitUntil,
} from '../../support/service-process.ts';
import { testUser } from '../../support/test-user.ts';

const rootOnly = { skip: !testUser && 'only root can become another user' };
const running = new Set<ServiceProcess>();
let top: string;
let folder: string;
let dataDir: string;

before(async () => {
  top = await mkdtemp(join(tmpdir(), 'autosend-start-'));
  await chmod(top, 0o711);
  folder = join(top, `a folder with spaces, ${'long'.repeat(50)}`);
  dataDir = join(folder, 'data');
  await copyProject(folder);
});
afterEach(async () => {
  for (const service of running) {
    service.signal('SIGTERM');
    await service.ended();
  }
  running.clear();
});
after(() => rm(top, { recursive: true }));

async function start(options: Partial<Parameters<typeof startService>[0]> = {}): Promise<ServiceProcess> {
  const service = await startService({ folder, port: await findFreePort(), ...options });
  running.add(service);
  return service;
}

test('the first start in a long path with spaces serves and prints a key and a set-up link; SIGTERM stops it and the database with exit code 0', async () => {
  const service = await start();
  assert.equal(await isReady(service), true);
  assert.match(service.output(), /\bas_[A-Za-z\d]{32,}/);
  assert.ok(service.output().includes(`${service.url}/setup#setup_`), service.output());
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
  assert.equal(await readDatabasePid(dataDir), null);
});

test('Ctrl-C, which reaches launcher and service and is passed on as well, is one request to stop', async () => {
  const service = await start();
  service.signalGroup('SIGINT');
  assert.equal(await service.ended(), 0);
  assert.equal(await readDatabasePid(dataDir), null);
});

test('a start after kill -9 of the service attaches to the database that was left running', async () => {
  const killed = await start();
  const database = await readDatabasePid(dataDir);
  killed.signalGroup('SIGKILL');
  assert.equal(await killed.ended(), 'SIGKILL');
  const service = await start();
  assert.equal(await readDatabasePid(dataDir), database);
  assert.equal(await isReady(service), true);
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
  assert.equal(await readDatabasePid(dataDir), null);
});

test('a service whose launcher is killed stops by itself, with the database', async () => {
  const service = await start();
  service.signal('SIGKILL');
  await waitUntil(async () => (await readDatabasePid(dataDir)) === null);
  assert.equal(await service.ended(), 'SIGKILL');
});

test('a service is ready again after kill -9 of its database', async () => {
  const service = await start();
  const killed = await readDatabasePid(dataDir);
  assert.ok(killed !== null);
  process.kill(killed, 'SIGKILL');
  await waitUntil(async () => {
    const pid = await readDatabasePid(dataDir);
    return pid !== null && pid !== killed && (await isReady(service));
  }, service.output);
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
});

test('who stops a service while it starts leaves no database behind', async () => {
  const service = launchService({ folder, port: await findFreePort() });
  running.add(service);
  await waitUntil(async () => (await readDatabasePid(dataDir)) !== null, service.output);
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
  assert.equal(await readDatabasePid(dataDir), null);
});

test('a start that fails leaves no database behind either', async () => {
  const short = { AUTOSEND_DATA_DIR: join(top, 'short') };
  const first = await start({ env: short });
  first.signal('SIGTERM');
  assert.equal(await first.ended(), 0);
  await rename(join(top, 'short', 'secret.key'), join(top, 'short', 'aside'));
  const service = launchService({ folder, port: await findFreePort(), env: short });
  assert.equal(await service.ended(), 1);
  assert.match(service.output(), /secret\.key is missing/);
  assert.equal(await readDatabasePid(join(top, 'short')), null);
});

test('a second start on the same port names it in one line and leaves the first unharmed', async () => {
  const first = await start();
  const port = Number(new URL(first.url).port);
  const second = launchService({ folder, port });
  assert.equal(await second.ended(), 1);
  const lines = second.output().trim().split('\n');
  assert.equal(lines.length, 1, second.output());
  assert.match(lines[0] ?? '', new RegExp(`\\b${port}\\b`));
  assert.equal(await isReady(first), true);
});

test('a user without rights starts it in a folder of its own', rootOnly, async () => {
  const own = join(top, 'own');
  const { uid, gid } = testUser ?? assert.fail();
  await copyProject(own);
  await chown(own, uid, gid);
  const service = await start({ folder: own, uid, gid });
  assert.equal(await isReady(service), true);
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
});

test(
  'root starts it in a folder that is closed to others from a copy without what is not the program, with the data in an open one',
  rootOnly,
  async (t) => {
    const closed = join(top, 'closed');
    const open = join(top, 'open');
    await mkdir(closed, { mode: 0o700 });
    await copyProject(join(closed, 'project'));
    await writeFile(join(closed, 'project/.env'), 'AUTOSEND_SECRET_KEY=x');
    const service = await start({ folder: join(closed, 'project'), env: { AUTOSEND_DATA_DIR: open } });
    assert.equal(await isReady(service), true);
    assert.ok((await readdir(open)).includes('postgres'));
    const copy =
      /the program runs from its copy in (\/\S+)\.\n/.exec(service.output())?.[1] ?? assert.fail(service.output());
    t.after(() => rm(copy, { recursive: true }));
    assert.equal((await fetch(service.url)).status, 200, 'the pages are read as the user');
    assert.deepEqual((await readdir(copy)).sort(), [
      'dashboard',
      'node_modules',
      'package-lock.json',
      'package.json',
      'packages',
      'scripts',
      'server',
    ]);
    service.signal('SIGTERM');
    assert.equal(await service.ended(), 0);
  },
);

test('a data folder that PostgreSQL cannot enter is refused in one line', rootOnly, async () => {
  const closed = join(top, 'shut');
  await mkdir(closed, { mode: 0o700 });
  const service = launchService({
    folder,
    port: await findFreePort(),
    env: { AUTOSEND_DATA_DIR: join(closed, 'data') },
  });
  assert.equal(await service.ended(), 1);
  assert.match(service.output(), /^[^\n]*AUTOSEND_DATA_DIR[^\n]*\n$/);
});
