import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The folder of the project. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** What a product does with the package, in a module that each runtime can run and each compiler can check. */
const PRODUCT = `import { AutosendDomains, AutosendError, verifyWebhook } from 'autosend-domains';

const client = new AutosendDomains({ apiKey: 'as_key', baseUrl: BASE_URL, maxRetries: 1 });
const domain = await client.domains.create({ domain: 'example.com' });
const status: string = domain.verificationStatus;
const names: string[] = [];
for await (const each of client.domains.iterate({ status: 'VERIFIED' })) names.push(each.domainName);
const code = await client.domains.get('none').catch((error) => (error instanceof AutosendError ? error.code : 'other'));
const event = await verifyWebhook(BODY, new Headers(HEADERS), SECRET);
const at: string = event.type === 'domain.at_risk' ? event.data.deadlineAt : 'domain' in event.data ? event.data.domain.domainName : '';
console.log(JSON.stringify({ status, names, code, type: event.type, at }));
`;

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** Packs the SDK as it would be published, and installs it into a project of its own below \`folder\`. @returns that project */
export async function installSdk(folder: string): Promise<string> {
  const [staged, project] = [join(folder, 'staged'), join(folder, 'project')];
  await Promise.all([mkdir(staged), mkdir(project)]);
  const sdk = join(ROOT, 'packages', 'sdk');
  for (const name of ['package.json', 'README.md']) await cp(join(sdk, name), join(staged, name));
  await cp(join(ROOT, 'LICENSE'), join(staged, 'LICENSE'));
  await run(process.execPath, [join(sdk, 'scripts', 'build.mjs'), join(staged, 'dist')]);
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json'], { cwd: staged });
  const packed = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>)[0];
  await writeFile(join(project, 'package.json'), '{ "name": "product", "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(staged, packed?.filename ?? '')];
  await run('npm', install, { cwd: project });
  return project;
}

/** Serves the few answers that the product asks for, and writes the product for them. @returns where it serves, and how to end that */
export async function writeProduct(
  project: string,
  { sign }: { sign(secret: string, body: string): Record<string, string> },
): Promise<{ url: string; end: () => void }> {
  const domain = {
    ...{ id: 'a', domainName: 'example.com', verificationStatus: 'PENDING_CONFIGURATION', regionKey: 'us-east-1' },
    ...{ ownershipVerified: false, dkimEnabled: false, mailFromEnabled: false, dmarcEnabled: false },
    ...{ createdAt: 'now', lastCheckedAt: 'now', verificationInProgress: false, dnsRecords: {} },
  };
  let isBusy = true;
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end(JSON.stringify(body));
    assert.equal(request.headers.authorization, 'Bearer as_key');
    if (request.url === '/v1/domains/none')
      return answer(404, { success: false, error: { code: 'NOT_FOUND', message: 'None.' } });
    if (request.url === '/v1/api-key') return answer(200, { success: true, data: { permission: 'full_access' } });
    if (request.method === 'GET') return answer(200, { success: true, data: { domains: [domain] } });
    if (!isBusy) return answer(201, { success: true, data: domain });
    isBusy = false;
    return answer(503, { success: false, error: { code: 'SERVICE_UNAVAILABLE', message: 'Busy.' } });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const body = JSON.stringify({ type: 'domain.verified', data: { domain } });
  const values = {
    BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    BODY: body,
    HEADERS: sign(SECRET, body),
    SECRET,
  };
  const constants = Object.entries(values).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  await writeFile(
    join(project, 'product.ts'),
    [PRODUCT.split('\n', 1)[0], ...constants, PRODUCT.split('\n').slice(1).join('\n')].join('\n'),
  );
  // For runtimes that take no types: what stands between a name and its value.
  const plain = PRODUCT.replaceAll(/: string(?:\[\])? =/g, ' =');
  await writeFile(join(project, 'product.mjs'), `${constants.join('')}${plain}`);
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: values.BASE_URL, end };
}

/** What the product prints on every runtime. */
export const PRINTED = {
  status: 'PENDING_CONFIGURATION',
  names: ['example.com'],
  code: 'NOT_FOUND',
  type: 'domain.verified',
  at: 'example.com',
};

/** Compiles the product, and beside it a module with one mistake, which is the only thing that may be found. */
export async function compileProduct(
  project: string,
  compiler: string,
  resolution: 'node16' | 'bundler',
): Promise<void> {
  const config = `tsconfig.${resolution}.json`;
  const compilerOptions = {
    module: resolution === 'node16' ? 'node16' : 'esnext',
    moduleResolution: resolution,
    target: 'es2022',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  };
  await writeFile(join(project, config), JSON.stringify({ compilerOptions, files: ['product.ts', 'wrong.ts'] }));
  await writeFile(join(project, 'wrong.ts'), WRONG);
  const arguments_ = [join(compiler, 'bin', 'tsc'), '-p', config];
  const { stdout } = await run(process.execPath, arguments_, { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  assert.match(stdout, /^wrong\.ts\(2,\d+\): error TS2322: /);
  assert.equal(stdout.match(/: error TS/g)?.length, 1, stdout);
}

const WRONG = `import { AutosendDomains } from 'autosend-domains';
new AutosendDomains({ apiKey: 'x', baseUrl: 'y' }).domains.create({ domain: 7 });
`;
