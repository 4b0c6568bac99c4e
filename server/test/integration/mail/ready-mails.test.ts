import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { deleteOldLevels } from '../../../src/db/queries/rate-levels.ts';
import { nameLevel } from '../../../src/services/node/allowances.ts';
import { expireReadyMails } from '../../../src/services/notices/ready-mails.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { type Browser, setUpOwner } from '../../support/browser/dashboard.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { readMail } from '../../support/mail/read-mail.ts';
import { sendReadyMails } from '../../support/mail/send-mails.ts';
import { type SmtpStub, startSmtpStub } from '../../support/mail/smtp-stub.ts';

const DAY_MS = 86_400_000;
const PUBLIC_URL = 'https://dns.example.net';

let dns: DnsServer;
let smtp: SmtpStub;
let service: TestApp;
let silent: TestApp;
let owner: Browser;
before(async () => {
  dns = await startDnsServer();
  smtp = await startSmtpStub();
  const variables = {
    ...{ SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'Domains <domains@example.net>', PUBLIC_URL },
    RATE_LIMIT_PER_SECOND: '0',
  };
  service = await createTestApp(import.meta.url, { dns, variables });
  silent = await createTestApp(import.meta.url, { beside: service, variables: { PUBLIC_URL } });
  owner = await setUpOwner(service);
});
after(async () => {
  await silent.close();
  await service.close();
  await smtp.close();
  await dns.close();
});
beforeEach(async () => {
  await service.query('TRUNCATE ready_mails');
  smtp.answer(() => null);
});

let count = 0;
/** A domain with a share link, as whoever has the link meets it. */
async function shareDomain({ isTest = false, projectId: given }: { isTest?: boolean; projectId?: string } = {}) {
  count += 1;
  const body = { name: `acme ${count}`, isTest };
  const projectId = given ?? (await owner.get('POST /api/projects', { body })).id;
  const name = isTest ? `a${count}.missing-dkim.test` : `customer${count}.com`;
  const domain = await owner.get('POST /api/projects/:projectId/domains', {
    params: { projectId },
    body: { domain: name },
  });
  const params = { projectId, domainId: domain.id };
  const link = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', { params, body: {} });
  const path = `/api/share/${link.url.split('/').at(-1)}`;
  const since = smtp.received.length;
  return {
    ...{ domain, link, params, name },
    verify: async () => {
      publishDomain(dns, domain);
      await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', { params });
    },
    read: async (node = service) => (await node.send({ url: path, key: null })).json.data,
    ask: (email: unknown, node = service): Promise<TestReply> =>
      node.send({
        method: 'POST',
        url: `${path}/tell-when-ready`,
        key: null,
        headers: { origin: PUBLIC_URL },
        body: { email },
      }),
    mailsTo: (address: string) =>
      smtp.received.slice(since).flatMap(({ to, raw }) => (to === address ? [readMail(raw)] : [])),
  };
}

test('whoever leaves an address is told once when the domain is verified, and then the address is forgotten', async () => {
  const shared = await shareDomain();
  assert.equal((await shared.read()).canTellWhenReady, true);
  assert.equal((await shared.ask('Jo@Example.org ')).status, 200);
  assert.equal(await sendReadyMails(service.ctx), 0, 'not before');
  await shared.verify();
  const [claimed, again] = await Promise.all([sendReadyMails(service.ctx, 'a'), sendReadyMails(service.ctx, 'b')]);
  assert.equal(claimed + again, 1);
  const [mail, ...others] = shared.mailsTo('jo@example.org');
  assert.deepEqual(others, []);
  assert.equal(mail?.header('subject'), `${shared.name} is ready to send email`);
  assert.match(mail?.text ?? '', /“acme \d+” can send email from it\./);
  assert.deepEqual(await service.query('SELECT email FROM ready_mails'), [{ email: null }]);
  assert.equal(await sendReadyMails(service.ctx), 0);
  assert.equal((await shared.read()).canTellWhenReady, false);
});

test('the last address counts, and a link takes five', async () => {
  const shared = await shareDomain();
  for (const name of ['a', 'b', 'c', 'd', 'e']) assert.equal((await shared.ask(`${name}@example.org`)).status, 200);
  const { status, json } = await shared.ask('f@example.org');
  assert.deepEqual([status, json.error.code], [429, 'RATE_LIMIT_EXCEEDED']);
  await shared.verify();
  await sendReadyMails(service.ctx);
  assert.equal(shared.mailsTo('e@example.org').length, 1);
  for (const name of ['a', 'b', 'c', 'd', 'f']) assert.equal(shared.mailsTo(`${name}@example.org`).length, 0);
});

const useUp = (what: string, count: number) =>
  service.query('UPDATE rate_levels SET level = $2 WHERE id = $1 RETURNING id', [`day:${nameLevel(what)}`, count]);

test('a project reaches at most 200 addresses a day, whatever becomes of its domains and links', async () => {
  const { params, name, ask } = await shareDomain();
  assert.equal((await ask('first@example.org')).status, 200);
  assert.equal((await useUp(`emails of project ${params.projectId}`, 200)).length, 1);
  const refused = await ask('second@example.org');
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '432']);
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId', { params, body: { confirm: name } });
  const again = await shareDomain({ projectId: params.projectId });
  assert.equal((await again.ask('second@example.org')).status, 429);
  await deleteOldLevels(service.ctx.db, new Date(service.clock.now().getTime() + 3_600_000));
  assert.equal((await again.ask('second@example.org')).status, 429, 'an hour later it is not forgotten');
  service.clock.advance(DAY_MS);
  assert.equal((await again.ask('second@example.org')).status, 200);
});

test('an address is reached at most 20 times a day, by however many projects', async () => {
  const one = await shareDomain();
  assert.equal((await one.ask('flooded@example.org')).status, 200);
  assert.equal((await useUp('emails to flooded@example.org', 20)).length, 1);
  const other = await shareDomain();
  assert.equal((await other.ask('flooded@example.org')).status, 429);
  assert.equal((await other.ask('another@example.org')).status, 200);
});

test('a mail server that is away is tried again, one that refuses is not', async () => {
  const shared = await shareDomain();
  await shared.ask('jo@example.org');
  await shared.verify();
  smtp.answer((stage) => (stage === 'RCPT' ? '451 4.3.0 later' : null));
  assert.equal(await sendReadyMails(service.ctx), 1);
  assert.equal(await sendReadyMails(service.ctx), 0, 'it waits');
  service.clock.advance(60_000);
  smtp.answer((stage) => (stage === 'RCPT' ? '550 5.1.1 nobody' : null));
  assert.equal(await sendReadyMails(service.ctx), 1);
  assert.deepEqual(await service.query('SELECT email, attempts FROM ready_mails'), [{ email: null, attempts: 2 }]);
  service.clock.advance(DAY_MS);
  assert.equal(await sendReadyMails(service.ctx), 0);
});

test('what a node held that died is sent by another when its claim has run out', async () => {
  const shared = await shareDomain();
  await shared.ask('jo@example.org');
  await shared.verify();
  await service.query(
    `UPDATE ready_mails SET lease_owner = 'dead', lease_until = $1::timestamptz + interval '2 minutes'`,
    [service.clock.now().toISOString()],
  );
  assert.equal(await sendReadyMails(service.ctx), 0);
  service.clock.advance(121_000);
  assert.equal(await sendReadyMails(service.ctx), 1);
  assert.equal(shared.mailsTo('jo@example.org').length, 1);
});

test('a link that was revoked tells nobody, and its address is forgotten', async () => {
  const shared = await shareDomain();
  await shared.ask('jo@example.org');
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId', {
    params: { ...shared.params, linkId: shared.link.id },
  });
  await shared.verify();
  assert.equal(await sendReadyMails(service.ctx), 0);
  assert.equal(await expireReadyMails(service.ctx), false);
  assert.deepEqual(await service.query('SELECT * FROM ready_mails'), []);
  assert.equal((await shared.ask('jo@example.org')).status, 404);
});

for (const email of ['', 'jo', 'jo@', 'a@b@c', 'jo@example.org\r\nBcc: x@example.org', 7, null, 'a, b@example.org'])
  test(`refused as an address: ${JSON.stringify(email)}`, async () => {
    const { ask } = await shareDomain();
    const { status, json } = await ask(email);
    assert.deepEqual([status, json.error.details[0].field], [400, 'email']);
  });

test('nothing is offered or taken where there is no mail server, for a test domain, and for one that is ready', async () => {
  const shared = await shareDomain();
  assert.equal((await shared.read(silent)).canTellWhenReady, false);
  assert.equal((await shared.ask('jo@example.org', silent)).status, 400);
  const played = await shareDomain({ isTest: true });
  assert.equal((await played.read()).canTellWhenReady, false);
  assert.equal((await played.ask('jo@example.org')).status, 400);
  await shared.verify();
  assert.equal((await shared.ask('jo@example.org')).status, 400);
});
