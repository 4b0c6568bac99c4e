// Builds the dashboard when it is missing or made from another source. Plain JavaScript for Node.js 18, like the other launchers.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { oneAtATime } from './one-at-a-time.mjs';
import { withOpenUmask } from './open-umask.mjs';

// What the pages are made from; they share some pure functions with the server.
const SOURCES = [
  'dashboard/index.html',
  'dashboard/package.json',
  'dashboard/public',
  'dashboard/src',
  'dashboard/vite.config.ts',
  'package-lock.json',
  'scripts/build-dashboard.mjs',
  'server/src/core',
];
const MARK = 'built-from.txt';

/**
 * Builds the dashboard into `dashboard/dist` unless it is there and made from this very source. The finished folder takes the
 * place of the old one in one step, so that a service which runs meanwhile never serves half of it.
 * @returns false where it could not be built; the reason has been printed
 */
export function buildDashboard(root, node) {
  const dist = join(root, 'dashboard', 'dist');
  const source = hashSource(root);
  if (readMark(dist) === source) return true;
  return oneAtATime(join(root, 'node_modules', '.building'), 'building the dashboard', () =>
    readMark(dist) === source ? true : withOpenUmask(() => build(root, node, dist, source)),
  );
}

function build(root, node, dist, source) {
  console.error('Building the dashboard ...');
  const made = join(root, 'dashboard', `dist.${process.pid}`);
  try {
    const vite = createRequire(join(root, 'dashboard', 'package.json')).resolve('vite/package.json');
    const result = spawnSync(
      node,
      [join(vite, '..', 'bin', 'vite.js'), 'build', '--logLevel=warn', '--outDir', made, '--emptyOutDir'],
      { cwd: join(root, 'dashboard'), encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
    );
    if (result.status !== 0)
      throw new Error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`.trim());
    compressFiles(join(made, 'assets'));
    writeFileSync(join(made, MARK), source);
    rmSync(dist, { recursive: true, force: true });
    renameSync(made, dist);
    return true;
  } catch (error) {
    console.error(`The dashboard could not be built: ${error.message}`);
    return false;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** As small as it gets, which takes ten times as long as the service would want to: over slow 3G, the list comes 0.1 s sooner. */
function compressFiles(folder) {
  if (!existsSync(folder)) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  for (const name of readdirSync(folder).filter((each) => /\.(?:js|css)$/.test(each)))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name)), { params }));
}

function readMark(dist) {
  const mark = join(dist, MARK);
  return existsSync(mark) ? readFileSync(mark, 'utf8') : null;
}

/** Contents, not times: a checkout or a copy gives old files new times. */
function hashSource(root) {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => listFiles(root, source)).sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

function listFiles(root, path) {
  if (!existsSync(join(root, path))) return [];
  const parts = path.split('/');
  if (/\.\w+$/.test(parts.at(-1) ?? '')) return path.endsWith('.test.ts') ? [] : [path];
  return readdirSync(join(root, path)).flatMap((name) => listFiles(root, `${path}/${name}`));
}

// As a program: what the container image runs.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exit(buildDashboard(join(import.meta.dirname, '..'), process.execPath) ? 0 : 1);
