import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeMail } from './compose-mail.ts';
import type { DisabledNotice, FallenNotice, Notice, RestoredNotice } from './notice.ts';

const AT = new Date('2026-01-15T12:00:00.000Z');
const LINKS = { publicUrl: 'https://dns.example.net', unsubscribeUrl: 'https://dns.example.net/unsubscribe/mail_x' };
const PROJECT = { id: 'p'.repeat(24), name: 'acme' };

const fallen = (given: Partial<FallenNotice> = {}): FallenNotice => ({
  type: 'domain.at_risk',
  at: AT,
  project: PROJECT,
  domain: { id: 'd'.repeat(24), name: 'example.com' },
  missing: ['dkim'],
  deadlineAt: new Date('2026-01-18T11:05:30.000Z'),
  wasVerified: true,
  records: [
    {
      title: 'DKIM key',
      type: 'TXT',
      name: 'autosend._domainkey.example.com',
      value: 'v=DKIM1; k=rsa; p=MIIB',
      findings: [
        { title: 'Record removed', detail: 'It was there before.', fix: 'Publish it at `autosend._domainkey` again.' },
      ],
    },
  ],
  ...given,
});
const restored = (given: Partial<RestoredNotice> = {}): RestoredNotice => ({
  type: 'domain.restored',
  at: AT,
  project: PROJECT,
  domain: { id: 'd'.repeat(24), name: 'example.com' },
  ...given,
});
const disabled = (given: Partial<DisabledNotice> = {}): DisabledNotice => ({
  type: 'webhook.disabled',
  at: AT,
  project: PROJECT,
  webhook: { id: 'w'.repeat(24), url: 'https://hooks.example.com/in?a=b' },
  reason: 'gone',
  failingSince: null,
  ...given,
});

const DOMAIN_URL = `https://dns.example.net/projects/${PROJECT.id}/domains/${'d'.repeat(24)}`;
const FOOTER = `-- 
You’re getting this email because you have access to “acme” in AutoSend Domains.

Change your notifications:
https://dns.example.net/account

Unsubscribe:
https://dns.example.net/unsubscribe/mail_x
`;

test('a domain at risk: what is missing, until when it counts, what was found, what to publish, and where', () => {
  const { subject, text } = composeMail([fallen()], LINKS);
  assert.equal(subject, 'Action needed: example.com is missing its DKIM record');
  assert.equal(
    text,
    `example.com is missing its DKIM record.

It still counts as verified, and mail is still being sent. Restore the record by Sun, 18 January 2026, 11:05 UTC, or sending will stop.

DKIM key
--------

Record removed. It was there before. Publish it at \`autosend._domainkey\` again.

Type:  TXT
Name:  autosend._domainkey.example.com
Value: v=DKIM1; k=rsa; p=MIIB

Open the domain:
${DOMAIN_URL}

${FOOTER}`,
  );
});

for (const [what, notice, subject, sentence] of [
  [
    'two records',
    fallen({ missing: ['ownership', 'dkim'], records: [] }),
    'Action needed: example.com is missing its ownership and DKIM records',
    'Restore the records by Sun, 18 January 2026, 11:05 UTC, or sending will stop.',
  ],
  [
    'failed after it was verified',
    fallen({ type: 'domain.failed' }),
    'example.com is no longer verified',
    'The DKIM record of example.com wasn’t restored by Sun, 18 January 2026, 11:05 UTC, so it can no longer send mail.',
  ],
  [
    'never verified',
    fallen({ type: 'domain.failed', wasVerified: false }),
    'example.com couldn’t be verified',
    'We didn’t find the DKIM record of example.com by Sun, 18 January 2026, 11:05 UTC, so it can’t send mail.',
  ],
  ['restored', restored(), 'example.com is verified again', 'All required records of example.com are back.'],
  [
    'a webhook whose receiver is gone',
    disabled(),
    'A webhook to hooks.example.com was disabled',
    'Its receiver answered 410, which asks us to stop.',
  ],
  [
    'a webhook that failed',
    disabled({ reason: 'failing', failingSince: new Date('2026-01-10T09:00:00Z') }),
    'A webhook to hooks.example.com was disabled',
    'No delivery has succeeded since Sat, 10 January 2026, 09:00 UTC.',
  ],
  [
    'an internationalized name, as people write it and as it stands in DNS',
    restored({ domain: { id: 'd', name: 'xn--bcher-kva.example' } }),
    'bücher.example (xn--bcher-kva.example) is verified again',
    'All required records of bücher.example (xn--bcher-kva.example) are back.',
  ],
] as const satisfies readonly (readonly [string, Notice, string, string])[])
  test(`one change: ${what}`, () => {
    const composed = composeMail([notice], LINKS);
    assert.equal(composed.subject, subject);
    assert.ok(composed.text.includes(sentence), composed.text);
    // The HTML says the same.
    const plain = composed.html.replace(/<[^>]*>/g, '');
    assert.ok(plain.includes(sentence), composed.html);
  });

test('several changes are one email: what needs somebody first, each with its link', () => {
  const notices = [
    restored({ domain: { id: '1'.repeat(24), name: 'back.example' } }),
    fallen(),
    fallen({ domain: { id: '2'.repeat(24), name: 'two.example' }, missing: ['ownership'], records: [] }),
    fallen({ type: 'domain.failed', domain: { id: '3'.repeat(24), name: 'three.example' } }),
    disabled(),
  ];
  const { subject, text } = composeMail(notices, LINKS);
  assert.equal(subject, '1 domain failed, 2 domains at risk, 1 domain restored, 1 webhook disabled in “acme”');
  const places = ['three.example', 'example.com', 'two.example', 'back.example', 'hooks.example.com'].map((name) =>
    text.search(new RegExp(`^- \`?(?:https://)?${name.replaceAll('.', '\\.')}`, 'm')),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    text,
  );
  assert.ok(places.every((place) => place >= 0));
  assert.ok(
    text.includes(`- example.com
  Missing: DKIM. Restore by Sun, 18 January 2026, 11:05 UTC.
  DKIM key: Record removed.
  ${DOMAIN_URL}
`),
    text,
  );
});

test('several projects are named with each change, and in the footer', () => {
  const other = { id: 'q'.repeat(24), name: 'other' };
  const { subject, text } = composeMail([restored(), restored({ project: other })], LINKS);
  assert.equal(subject, '2 domains restored');
  assert.match(text, /^- example\.com in “acme”$/m);
  assert.match(text, /^- example\.com in “other”$/m);
  assert.match(text, /you have access to “acme” and “other” in/);
});

test('an outage makes no email that grows with it', () => {
  const notices = Array.from({ length: 500 }, (_, n) =>
    fallen({ domain: { id: String(n).padStart(24, '0'), name: `d${n}.example` } }),
  );
  const { subject, text, html } = composeMail(notices, LINKS);
  assert.equal(subject, '500 domains at risk in “acme”');
  assert.equal(text.match(/^- /gm)?.length, 50);
  assert.ok(text.includes('And 450 more.'));
  assert.ok(text.length < 20_000 && html.length < 40_000);
});

const HOSTILE = 'x</p><script>alert(1)</script>&"\'\r\nBcc: victim@example.org\u202e\u0000\u0085y';

test('nothing from outside becomes a header, markup or a line of its own', () => {
  const project = { id: 'p', name: HOSTILE };
  const records = [
    {
      title: 'DKIM key',
      type: 'TXT',
      name: 'n',
      value: HOSTILE,
      findings: [{ title: HOSTILE, detail: HOSTILE, fix: HOSTILE }],
    },
  ];
  for (const notices of [
    [fallen({ project, records })],
    [fallen({ project, records }), restored({ project })],
    [disabled({ project, webhook: { id: 'w', url: `https://a.example/${HOSTILE.replace(/[\r\n\0]/g, '')}` } })],
  ]) {
    const { subject, text, html } = composeMail(notices, LINKS);
    assert.doesNotMatch(subject, /[\p{Cc}\u202e]/u);
    assert.doesNotMatch(text, /^Bcc:/m);
    assert.doesNotMatch(text, /[\u202e\0\u0085]/);
    assert.doesNotMatch(html, /<script|<\/p><script|[\u202e\0]/);
    assert.ok(html.includes('&lt;script&gt;'), html);
    // Only what was written here is markup.
    const tags = new Set([...html.matchAll(/<\/?([a-z\d]+)/g)].map(([, name]) => name));
    for (const tag of ['html', 'head', 'meta', 'body', 'div', 'p', 'a', 'h2', 'hr', 'br', 'code', 'table', 'tr', 'td'])
      tags.delete(tag);
    assert.deepEqual([...tags], []);
  }
});

test('a very long name stays one short subject', () => {
  const { subject } = composeMail([restored({ domain: { id: 'd', name: `${'a'.repeat(60)}.`.repeat(4) } })], LINKS);
  assert.ok([...subject].length <= 150);
});
