import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { runAutosend } from '../../support/command-line.ts';
import { testUserEnvironment } from '../../support/test-user.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const SECRET = 'the-api-key-of-the-server';
let service: TestApp;
let projectId: string;
let folder: string;
let url: string;
let isRevoked = false;
/** As much of PowerDNS as lists zones and says what stands in one. */
const server = createServer((request, response) => {
  if (isRevoked || request.headers['x-api-key'] !== SECRET) return response.writeHead(401).end('Unauthorized');
  response.setHeader('content-type', 'application/json');
  const zone = { id: 'example.com.', name: 'example.com.', kind: 'Native', rrsets: [] };
  return response.end(JSON.stringify(/\/zones\/[^?]/.test(request.url ?? '') ? zone : [zone]));
});
before(async () => {
  service = await createTestApp(import.meta.url);
  const made = await runAutosend(['projects', 'create', 'default', '--json'], environment());
  projectId = JSON.parse(made.stdout).id;
  folder = mkdtempSync(join(tmpdir(), 'autosend-connections-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  await service.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ AUTOSEND_DATABASE_URL: service.databaseUrl, AUTOSEND_SECRET_KEY: TEST_SECRET_KEY });
const run = (...words: string[]) => runAutosend(['dns-connections', ...words], environment());
const connect = (...words: string[]) => ['add', '--provider', 'powerdns', '--url', url, ...words];

/** Runs it as a program of its own, to which something is sent. */
async function runWithInput(words: readonly string[], input: string) {
  const env = { PATH: process.env.PATH, ...testUserEnvironment, ...environment() };
  const child = spawn(process.execPath, [MAIN, 'dns-connections', ...words], { env });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, stdout, stderr };
}

function keep(secret: string, mode = 0o600): string {
  const file = join(folder, 'secret');
  writeFileSync(file, secret);
  chmodSync(file, mode);
  return file;
}

test("the operator's own connection is added with the secret on standard input, listed, tested and removed; a project's stays apart", async () => {
  const added = await runWithInput(connect('--instance', '--name', 'hidden primary', '--json'), `${SECRET}\n`);
  assert.equal(added.code, 0, added.stderr);
  const { id, zones, openTo } = JSON.parse(added.stdout);
  assert.deepEqual([zones, openTo], [['example.com'], []]);
  assert.match((await run('list', '--instance')).stdout, /hidden primary +powerdns +example\.com/);
  assert.doesNotMatch((await run('list')).stdout, /hidden primary/);
  assert.equal((await run('test', id)).code, 1, 'it is not of the project');

  const tested = await run('test', id, '--instance');
  assert.deepEqual([tested.code, tested.stdout], [0, 'It works. It reaches the zone example.com.\n']);
  isRevoked = true;
  const failed = await run('test', id, '--instance');
  isRevoked = false;
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^PowerDNS doesn't accept the API key\./);
  assert.match((await run('list', '--instance')).stdout, /doesn't accept the API key/);

  const doctor = () => runAutosend(['doctor'], { ...environment(), AUTOSEND_DNS_SERVERS: '127.0.0.1:9' });
  assert.match(
    (await doctor()).stdout,
    /warning {2}DNS connection "hidden primary" \(\w+\): works, but nothing uses it/,
  );
  isRevoked = true;
  assert.match(
    (await doctor()).stdout,
    /error {4}DNS connection "hidden primary" .*: PowerDNS doesn't accept the API key/,
  );
  isRevoked = false;

  assert.match((await run('remove', id, '--instance')).stdout, /^Removed the DNS connection "hidden primary"/);
  const entries = await service.query<{ actor_kind: string; action: string }>(
    'SELECT actor_kind, action FROM audit_log WHERE object_id = $1 AND project_id IS NULL ORDER BY id',
    [id],
  );
  assert.deepEqual(
    entries.map(({ actor_kind, action }) => `${actor_kind} ${action}`),
    ['operator dns_connection.created', 'operator dns_connection.deleted'],
  );
});

test('the secret comes from a file that only its owner reads; a project is named, and private addresses take the operator’s leave', async () => {
  const refused = await run(...connect('--secret-file', keep(SECRET)));
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /private or reserved.*AUTOSEND_DNS_ALLOW_PRIVATE/);
  const open = { ...environment(), AUTOSEND_DNS_ALLOW_PRIVATE: 'true' };
  const add = (file: string) => runAutosend(['dns-connections', ...connect('--secret-file', file)], open);
  const added = await add(keep(SECRET));
  assert.equal(added.code, 0, added.stderr);
  assert.match(
    added.stdout,
    /^Added the DNS connection "PowerDNS" \([\da-f]{24}\)\. It reaches the zone example\.com\.\n$/,
  );
  const shared = await add(keep(SECRET, 0o644));
  assert.deepEqual([shared.code, /is open to others/.test(shared.stderr)], [2, true]);
  assert.equal((await add(join(folder, 'none'))).code, 2);
  assert.match((await run('list')).stdout, /PowerDNS +powerdns/);
});

test('an instance connection is open to the projects that are named, and to none otherwise', async () => {
  const file = keep(SECRET);
  const add = async (...words: string[]) => run(...connect('--instance', '--secret-file', file, '--json', ...words));
  assert.deepEqual(JSON.parse((await add('--for', 'default')).stdout).openTo, [projectId]);
  assert.deepEqual(JSON.parse((await add('--for', 'all')).stdout).openTo, ['*']);
  assert.equal((await add('--for', 'nobody')).code, 1);
});

for (const [what, words, complaint] of [
  ['no provider', ['add'], /--provider must be one of rfc2136/],
  ['an unknown provider', ['add', '--provider', 'bind'], /not "bind"/],
  ['a secret on the command line', ['add', '--provider', 'powerdns', '--api-key', 'x'], /doesn't take --api-key/],
  ['the instance and a project', ['list', '--instance', '--project', 'default'], /can't be used together/],
  ['projects for a project’s own', ['add', '--provider', 'powerdns', '--for', 'all'], /only for --instance/],
  ['no id', ['remove'], /id of the connection is missing/],
] as const)
  test(`${what} is wrong usage`, async () => {
    const { code, stderr } = await run(...words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, complaint);
  });
