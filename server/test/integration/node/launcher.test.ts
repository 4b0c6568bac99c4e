import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

interface Installed {
  findOutdatedPackage(root: string, options: { withDevelopment: boolean; platform: object }): string | null;
}

// Plain JavaScript without types, because Node.js 18 runs it before anything is installed.
const scripts = new URL('../../../../scripts/installed.mjs', import.meta.url).href;
const { findOutdatedPackage } = (await import(scripts)) as Installed;
const platform = { os: 'linux', cpu: 'x64', libc: 'glibc' };

let top: string;
before(async () => {
  top = await mkdtemp(join(tmpdir(), 'autosend-launcher-'));
});
after(() => rm(top, { recursive: true }));

interface Case {
  readonly name: string;
  readonly wanted: Record<string, object>;
  readonly installed?: Record<string, object>;
  /** Folders of packages that are listed as installed and are not there. */
  readonly gone?: string[];
  readonly withDevelopment?: boolean;
  readonly outdated: string | null;
}

const a1 = { 'node_modules/a': { version: '1.0.0', integrity: 'x' } };
const cases: Case[] = [
  { name: 'everything is there', wanted: a1, installed: a1, outdated: null },
  { name: 'nothing was ever installed', wanted: a1, outdated: 'a' },
  {
    name: 'an older version is installed',
    wanted: a1,
    installed: { 'node_modules/a': { version: '0.9.0', integrity: 'x' } },
    outdated: 'a',
  },
  {
    name: 'the same version with other contents',
    wanted: a1,
    installed: { 'node_modules/a': { version: '1.0.0', integrity: 'y' } },
    outdated: 'a',
  },
  { name: 'a folder was deleted by hand', wanted: a1, installed: a1, gone: ['node_modules/a'], outdated: 'a' },
  { name: 'more is installed than wanted', wanted: {}, installed: a1, outdated: null },
  {
    name: 'the project itself and its workspaces are not packages',
    wanted: { '': {}, server: { version: '1.0.0' } },
    outdated: null,
  },
  {
    name: 'a package in the folder of a workspace is missing',
    wanted: { ...a1, 'dashboard/node_modules/vite': { version: '1.0.0', integrity: 'x' } },
    installed: a1,
    outdated: 'vite',
  },
  {
    name: 'an optional package for this machine is missing',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] } },
    outdated: 'b',
  },
  {
    name: 'one whose platform is a text instead of a list',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: 'darwin', cpu: 'x64' } },
    outdated: null,
  },
  {
    name: 'one for another processor',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['arm64'] } },
    outdated: null,
  },
  {
    name: 'one for another libc',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] } },
    outdated: null,
  },
  {
    name: 'one that excludes this system',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: ['!linux'] } },
    outdated: null,
  },
  {
    name: 'one that excludes another system',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true, os: ['!win32'] } },
    outdated: 'b',
  },
  {
    name: 'one that names no platform',
    wanted: { 'node_modules/b': { version: '1.0.0', optional: true } },
    outdated: null,
  },
  {
    name: 'a development package, to serve',
    wanted: { 'node_modules/c': { version: '1.0.0', dev: true } },
    outdated: null,
  },
  {
    name: 'a development package, to test',
    wanted: { 'node_modules/c': { version: '1.0.0', dev: true } },
    withDevelopment: true,
    outdated: 'c',
  },
];

for (const [index, { name, wanted, installed, gone = [], withDevelopment = false, outdated }] of cases.entries()) {
  test(`${name}: ${outdated === null ? 'nothing is installed' : `${outdated} is installed`}`, async () => {
    const root = join(top, String(index));
    await mkdir(join(root, 'node_modules'), { recursive: true });
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (installed) {
      await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
      for (const path of Object.keys(installed).filter((entry) => !gone.includes(entry))) {
        await mkdir(join(root, path), { recursive: true });
        await writeFile(join(root, path, 'package.json'), '{}');
      }
    }
    assert.equal(findOutdatedPackage(root, { withDevelopment, platform }), outdated);
  });
}

test('a damaged lock file is named', async () => {
  const root = join(top, 'damaged');
  await mkdir(root);
  await writeFile(join(root, 'package-lock.json'), '{');
  assert.throws(
    () => findOutdatedPackage(root, { withDevelopment: false, platform }),
    /package-lock\.json is missing or damaged/,
  );
});

test('what two commands would do at once, one does after the other; whoever died with it holds nothing', async () => {
  const file = join(top, 'new', '.installing');
  const log = join(top, 'log');
  const lock = new URL('../../../../scripts/one-at-a-time.mjs', import.meta.url).href;
  const program = `
    import { appendFileSync } from 'node:fs';
    import { oneAtATime } from ${JSON.stringify(lock)};
    oneAtATime(${JSON.stringify(file)}, 'working', () => {
      appendFileSync(${JSON.stringify(log)}, 'begin ');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      appendFileSync(${JSON.stringify(log)}, 'end ');
    });`;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const told = await Promise.all([run(), run(), run()]);
  assert.equal(await readFile(log, 'utf8'), 'begin end begin end begin end ');
  assert.ok(told.filter(({ stderr }) => stderr === 'Waiting for another command that is working ...\n').length >= 1);
  const died = spawnSync(process.execPath, ['--eval', '']);
  await writeFile(file, String(died.pid));
  await run();
  assert.equal(existsSync(file), false);
});
