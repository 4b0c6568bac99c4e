import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

interface Build {
  buildDashboard(root: string, node: string): boolean;
}

const script = new URL('../../../../scripts/build-dashboard.mjs', import.meta.url).href;
const { buildDashboard } = (await import(script)) as Build;

// In place of Vite: writes what the source says into the folder that it is given, and fails where the source says so.
const BUILDER = `
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const folder = process.argv[process.argv.indexOf('--outDir') + 1];
const source = readFileSync('src/main.tsx', 'utf8');
appendFileSync('../runs', 'x');
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/index.html', source);
mkdirSync(folder + '/assets');
writeFileSync(folder + '/assets/index-1.js', source.repeat(100));
if (source === 'broken') process.exit(1);
`;

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'autosend-build-'));
  await write('dashboard/package.json', '{}');
  await write('dashboard/node_modules/vite/package.json', '{}');
  await write('dashboard/node_modules/vite/bin/vite.js', BUILDER);
  await write('dashboard/src/main.tsx', 'first');
});
after(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const build = () => buildDashboard(root, process.execPath);
const read = (path: string) => readFile(join(root, path), 'utf8');

test('the dashboard is built where it is missing or its source changed, and only then', async () => {
  assert.equal(build(), true);
  assert.equal(await read('dashboard/dist/index.html'), 'first');
  await utimes(join(root, 'dashboard/src/main.tsx'), new Date(), new Date(Date.now() + 60_000));
  await write('dashboard/src/features/page.test.ts', 'a test is no source');
  assert.equal(build(), true);
  assert.equal(await read('runs'), 'x');
  await write('dashboard/src/main.tsx', 'second');
  assert.equal(build(), true);
  assert.equal(await read('dashboard/dist/index.html'), 'second');
  await rm(join(root, 'dashboard/dist'), { recursive: true });
  assert.equal(build(), true);
  assert.equal(await read('runs'), 'xxx');
});

test('scripts and style sheets lie there compressed as well, with what is in them', async () => {
  assert.equal(build(), true);
  const compressed = await readFile(join(root, 'dashboard/dist/assets/index-1.js.br'));
  assert.equal(brotliDecompressSync(compressed).toString(), 'second'.repeat(100));
});

test('a build that fails leaves the pages that are there, and nothing half done', async () => {
  await write('dashboard/src/main.tsx', 'broken');
  assert.equal(build(), false);
  assert.equal(await read('dashboard/dist/index.html'), 'second');
  assert.deepEqual((await readdir(join(root, 'dashboard'))).sort(), ['dist', 'node_modules', 'package.json', 'src']);
});
