import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { createSecretBox } from '../../../src/crypto/secret-box.ts';
import { requireMatchingSecretKey } from '../../../src/services/projects/bootstrap.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import type { DomainObject } from '../../../src/wire/domain.ts';
import { createTestApp } from '../../support/app.ts';
import { createTestDatabase } from '../../support/db/databases.ts';
import {
  copyProject,
  findFreePort,
  launchService,
  type ServiceProcess,
  startService,
} from '../../support/service-process.ts';

const run = promisify(execFile);
const MESSAGE = 'From: ada@example.com\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nA line.\r\n';

let top: string;
before(async () => {
  top = await mkdtemp(join(tmpdir(), 'autosend-backup-'));
  // The database's user has to get in.
  await chmod(top, 0o711);
});
after(() => rm(top, { recursive: true }));

test('embedded: a copy of the data folder of a stopped service serves elsewhere, with its domains, and its keys sign; with another secret key it does not start', async () => {
  const [before, restored] = [join(top, 'before'), join(top, 'restored')];
  await copyProject(before);
  const first = await start(before);
  const key = /\bas_[A-Za-z\d]{32,}/.exec(first.service.output())?.[0] ?? assert.fail(first.service.output());
  const added = await call(first, key, '/v1/domains', { domain: 'example.com' });
  assert.equal(added.status, 201);
  const domain = await readData<DomainObject>(added);
  await stop(first.service);

  await copyProject(restored);
  // Whose the files are has to be kept: the database runs as another user than root.
  await run('cp', ['-a', join(before, 'data'), join(restored, 'data')]);
  const second = await start(restored);
  assert.deepEqual(
    (await readData<DomainObject>(await call(second, key, `/v1/domains/${domain.id}`))).dnsRecords,
    domain.dnsRecords,
  );
  await queryEmbedded(join(restored, 'data'), "UPDATE domains SET status = 'VERIFIED'");
  const signed = await call(second, key, `/v1/domains/${domain.id}/sign`, MESSAGE);
  assert.equal(signed.status, 200, await signed.clone().text());
  assert.match((await readData<{ headers: string[] }>(signed)).headers[0] ?? '', /^DKIM-Signature: /);
  await stop(second.service);

  await writeFile(join(restored, 'data', 'secret.key'), `${Buffer.alloc(32, 8).toString('base64')}\n`);
  const third = launchService({ folder: restored, port: await findFreePort() });
  assert.equal(await third.ended(), 1);
  assert.match(third.output(), /were sealed with the secret key/);
});

const server = new URL(process.env.AUTOSEND_TEST_DATABASE_URL ?? 'postgresql://127.0.0.1');

test('your own server: what pg_dump wrote is restored by psql into an empty database; its keys open with the same secret key, and with no other', async (t) => {
  const differs = await explainDifferentDump();
  if (differs !== false) return t.skip(differs);
  const service = await createTestApp(import.meta.url);
  const empty = await createTestDatabase(import.meta.url, { isEmpty: true });
  try {
    await requireMatchingSecretKey(service.ctx);
    const { id } = await service.addDomain('example.com');
    const file = join(top, 'autosend.sql');
    await run('pg_dump', ['--no-owner', '--file', file, service.databaseUrl]);
    await run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', '--file', file, empty.url]);

    const restored = await createTestApp(import.meta.url, { routeDatabase: () => empty.url });
    try {
      await requireMatchingSecretKey(restored.ctx);
      const { name, keys } = await readSigningKeys(restored.ctx, service.project.id, id);
      assert.deepEqual([name, keys.length], ['example.com', 1]);
      const secretBox = createSecretBox(Buffer.alloc(32, 8).toString('base64'));
      await assert.rejects(requireMatchingSecretKey({ ...restored.ctx, secretBox }), /were sealed with/);
    } finally {
      await restored.close();
    }
  } finally {
    await service.close();
    await empty.drop();
  }
});

/** pg_dump takes no server that is newer than itself. */
async function explainDifferentDump(): Promise<string | false> {
  const dump = await run('pg_dump', ['--version']).then(
    ({ stdout }) => Number(/(\d+)\./.exec(stdout)?.[1]),
    () => null,
  );
  if (dump === null) return 'needs pg_dump and psql';
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  const { rows } = await client.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
  await client.end();
  return rows[0].major > dump && `needs pg_dump ${rows[0].major}, and there is ${dump}`;
}

async function start(folder: string): Promise<{ service: ServiceProcess; port: number }> {
  const port = await findFreePort();
  return { service: await startService({ folder, port }), port };
}

async function stop(service: ServiceProcess): Promise<void> {
  service.signal('SIGTERM');
  assert.equal(await service.ended(), 0);
}

function call({ port }: { port: number }, key: string, path: string, body?: object | string): Promise<Response> {
  const type = typeof body === 'string' ? 'message/rfc822' : 'application/json';
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function readData<T>(answer: Response): Promise<T> {
  return ((await answer.json()) as { data: T }).data;
}

async function queryEmbedded(dataDir: string, sql: string): Promise<void> {
  const password = (await readFile(join(dataDir, 'postgres.password'), 'utf8')).trim();
  const client = new pg.Client({ host: join(dataDir, 'socket'), user: 'postgres', password, database: 'postgres' });
  await client.connect();
  await client.query(sql);
  await client.end();
}
