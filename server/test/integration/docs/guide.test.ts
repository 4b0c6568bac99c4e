import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { type ExampleStage, type ExampleWorld, startExampleStage } from '../../support/docs/example-world.ts';
import { runShell } from '../../support/docs/run-shell.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const GUIDE = readdirSync(join(ROOT, 'docs/guide')).map((name) => `docs/guide/${name}`);
/** The other documents with TypeScript: what a reader has by then, as declarations before each block. */
const BEFORE_BLOCKS: Readonly<Record<string, string>> = {
  'README.md': `import { AutosendDomains, verifyWebhook } from 'autosend-domains';
declare const apiKey: string, rawBody: string, secret: string, request: Request;
declare function allowSending(customer: string | null, domain: string): Promise<void>;`,
  'docs/sdk.md': '',
  'packages/sdk/README.md': '',
  'docs/test-mode.md': `import type { AutosendDomains } from 'autosend-domains';
declare const autosend: AutosendDomains;`,
  'docs/webhooks.md': 'declare const rawBody: string, secret: string, headers: Record<string, string>;',
};
const hasCurl = ['/usr/bin/curl', '/usr/local/bin/curl', '/bin/curl'].some(existsSync);
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const run = promisify(execFile);

let stage: ExampleStage;
before(async () => {
  stage = await startExampleStage(import.meta.url);
});
after(() => stage.close());

/** The blocks of code of a document, of one language. */
function listBlocks(file: string, language: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, its, code = '']) =>
    its === language ? [code] : [],
  );
}

/** The commands of a block, each with the lines that go on with it. What a reader fills in is left out. */
function listCommands(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^export .*\.\.\./.test(line));
}

/** The first page begins with nothing, the others with a domain. */
const setUp = async (file: string, path = ''): Promise<ExampleWorld> => {
  const world = await stage.setUp({ path, isEmpty: /README|first-domain/.test(file) });
  await stage.service.query(`UPDATE projects SET return_origins = '["https://app.example.com"]'`);
  return world;
};

for (const file of ['README.md', ...GUIDE])
  test(`every command of ${file} works, one after the other`, { skip: !hasCurl && 'curl is absent' }, async () => {
    const world = await setUp(file);
    const variables: Record<string, string> = { URL: stage.url, KEY: world.key, ID: world.domainId };
    const commands = listBlocks(file, 'sh').flatMap(listCommands);
    assert.ok(commands.length > 0, 'there are commands');
    for (const command of commands) {
      const { code, stdout, stderr } = await runShell(command, variables, { folder: stage.folder });
      assert.equal(code, 0, `${command}\n${stdout}${stderr}`);
      // What a reader takes from one answer into the next command.
      const data = stdout.startsWith('{') ? JSON.parse(stdout).data : null;
      if (data?.domainName) variables.ID = data.id;
      if (data?.webhook) variables.WEBHOOK = data.webhook.id;
      if (data?.url && data.expiresAt) variables.LINK = data.id;
      if (data?.provider) variables.CONNECTION = data.id;
      if (data?.planId) variables.PLAN = data.planId;
    }
  });

test('every command that is called autosend is one, with the flags that it needs and none that it does not take', () => {
  const known = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8').split('\n');
  const lines = GUIDE.flatMap((file) => listBlocks(file, '').flatMap((block) => block.split('\n')));
  for (const line of lines.filter((each) => each.startsWith('npx autosend '))) {
    const [, , first = '', second = ''] = line.split(' ');
    const documented = [`${first} ${second}`, first]
      .map((name) => known.find((each) => each === `npx autosend ${name}` || each.startsWith(`npx autosend ${name} `)))
      .find((each) => each !== undefined);
    assert.ok(documented, line);
    const flagsOf = (text: string): string[] => text.match(/--[a-z-]+/g) ?? [];
    for (const flag of flagsOf(line)) assert.ok(flagsOf(documented).includes(flag), `${line}: ${flag} is not taken`);
    for (const flag of flagsOf(documented.replaceAll(/\[[^\]]*\]/g, '')))
      assert.ok(flagsOf(line).includes(flag), `${line}: ${flag} is needed`);
  }
});

/** Has code import what is beside it in this repository. */
function importFromHere(code: string): string {
  return code
    .replace("'autosend-domains'", `'${join(ROOT, 'packages/sdk/src/public.ts')}'`)
    .replace("'standardwebhooks'", `'${join(ROOT, 'node_modules/standardwebhooks/dist/index.js')}'`);
}

/** Writes the TypeScript of the guide, and of the other documents, as files of a project of its own; the SDK is the one beside it. */
async function writeExamples(): Promise<{ folder: string; files: Map<string, string> }> {
  const folder = join(stage.folder, 'typescript');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const files = new Map<string, string>();
  for (const file of GUIDE) {
    const code = listBlocks(file, 'ts').join('\n');
    if (code === '') continue;
    const name = file.replace(/^.*\/(.*)\.md$/, '$1.ts');
    await writeFile(join(folder, name), importFromHere(code));
    files.set(file, name);
  }
  const others = Object.entries(BEFORE_BLOCKS).flatMap(([file, before]) =>
    listBlocks(file, 'ts').map((code, at) => ({
      name: `${file.replaceAll(/\W/g, '-')}-${at}.ts`,
      code: `${before}\n${code}`,
    })),
  );
  assert.ok(others.length >= Object.keys(BEFORE_BLOCKS).length, 'each has a block');
  for (const { name, code } of others) await writeFile(join(folder, name), importFromHere(code));
  // The SDK is compiled along, so its options hold.
  const compilerOptions = { incremental: false, typeRoots: [join(ROOT, 'node_modules/@types')] };
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions,
    files: [...files.values(), ...others.map(({ name }) => name)],
    include: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  return { folder, files };
}

test('the TypeScript of every document is sound, and that of the guide does what it says', async () => {
  const { folder, files } = await writeExamples();
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error) =>
    assert.fail(error.stdout),
  );
  for (const [file, name] of files) {
    if (name === 'webhooks.ts') continue;
    // What there is to publish through is made by the commands of the page, and not by its TypeScript.
    const world = await setUp(file, file.includes('publishing') ? '/dns-plan' : '');
    const env = { URL: stage.url, KEY: world.key };
    const { stdout } = await run(process.execPath, [join(folder, name)], { env }).catch((error) =>
      assert.fail(`${file}: ${error.stderr}`),
    );
    assert.ok(stdout.length > 0, file);
  }
  await tryReceiver(join(folder, 'webhooks.ts'));
});

/** The receiver takes what is signed, once, and refuses the rest. */
async function tryReceiver(file: string): Promise<void> {
  const free = join(file, '..', 'receiver.ts');
  // On a free port, which it tells.
  const code = readFileSync(file, 'utf8').replace(
    'server.listen(4000);',
    'server.listen(0, () => console.log(JSON.stringify(server.address())));',
  );
  await writeFile(free, code);
  const child = spawn(process.execPath, [free], {
    env: { WEBHOOK_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const lines: string[] = [];
    const port = await new Promise<number>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        lines.push(text);
        if (lines.length === 1) resolve(JSON.parse(text).port);
      });
    });
    const body = JSON.stringify({ type: 'domain.verified', createdAt: '2026-01-15T12:00:00.000Z', data: {} });
    const now = new Date();
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('evt_1', now, body),
    };
    const send = (text: string) => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: text });
    assert.deepEqual(
      [(await send(body)).status, (await send(body)).status, (await send(`${body} `)).status],
      [204, 204, 400],
    );
    assert.equal(
      lines
        .slice(1)
        .join('')
        .match(/domain\.verified/g)?.length,
      1,
    );
  } finally {
    child.kill();
  }
}
