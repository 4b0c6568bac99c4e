import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MailServerFormat } from '../../../src/core/mail-server/tables.ts';
import { startDueWork } from '../../../src/jobs/checks.ts';
import type { DomainObject } from '../../../src/wire/domain.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../app.ts';
import { listZoneLines, type RealDnsNetwork, startRealDnsNetwork } from '../dns/real-dns-network.ts';
import { findSharedPort } from '../dns/real-name-servers.ts';
import { waitUntil } from '../service-process.ts';
import { verifyWithMailauth } from '../verifiers/verifiers.ts';
import { type MailDaemon, startPostfix } from './mail-servers.ts';
import { type SmtpSink, sendMail, startSmtpSink } from './smtp-sink.ts';

const CLI = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/**
 *     the service ── mta export --watch ──► tables, keys ──► a signer
 *                                                              │ milter
 *     a client ──────────────────────────────────────────► Postfix ──────► a sink, and mailauth with the keys on Knot
 */
export interface SigningWorld {
  readonly folder: string;
  /** The folder that is exported to. */
  readonly tables: string;
  readonly service: TestApp;
  /** example.com, verified. */
  readonly domain: DomainObject;
  readonly sink: SmtpSink;
  /** Has something undone at the end, before what was there earlier. */
  onClose(undo: () => Promise<unknown>): void;
  readTable(name: string): Promise<string>;
  /** Starts a Postfix that hands its mail to this milter. */
  startPostfix(milterPort: number): Promise<void>;
  /** Sends a message through Postfix and waits for it at the other end. */
  deliver(from: string, mailFrom?: string): Promise<Buffer>;
  /** The results of a message's signatures. */
  verify(message: Buffer): Promise<string[] | undefined>;
  /** Makes a further key, publishes its record and waits until mail is to be signed with it; its selector. */
  rotate(): Promise<string>;
  close(): Promise<void>;
}

/** Starts all but the signer and Postfix. The export reads the database, or pulls by the API as another machine would. */
export async function startSigningWorld(
  testFileUrl: string,
  options: { readonly format: MailServerFormat; readonly from: 'database' | 'api'; readonly owner?: string },
): Promise<SigningWorld> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of cleanUp.reverse()) await undo();
  };
  const folder = await mkdtemp(join(tmpdir(), 'autosend-mail-'));
  const tables = join(folder, 'tables');
  cleanUp.push(() => rm(folder, { recursive: true }));
  // Postfix works as a user of its own.
  await chmod(folder, 0o755);
  const dns: RealDnsNetwork = await startRealDnsNetwork();
  cleanUp.push(dns.close);
  const service = await createTestApp(testFileUrl, {
    variables: { DNS_SERVERS: `${dns.resolver.address}:${dns.port}`, DNS_AUTHORITATIVE_PORT: String(dns.port) },
    keys: 'fresh',
    isRealTime: true,
  });
  cleanUp.push(service.close);
  cleanUp.push(startDueWork(service.ctx, 4).stop);
  const added = await service.addDomain('example.com');
  const url = `/v1/domains/${added.id}`;
  const read = async (): Promise<DomainObject> => (await service.send({ url })).json.data;
  await dns.publish(dns.servers, listZoneLines(added));
  await service.send({ method: 'POST', url: `${url}/verify` });
  await waitUntil(async () => (await read()).verificationStatus === 'VERIFIED');
  await service.addDomain('pending.example.net');

  const watcher = await startExport(service, folder, tables, options);
  cleanUp.push(async () => {
    assert.equal(watcher.exitCode, null, 'the export runs until it is told to end');
    watcher.kill('SIGTERM');
    assert.deepEqual(await once(watcher, 'exit'), [0, null]);
  });
  const sink = await startSmtpSink();
  cleanUp.push(sink.close);
  let postfix: MailDaemon | undefined;

  return {
    folder,
    tables,
    service,
    domain: await read(),
    sink,
    close,
    onClose: (undo) => void cleanUp.push(undo),
    readTable: (name) => readFile(join(tables, name), 'utf8').catch(() => ''),
    async startPostfix(milterPort) {
      const port = await findSharedPort(['127.0.0.1']);
      const started = await startPostfix({ folder: join(folder, 'postfix'), port, milterPort, nextHop: sink.port });
      cleanUp.push(() => started.stop());
      postfix = started;
    },
    async deliver(from, mailFrom = from) {
      const count = sink.messages.length;
      const message = `From: Ada <${from}>\r\nTo: b@example.org\r\nSubject: Hello\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${count}@example.com>\r\n\r\nA line.\r\n`;
      await sendMail(postfix?.port ?? 0, mailFrom, 'b@example.org', message);
      await waitUntil(async () => sink.messages.length > count);
      return sink.messages.at(-1) as Buffer;
    },
    // The keys are in a zone of their own.
    verify: async (message) => (await verifyWithMailauth(dns.keys, [message]))[0],
    async rotate() {
      const { json } = await service.send({ method: 'POST', url: `${url}/keys`, body: {} });
      const { selector, record } = json.data;
      const line = { name: record.name, type: 'TXT' as const, value: record.value };
      await dns.publish(dns.servers, [...listZoneLines(added), line]);
      await waitUntil(async () => (await read()).dnsRecords.dkim.name === record.name);
      return selector;
    },
  };
}

/** Reads which selector signed a message; undefined where none did. */
export function readSelector(message: Buffer): string | undefined {
  return /DKIM-Signature:[^;]*;[\s\S]*?\bs=([^;]+);/.exec(message.toString('latin1'))?.[1];
}

async function startExport(
  service: TestApp,
  folder: string,
  out: string,
  { format, from, owner }: Parameters<typeof startSigningWorld>[1],
): Promise<ChildProcess> {
  const args = [CLI, 'mta', 'export', '--format', format, '--out', out, '--watch'];
  if (owner !== undefined) args.push('--owner', owner);
  let env: Record<string, string> = {
    AUTOSEND_DATABASE_URL: service.databaseUrl,
    AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
  };
  if (from === 'api') {
    const file = join(folder, 'api-key');
    const { key } = await service.createKey(service.project, { permission: 'mail_server' });
    await writeFile(file, `${key}\n`, { mode: 0o600 });
    args.push('--from', await service.listen(), '--api-key-file', file);
    env = {};
  }
  return spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
