import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AppError } from '../../core/errors.ts';
import { findClosedFolder } from '../../system/closed-folder.ts';
import { closeDataFolder, makeDataDir, resolveDataDir } from './data-folder.ts';

const other = { uid: 64_321, gid: 64_321 };
let open: string;
let closed: string;

before(async () => {
  open = await mkdtemp(join(tmpdir(), 'autosend-folders-'));
  await chmod(open, 0o711);
  closed = join(open, 'closed');
  await mkdir(join(closed, 'project'), { recursive: true, mode: 0o755 });
  await chmod(closed, 0o700);
});
after(() => rm(open, { recursive: true }));

test('the outermost folder that a user cannot enter is named, at any depth, also above folders that are not there yet', async () => {
  assert.equal(await findClosedFolder(join(closed, 'project/data'), other), closed);
  assert.equal(await findClosedFolder(closed, other), closed);
  assert.equal(await findClosedFolder(join(open, 'new/data'), other), null);
  const { uid, gid } = await stat(closed);
  assert.equal(await findClosedFolder(closed, { uid, gid }), null);
});

test('the data folder is ./data, wherever another user than root stands', async () => {
  assert.equal(
    await resolveDataDir({ configured: undefined, cwd: join(closed, 'project'), user: null }),
    join(closed, 'project/data'),
  );
});

test('started by root in an open folder it is ./data, in a closed one the folder of the system', async () => {
  const rootDataDir = '/somewhere/else';
  const options = { configured: undefined, user: other, rootDataDir };
  assert.equal(await resolveDataDir({ ...options, cwd: open }), join(open, 'data'));
  assert.equal(await resolveDataDir({ ...options, cwd: join(closed, 'project') }), rootDataDir);
});

test('a configured data folder is taken as it is, relative to the current folder', async () => {
  assert.equal(await resolveDataDir({ configured: 'my data', cwd: open, user: other }), join(open, 'my data'));
  assert.equal(await resolveDataDir({ configured: '/srv/x/', cwd: open, user: null }), '/srv/x');
});

test('a configured data folder that the service cannot enter is refused, naming the variable and the folder', async () => {
  await assert.rejects(resolveDataDir({ configured: 'closed/project/data', cwd: open, user: other }), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'VALIDATION_FAILED');
    assert.match(error.message, /AUTOSEND_DATA_DIR/);
    assert.ok(error.message.includes(`cannot enter ${closed}.`));
    return true;
  });
});

test('every folder that is made for the data can be entered by the user that root becomes, whatever the umask', async () => {
  const previous = process.umask(0o077);
  try {
    await makeDataDir(join(open, 'a/b/c'), other);
  } finally {
    process.umask(previous);
  }
  assert.equal(await findClosedFolder(join(open, 'a/b/c'), other), null);
});

test('a data folder, its secret and its password that are open to others are closed, with a line each; other files stay', async () => {
  const dataDir = join(open, 'lax');
  await mkdir(join(dataDir, 'postgres'), { recursive: true });
  for (const name of ['secret.key', 'postgres.password', 'notes.txt']) {
    await writeFile(join(dataDir, name), 'x');
    await chmod(join(dataDir, name), 0o644);
  }
  await chmod(join(dataDir, 'postgres'), 0o750);
  await chmod(dataDir, 0o777);
  const lines: string[] = [];
  await closeDataFolder(dataDir, (line) => lines.push(line));
  const modes = async (names: readonly string[]) =>
    Promise.all(names.map(async (name) => ((await stat(join(dataDir, name))).mode & 0o777).toString(8)));
  assert.deepEqual(await modes(['.', 'secret.key', 'postgres.password', 'postgres', 'notes.txt']), [
    '700',
    '600',
    '600',
    '700',
    '644',
  ]);
  assert.equal(lines.length, 4);
  assert.equal(lines[0], `${dataDir} had the mode 0777 and is closed to others now.`);
  await closeDataFolder(dataDir, () => assert.fail('a second time there is nothing to do'));
});
