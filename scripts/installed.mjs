// Whether node_modules is what package-lock.json asks for. Plain JavaScript for Node.js 18: it runs before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Describes this machine the way packages name it. `libc` is undefined where the difference does not exist. */
export function describePlatform() {
  const { platform: os, arch: cpu } = process;
  if (os !== 'linux') return { os, cpu, libc: undefined };
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return { os, cpu, libc: header.glibcVersionRuntime ? 'glibc' : 'musl' };
}

/**
 * Names the first package that is missing or of another version, or returns null when node_modules is current.
 * npm keeps what it installed in node_modules/.package-lock.json.
 */
export function findOutdatedPackage(root, { withDevelopment, platform = describePlatform() }) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or damaged. Get the whole project again.');
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json')) ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    // Also what could not be shared, and lies in the folder of a workspace.
    if (!path.includes('node_modules/')) continue;
    if ((entry.dev || entry.devOptional) && !withDevelopment) continue;
    if (isCurrent(entry, installed[path]) && existsSync(join(root, path, 'package.json'))) continue;
    if (!installed[path] && entry.optional && !isMeantFor(entry, platform)) continue;
    return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  }
  return null;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function isCurrent(wanted, found) {
  if (!found) return false;
  return wanted.link ? found.link === true : found.version === wanted.version && found.integrity === wanted.integrity;
}

// An optional package that names no platform (a WebAssembly fallback's parts) is npm's to decide on.
function isMeantFor({ os, cpu, libc }, platform) {
  if (!os && !cpu) return false;
  return allows(os, platform.os) && allows(cpu, platform.cpu) && allows(libc, platform.libc);
}

function allows(list, value) {
  if (list === undefined || value === undefined) return true;
  const names = [].concat(list);
  if (names.includes(`!${value}`)) return false;
  return names.includes(value) || names.every((name) => name.startsWith('!'));
}
