// As root: the user that the databases and the services of a run of tests belong to, created for the run and removed after it.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createSystemUser } from '../server/src/system/create-user.ts';
import { findSystemUser, parseUsers } from '../server/src/system/system-user.ts';

const PREFIX = 'autosend-t';

/**
 * Takes a user for this run, and names it in AUTOSEND_TEST_USER. Where none can be created it is one that every system has: what
 * belongs to it is thrown away.
 * @returns null where this process is not root and runs everything itself
 */
export async function takeTestUser() {
  if (process.getuid?.() !== 0) return null;
  await removeLeftOvers();
  const name = `${PREFIX}${process.pid}`;
  const created = await createSystemUser(name, '/nonexistent');
  const user = created ?? (await findSystemUser('daemon')) ?? (await findSystemUser('bin'));
  if (!user)
    throw new Error(
      'As root the tests need another user for their databases, and there is none. Create one: useradd --system autosend',
    );
  process.env.AUTOSEND_TEST_USER = user.name;
  return {
    uid: user.uid,
    gid: user.gid,
    release() {
      if (created) removeUser(name);
    },
  };
}

/** Runs that were killed could not remove theirs. */
async function removeLeftOvers() {
  for (const { name } of parseUsers(await readFile('/etc/passwd', 'utf8').catch(() => ''))) {
    const pid = new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeUser(name);
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function removeUser(name) {
  for (const program of ['userdel', 'deluser']) {
    try {
      execFileSync(program, [name], { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
      return;
    } catch {
      // The other program may be there; a user that stays is removed by the next run.
    }
  }
}
