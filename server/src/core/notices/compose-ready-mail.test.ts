import { match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeReadyMail } from './compose-ready-mail.ts';

describe('the email for whoever published the records', () => {
  it('says which domain is ready, for whom, and that it is the only one', () => {
    const mail = composeReadyMail({ domainName: 'xn--bcher-kva.example', projectName: 'Acme', returnUrl: null });
    match(mail.subject, /^bücher\.example \(xn--bcher-kva\.example\) is ready to send email$/);
    match(mail.text, /“Acme” can send email from it/);
    match(mail.text, /the only email/);
    ok(!mail.text.includes('http'), 'it leads nowhere');
  });

  it('leads back where the link does', () => {
    const returnUrl = 'https://app.example.com/settings?a=1&b=2';
    const mail = composeReadyMail({ domainName: 'example.com', projectName: 'Acme', returnUrl });
    ok(mail.text.includes(`Back to app.example.com:\n${returnUrl}`));
    ok(mail.html.includes('href="https://app.example.com/settings?a=1&amp;b=2"'));
  });

  it('keeps the name of a project one line and no markup, whatever it holds', () => {
    const projectName = `A\r\nBcc: x@example.net <b onclick=x>${'y'.repeat(300)}`;
    const mail = composeReadyMail({ domainName: 'example.com', projectName, returnUrl: null });
    ok(!/\r|\nBcc/.test(mail.text));
    ok(!mail.html.includes('<b onclick'));
    ok(mail.text.length < 900);
  });
});
