import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { OutgoingMail } from '../../../src/core/notices/mailer.ts';
import { createMailer, type MailSettings } from '../../../src/delivery/smtp.ts';
import { readMail } from '../../support/mail/read-mail.ts';
import { type SmtpStub, startSmtpStub } from '../../support/mail/smtp-stub.ts';

const TIMES = { connectMs: 5_000, answerMs: 2_000, totalMs: 5_000 };
const LONG_KEY = `v=DKIM1; k=rsa; p=${'MIIBIjANBgkq'.repeat(34)}`;

let smtp: SmtpStub;
before(async () => {
  smtp = await startSmtpStub();
});
after(() => smtp.close());
beforeEach(() => smtp.answer(() => null));

const open = (settings: Partial<MailSettings> = {}) =>
  createMailer(
    {
      host: '127.0.0.1',
      port: smtp.port,
      isTls: false,
      credentials: null,
      from: { name: 'Dömains, "Acme"', address: 'd@example.net' },
      ...settings,
    },
    TIMES,
  );
const mailOf = (given: Partial<OutgoingMail> = {}): OutgoingMail => ({
  to: 'jo@example.org',
  subject: 'Hello',
  text: `.\n..\n${LONG_KEY}\nGrüße\n`,
  html: `<p>${'x'.repeat(3_000)}</p>`,
  id: 'abc',
  date: new Date('2026-01-15T12:00:00Z'),
  ...given,
});
const never = new AbortController().signal;

test('an email arrives as it was written: lines of one dot, long values, other scripts', async () => {
  assert.deepEqual(await open().send(mailOf(), never), { outcome: 'sent' });
  const last = smtp.received.at(-1);
  assert.deepEqual([last?.from, last?.to], ['d@example.net', 'jo@example.org']);
  const mail = readMail(last?.raw ?? '');
  assert.equal(mail.text.trimEnd(), mailOf().text.trimEnd());
  assert.equal(mail.html.trimEnd(), mailOf().html);
  assert.equal(mail.header('date'), 'Thu, 15 Jan 2026 12:00:00 +0000');
  assert.equal(mail.header('message-id'), '<abc@example.net>');
  assert.match(mail.header('from'), /^"?Dömains, \\?"Acme\\?""? <d@example\.net>$/);
  assert.deepEqual(smtp.offenses, []);
});

test('no text becomes another header or another recipient', async () => {
  const hostile = 'x\r\nBcc: victim@example.com\r\n\r\nbody\u2028y\0';
  for (const given of [
    { subject: hostile },
    { to: 'jo@example.org, victim@example.com' },
    { to: 'jo@example.org>\r\nRCPT TO:<victim@example.com' },
    { unsubscribeUrl: 'https://a.example/>\r\nBcc: <victim@example.com' },
  ]) {
    const before = smtp.received.length;
    const { outcome } = await open().send(mailOf(given), never);
    for (const { to, raw } of smtp.received.slice(before)) {
      assert.ok(!/^bcc:/im.test(raw.slice(0, raw.indexOf('\r\n\r\n'))), raw);
      assert.ok(!to.includes('victim') || to === given.to, to);
    }
    assert.ok(outcome === 'sent' || outcome === 'refused', outcome);
  }
});

test('a password is sent over a connection that is proved to be the server’s, or on this machine, and nowhere else', async () => {
  const credentials = { user: 'robot', password: 'hunter2' };
  const used = async (settings: Partial<MailSettings>) => {
    const before = smtp.commands.length;
    const { outcome } = await open(settings).send(mailOf(), never);
    return { outcome, commands: smtp.commands.slice(before) };
  };
  const here = await used({ credentials });
  assert.equal(here.outcome, 'sent');
  assert.ok(here.commands.includes('AUTH'));
  // This machine by a name that doesn't say so: as another one, it would have to offer STARTTLS.
  const elsewhere = await used({ host: '::ffff:127.0.0.1', credentials });
  assert.equal(elsewhere.outcome, 'failed');
  assert.ok(!elsewhere.commands.includes('AUTH') && !elsewhere.commands.includes('MAIL'), String(elsewhere.commands));
  const plain = await used({ host: '::ffff:127.0.0.1' });
  assert.equal(plain.outcome, 'sent', 'without a password there is nothing to lose');
  assert.equal((await used({ isTls: true })).outcome, 'failed', 'a server without TLS isn’t taken for one with it');
});

test('a login that is refused is no fault of the email; the password is in no problem', async () => {
  smtp.answer((stage) => (stage === 'AUTH' ? '535 5.7.8 bad credentials' : null));
  const mailer = open({ credentials: { user: 'robot', password: 'hunter2' } });
  const sent = await mailer.send(mailOf(), never);
  assert.equal(sent.outcome, 'failed');
  assert.match('problem' in sent ? sent.problem : '', /535 5\.7\.8 bad credentials/);
  assert.match((await mailer.check()) ?? '', /535 5\.7\.8 bad credentials/);
  assert.ok(!JSON.stringify(sent).includes('hunter2'));
  smtp.answer(() => null);
  assert.equal(await mailer.check(), null);
});

test('a process that stops ends what is under way', async () => {
  smtp.answer((stage) => (stage === 'DATA' ? 'say nothing' : null));
  const stopping = new AbortController();
  const sending = open().send(mailOf(), stopping.signal);
  stopping.abort();
  assert.equal((await sending).outcome, 'failed');
});
