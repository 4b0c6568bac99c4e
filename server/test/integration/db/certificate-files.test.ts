import assert from 'node:assert/strict';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { createConnector } from '../../../src/db/connector.ts';
import { type SilentServer, startSilentServer } from '../../support/db/silent-server.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

let ours: TestAuthority;
let theirs: TestAuthority;
let server: SilentServer;
/** The database's server: it shows its certificate, and ends whoever is content with it. */
let welcomed = 0;
before(async () => {
  [ours, theirs] = await Promise.all([createTestAuthority(), createTestAuthority()]);
  const { cert, key } = await ours.certify('db.example.com');
  server = await startSilentServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, cert, key });
      secure.on('error', () => undefined);
      secure.once('data', () => {
        welcomed += 1;
        secure.end();
      });
    });
  });
});
after(() => Promise.all([ours.close(), theirs.close(), server.close()]));

const buildUrl = (query: string) => `postgresql://u@localhost:${server.port}/d?${query}`;

/** Whether a new connection believes the server. */
async function isBelieved(connector: ReturnType<typeof createConnector>): Promise<boolean> {
  const before = welcomed;
  const client = new connector.Client({ ...connector.config, connectionTimeoutMillis: 5_000 });
  await assert.rejects(client.connect());
  return welcomed > before;
}

test('a certificate that the URL names is read for each connection, and as it was last while it cannot be', async () => {
  const file = join(ours.folder, 'named.pem');
  await writeFile(file, theirs.ca);
  const connector = createConnector({ url: buildUrl(`sslrootcert=${file}`) });
  assert.equal(await isBelieved(connector), false, 'another authority');
  await writeFile(`${file}.new`, ours.ca);
  await rename(`${file}.new`, file);
  assert.equal(await isBelieved(connector), true, 'renewed');
  await rm(file);
  assert.equal(await isBelieved(connector), true, 'gone for a moment');
});

test('a certificate of our own with its key goes along, and every other setting is as before', async () => {
  const { certFile, keyFile, cert, key } = await ours.certify('client.example.com');
  const query = `sslmode=verify-full&sslcert=${certFile}&sslkey=${keyFile}&sslrootcert=${ours.caFile}`;
  const connector = createConnector({ url: buildUrl(`${query}&application_name=mine&sslnegotiation=direct`) });
  const client = new connector.Client({ ...connector.config, application_name: 'autosend' });
  const { ssl, sslNegotiation, connectionParameters } = Object(client);
  assert.deepEqual([ssl.cert, ssl.key, ssl.ca], [cert, key, await readFile(ours.caFile, 'utf8')]);
  assert.deepEqual([sslNegotiation, connectionParameters.application_name], ['direct', 'mine']);
  assert.deepEqual([client.host, client.port, client.user, client.database], ['localhost', server.port, 'u', 'd']);
  const weak = createConnector({ url: buildUrl(`uselibpqcompat=true&sslmode=prefer&sslrootcert=${ours.caFile}`) });
  assert.equal(Object(new weak.Client(weak.config)).ssl.rejectUnauthorized, false);
});

test('a file that cannot be read is named at the start, and is no database that is away', () => {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey'])
    assert.throws(() => createConnector({ url: buildUrl(`${name}=/nowhere/x.pem`) }), {
      code: 'VALIDATION_FAILED',
      message: new RegExp(`${name}=/nowhere/x.pem.*ENOENT`),
    });
});

test('sslrootcert=system believes whom the system believes, and nobody else', async () => {
  const connector = createConnector({ url: buildUrl('sslrootcert=system') });
  const { ssl } = Object(new connector.Client(connector.config));
  assert.ok(ssl.ca.length > 0 && ssl.rejectUnauthorized !== false && ssl.checkServerIdentity === undefined);
  assert.equal(await isBelieved(connector), false);
});
