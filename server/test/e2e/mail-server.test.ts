import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DueWork, startDueWork } from '../../src/jobs/due-work.ts';
import type { DomainObject } from '../../src/services/domain-object.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import { type MailDaemon, startOpenDkim, startPostfix } from '../support/mail/mail-servers.ts';
import { type SmtpSink, sendMail, startSmtpSink } from '../support/mail/smtp-sink.ts';
import { listZoneLines, type RealDnsNetwork, startRealDnsNetwork } from '../support/real-dns-network.ts';
import { findSharedPort } from '../support/real-name-servers.ts';
import { waitUntil } from '../support/service-process.ts';
import { verifyWithMailauth } from '../support/verifiers/verifiers.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const skip =
  explainMissing(['nsd', 'knotd', 'unbound', 'opendkim', 'postfix']) || (!isRoot && 'needs root: Postfix runs as root');

/**
 *     we ──── mta export --watch ────► tables, keys ──► OpenDKIM
 *                                                          │ milter
 *     a client ──────────────────────────────────────► Postfix ──────► a sink, and mailauth with the keys on Knot
 */
describe('a real Postfix and OpenDKIM sign with the exported keys, before and after a rotation', { skip }, () => {
  let folder: string;
  let dns: RealDnsNetwork;
  let service: TestApp;
  let work: DueWork;
  let sink: SmtpSink;
  let postfix: MailDaemon;
  let openDkim: MailDaemon;
  let domain: DomainObject;
  let watcher: ChildProcess;
  const cleanUp: (() => Promise<unknown>)[] = [];
  const tables = () => join(folder, 'tables');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-mail-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    // Postfix works as a user of its own.
    await chmod(folder, 0o755);
    dns = await startRealDnsNetwork();
    cleanUp.push(dns.close);
    const resolver = `${dns.resolver.address}:${dns.port}`;
    service = await createTestApp(import.meta.url, {
      variables: { DNS_SERVERS: resolver, DNS_AUTHORITATIVE_PORT: String(dns.port) },
      keys: 'fresh',
      isRealTime: true,
    });
    cleanUp.push(service.close);
    work = startDueWork(service.ctx, 4);
    cleanUp.push(work.stop);
    domain = await service.addDomain('example.com');
    await dns.publish(dns.servers, listZoneLines(domain));
    await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    await waitUntil(async () => (await read()).verificationStatus === 'VERIFIED');
    await service.addDomain('pending.example.net');

    watcher = startExport(['--watch']);
    cleanUp.push(async () => {
      assert.equal(watcher.exitCode, null, 'the export runs until it is told to end');
      watcher.kill('SIGTERM');
      assert.deepEqual(await once(watcher, 'exit'), [0, null]);
    });
    await waitUntil(async () => (await readTable('SigningTable')).includes('example.com'));
    sink = await startSmtpSink();
    cleanUp.push(sink.close);
    openDkim = await startOpenDkim({ folder, port: await findSharedPort(['127.0.0.1']), tables: tables() });
    cleanUp.push(() => openDkim.stop());
    postfix = await startPostfix({
      folder: join(folder, 'postfix'),
      ...{ port: await findSharedPort(['127.0.0.1']), milterPort: openDkim.port, nextHop: sink.port },
    });
    cleanUp.push(() => postfix.stop());
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  const read = async (): Promise<DomainObject> => (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
  const readTable = (name: string) => readFile(join(tables(), name), 'utf8').catch(() => '');

  function startExport(more: readonly string[]): ChildProcess {
    const args = [CLI, 'mta', 'export', '--format', 'opendkim', '--out', tables(), ...more];
    return spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, AUTOSEND_DATABASE_URL: service.databaseUrl, AUTOSEND_SECRET_KEY: TEST_SECRET_KEY },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Sends a message through Postfix and waits for it at the other end. */
  async function deliver(from: string): Promise<Buffer> {
    const count = sink.messages.length;
    const message = `From: Ada <${from}>\r\nTo: b@example.org\r\nSubject: Hello\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${count}@example.com>\r\n\r\nA line.\r\n`;
    await sendMail(postfix.port, from, 'b@example.org', message);
    await waitUntil(async () => sink.messages.length > count);
    return sink.messages.at(-1) as Buffer;
  }

  const selectorOf = (message: Buffer) =>
    /DKIM-Signature:[^;]*;[\s\S]*?\bs=([^;]+);/.exec(message.toString('latin1'))?.[1];
  // The keys are in a zone of their own.
  const verify = async (message: Buffer) => (await verifyWithMailauth(dns.keys, [message]))[0];

  test('the tables name verified domains only, and keys are for their owner alone', async () => {
    assert.doesNotMatch(await readTable('SigningTable'), /pending/);
    assert.match(await readTable('SigningTable'), /^example\.com autosend\._domainkey\.example\.com\n\.example\.com /);
    const [shard = ''] = await readdir(join(tables(), 'keys'));
    const [file = ''] = await readdir(join(tables(), 'keys', shard));
    assert.equal((await stat(join(tables(), 'keys', shard, file))).mode & 0o777, 0o600);
    assert.equal((await stat(join(tables(), 'keys'))).mode & 0o777, 0o700);
  });

  test('mail of the domain and of a name below it is signed and verifies; other mail is not signed', async () => {
    for (const from of ['ada@example.com', 'ada@news.example.com']) {
      const message = await deliver(from);
      assert.equal(selectorOf(message), 'autosend');
      assert.deepEqual(await verify(message), ['pass']);
    }
    assert.equal(selectorOf(await deliver('eve@pending.example.net')), undefined);
    assert.equal(selectorOf(await deliver('eve@notexample.com')), undefined);
  });

  test('after a rotation the next message carries the new selector, and both messages verify', async () => {
    const before = await deliver('ada@example.com');
    const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys`, body: {} });
    const { selector, record } = json.data;
    const oldFiles = await readTable('KeyTable');
    await dns.publish(dns.servers, [...listZoneLines(domain), { name: record.name, type: 'TXT', value: record.value }]);
    await waitUntil(async () => (await read()).dnsRecords.dkim.name === record.name);
    await waitUntil(async () => (await readTable('KeyTable')).includes(selector));
    assert.notEqual(await readTable('KeyTable'), oldFiles);
    openDkim.signal('SIGUSR1');
    await waitUntil(async () => selectorOf(await deliver('ada@example.com')) === selector);
    const next = await deliver('ada@example.com');
    assert.equal(selectorOf(next), selector);
    assert.deepEqual(await verify(next), ['pass']);
    assert.deepEqual(await verify(before), ['pass'], 'the old record is still there');
  });

  test('a domain that is deleted is in no table any more, and its key is gone', async () => {
    await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` });
    await waitUntil(async () => (await readTable('KeyTable')) === '');
    const files = async () =>
      (
        await Promise.all(
          (await readdir(join(tables(), 'keys'))).map((shard) => readdir(join(tables(), 'keys', shard))),
        )
      ).flat();
    await waitUntil(async () => (await files()).length === 0);
  });
});
