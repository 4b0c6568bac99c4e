import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

// Plain JavaScript without types, because Node.js 18 runs it before anything is installed.
const script = new URL('../../../../scripts/open-project.mjs', import.meta.url).href;
const { openProject } = (await import(script)) as {
  openProject(root: string, options: { copies: string; isRoot?: boolean; withTests?: boolean }): string;
};

let top: string;
let root: string;
let copies: string;
const said: string[] = [];
const { error: print } = console;

before(async () => {
  console.error = (line: string) => void said.push(line);
  top = await mkdtemp(join(tmpdir(), 'autosend-open-'));
  await chmod(top, 0o711);
  root = join(top, 'closed/project');
  copies = join(top, 'copies');
  await mkdir(join(root, 'server/src'), { recursive: true });
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{}');
  await writeFile(join(root, 'server/src/main.ts'), 'one');
  await writeFile(join(root, 'server/.env'), 'SECRET=x');
  await writeFile(join(root, '.env'), 'SECRET=x');
  await writeFile(join(root, 'node_modules/tool'), 'x', { mode: 0o700 });
  await writeFile(join(root, 'node_modules/.package-lock.json'), '{}', { mode: 0o600 });
  await symlink('../server', join(root, 'node_modules/autosend-server'));
  await mkdir(join(root, 'data'));
  await writeFile(join(root, 'data/secret.key'), 'secret');
  await chmod(join(top, 'closed'), 0o700);
});
afterEach(() => void said.splice(0));
after(async () => {
  console.error = print;
  await rm(top, { recursive: true });
});

test('root runs a project that others can read from where it is, and whoever is not root runs every project so', async () => {
  assert.equal(openProject(root, { copies, isRoot: false }), root);
  await chmod(join(top, 'closed'), 0o711);
  await chmod(join(root, 'node_modules/.package-lock.json'), 0o644);
  assert.equal(openProject(root, { copies, isRoot: true }), root);
  await chmod(join(root, 'node_modules/.package-lock.json'), 0o600);
  assert.notEqual(openProject(root, { copies, isRoot: true }), root, 'a strict umask closes files');
  await chmod(join(top, 'closed'), 0o700);
});

test('the copy has the program, open to all and writable for nobody else, and neither data nor secrets; it says where it is', async () => {
  const copy = openProject(root, { copies, isRoot: true });
  assert.deepEqual((await readdir(copy)).sort(), ['node_modules', 'package.json', 'server']);
  assert.deepEqual((await readdir(join(copy, 'server'))).sort(), ['src']);
  assert.deepEqual((await readdir(join(copy, 'node_modules'))).sort(), [
    '.package-lock.json',
    'autosend-server',
    'tool',
  ]);
  assert.equal(await readlink(join(copy, 'node_modules/autosend-server')), '../server');
  const mode = async (path: string) => ((await stat(join(copy, path))).mode & 0o777).toString(8);
  assert.deepEqual(
    await Promise.all(['.', 'node_modules/tool', 'node_modules/.package-lock.json', 'server/src/main.ts'].map(mode)),
    ['755', '755', '644', '644'],
  );
  assert.deepEqual(said, [`Other users than root cannot read ${root}: the program runs from its copy in ${copy}.`]);
  assert.equal((await stat(join(root, 'node_modules/tool'))).mode & 0o777, 0o700, 'the original stays as it was');
});

test('what changed, came and went since is so in the copy after the next start', async () => {
  const copy = openProject(root, { copies, isRoot: true });
  await rm(join(root, 'server/src/main.ts'));
  await writeFile(join(root, 'server/src/main.ts'), 'two');
  await writeFile(join(root, 'server/src/new.ts'), 'new');
  await writeFile(join(root, 'node_modules/tool'), 'longer');
  openProject(root, { copies, isRoot: true });
  const read = (path: string) => readFile(join(copy, path), 'utf8');
  assert.deepEqual(await Promise.all(['server/src/main.ts', 'server/src/new.ts', 'node_modules/tool'].map(read)), [
    'two',
    'new',
    'longer',
  ]);
  await rm(join(root, 'server/src/new.ts'));
  openProject(root, { copies, isRoot: true });
  assert.deepEqual(await readdir(join(copy, 'server/src')), ['main.ts']);
});

test('packages that a link leads to are copied where others cannot read them, and stay a link where they can', async () => {
  const packages = join(top, 'closed/packages');
  await mkdir(packages);
  await writeFile(join(packages, 'package.json'), '{"name":"p"}');
  await symlink(packages, join(root, 'dashboard'));
  const copy = openProject(root, { copies, isRoot: true });
  assert.equal(await readFile(join(copy, 'dashboard/package.json'), 'utf8'), '{"name":"p"}');
  await rm(join(root, 'dashboard'));
  const open = join(top, 'open');
  await mkdir(open, { mode: 0o755 });
  await writeFile(join(open, 'package.json'), '{}');
  await symlink(open, join(root, 'dashboard'));
  openProject(root, { copies, isRoot: true });
  assert.equal(await readlink(join(copy, 'dashboard')), open);
});
