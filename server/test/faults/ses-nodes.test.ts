import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { DomainObject } from '../../src/wire/domain.ts';
import { TEST_SECRET_KEY } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { copyProject, findFreePort, type ServiceProcess, startService, waitUntil } from '../support/service-process.ts';
import { type SesServer, startSesServer } from '../support/ses/ses-server.ts';
import { AWS, CREDENTIALS, PROVE_OWNERSHIP, writeRegionsFile } from '../support/ses/ses-service.ts';

const KEY = `as_${'k'.repeat(40)}`;
const NAMES = ['a', 'b', 'c'].map((label) => `${label}.example.com`);

let folder: string;
let database: TestDatabase;
let ses: SesServer;
const nodes: ServiceProcess[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-ses-nodes-'));
  database = await createTestDatabase(import.meta.url, { isEmpty: true });
  ses = await startSesServer(CREDENTIALS);
  await writeRegionsFile(join(folder, 'regions.json'));
  await copyProject(join(folder, 'project'));
});
after(async () => {
  for (const node of nodes) node.signalGroup('SIGKILL');
  await Promise.all(nodes.map((node) => node.ended()));
  await ses.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function startNode(concurrency: number): Promise<ServiceProcess> {
  const node = await startService({
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: database.url,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_BOOTSTRAP_API_KEY: KEY,
      AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
      AUTOSEND_REGIONS_FILE: join(folder, 'regions.json'),
      AUTOSEND_SES_ENDPOINT: ses.url,
      AUTOSEND_WORKER_CONCURRENCY: String(concurrency),
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
  });
  nodes.push(node);
  return node;
}

async function call(node: ServiceProcess, method: string, path: string, body?: object): Promise<DomainObject> {
  const headers = { authorization: `Bearer ${KEY}`, ...(body && { 'content-type': 'application/json' }) };
  const reply = await fetch(`${node.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  assert.ok(reply.ok, `${method} ${path}: ${reply.status}`);
  return ((await reply.json()) as { data: DomainObject }).data;
}

async function proveOwnership(ids: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const id of ids) await client.query(PROVE_OWNERSHIP, [id]);
  await client.end();
}

test('what a node that was killed had only promised, two others do, once', async () => {
  const first = await startNode(0);
  const domains: DomainObject[] = [];
  for (const domain of NAMES) domains.push(await call(first, 'POST', '/v1/domains', { domain }));
  first.signalGroup('SIGKILL');
  await first.ended();
  nodes.splice(nodes.indexOf(first), 1);
  assert.deepEqual(ses.requests, []);
  await proveOwnership(domains.map(({ id }) => id));

  const [second] = await Promise.all([startNode(8), startNode(8)]);
  await waitUntil(async () => NAMES.every((name) => ses.find(AWS, name)?.mailFrom));
  assert.deepEqual(ses.names(AWS).sort(), NAMES);
  const creates = ses.requests.filter(({ operation }) => operation === 'create').map(({ name }) => name);
  assert.deepEqual(creates.sort(), NAMES);

  await Promise.all(domains.map(({ id }) => call(second, 'DELETE', `/v1/domains/${id}`)));
  await waitUntil(async () => ses.names(AWS).length === 0);
  assert.doesNotMatch(nodes.map((node) => node.output()).join(''), /MII[A-Za-z0-9+/]{8}/, 'no private key is told');
});
