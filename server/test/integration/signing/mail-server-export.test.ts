import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exportKeys, followKeys } from '../../../src/cli/mail-server/export.ts';
import { openMailServerFolder } from '../../../src/cli/mail-server/folder.ts';
import type { KeySource } from '../../../src/cli/mail-server/key-source.ts';
import { createRemoteKeySource } from '../../../src/cli/mail-server/remote-key-source.ts';
import type { DomainName } from '../../../src/core/ids.ts';
import { MAIL_SERVER_FORMATS, type MailServerFormat } from '../../../src/core/mail-server/tables.ts';
import type { ExportedKey } from '../../../src/services/signing/exported-keys.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { runAutosend } from '../../support/command-line.ts';

/** No file with a key. */
const PROGRAM = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

let service: TestApp;
let folder: string;
let address: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  address = await service.listen();
  for (const name of ['a.example.com', 'b.example.com', 'c.example.com']) await service.addDomain(name);
  await service.query("UPDATE domains SET status = 'VERIFIED' WHERE name <> 'c.example.com'");
});
after(() => service.close());
beforeEach(async (t) => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-export-'));
  if ('after' in t) t.after(() => rm(folder, { recursive: true }));
});

/** Runs `mta export`, as on a machine where nothing else is set. */
const run = (words: readonly string[], env: Record<string, string> = {}) =>
  runAutosend(['mta', 'export', ...words], env);

async function writeApiKey(permission: 'mail_server' | 'full_access'): Promise<string> {
  const file = join(folder, `${permission}.key`);
  // As the dashboard's download has it.
  await writeFile(file, `AUTOSEND_API_KEY=${(await service.createKey(service.project, { permission })).key}\n`);
  return file;
}

/** Every file and link below a folder with what it holds, but for the folder's own path. */
async function readTree(path: string, at = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(join(path, at), { withFileTypes: true })) {
    const name = join(at, entry.name);
    if (entry.isDirectory()) Object.assign(tree, await readTree(path, name));
    else if (entry.isSymbolicLink()) tree[name] = `-> ${await readlink(join(path, name))}`;
    else {
      const { mode } = await stat(join(path, name));
      tree[name] = `${mode & 0o777} ${(await readFile(join(path, name), 'utf8')).replaceAll(path, '<out>')}`;
    }
  }
  return tree;
}

for (const format of MAIL_SERVER_FORMATS)
  test(`${format}: what is pulled by the API is what the database gives, file for file`, async () => {
    const apiKeyFile = await writeApiKey('mail_server');
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    const env = { AUTOSEND_DATABASE_URL: service.databaseUrl, AUTOSEND_SECRET_KEY: TEST_SECRET_KEY };
    assert.equal((await run(['--format', format, '--out', here], env)).stderr, '');
    const pulled = await run(['--format', format, '--out', there, '--from', address, '--api-key-file', apiKeyFile]);
    assert.equal(pulled.stderr, '');
    assert.match(pulled.stdout, /keys and tables of 2 domains/);
    const tree = await readTree(here);
    assert.deepEqual(await readTree(there), tree);
    assert.equal(Object.values(tree).filter((text) => text.startsWith('384 -----BEGIN PRIVATE KEY-----')).length, 2);
  });

test('folders: a domain is a folder with its private key and its selector', async () => {
  const apiKeyFile = await writeApiKey('mail_server');
  const out = join(folder, 'out');
  await run(['--format', 'folders', '--out', out, '--from', address, '--api-key-file', apiKeyFile]);
  assert.deepEqual((await readdir(join(out, 'domains'))).sort(), ['a.example.com', 'b.example.com']);
  assert.equal(await readFile(join(out, 'domains/a.example.com/selector'), 'utf8'), 'autosend\n');
  assert.match(await readFile(join(out, 'domains/a.example.com/private'), 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
});

test('an API key without the permission, and an address that would send keys in clear, are refused', async () => {
  const wrongKey = await writeApiKey('full_access');
  const out = ['--format', 'opendkim', '--out', join(folder, 'out')];
  const refused = await run([...out, '--from', address, '--api-key-file', wrongKey]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /answered 403: This API key can't read private keys/);
  for (const from of ['http://service.example.com', 'service.example.com', 'ftp://127.0.0.1']) {
    const { code, stderr } = await run([...out, '--from', from, '--api-key-file', wrongKey]);
    assert.deepEqual([code, /--from must be an https URL/.test(stderr)], [2, true], from);
  }
  assert.equal((await run([...out, '--from', address])).code, 2);
  assert.equal((await run([...out, '--from', address, '--api-key-file', join(folder, 'none')])).code, 2);
  assert.equal((await run([...out, '--from', address, '--api-key-file', PROGRAM])).code, 2);
});

test('a command that is not there, and a folder that cannot be written, are told as what they are: there is no database here', async () => {
  const apiKeyFile = await writeApiKey('mail_server');
  const remote = ['--format', 'opendkim', '--from', address, '--api-key-file', apiKeyFile];
  const program = await run([...remote, '--out', join(folder, 'out'), '--on-change', '/no/such/program']);
  const path = await run([...remote, '--out', join(apiKeyFile, 'out')]);
  for (const { code, stderr } of [program, path]) {
    assert.equal(code, 1, stderr);
    assert.doesNotMatch(stderr, /the database|database is/i);
  }
  assert.match(program.stderr, /\/no\/such\/program/);
  assert.match(path.stderr, /ENOTDIR/);
});

test('a service that limits requests is waited for as long as it says', async () => {
  const limited = await createTestApp(import.meta.url, { beside: service, variables: { RATE_LIMIT_PER_SECOND: '1' } });
  try {
    const { key } = await service.createKey(service.project, { permission: 'mail_server' });
    const waits: number[] = [];
    const clock = {
      ...limited.ctx.clock,
      sleep: async (ms: number) => {
        waits.push(ms);
        service.clock.advance(ms);
      },
    };
    const source = createRemoteKeySource(clock, new URL(await limited.listen()), key);
    for (let round = 0; round < 4; round += 1) assert.equal((await source.listPage(null)).keys.length, 2);
    assert.deepEqual(waits, [1_000, 1_000]);
  } finally {
    await limited.close();
  }
});

test('polling says that keys changed once, and then only when they did', async () => {
  const { key } = await service.createKey(service.project, { permission: 'mail_server' });
  const source = createRemoteKeySource(service.ctx.clock, new URL(address), key);
  assert.deepEqual([await source.hasChanged(), await source.hasChanged()], [true, false]);
  await service.query("UPDATE domains SET status = 'FAILED' WHERE name = 'b.example.com'");
  service.clock.advance(1_000);
  assert.deepEqual([await source.hasChanged(), await source.hasChanged()], [true, false]);
  await service.query("UPDATE domains SET status = 'VERIFIED' WHERE name = 'b.example.com'");
});

const KEYS: readonly ExportedKey[] = ['autosend', 'second'].map((selector, index) => ({
  domain: 'example.com' as DomainName,
  selector,
  keyId: `${index}`.repeat(24),
  privateKey: `-----BEGIN PRIVATE KEY-----\n${selector}\n-----END PRIVATE KEY-----\n`,
}));

/** A source that gives the keys that a test says. */
function createSource(): KeySource & { keys: readonly ExportedKey[] } {
  const source = {
    pauseMs: 1,
    keys: KEYS.slice(0, 1),
    hasChanged: async () => false,
    listPage: async () => ({ keys: source.keys, next: null }),
    open: async (keys: readonly { keyId: string }[]) =>
      KEYS.filter(({ keyId }) => keys.some((each) => each.keyId === keyId)),
  };
  return source;
}

/** An export into a new folder. */
async function createJob(format: MailServerFormat, source: KeySource, onChange = async () => {}) {
  const out = join(folder, 'out');
  const target = await openMailServerFolder(out, format, null);
  // The times of files are real: the clock that they are compared with starts from them.
  let nowMs = (await stat(out)).mtimeMs;
  const clock = { ...service.clock, now: () => new Date(nowMs) };
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { job: { source, clock, folder: target, onChange }, out, wait };
}

for (const format of MAIL_SERVER_FORMATS)
  test(`${format}: after a rotation the tables name the new key at once, and the old one stays until signers have read them`, async () => {
    const source = createSource();
    const { job, out, wait } = await createJob(format, source);
    assert.equal((await exportKeys(job)).isChanged, true);
    source.keys = KEYS.slice(1);
    assert.deepEqual(await exportKeys(job), { domains: 1, isChanged: true, hasMoreToRemove: true });
    const holding = async (text: string) =>
      Object.values(await readTree(out)).filter((each) => each.includes(`KEY-----\n${text}\n`)).length;
    assert.deepEqual([await holding('autosend'), await holding('second')], [1, 1]);
    if (format === 'folders')
      assert.equal(await readFile(join(out, 'domains/example.com/selector'), 'utf8'), 'second\n');
    // rspamd checks its map that often, where the kernel does not tell of it.
    wait(30_000);
    assert.deepEqual(await exportKeys(job), { domains: 1, isChanged: false, hasMoreToRemove: true });
    assert.equal(await holding('autosend'), 1);
    wait(60_000);
    assert.deepEqual(await exportKeys(job), { domains: 1, isChanged: false, hasMoreToRemove: false });
    assert.deepEqual([await holding('autosend'), await holding('second')], [0, 1]);
    assert.ok(!JSON.stringify(await readTree(out)).includes('autosend'), 'no link is left over');
  });

test('a signer that could not be told of new tables is told at the next round', async () => {
  const source = createSource();
  const stopping = new AbortController();
  let calls = 0;
  const { job } = await createJob('opendkim', { ...source, hasChanged: async () => calls === 0 }, async () => {
    calls += 1;
    if (calls === 1) throw new Error('the signer is away');
    stopping.abort();
  });
  const failures: unknown[] = [];
  const clock = { ...job.clock, sleep: async () => {} };
  await followKeys({ ...job, clock }, stopping.signal, {
    exported: () => {},
    failed: (error) => failures.push(error),
  });
  assert.deepEqual([calls, failures.length], [2, 1]);
});
