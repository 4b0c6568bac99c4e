import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { NoticeType } from '../../../src/core/notices/notice-type.ts';
import { DIGEST_MS, MAIL_KEPT_MS, STALE_MS } from '../../../src/core/notices/schedule.ts';
import { findDomains } from '../../../src/db/queries/domains.ts';
import { createMailer } from '../../../src/delivery/smtp.ts';
import { queueMails } from '../../../src/jobs/mail.ts';
import { noteEvents } from '../../../src/services/events/note-events.ts';
import { expireMails } from '../../../src/services/notices/send-mail.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { readMail } from '../../support/mail/read-mail.ts';
import { sendMails } from '../../support/mail/send-mails.ts';
import { type SmtpStub, startSmtpStub } from '../../support/mail/smtp-stub.ts';
import { startReceiver } from '../../support/webhooks/receiver.ts';
import { sendDue } from '../../support/webhooks/send-due.ts';

const HOUR_MS = 3_600_000;
const PUBLIC_URL = 'https://dns.example.net';

let dns: DnsServer;
let smtp: SmtpStub;
let service: TestApp;
let owner: Browser;
before(async () => {
  dns = await startDnsServer();
  smtp = await startSmtpStub();
  const variables = {
    ...{ SMTP_URL: `smtp://robot:p%40ss@127.0.0.1:${smtp.port}`, MAIL_FROM: 'Domains <domains@example.net>' },
    ...{ PUBLIC_URL, WEBHOOKS_ALLOW_PRIVATE: 'true' },
  };
  service = await createTestApp(import.meta.url, { dns, variables });
  owner = await setUpOwner(service);
});
after(async () => {
  await service.close();
  await smtp.close();
  await dns.close();
});
beforeEach(async () => {
  // No test meets another's notices, nor the quiet time after another's email.
  await service.query('TRUNCATE mails, mail_notices, mail_choices');
  smtp.answer(() => null);
});

/** A project with an admin, and a reader of what was sent to somebody since. */
async function createTeam(name = 'acme') {
  const { id: projectId } = await owner.get('POST /api/projects', {
    body: { name: `${name} ${service.clock.now().getTime()}` },
  });
  // The owner made it, and would be told too.
  await owner.get('PUT /api/projects/:projectId/notices', { params: { projectId }, body: { types: [] } });
  const admin = await addMember(service, owner, projectId, 'admin', `admin-${projectId}@example.com`);
  const since = smtp.received.length;
  return {
    projectId,
    params: { projectId },
    admin,
    to: `admin-${projectId}@example.com`,
    mailsTo: (address: string) =>
      smtp.received.slice(since).flatMap(({ to, raw }) => (to === address ? [readMail(raw)] : [])),
    addDomain: (domain: string) =>
      owner.get('POST /api/projects/:projectId/domains', { params: { projectId }, body: { domain } }),
  };
}

/** Has something happen to a domain, in a transaction of its own, as a check does. */
async function happen(projectId: string, id: string, type: NoticeType): Promise<void> {
  const { ctx, clock } = service;
  const [domain] = await findDomains(ctx.db, [{ projectId: projectId as never, id }]);
  assert.ok(domain);
  const now = clock.now();
  const data = { missing: ['dkim' as const], deadlineAt: new Date(now.getTime() + 72 * HOUR_MS).toISOString() };
  const change = type === 'domain.restored' ? { type, data: {} } : { type: type as 'domain.at_risk', data };
  await ctx.db.transaction((tx) => noteEvents(ctx, tx, domain, now, [change]));
}

test('a domain that falls, fails to come back and is restored is told to its admins, with what is missing and how to mend it', async () => {
  const team = await createTeam();
  const domain = await team.addDomain('xn--bcher-kva.example.com');
  const check = () =>
    owner.get('POST /api/projects/:projectId/domains/:domainId/verify', {
      params: { ...team.params, domainId: domain.id },
    });
  const pass = async (hours: number) => {
    service.clock.advance(hours * HOUR_MS);
    await check();
    await sendMails(service.ctx);
  };
  publishDomain(dns, domain);
  await check();
  assert.equal(await sendMails(service.ctx), 0, 'that it was verified is told to nobody');
  dns.removeRecords(domain.domainName, domain.dnsRecords.dkim.name);
  for (let times = 0; times < 4; times += 1) await pass(1);
  const [risk, ...others] = team.mailsTo(team.to);
  assert.ok(risk);
  assert.deepEqual(others, []);
  assert.equal(
    risk.header('subject'),
    'Action needed: bücher.example.com (xn--bcher-kva.example.com) is missing its DKIM record',
  );
  assert.equal(risk.header('from'), 'Domains <domains@example.net>');
  assert.equal(risk.header('to'), team.to);
  assert.equal(risk.header('auto-submitted'), 'auto-generated');
  assert.match(risk.header('message-id'), /^<[a-f\d]{24}@example\.net>$/);
  assert.match(risk.text, /Restore the record by \w{3}, \d+ January 2026, \d\d:\d\d UTC, or sending will stop\./);
  assert.ok(risk.text.includes(`Name:  ${domain.dnsRecords.dkim.name}\nValue: v=DKIM1;`), risk.text);
  assert.match(risk.text, /Record removed\. .*_domainkey/);
  assert.ok(risk.text.includes(`${PUBLIC_URL}/projects/${team.projectId}/domains/${domain.id}`));
  assert.ok(risk.html.includes(`<a href="${PUBLIC_URL}/projects/${team.projectId}/domains/${domain.id}">`));
  await pass(72);
  assert.match(team.mailsTo(team.to)[1]?.header('subject') ?? '', /^bücher\.example\.com .* is no longer verified$/);
  publishDomain(dns, domain);
  await pass(1);
  const again = /^bücher\.example\.com .* is verified again$/;
  assert.match(team.mailsTo(team.to)[2]?.header('subject') ?? '', again, 'after it failed');
  dns.removeRecords(domain.domainName, domain.dnsRecords.dkim.name);
  for (let times = 0; times < 4; times += 1) await pass(1);
  publishDomain(dns, domain);
  await pass(1);
  assert.match(team.mailsTo(team.to)[4]?.header('subject') ?? '', again, 'after it was at risk');
  assert.equal(team.mailsTo(team.to).length, 5);
  assert.deepEqual(smtp.offenses, []);
  assert.ok(smtp.commands.includes('AUTH'));
});

test('a webhook that the service disables is told, with the page that enables it', async () => {
  const team = await createTeam();
  const receiver = await startReceiver((_request, response) => void response.writeHead(410).end());
  try {
    const { webhook } = await owner.get('POST /api/projects/:projectId/webhooks', {
      params: team.params,
      body: { url: `${receiver.url}/in`, events: ['*'] },
    });
    await team.addDomain('hooked.example.com');
    await sendDue(service.ctx);
    await sendMails(service.ctx);
    const [mail] = team.mailsTo(team.to);
    assert.equal(mail?.header('subject'), `A webhook to ${new URL(receiver.url).host} was disabled`);
    assert.match(mail.text, /answered 410/);
    assert.ok(mail.text.includes(`${PUBLIC_URL}/projects/${team.projectId}/webhooks/${webhook.id}`));
  } finally {
    await receiver.close();
  }
});

test('each is told what they chose, by project; owners and admins of everything and members of nothing until they choose', async () => {
  const team = await createTeam();
  const member = await addMember(service, owner, team.projectId, 'member', `m-${team.projectId}@example.com`);
  const other = await addMember(service, owner, team.projectId, 'admin', `o-${team.projectId}@example.com`);
  await service.query("UPDATE memberships SET role = 'owner' WHERE user_id = $1", [other.userId]);
  const memberTo = `m-${team.projectId}@example.com`;
  const { id } = await team.addDomain('chosen.example.com');
  const read = async (browser: Browser) =>
    (await browser.get('GET /api/account/notices')).choices.find(({ project }) => project.id === team.projectId)?.types;
  assert.deepEqual(await read(member), []);
  assert.equal((await read(team.admin))?.length, 4);
  assert.equal((await read(other))?.length, 4);
  assert.deepEqual(await read(owner), []);
  await member.get('PUT /api/projects/:projectId/notices', { params: team.params, body: { types: ['domain.failed'] } });
  await team.admin.get('PUT /api/projects/:projectId/notices', {
    params: team.params,
    body: { types: ['domain.at_risk'] },
  });
  await other.get('PUT /api/projects/:projectId/notices', { params: team.params, body: { types: [] } });
  await happen(team.projectId, id, 'domain.at_risk');
  await sendMails(service.ctx);
  service.clock.advance(DIGEST_MS);
  await happen(team.projectId, id, 'domain.failed');
  await sendMails(service.ctx);
  assert.deepEqual(
    [team.to, memberTo, `o-${team.projectId}@example.com`, 'owner@example.com'].map((to) => team.mailsTo(to).length),
    [1, 1, 0, 0],
  );
  const wrong = await member.send('PUT /api/projects/:projectId/notices', {
    params: team.params,
    body: { types: ['domain.created' as 'domain.failed'] },
  });
  assert.equal(wrong.status, 400);
});

test('of a test project nobody is told until they choose it', async () => {
  const team = await createTeam('test');
  const { id } = await team.addDomain('test.example.com');
  await service.query('UPDATE projects SET is_test = true WHERE id = $1', [team.projectId]);
  const read = async () =>
    (await team.admin.get('GET /api/account/notices')).choices.find(({ project }) => project.id === team.projectId);
  assert.deepEqual((await read())?.types, []);
  await happen(team.projectId, id, 'domain.at_risk');
  assert.equal(await sendMails(service.ctx), 0);
  const body = { types: ['domain.at_risk' as const] };
  await team.admin.get('PUT /api/projects/:projectId/notices', { params: team.params, body });
  await happen(team.projectId, id, 'domain.at_risk');
  assert.equal(await sendMails(service.ctx), 1);
});

test('the first change is told at once; what follows within ten minutes is one email, and so is an outage', async () => {
  const team = await createTeam();
  const domains = [];
  for (let n = 0; n < 30; n += 1) domains.push(await team.addDomain(`out${n}.example.com`));
  const [first, second, ...rest] = domains;
  assert.ok(first && second);
  await happen(team.projectId, first.id, 'domain.at_risk');
  assert.equal(await sendMails(service.ctx), 1);
  for (const { id } of rest) await happen(team.projectId, id, 'domain.at_risk');
  assert.equal(await sendMails(service.ctx), 0);
  service.clock.advance(DIGEST_MS - 1);
  await happen(team.projectId, second.id, 'domain.failed');
  assert.equal(await sendMails(service.ctx), 0);
  service.clock.advance(1);
  assert.equal(await sendMails(service.ctx), 1);
  assert.equal(await sendMails(service.ctx), 0);
  const [one, many] = team.mailsTo(team.to);
  assert.match(one?.header('subject') ?? '', /^Action needed: out0\.example\.com is missing its DKIM record$/);
  assert.match(many?.header('subject') ?? '', /^1 domain failed, 28 domains at risk in “acme/);
  for (const { domainName } of domains.slice(1)) assert.ok(many?.text.includes(`- ${domainName}\n`), domainName);
  assert.notEqual(one?.header('message-id'), many?.header('message-id'));
});

test('a change that is rolled back is told to nobody', async () => {
  const team = await createTeam();
  const { id } = await team.addDomain('rolled.example.com');
  const [domain] = await findDomains(service.ctx.db, [{ projectId: team.projectId as never, id }]);
  assert.ok(domain);
  const data = { missing: ['dkim' as const], deadlineAt: service.clock.now().toISOString() };
  const rolledBack = service.ctx.db.transaction(async (tx) => {
    await noteEvents(service.ctx, tx, domain, service.clock.now(), [{ type: 'domain.at_risk', data }]);
    throw new Error('rolled back');
  });
  await assert.rejects(rolledBack, /rolled back/);
  assert.equal(await sendMails(service.ctx), 0);
});

test('nobody is told of what they may not see when it is sent: removed, deleted, without a second factor that is required', async () => {
  const team = await createTeam();
  const { id } = await team.addDomain('secret.example.com');
  const removed = await addMember(service, owner, team.projectId, 'admin', `r-${team.projectId}@example.com`);
  const deleted = await addMember(service, owner, team.projectId, 'admin', `x-${team.projectId}@example.com`);
  await happen(team.projectId, id, 'domain.at_risk');
  await owner.get('DELETE /api/projects/:projectId/members/:userId', {
    params: { ...team.params, userId: removed.userId },
    body: {},
  });
  await deleted.get('DELETE /api/account', { body: { confirm: `x-${team.projectId}@example.com` } });
  await service.query('UPDATE projects SET require_second_factor = true WHERE id = $1', [team.projectId]);
  await sendMails(service.ctx);
  for (const to of [team.to, `r-${team.projectId}@example.com`, `x-${team.projectId}@example.com`])
    assert.deepEqual(team.mailsTo(to), [], to);
  service.clock.advance(DIGEST_MS);
  await happen(team.projectId, id, 'domain.failed');
  await service.query(
    "INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, created_at) VALUES ($1, $1, $1, '', 0, 'key', now())",
    [team.admin.userId],
  );
  await sendMails(service.ctx);
  assert.equal(team.mailsTo(team.to).length, 1);
});

test('what the mail server says no to for now, or fails at, is tried again with the same Message-ID; a no for good is told in the log', async () => {
  const impatient = createMailer(
    {
      host: '127.0.0.1',
      port: smtp.port,
      isTls: false,
      credentials: null,
      from: { name: 'D', address: 'd@example.net' },
    },
    { connectMs: 5_000, answerMs: 300, totalMs: 5_000 },
  );
  const ctx = { ...service.ctx, mailer: impatient };
  const rows = (userId: string) =>
    service.query<{ attempts: number; next_at: Date | null; sent_at: Date | null; problem: string | null }>(
      'SELECT attempts, next_at, sent_at, problem FROM mails WHERE user_id = $1 ORDER BY created_at DESC',
      [userId],
    );
  for (const [stage, answer, isFinal, problem] of [
    ['greeting', '554 go away', false, /554 go away/],
    ['greeting', 'hang up', false, /./],
    ['greeting', 'say nothing', false, /./],
    ['MAIL', '451 later', false, /451 later/],
    ['RCPT', '450 greylisted', false, /450 greylisted/],
    ['RCPT', '550 no such person', true, /550 no such person/],
    ['MAIL', '553 not from you', true, /553 not from you/],
    ['DATA', '421 shutting down', false, /421 shutting down/],
    ['DATA', '554 no', true, /554 no/],
    ['message', '554 spam', true, /554 spam/],
    ['message', '452 full', false, /452 full/],
    ['message', 'hang up', false, /./],
    ['message', 'say nothing', false, /./],
  ] as const) {
    await service.query('TRUNCATE mails, mail_notices');
    const team = await createTeam('faulty');
    const { id } = await team.addDomain('faulty.example.com');
    await happen(team.projectId, id, 'domain.at_risk');
    smtp.answer((at) => (at === stage ? answer : null));
    const what = `${stage}: ${answer}`;
    assert.equal(await sendMails(ctx), 1, what);
    const [row] = await rows(team.admin.userId);
    assert.deepEqual([row?.attempts, row?.sent_at], [1, null], what);
    assert.match(row?.problem ?? '', problem, what);
    assert.equal(row?.next_at === null, isFinal, `${what}: ${row?.problem}`);
    const line = JSON.parse(service.logLines.at(-1) ?? '{}');
    assert.equal(
      line.msg,
      isFinal ? "an email couldn't be delivered and isn't tried again" : "an email couldn't be sent and is tried again",
      what,
    );
    smtp.answer(() => null);
    assert.equal(await sendMails(ctx), 0, what);
    service.clock.advance(60_000);
    assert.equal(await sendMails(ctx), isFinal ? 0 : 1, what);
    const mails = team.mailsTo(team.to);
    assert.equal(mails.length, isFinal ? 0 : 1, what);
    const [mail] = await service.query<{ id: string }>('SELECT id FROM mails WHERE user_id = $1', [team.admin.userId]);
    for (const each of mails) assert.equal(each.header('message-id'), `<${mail?.id}@example.net>`);
  }
  assert.ok(!service.logLines.some((line) => line.includes('p@ss') || line.includes('p%40ss')));
});

test('two nodes send each email once, and one that dies with an email in hand leaves it to the other', async () => {
  const other = await createTestApp(import.meta.url, {
    beside: service,
    variables: { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'domains@example.net', PUBLIC_URL },
  });
  try {
    const teams = [];
    for (let n = 0; n < 6; n += 1) {
      const team = await createTeam();
      const { id } = await team.addDomain(`nodes${n}.example.com`);
      await happen(team.projectId, id, 'domain.at_risk');
      teams.push(team);
    }
    const counts = await Promise.all([sendMails(service.ctx, 'a'), sendMails(other.ctx, 'b')]);
    assert.equal(counts[0] + counts[1], 6);
    for (const team of teams) assert.equal(team.mailsTo(team.to).length, 1);

    service.clock.advance(DIGEST_MS);
    const team = await createTeam();
    const { id } = await team.addDomain('killed.example.com');
    await happen(team.projectId, id, 'domain.at_risk');
    assert.ok(service.ctx.mailer);
    const held = await queueMails(service.ctx, service.ctx.mailer).claim('dying', 10);
    assert.equal(held.length, 1);
    assert.equal(await sendMails(other.ctx), 0, 'it is held');
    service.clock.advance(121_000);
    assert.equal(await sendMails(other.ctx), 1);
    assert.equal(team.mailsTo(team.to).length, 1);
    const [late] = held;
    assert.ok(late);
    await queueMails(service.ctx, service.ctx.mailer).run(late);
    assert.equal(team.mailsTo(team.to).length, 1, 'one that was paused for longer than its claim sends nothing');
  } finally {
    await other.close();
  }
});

test('one click ends the emails of that project, by the address in the header, from anywhere and without a session', async () => {
  const team = await createTeam();
  const second = await addMember(service, owner, team.projectId, 'admin', `s-${team.projectId}@example.com`);
  const { id } = await team.addDomain('clicked.example.com');
  await happen(team.projectId, id, 'domain.at_risk');
  await sendMails(service.ctx);
  const [mail] = team.mailsTo(team.to);
  assert.ok(mail);
  assert.equal(mail.header('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  const [, url = ''] = /^<(https:\/\/[^>]+)>$/.exec(mail.header('list-unsubscribe')) ?? [];
  assert.ok(url.startsWith(`${PUBLIC_URL}/unsubscribe/mail_`), url);
  assert.ok(mail.text.includes(url) && mail.html.includes(url));
  const { pathname } = new URL(url);
  const token = pathname.split('/').at(-1) ?? '';
  const guest = openBrowser(service);
  const told = () => service.query('SELECT 1 FROM mail_choices WHERE user_id = $1', [team.admin.userId]);
  // What opens links to look at them changes nothing.
  for (const method of ['GET', 'HEAD'] as const) await service.send({ method, url: pathname, key: null });
  assert.match((await guest.get('POST /api/unsubscribe/preview', { body: { token } })).projectName ?? '', /^acme/);
  assert.deepEqual(await told(), []);
  const forged = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
  const swapped = token.replace(team.admin.userId, second.userId);
  for (const each of [forged, swapped, 'mail_x', 'x'.repeat(85)])
    assert.equal((await service.send({ method: 'POST', url: `/unsubscribe/${each}`, key: null })).status, 404, each);
  const headers = { origin: 'https://mail.example.org', 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'List-Unsubscribe=One-Click';
  for (let times = 0; times < 2; times += 1) {
    const reply = await service.send({ method: 'POST', url: pathname, key: null, headers, body });
    assert.equal(reply.status, 200, reply.text);
  }
  const form = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
  const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
  assert.equal(
    (await service.send({ method: 'POST', url: pathname, key: null, headers: multipart, body: form })).status,
    200,
  );
  assert.ok(!service.logLines.some((line) => line.includes(token)));
  service.clock.advance(DIGEST_MS);
  await happen(team.projectId, id, 'domain.failed');
  await sendMails(service.ctx);
  assert.deepEqual([team.mailsTo(team.to).length, team.mailsTo(`s-${team.projectId}@example.com`).length], [1, 2]);
  const own = await team.admin.get('GET /api/account/notices');
  assert.deepEqual(own.choices.find(({ project }) => project.id === team.projectId)?.types, []);
});

test('who unsubscribes before it is sent gets nothing any more', async () => {
  const team = await createTeam();
  const { id } = await team.addDomain('quick.example.com');
  await happen(team.projectId, id, 'domain.at_risk');
  await team.admin.get('PUT /api/projects/:projectId/notices', { params: team.params, body: { types: [] } });
  await sendMails(service.ctx);
  assert.deepEqual(team.mailsTo(team.to), []);
});

test('an email about several projects ends all of them with one click', async () => {
  const [a, b] = [await createTeam('one'), await createTeam('two')];
  await service.query(
    "INSERT INTO memberships (project_id, user_id, role, created_at) VALUES ($1, $2, 'admin', now())",
    [b.projectId, a.admin.userId],
  );
  for (const team of [a, b])
    await happen(team.projectId, (await team.addDomain('several.example.com')).id, 'domain.at_risk');
  await sendMails(service.ctx);
  const [mail] = a.mailsTo(a.to);
  assert.equal(mail?.header('subject'), '2 domains at risk');
  const url = mail.header('list-unsubscribe').slice(1, -1);
  const reply = await service.send({ method: 'POST', url: new URL(url).pathname, key: null });
  assert.equal(reply.status, 200);
  const { choices } = await a.admin.get('GET /api/account/notices');
  assert.deepEqual(
    choices.map(({ types }) => types),
    [[], []],
  );
});

test('without a mail server nothing is shown and nothing is written for one', async () => {
  const plain = await createTestApp(import.meta.url, { beside: service, variables: { PUBLIC_URL } });
  try {
    const team = await createTeam();
    const { id } = await team.addDomain('plain.example.com');
    const signedIn = { headers: { cookie: team.admin.cookie(), origin: plain.ctx.publicUrl }, key: null };
    const { json } = await plain.send({ url: '/api/account/notices', ...signedIn });
    assert.deepEqual(json.data, { choices: [] });
    const [domain] = await findDomains(plain.ctx.db, [{ projectId: team.projectId as never, id }]);
    assert.ok(domain);
    const data = { missing: ['dkim' as const], deadlineAt: plain.clock.now().toISOString() };
    await plain.ctx.db.transaction((tx) =>
      noteEvents(plain.ctx, tx, domain, plain.clock.now(), [{ type: 'domain.at_risk', data }]),
    );
    assert.deepEqual(await service.query('SELECT * FROM mail_notices'), []);
  } finally {
    await plain.close();
  }
});

test('while the mail server is away everything waits, what is no news any more is dropped, and nothing waits for ever', async () => {
  const team = await createTeam();
  const domain = await team.addDomain('away.example.com');
  await happen(team.projectId, domain.id, 'domain.at_risk');
  smtp.answer(() => 'hang up');
  let tries = 0;
  for (let hours = 0; hours < 80; hours += 1) {
    tries += await sendMails(service.ctx);
    service.clock.advance(HOUR_MS);
    if (hours === 10) await happen(team.projectId, domain.id, 'domain.failed');
  }
  assert.ok(tries > 50, String(tries));
  smtp.answer(() => null);
  await sendMails(service.ctx);
  service.clock.advance(HOUR_MS);
  await sendMails(service.ctx);
  assert.deepEqual(
    team.mailsTo(team.to).map((mail) => mail.header('subject')),
    ['away.example.com couldn’t be verified'],
  );
  service.clock.advance(STALE_MS);
  assert.equal(await sendMails(service.ctx), 0);
  service.clock.advance(MAIL_KEPT_MS);
  assert.equal(await expireMails(service.ctx), false);
  const [left] = await service.query('SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM mail_notices) AS n');
  assert.equal(Number(left?.n), 0);
});
