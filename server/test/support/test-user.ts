import { readFileSync } from 'node:fs';
import { parseUsers, type SystemUser } from '../../src/system/system-user.ts';

/**
 * The user that services and databases of the tests run as where the tests run as root, and null elsewhere. `npm test` creates
 * it; a file that is run alone takes one that every system has.
 */
export const testUser: SystemUser | null = process.getuid?.() === 0 ? findTestUser() : null;

/** What tells a service or a command that is started as root who to be. */
export const testUserEnvironment: Readonly<Record<string, string>> = testUser ? { AUTOSEND_USER: testUser.name } : {};

function findTestUser(): SystemUser {
  const wanted = process.env.AUTOSEND_TEST_USER ?? 'daemon';
  const user = parseUsers(readFileSync('/etc/passwd', 'utf8')).find(({ name }) => name === wanted);
  if (!user) throw new Error(`There is no user ${wanted} for the tests.`);
  return user;
}
