import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AppError } from '../../core/errors.ts';
import { findClosedFolder, makeDataDir, parseNobody, resolveDataDir } from './data-folder.ts';

const nobody = { uid: 65534, gid: 65534 };
/** Run by nobody itself, a folder that is closed to others is not closed to nobody. */
const skip = process.getuid?.() === nobody.uid && 'the tests run as the user that is to be kept out';
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

test('nobody is read from /etc/passwd in each form that systems use', () => {
  const cases: [string, number, number][] = [
    ['root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n', 65534, 65534],
    ['nobody:x:99:98::/:/bin/false', 99, 98],
    ['nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false', 4294967294, 4294967294],
    ['nobody:x:0:0::/:/bin/sh', 65534, 65534],
    ['nobody:x', 65534, 65534],
    ['', 65534, 65534],
  ];
  for (const [passwd, uid, gid] of cases) assert.deepEqual(parseNobody(passwd), { uid, gid }, passwd);
});

test('the outermost folder that a user cannot enter is named, at any depth, also above folders that are not there yet', {
  skip,
}, async () => {
  assert.equal(await findClosedFolder(join(closed, 'project/data'), nobody), closed);
  assert.equal(await findClosedFolder(closed, nobody), closed);
  assert.equal(await findClosedFolder(join(open, 'new/data'), nobody), null);
  const { uid, gid } = await stat(closed);
  assert.equal(await findClosedFolder(closed, { uid, gid }), null);
});

test('the data folder is ./data, wherever another user than root stands', async () => {
  assert.equal(
    await resolveDataDir({ configured: undefined, cwd: join(closed, 'project'), uid: 1000 }),
    join(closed, 'project/data'),
  );
});

test('root in an open folder uses ./data, root in a closed one the folder of the system', { skip }, async () => {
  const rootDataDir = '/somewhere/else';
  const options = { configured: undefined, uid: 0, rootDataDir };
  assert.equal(await resolveDataDir({ ...options, cwd: open }), join(open, 'data'));
  assert.equal(await resolveDataDir({ ...options, cwd: join(closed, 'project') }), rootDataDir);
});

test('a configured data folder is taken as it is, relative to the current folder', async () => {
  assert.equal(await resolveDataDir({ configured: 'my data', cwd: open, uid: 0 }), join(open, 'my data'));
  assert.equal(await resolveDataDir({ configured: '/srv/x/', cwd: open, uid: 1000 }), '/srv/x');
});

test('a configured data folder that PostgreSQL cannot enter is refused, naming the variable and the folder', {
  skip,
}, async () => {
  await assert.rejects(resolveDataDir({ configured: 'closed/project/data', cwd: open, uid: 0 }), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'VALIDATION_FAILED');
    assert.match(error.message, /AUTOSEND_DATA_DIR/);
    assert.ok(error.message.includes(`cannot enter ${closed}.`));
    return true;
  });
});

test('every folder that is made for the data can be entered by the database user, whatever the umask', async () => {
  const previous = process.umask(0o077);
  try {
    await makeDataDir(join(open, 'a/b/c'), nobody);
  } finally {
    process.umask(previous);
  }
  assert.equal(await findClosedFolder(join(open, 'a/b/c'), nobody), null);
});
