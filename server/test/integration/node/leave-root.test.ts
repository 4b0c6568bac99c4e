import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  findFreePort,
  isReady,
  launchService,
  readDatabasePid,
  type ServiceProcess,
  waitUntil,
} from '../../support/service-process.ts';
import { testUser } from '../../support/test-user.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const CLI = join(ROOT, 'server/src/cli/main.ts');
const NOBODY = { uid: 65_534, gid: 65_534 };
const run = promisify(execFile);
const FIRST_FREE_PORT = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
const ARE_PORTS_KEPT = existsSync(FIRST_FREE_PORT) && Number(readFileSync(FIRST_FREE_PORT, 'utf8')) >= 1024;

describe('started as root', { skip: !testUser && 'only root can become another user' }, () => {
  const user = testUser ?? { uid: 0, gid: 0, name: '' };
  let top: string;
  let service: ServiceProcess | null = null;

  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'autosend-root-'));
    await chmod(top, 0o711);
  });
  afterEach(async () => {
    service?.signal('SIGTERM');
    await service?.ended();
    service = null;
  });
  after(() => rm(top, { recursive: true }));

  async function start(dataDir: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
    const started = launchService({
      folder: ROOT,
      port: await findFreePort(),
      env: { AUTOSEND_DATA_DIR: dataDir, AUTOSEND_LOG_LEVEL: 'warn', ...env },
    });
    service = started;
    await waitUntil(() => isReady(started), started.output, 120_000);
    return started;
  }

  /** Starts it where it cannot; the line that it says. */
  async function refuse(dataDir: string, env: Record<string, string> = {}): Promise<string> {
    const refused = launchService({
      folder: ROOT,
      port: await findFreePort(),
      env: { AUTOSEND_DATA_DIR: dataDir, ...env },
    });
    assert.equal(await refused.ended(), 1, refused.output());
    assert.match(refused.output(), /^AutoSend Domains cannot start: [^\n]*\n$/);
    return refused.output();
  }

  function autosend(dataDir: string, ...words: string[]) {
    const whoAtTheEnd = 'data:text/javascript,process.on("exit",()=>process._rawDebug("uid "+process.getuid()))';
    const env = { PATH: process.env.PATH, AUTOSEND_DATA_DIR: dataDir, AUTOSEND_USER: user.name };
    return run(process.execPath, ['--import', whoAtTheEnd, CLI, ...words], { env, cwd: top });
  }

  async function listOwners(dataDir: string): Promise<number[]> {
    const names = await readdir(dataDir, { recursive: true });
    const infos = await Promise.all([dataDir, ...names.map((name) => join(dataDir, name))].map((path) => stat(path)));
    return [...new Set(infos.map(({ uid }) => uid))];
  }

  const readStatus = (pid: number | string, name: string) =>
    readFile(`/proc/${pid}/status`, 'utf8').then((text) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]);

  test('launcher, every thread of the service and its database run as a user of their own, without a right or a group of root', {
    skip: process.platform !== 'linux' && 'reads /proc',
  }, async () => {
    const dataDir = join(top, 'fresh');
    const { pid } = await start(dataDir);
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
    assert.equal(children.length, 1);
    const threads = await readdir(`/proc/${children[0]}/task`);
    assert.ok(threads.length > 1);
    const ids = [user.uid, user.uid, user.uid, user.uid].join('\t');
    const groups = [user.gid, user.gid, user.gid, user.gid].join('\t');
    for (const each of [pid, ...threads, (await readDatabasePid(dataDir)) ?? 0]) {
      assert.equal(await readStatus(each, 'Uid'), ids);
      assert.equal(await readStatus(each, 'Gid'), groups);
      assert.ok(!(await readStatus(each, 'Groups'))?.split(' ').includes('0'));
      for (const set of ['CapPrm', 'CapEff', 'CapInh']) assert.equal(await readStatus(each, set), '0'.repeat(16), set);
    }
    assert.deepEqual(await listOwners(dataDir), [user.uid]);
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
  });

  test('a data folder of before, root’s and nobody’s with a server of nobody’s left running, is taken over with its data and closed', async () => {
    const dataDir = join(top, 'before');
    const left = spawn(process.execPath, ['--input-type=module', '-e', startAsNobody(dataDir)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(left.stdout, 'data');
    left.kill('SIGKILL');
    const server = await readDatabasePid(dataDir);
    assert.equal((await stat(`/proc/${server}`)).uid, NOBODY.uid);
    for (const name of ['postgres.password', 'postgres.log']) await chown(join(dataDir, name), 0, 0);
    await writeFile(join(dataDir, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o644 });
    await chown(dataDir, 0, 0);
    await chmod(dataDir, 0o777);

    const { output } = await start(dataDir);
    assert.match(output(), /belonged to uid 65534 and is handed to the user /);
    assert.notEqual(await readDatabasePid(dataDir), server);
    assert.deepEqual(await listOwners(dataDir), [user.uid]);
    assert.equal((await stat(join(dataDir, 'secret.key'))).mode & 0o777, 0o600);
    const { stdout } = await autosend(dataDir, 'doctor').catch((error: { stdout: string }) => error);
    assert.match(stdout, /ok {7}database/);
  });

  test('a data folder that root made with any mode, or a backup that root restored without its owners, is put right', async () => {
    const dataDir = join(top, 'restored');
    await mkdir(dataDir);
    await chmod(dataDir, 0o000);
    await start(dataDir);
    service?.signal('SIGTERM');
    assert.equal(await service?.ended(), 0);
    await run('chown', ['-R', '0:0', dataDir]);
    await run('chmod', ['-R', 'u=rwX,go=rX', dataDir]);
    assert.equal(await isReady(await start(dataDir)), true);
    assert.deepEqual(await listOwners(dataDir), [user.uid]);
    assert.equal((await stat(join(dataDir, 'postgres'))).mode & 0o777, 0o700);
  });

  test('the command line becomes that user too, after it has read what only root may; what writes for a mail server stays', async () => {
    const dataDir = join(top, 'fresh');
    const pem = join(top, 'private.pem');
    await run('openssl', ['genrsa', '-out', pem, '2048']);
    await chmod(pem, 0o600);
    await autosend(dataDir, 'projects', 'create', 'shop');
    const added = await autosend(dataDir, 'domains', 'add', 'example.com', '--project', 'shop');
    assert.match(added.stderr, new RegExp(`^uid ${user.uid}$`, 'm'));
    const key = ['domains', 'keys', 'create', 'example.com', '--selector', 'old', '--import', pem, '--project', 'shop'];
    const { stderr } = await autosend(dataDir, ...key).catch((error: { stderr: string }) => error);
    assert.doesNotMatch(stderr, /be read/);
    assert.match(stderr, new RegExp(`^uid ${user.uid}$`, 'm'));
    const out = join(top, 'tables');
    const exported = await autosend(dataDir, 'mta', 'export', '--format', 'opendkim', '--out', out, '--owner', '0:0');
    assert.match(exported.stderr, /^uid 0$/m);
    assert.deepEqual(await listOwners(dataDir), [user.uid]);
  });

  test('root, nobody and a user that is not there are refused as AUTOSEND_USER', async () => {
    const dataDir = join(top, 'refused');
    assert.match(await refuse(dataDir, { AUTOSEND_USER: 'root' }), /AUTOSEND_USER is root/);
    assert.match(await refuse(dataDir, { AUTOSEND_USER: 'nobody' }), /whom other programs use as well/);
    assert.match(await refuse(dataDir, { AUTOSEND_USER: 'no-such-user' }), /there is no user no-such-user/);
  });

  test('a folder of somebody else’s is not taken, nor a file that has a second name', async () => {
    const foreign = join(top, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'passwd'), '');
    assert.match(await refuse(foreign), /holds what is not ours \(passwd\)\. Nothing was changed\./);
    assert.equal((await stat(foreign)).uid, 0);

    const linked = join(top, 'linked');
    await mkdir(join(linked, 'postgres'), { recursive: true });
    await chown(join(linked, 'postgres'), NOBODY.uid, NOBODY.gid);
    await writeFile(join(top, 'shadow'), '', { mode: 0o600 });
    await run('ln', [join(top, 'shadow'), join(linked, 'postgres/PG_VERSION')]);
    assert.match(await refuse(linked), /PG_VERSION is a second name of a file that belongs to somebody else \(uid 0\)/);
    assert.equal((await stat(join(top, 'shadow'))).uid, 0);
  });

  test('a port below 1024 is refused in a line that says what to do', {
    skip: !ARE_PORTS_KEPT && 'this system gives these ports to everybody',
  }, async () => {
    assert.match(await refuse(join(top, 'fresh'), { AUTOSEND_PORT: '1023' }), /Only root may listen on port 1023/);
  });
});

function startAsNobody(dataDir: string): string {
  const server = new URL('../../../src/db/embedded/server.ts', import.meta.url).href;
  return `import { startEmbeddedServer } from ${JSON.stringify(server)};
    const log = { info() {}, warn() {}, error() {} };
    await startEmbeddedServer({ dataDir: ${JSON.stringify(dataDir)}, user: ${JSON.stringify(NOBODY)}, log, fsync: false });
    console.log('runs');`;
}
