import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startMailWork } from '../../src/jobs/mail.ts';
import type { Worker } from '../../src/jobs/worker.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type Browser, setUpOwner } from '../support/browser/dashboard.ts';
import { explainMissing } from '../support/daemon.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { publishDomain } from '../support/dns/publish.ts';
import { findSharedPort } from '../support/dns/real-name-servers.ts';
import { type MailDaemon, startPostfix } from '../support/mail/mail-servers.ts';
import { type ReadMail, readMail } from '../support/mail/read-mail.ts';
import { sendMails } from '../support/mail/send-mails.ts';
import { waitUntil } from '../support/service-process.ts';

const isRoot = process.getuid?.() === 0;
const skip = explainMissing(['postfix']) || (!isRoot && 'needs root: Postfix runs as root');
/** Of the system; a test of STARTTLS needs a certificate. */
const OPENSSL = 'openssl';
const HOUR_MS = 3_600_000;
const PUBLIC_URL = 'https://dns.example.net';
const OWNER = 'owner@example.org';

describe('a real Postfix takes what people are told, and puts it into their mailbox', { skip }, () => {
  let folder: string;
  let postfix: MailDaemon;
  let dns: DnsServer;
  let service: TestApp;
  let owner: Browser;
  let projectId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-notices-'));
    await chmod(folder, 0o755);
    const tls = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    execFileSync(
      OPENSSL,
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=mail.example.com', '-keyout', tls.key, '-out', tls.cert],
      ],
      { stdio: 'ignore' },
    );
    const port = await findSharedPort(['127.0.0.1']);
    postfix = await startPostfix({ folder: join(folder, 'postfix'), port, mailboxes: [OWNER], tls });
    dns = await startDnsServer();
    const variables = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'Domains <domains@example.net>', PUBLIC_URL };
    service = await createTestApp(import.meta.url, { dns, variables });
    owner = await setUpOwner(service, OWNER);
    projectId = (await owner.get('POST /api/projects', { body: { name: 'Bücher & <Söhne>' } })).id;
  });
  after(async () => {
    await service?.close();
    await dns?.close();
    await postfix?.stop();
    await rm(folder, { recursive: true });
  });

  /** What is in the mailbox, oldest first. */
  async function readMailbox(): Promise<{ readonly raw: string; readonly mail: ReadMail }[]> {
    const box = join(folder, 'postfix/mail', OWNER, 'new');
    const names = (await readdir(box).catch(() => [])).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(box, name), 'latin1')));
    return texts.map((raw) => ({ raw, mail: readMail(raw) }));
  }

  test('a domain falls: its owner reads it, and one click on the header of that very email ends it', async () => {
    const params = { projectId };
    const domain = await owner.get('POST /api/projects/:projectId/domains', {
      params,
      body: { domain: 'bücher.example.com' },
    });
    const pass = async () => {
      service.clock.advance(HOUR_MS);
      await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', {
        params: { ...params, domainId: domain.id },
      });
      await sendMails(service.ctx);
    };
    publishDomain(dns, domain);
    await pass();
    dns.removeRecords(domain.domainName, domain.dnsRecords.dkim.name);
    for (let times = 0; times < 4; times += 1) await pass();
    await waitUntil(async () => (await readMailbox()).length === 1);
    const [received] = await readMailbox();
    assert.ok(received);
    const { raw, mail } = received;
    assert.equal(
      mail.header('subject'),
      'Action needed: bücher.example.com (xn--bcher-kva.example.com) is missing its DKIM record',
    );
    assert.equal(mail.header('return-path'), '<domains@example.net>');
    assert.equal(mail.header('delivered-to'), OWNER);
    assert.equal(mail.header('auto-submitted'), 'auto-generated');
    // Encrypted, though nobody vouches for this server's certificate: no password goes there.
    assert.match(mail.header('received'), /using TLSv1/);
    assert.match(mail.text, /you have access to “Bücher & <Söhne>” in/);
    assert.match(mail.html, /“Bücher &amp; &lt;Söhne&gt;”/);
    assert.ok(mail.text.includes(`Value: ${domain.dnsRecords.dkim.value}`), 'the key arrives whole');
    assert.ok(!/[^\0-\x7f]/.test(raw), 'nothing but ASCII went over the wire');
    assert.equal(mail.header('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
    const url = new URL(mail.header('list-unsubscribe').slice(1, -1));
    const reply = await service.send({
      method: 'POST',
      url: url.pathname,
      key: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: url.host },
      body: 'List-Unsubscribe=One-Click',
    });
    assert.equal(reply.status, 200, reply.text);
    publishDomain(dns, domain);
    await pass();
    assert.equal((await readMailbox()).length, 1);
    const { choices } = await owner.get('GET /api/account/notices');
    assert.deepEqual(choices.find(({ project }) => project.id === projectId)?.types, []);
  });

  test('an address that Postfix has no mailbox for is a no for good; the worker of a node sends what is due', async () => {
    const body = { types: ['domain.failed' as const, 'domain.at_risk' as const, 'domain.restored' as const] };
    await owner.get('PUT /api/projects/:projectId/notices', { params: { projectId }, body });
    await service.query("UPDATE users SET email = 'nobody+here@example.org'");
    const [event] = await service.query<{ id: string; domain_id: string; at: Date }>(
      "SELECT id, domain_id, at FROM events WHERE type = 'domain.restored'",
    );
    const [user] = await service.query<{ id: string }>('SELECT id FROM users');
    assert.ok(event && user);
    const due = () =>
      service.query(
        "INSERT INTO mail_notices (event_id, user_id, project_id, domain_id, type, at) VALUES ($1, $2, $3, $4, 'domain.restored', $5)",
        [event.id, user.id, projectId, event.domain_id, service.clock.now()],
      );
    const last = async () =>
      (
        await service.query<{ problem: string | null; next_at: Date | null; sent_at: Date | null }>(
          'SELECT problem, next_at, sent_at FROM mails ORDER BY created_at DESC LIMIT 1',
        )
      )[0];
    service.clock.advance(HOUR_MS);
    await due();
    const work = async (isDone: () => Promise<boolean>) => {
      const worker: Worker | null = startMailWork(service.ctx);
      assert.ok(worker);
      await waitUntil(isDone);
      await worker.stop();
    };
    await work(async () => (await last())?.problem != null);
    const refused = await last();
    assert.match(refused?.problem ?? '', /^550 5\.1\.1 .*User unknown/);
    assert.equal(refused?.next_at, null);
    await service.query('UPDATE users SET email = $1', [OWNER]);
    await service.query('DELETE FROM mail_notices');
    service.clock.advance(HOUR_MS);
    await due();
    await work(async () => (await last())?.sent_at != null);
    await waitUntil(async () => (await readMailbox()).length === 2);
    // The names of the files say in which second they came, and not in which order within it.
    const subjects = (await readMailbox()).map(({ mail }) => mail.header('subject') ?? '');
    assert.equal(subjects.filter((subject) => subject.endsWith('is verified again')).length, 1, subjects.join());
  });
});
