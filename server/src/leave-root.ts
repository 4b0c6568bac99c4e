import { flushCompileCache } from 'node:module';
import { adoptHome, type Config } from './config.ts';
import { AppError, validationError } from './core/errors.ts';
import { completeBinaries } from './db/embedded/binaries.ts';
import {
  closeDataFolder,
  findDataOwner,
  makeDataDir,
  ROOT_DATA_DIR,
  resolveDataDir,
} from './db/embedded/data-folder.ts';
import { takeOver } from './db/embedded/take-over.ts';
import { becomeUser } from './system/become-user.ts';
import { createSystemUser } from './system/create-user.ts';
import { findSystemUser, isShared, type SystemUser } from './system/system-user.ts';

/** Whom a service that is started as root runs as, unless AUTOSEND_USER or the owner of the data says otherwise. */
const USER_NAME = 'autosend';

/** Where this process keeps its data, and as whom. */
export interface Place {
  /** The data folder, made and closed to others; null with a database of the operator's own. */
  readonly dataDir: string | null;
  /** Whom PostgreSQL has to run as, because this process is still root; null where it runs as this process does. */
  readonly user: SystemUser | null;
}

/**
 * Prepares the data folder, and ends being root: a process that was started as root becomes a user of its own for good, before
 * it opens anything. What needs root is done first: the user is created, the data handed over, the programs completed.
 * @param options.keepRoot for what writes files of other users; then only the database runs as that user
 * @param options.say tells in a line what was done that nobody asked for
 * @param options.beforeLeaving done once the data folder is prepared, while what root compiled can still be kept
 * @throws {AppError} with one line that says what to do
 */
export async function leaveRoot(
  config: Pick<Config, 'databaseUrl' | 'dataDir' | 'user'>,
  options: {
    readonly cwd: string;
    readonly keepRoot?: boolean;
    say(line: string): void;
    beforeLeaving?(place: Place): Promise<void>;
  },
): Promise<Place> {
  const { cwd, keepRoot = false, say, beforeLeaving } = options;
  const isEmbedded = config.databaseUrl === undefined;
  if (process.getuid?.() !== 0) {
    await requireToBe(config.user);
    const dataDir = isEmbedded ? await resolveDataDir({ configured: config.dataDir, cwd, user: null }) : null;
    if (dataDir !== null) {
      await makeDataDir(dataDir, null);
      await closeDataFolder(dataDir, say);
    }
    await beforeLeaving?.({ dataDir, user: null });
    return { dataDir, user: null };
  }
  if (keepRoot && !isEmbedded) return { dataDir: null, user: null };
  const here = isEmbedded ? await resolveDataDir({ configured: config.dataDir, cwd, user: null }) : null;
  const user = config.user === undefined ? await chooseUser(here, say) : await findNamedUser(config.user);
  const dataDir = isEmbedded ? await resolveDataDir({ configured: config.dataDir, cwd, user }) : null;
  if (dataDir !== null) {
    await makeDataDir(dataDir, user);
    await takeOver(dataDir, user, say);
    await completeBinaries();
  }
  if (keepRoot) return { dataDir, user };
  await beforeLeaving?.({ dataDir, user });
  // Afterwards the folder with the compiled code is root's, and closed.
  flushCompileCache();
  becomeUser(user);
  adoptHome(user);
  // The launcher has nothing left to do for which it would have to be root either.
  process.send?.({ runsAs: { uid: user.uid, gid: user.gid } });
  if (dataDir !== null) await closeDataFolder(dataDir, say);
  return { dataDir, user: null };
}

/** The user that the data belongs to, or the one of our own, who is created once. */
async function chooseUser(dataDir: string | null, say: (line: string) => void): Promise<SystemUser> {
  const uid = dataDir === null ? null : await findDataOwner(dataDir);
  const owner = uid === null || uid === 0 ? null : await findSystemUser(uid);
  if (owner && !isShared(owner)) return owner;
  const existing = await findSystemUser(USER_NAME);
  if (existing && existing.uid !== 0) return existing;
  const created = await createSystemUser(USER_NAME, ROOT_DATA_DIR);
  if (!created) throw refuseRoot();
  say(`Created the user ${USER_NAME}: started as root, the service and its database run as that user.`);
  return created;
}

async function findNamedUser(name: string): Promise<SystemUser> {
  const user = await findSystemUser(name);
  if (user === null)
    throw validationError('AUTOSEND_USER', `AUTOSEND_USER: there is no user ${name} on this system. Create it first.`);
  if (user.uid === 0)
    throw validationError(
      'AUTOSEND_USER',
      'AUTOSEND_USER is root. Name a user without its rights: PostgreSQL refuses root.',
    );
  if (isShared(user))
    throw validationError(
      'AUTOSEND_USER',
      `AUTOSEND_USER is ${name}, whom other programs use as well. Name a user of its own.`,
    );
  return user;
}

/** A setting that is not obeyed must not pass in silence. */
async function requireToBe(name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const user = await findSystemUser(name);
  if (user?.uid === process.getuid?.()) return;
  throw validationError(
    'AUTOSEND_USER',
    `AUTOSEND_USER is ${name}, and only root can start the service as another user. Start it as ${name} or as root, or unset it.`,
  );
}

function refuseRoot(): AppError {
  return new AppError(
    'SERVICE_UNAVAILABLE',
    `This was started as root, which the service does not stay, and no user could be created for it here. Create one (useradd --system ${USER_NAME}), name one that is there in AUTOSEND_USER, or start it as another user.`,
  );
}
