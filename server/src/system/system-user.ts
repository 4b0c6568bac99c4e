/*
 * Users of the operating system: `system-user.ts` finds them, `create-user.ts` adds the one that the service runs as, in one
 * process at a time (`run-alone.ts`), `become-user.ts` gives root's rights away for good, `hand-over.ts` gives files to a user.
 * Nothing else in the server changes who it is or whose a file is.
 */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The numbers by which a system knows a user, as `spawn` and `chown` want them. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** A user of the operating system. */
export interface SystemUser extends UserIds {
  readonly name: string;
  readonly home: string;
}

const run = promisify(execFile);
/** Also where PATH lacks the folders of administration, as after `su` without `-`. */
const ADMIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Reads the users out of the text of /etc/passwd; lines that are none are passed over. */
export function parseUsers(passwd: string): SystemUser[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uidText = '', gidText = '', , home = ''] = line.split(':');
    const [uid, gid] = [Number.parseInt(uidText, 10), Number.parseInt(gidText, 10)];
    if (name === '' || !Number.isInteger(uid) || !Number.isInteger(gid)) return [];
    // macOS writes nobody's uid as -2.
    return [{ name, uid: uid >>> 0, gid: gid >>> 0, home: home || '/' }];
  });
}

/** Finds a user by name or number; null when there is none. Asks the system's other directories (LDAP) where /etc/passwd has none. */
export async function findSystemUser(nameOrUid: string | number): Promise<SystemUser | null> {
  const isWanted = ({ name, uid }: SystemUser) => name === nameOrUid || String(uid) === String(nameOrUid);
  const local = parseUsers(await readFile('/etc/passwd', 'utf8').catch(() => '')).find(isWanted);
  if (local) return local;
  const answer = await runAdmin('getent', ['passwd', String(nameOrUid)]).catch(() => '');
  return parseUsers(answer).find(isWanted) ?? null;
}

/** Whether a user is one that other programs share: what it may read, too many may read. */
export function isShared({ name, uid }: SystemUser): boolean {
  return name === 'nobody' || uid === 65_534 || uid === 4_294_967_294;
}

/** Runs a program of the system's administration and gives what it prints. */
export async function runAdmin(program: string, options: readonly string[], path = ADMIN_PATH): Promise<string> {
  const { stdout } = await run(program, options, { cwd: '/', env: { PATH: path, LC_ALL: 'C' } });
  return stdout;
}
