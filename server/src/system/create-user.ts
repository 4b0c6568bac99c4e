import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runAlone } from './run-alone.ts';
import { findSystemUser, runAdmin, type SystemUser } from './system-user.ts';

/** Another program has /etc/passwd open for a moment. */
const LOCKED = /cannot lock|try again later|unable to lock|in use/i;
const TRIES = 20;
const RETRY_MS = 250;

/**
 * Creates a user of the system, without a password, a shell or a folder of its own; null where the system has no program for that,
 * or it fails. Processes that create it at once all get the same user: of two `useradd` that both found the name free, the second
 * would give the first one's user another number.
 * @param path where to look for the programs; for tests
 */
export async function createSystemUser(name: string, home: string, path?: string): Promise<SystemUser | null> {
  return runAlone(
    `autosend: system user ${name}`,
    async () => (await findSystemUser(name)) ?? (await addSystemUser(name, home, path)),
  );
}

async function addSystemUser(name: string, home: string, path: string | undefined): Promise<SystemUser | null> {
  const shell = await findNoShell();
  const common = ['--system', '--no-create-home', '--shell', shell];
  const ways: [string, string[]][][] = [
    // shadow-utils: nearly every distribution.
    [['useradd', [...common, '--home-dir', home, '--user-group', name]]],
    // The same, where a group of this name is left over.
    [['useradd', [...common, '--home-dir', home, '--gid', name, name]]],
    // Debian's adduser.
    [['adduser', [...common, '--home', home, '--group', '--quiet', name]]],
    // BusyBox, as on Alpine. Without -G the user would be in a group that others share.
    [
      ['addgroup', ['-S', name]],
      ['adduser', ['-S', '-D', '-H', '-h', home, '-s', shell, '-G', name, name]],
    ],
  ];
  for (const way of ways) {
    for (const [program, options] of way) await runPatiently(program, options, path);
    const user = await findSystemUser(name);
    if (user) return user;
  }
  return null;
}

/** Runs it, again where another program has the list of users open. Whether it worked is seen by the user that is there then. */
async function runPatiently(program: string, options: readonly string[], path?: string): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      await runAdmin(program, options, path);
      return;
    } catch (error) {
      if (!LOCKED.test((error as { stderr?: string }).stderr ?? '')) return;
      await delay(RETRY_MS);
    }
  }
}

async function findNoShell(): Promise<string> {
  for (const shell of ['/usr/sbin/nologin', '/sbin/nologin']) {
    const isThere = await access(shell).then(
      () => true,
      () => false,
    );
    if (isThere) return shell;
  }
  return '/bin/false';
}
