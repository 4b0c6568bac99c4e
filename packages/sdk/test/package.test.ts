import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { rolldown } from 'rolldown';
import { Webhook } from 'standardwebhooks';
import { compileProduct, installSdk, PRINTED, ROOT, writeProduct } from './support/installed-package.ts';

const run = promisify(execFile);
const MAX_GZIPPED = 8 * 1024;

let folder: string;
let project: string;
let service: Awaited<ReturnType<typeof writeProduct>>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-sdk-'));
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

test('the package depends on nothing, and holds code, types, license and what to read', async () => {
  const installed = join(project, 'node_modules', 'autosend-domains');
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(
    ['dependencies', 'peerDependencies', 'optionalDependencies'].filter((each) => each in manifest),
    [],
  );
  assert.deepEqual((await readdir(installed)).sort(), ['LICENSE', 'README.md', 'dist', 'package.json']);
  assert.deepEqual(
    (await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.')),
    ['autosend-domains'],
  );
});

test('the client is at most 8 kB gzipped, with nothing minified', async (t) => {
  const bundle = await rolldown({ input: join(project, 'node_modules/autosend-domains/dist/public.js') });
  const { output } = await bundle.generate({ format: 'esm' });
  const size = gzipSync(output[0].code).length;
  t.diagnostic(`${size} octets gzipped`);
  assert.equal(output.length, 1);
  assert.ok(size <= MAX_GZIPPED, `${size} octets`);
  assert.doesNotMatch(output[0].code, /from ['"]node:|require\(/);
});

for (const resolution of ['node16', 'bundler'] as const)
  test(`a product compiles with moduleResolution ${resolution}, and its types are not any`, async () => {
    await compileProduct(project, join(ROOT, 'node_modules', 'typescript'), resolution);
  });

test('it runs on this Node.js, and its command line says how it is used', async () => {
  const { stdout } = await run(process.execPath, ['product.mjs'], { cwd: project });
  assert.deepEqual(JSON.parse(stdout), PRINTED);
  const bin = join(project, 'node_modules', '.bin', 'autosend-domains');
  const help = await run(process.execPath, [bin, '--help']);
  assert.match(help.stdout, /autosend-domains domains verify/);
  const wrong = await run(process.execPath, [bin, 'domains', 'list'], { env: {} }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  assert.deepEqual('code' in wrong && [wrong.code, wrong.stderr], [
    2,
    'Say where the service is: --url https://…, or AUTOSEND_URL.\n',
  ]);
});

test('autosend-domains mcp serves the tools to the official client over stdio', async () => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const bin = join(project, 'node_modules', '.bin', 'autosend-domains');
  const env = { AUTOSEND_URL: service.url, AUTOSEND_API_KEY: 'as_key', PATH: process.env.PATH ?? '' };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp'], env }));
  const { structuredContent } = await client.callTool({ name: 'list_domains', arguments: { status: 'VERIFIED' } });
  assert.deepEqual((structuredContent as { domains: { domainName: string }[] }).domains[0]?.domainName, 'example.com');
  await client.close();
});
