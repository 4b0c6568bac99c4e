import { AppError } from '../core/errors.ts';
import type { SystemUser } from './system-user.ts';

/**
 * Makes this process, with all its threads, one of `user` for good: real, effective and saved ids, and the groups of that user in
 * the place of root's. The ids of groups go first: without root's uid they could not be changed any more. Verified afterwards.
 * @throws {AppError} SERVICE_UNAVAILABLE where the system refuses, or root could still be had back
 */
export function becomeUser(user: SystemUser): void {
  // The type declarations do not know the second one.
  const { setgid, initgroups, setuid } = process as NodeJS.Process & {
    initgroups?: (name: string, gid: number) => void;
  };
  if (!setgid || !initgroups || !setuid) throw new Error('This system has no users.');
  try {
    initgroups.call(process, user.name, user.gid);
    setgid.call(process, user.gid);
    setuid.call(process, user.uid);
  } catch (cause) {
    throw refuse(user, cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error', cause);
  }
  const left = describeWhatIsLeft(user);
  if (left !== null) throw refuse(user, left);
}

/** What of another user this process still has; null when nothing. */
function describeWhatIsLeft({ uid, gid }: SystemUser): string | null {
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid) return 'the uid is still another one';
  if (process.getgid?.() !== gid || process.getegid?.() !== gid) return 'the gid is still another one';
  if (process.getgroups?.().includes(0)) return 'a group of root is left';
  try {
    process.setuid?.(0);
  } catch {
    return null;
  }
  return 'root could be had back';
}

function refuse(user: SystemUser, reason: string, cause?: unknown): AppError {
  return new AppError(
    'SERVICE_UNAVAILABLE',
    `This was started as root and could not become the user ${user.name} (uid ${user.uid}): ${reason}. Start it as that user, or as another one that is not root.`,
    { cause },
  );
}
