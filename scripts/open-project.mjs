// As root: where the project is closed to the user that the service becomes, a copy of it that everybody may read. Plain JavaScript for Node.js 18.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { withOpenUmask } from './open-umask.mjs';

const COPIES = '/var/lib/autosend-program';
/** The program and nothing else of its folder: there may be secrets beside it, such as an .env. */
const PROGRAM = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'scripts',
  'server',
  'dashboard',
  'packages',
  'node_modules',
  // The documentation is served, too.
  'docs',
  'examples',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];
/** What its tests read as well. */
const ASIDE = [
  ...['bench', 'ops', '.ci', '.dockerignore', '.gitignore', 'Dockerfile', 'compose.yaml', 'LICENSE'],
  ...['biome.json', 'knip.json', 'tsconfig.json', 'README.md'],
];
/** What is never copied: what compilers keep, and secrets. */
const LEFT = /^(?:node_modules\/)?\.cache$|(?:^|\/)\.env(?:\.|$)|(?:^|\/)\.git$/;
/** Files that the service reads after it has given away root's rights; where one is closed, others are. */
const SAMPLES = ['server/src/main.ts', 'node_modules/.package-lock.json', 'package.json'];

/**
 * Gives the folder to run from: `root` itself, unless this process is root and others cannot read what is in it (`/root/…`, a strict
 * umask). Then it is a copy that is root's, which others can read and nobody else can change; brought up to date at each start.
 * Files are linked and not copied where both places are on one disk and others may read them.
 */
export function openProject(root, { copies = COPIES, isRoot = process.getuid?.() === 0, withTests = false } = {}) {
  if (!isRoot || isOpen(root)) return root;
  const mark = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const copy = join(copies, withTests ? `${mark}-tests` : mark);
  try {
    withOpenUmask(() => {
      mkdirSync(copies, { recursive: true });
      const wanted = new Set(withTests ? [...PROGRAM, ...ASIDE] : PROGRAM);
      copyFolder({ root, copy, isWanted: (path) => wanted.has(path.split('/', 1)[0]) && !LEFT.test(path) }, '');
    });
  } catch (error) {
    throw new Error(
      `Other users than root cannot read ${root}, and the service does not stay root; a copy in ${copy} failed: ${error.message}. Move the project to a folder that others can enter, such as /opt, or start it as another user.`,
    );
  }
  console.error(`Other users than root cannot read ${root}: the program runs from its copy in ${copy}.`);
  return copy;
}

function isOpen(root) {
  const paths = SAMPLES.map((path) => join(root, path)).filter(existsSync);
  return paths.every((path) => isOpenFile(realpathSync(path)));
}

/** Whether others may read a file, and enter every folder on the way to it. */
function isOpenFile(path) {
  if ((statSync(path).mode & 0o004) === 0) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function copyFolder(job, path) {
  const [from, to] = [join(job.root, path), join(job.copy, path)];
  if (lstatIfThere(to) && !lstatSync(to).isDirectory()) rmSync(to);
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  const names = readdirSync(from).filter((name) => job.isWanted(join(path, name)));
  for (const name of readdirSync(to))
    if (!names.includes(name)) rmSync(join(to, name), { recursive: true, force: true });
  for (const name of names) copyEntry(job, join(path, name));
}

function copyEntry(job, path) {
  const [from, to] = [join(job.root, path), join(job.copy, path)];
  const info = lstatSync(from);
  if (info.isSymbolicLink()) return copyLink(job, path);
  if (info.isDirectory()) return copyFolder(job, path);
  if (info.isFile()) copyFile(from, to, info);
}

/** A link to another place of the project stays one; what it leads to outside is copied where others cannot read it there. */
function copyLink(job, path) {
  const [from, to] = [join(job.root, path), join(job.copy, path)];
  const text = readlinkSync(from);
  const target = resolve(dirname(from), text);
  const isInside = !relative(job.root, target).startsWith('..') && !isAbsolute(relative(job.root, target));
  if (!isInside && existsSync(from) && !isOpenTree(realpathSync(from))) {
    if (!statSync(from).isDirectory()) return copyFile(realpathSync(from), to, statSync(from));
    return copyFolder({ root: realpathSync(from), copy: to, isWanted: (inner) => !LEFT.test(inner) }, '');
  }
  const kept = isInside ? relative(dirname(from), target) || '.' : target;
  const there = lstatIfThere(to);
  if (there?.isSymbolicLink() && readlinkSync(to) === kept) return;
  if (there) rmSync(to, { recursive: true, force: true });
  symlinkSync(kept, to);
}

function isOpenTree(path) {
  if (!statSync(path).isDirectory()) return isOpenFile(path);
  const sample = ['.package-lock.json', 'package.json'].map((name) => join(path, name)).find(existsSync);
  return isOpenFile(sample ?? path);
}

function copyFile(from, to, info) {
  const there = lstatIfThere(to);
  if (there?.isFile() && (isSameFile(there, info) || isSameText(there, info))) return;
  if (there) rmSync(to, { recursive: true, force: true });
  if ((info.mode & 0o004) !== 0 && tryLink(from, to)) return;
  const half = `${to}.new-${process.pid}`;
  copyFileSync(from, half, constants.COPYFILE_FICLONE);
  chmodSync(half, (info.mode & 0o100) === 0 ? 0o644 : 0o755);
  renameSync(half, to);
}

function isSameFile(one, other) {
  return one.ino === other.ino && one.dev === other.dev;
}

/** A copy is younger than what it was made of. */
function isSameText(copy, original) {
  return copy.size === original.size && copy.mtimeMs >= original.mtimeMs && copy.ctimeMs >= original.ctimeMs;
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function lstatIfThere(path) {
  return lstatSync(path, { throwIfNoEntry: false });
}
