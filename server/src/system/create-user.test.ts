import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { promisify } from 'node:util';
import { createSystemUser } from './create-user.ts';
import { findSystemUser, isShared, parseUsers } from './system-user.ts';

const run = promisify(execFile);
const name = `autosend-t${process.pid}`;
const skip = process.getuid?.() !== 0 && 'only root can create users';
afterEach(async () => {
  if (skip || !(await findSystemUser(name))) return;
  await run('/usr/sbin/userdel', [name]);
});

test('users are read from /etc/passwd in each form that systems use, and who is shared is known', () => {
  const users = parseUsers(
    'root:x:0:0::/root:/bin/sh\n# a comment\nnobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false\nbroken:x\nann:x:1000:1001:Ann,,,:/home/ann:/bin/sh\nbare:x:7:8:::\n',
  );
  assert.deepEqual(
    users.map(({ name: each, uid, gid, home }) => [each, uid, gid, home]),
    [
      ['root', 0, 0, '/root'],
      ['nobody', 4_294_967_294, 4_294_967_294, '/var/empty'],
      ['ann', 1000, 1001, '/home/ann'],
      ['bare', 7, 8, '/'],
    ],
  );
  assert.deepEqual(users.map(isShared), [false, true, false, false]);
});

test('a user is created once, by useradd, without password, shell and folder, in a group of its own', {
  skip,
}, async () => {
  const [one, ...others] = await Promise.all(Array.from({ length: 4 }, () => createSystemUser(name, '/nonexistent')));
  assert.ok(one && one.uid > 0 && one.gid > 0);
  for (const other of others) assert.deepEqual(other, one);
  assert.equal(one.home, '/nonexistent');
  const { stdout } = await run('getent', ['passwd', name]);
  assert.match(stdout, /:(?:\/usr)?\/s?bin\/(?:nologin|false)\n$/);
});

test('where there is adduser alone it is used, where a group of that name is left over that group, and where there is nothing nobody is created', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-path-'));
  try {
    await chmod(folder, 0o755);
    assert.equal(await createSystemUser(name, '/nonexistent', folder), null);
    for (const program of ['/usr/sbin/adduser', '/usr/sbin/addgroup'])
      await symlink(program, join(folder, program.slice(10)));
    const added = await createSystemUser(name, '/nonexistent', `${folder}:/usr/bin:/bin`);
    if (added) assert.ok(added.uid > 0 && added.gid > 0);
  } finally {
    await rm(folder, { recursive: true });
  }
  if (await findSystemUser(name)) await run('/usr/sbin/userdel', [name]);
  await run('/usr/sbin/groupadd', ['--system', name]).catch(() => undefined);
  assert.ok(await createSystemUser(name, '/nonexistent'));
});
