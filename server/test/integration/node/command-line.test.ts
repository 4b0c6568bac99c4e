import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { DiagnosticsObject } from '../../../src/wire/diagnostics.ts';
import { type CommandRun, runAutosend } from '../../support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '../../support/db/databases.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { type DomainToPublish, listRecords, publishDomain } from '../../support/dns/publish.ts';
import { startSmtpStub } from '../../support/mail/smtp-stub.ts';
import { testUserEnvironment } from '../../support/test-user.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const SECRET = Buffer.alloc(32, 3).toString('base64');

let database: TestDatabase;
let dns: DnsServer;

before(async () => {
  [database, dns] = await Promise.all([createTestDatabase(import.meta.url), startDnsServer()]);
});
after(() => Promise.all([database.drop(), dns.close()]));

/** As a shell hands it over: the variables that are the program's own. */
const variables = (more: Record<string, string> = {}) => ({
  AUTOSEND_DATABASE_URL: database.url,
  AUTOSEND_SECRET_KEY: SECRET,
  AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
  AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
  AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
  ...more,
});

const autosend = (words: string[], environment: Record<string, string> = {}) =>
  runAutosend(words, variables(environment));

/** Runs a command as a program of its own. */
function autosendAlone(words: string[], environment: Record<string, string> = {}): Promise<CommandRun> {
  const env = { PATH: process.env.PATH, ...testUserEnvironment, ...variables(environment) };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

async function json<T>(words: string[]): Promise<T> {
  const { code, stdout, stderr } = await autosend([...words, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

test('the program gives result, complaint and exit code to its streams and to the shell', async () => {
  const [help, unknown, wrong, listed, sick] = await Promise.all([
    autosendAlone(['--help']),
    autosendAlone(['fly']),
    autosendAlone(['projects', 'list'], { AUTOSEND_PORT: 'x' }),
    autosendAlone(['projects', 'list', '--json']),
    autosendAlone(['doctor', '--json'], { AUTOSEND_DNS_SERVERS: '127.0.0.1:9' }),
  ]);
  assert.deepEqual([help.code, unknown.code, wrong.code, listed.code, sick.code], [0, 2, 1, 0, 1]);
  assert.match(help.stdout, /^autosend: the command line/);
  assert.deepEqual([help.stderr, unknown.stdout, wrong.stdout, listed.stderr], ['', '', '', '']);
  assert.match(unknown.stderr, /Unknown command "fly"/);
  assert.match(wrong.stderr, /AUTOSEND_PORT/);
  assert.deepEqual(JSON.parse(listed.stdout), []);
  assert.ok(Array.isArray(JSON.parse(sick.stdout)));
});

test('a project, a key and a domain can be made, shown and removed from the command line', async () => {
  assert.equal((await json<{ name: string }>(['projects', 'create', 'shop', '--region', 'eu-west-1'])).name, 'shop');
  assert.deepEqual(
    (await json<{ name: string }[]>(['projects', 'list'])).map(({ name }) => name),
    ['shop'],
  );

  const key = await json<{ id: string; key: string; permission: string }>([
    'keys',
    'create',
    '--project',
    'shop',
    '--name',
    'reader',
    '--permission',
    'read_only',
    '--expires',
    '90d',
  ]);
  assert.match(key.key, /^as_[A-Za-z0-9]{32,}$/);
  assert.equal(key.permission, 'read_only');
  assert.equal((await json<{ revoked: boolean }>(['keys', 'revoke', key.id, '--project', 'shop'])).revoked, true);
  const [listed] = await json<Record<string, unknown>[]>(['keys', 'list', '--project', 'shop']);
  assert.equal(typeof listed?.revokedAt, 'string');
  assert.ok(!JSON.stringify(listed).includes(key.key), 'the list shows the key itself');

  const domain = await json<{ id: string; domainName: string; regionKey: string; verificationStatus: string }>([
    'domains',
    'add',
    'Example.com',
    '--project',
    'shop',
  ]);
  assert.equal(domain.domainName, 'example.com');
  assert.equal(domain.regionKey, 'eu-west-1');
  assert.deepEqual(await json(['domains', 'get', 'example.com', '--project', 'shop']), domain);
  assert.deepEqual(await json(['domains', 'get', 'EXAMPLE.com.', '--project', 'shop']), domain);
  assert.deepEqual(await json(['domains', 'get', domain.id, '--project', 'shop']), domain);
  assert.deepEqual(await json(['domains', 'list', '--project', 'shop', '--status', 'PENDING_CONFIGURATION']), [domain]);

  const verified = await json<{ verificationStatus: string; verificationInProgress: boolean }>([
    'domains',
    'verify',
    'example.com',
    '--project',
    'shop',
  ]);
  assert.equal(verified.verificationStatus, 'PENDING_CONFIGURATION');
  assert.equal(verified.verificationInProgress, true);

  assert.equal((await json<{ deleted: boolean }>(['domains', 'rm', 'example.com', '--project', 'shop'])).deleted, true);
  assert.deepEqual(await json(['domains', 'list', '--project', 'shop']), []);
});

const SHOP = ['--project', 'shop'];

test('test advance moves the clock of a test project, and of no other', async () => {
  await json(['projects', 'create', 'trial', '--test']);
  await json(['domains', 'add', 'verified.test', '--project', 'trial']);
  const moved = await json<{ now: string; checks: number; events: number }>([
    'test',
    'advance',
    '86400',
    '--project',
    'trial',
  ]);
  assert.ok(Date.parse(moved.now) - Date.now() > 86_000_000, moved.now);
  assert.ok(moved.checks > 0 && moved.events > 0);
  const found = await json<{ verificationStatus: string }>(['domains', 'get', 'verified.test', '--project', 'trial']);
  assert.equal(found.verificationStatus, 'VERIFIED');
  await json(['projects', 'create', 'real']);
  const refused = await autosend(['test', 'advance', '60', '--project', 'real']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /isn't a test project/);
  for (const seconds of ['', '0', '1.5', 'soon', '2678401'])
    assert.equal((await autosend(['test', 'advance', seconds, '--project', 'trial'])).code, 2, seconds);
});

test('domains add warns of a domain that its owner alone can verify, beside the result', async () => {
  const run = await autosend(['domains', 'add', 'gmail.com', '--json', ...SHOP]);
  assert.equal(run.code, 0);
  assert.equal(JSON.parse(run.stdout).domainName, 'gmail.com');
  assert.match(run.stderr, /^Warning: You can't publish records for gmail\.com unless you run it\.$/m);
  assert.equal((await autosend(['domains', 'rm', 'gmail.com', ...SHOP])).code, 0);
});

test('domains plan and publish say what is missing where no DNS connection reaches the zone', async () => {
  const domain = await json<DomainToPublish>(['domains', 'add', 'unreached.example.com', ...SHOP]);
  publishDomain(dns, domain, []);
  for (const command of ['plan', 'publish']) {
    const { code, stdout, stderr } = await autosend(['domains', command, domain.domainName, ...SHOP]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^No DNS connection can write to the zone unreached\.example\.com\. Add one /);
  }
});

test('domains diagnose says of each record how it is, what is wrong and what to do, in plain text', async () => {
  const domain = await json<DomainToPublish & { id: string }>(['domains', 'add', 'diagnosed.example.com', ...SHOP]);
  const records = listRecords(domain);
  publishDomain(dns, domain, [
    ...records.slice(1, 3),
    { name: domain.domainName, type: 'TXT', value: domain.dnsRecords.ownership.value },
  ]);
  const early = await autosend(['domains', 'diagnose', domain.domainName, ...SHOP]);
  assert.match(
    early.stdout,
    /^diagnosed\.example\.com {2}not checked yet, next check .*\n\n\? unknown {6}TXT {2}_autosend/,
  );
  assert.equal((await autosend(['domains', 'verify', domain.domainName, ...SHOP])).code, 0);

  const { stdout, code } = await autosend(['domains', 'diagnose', domain.id, ...SHOP]);
  assert.equal(code, 0);
  const [head, ...lines] = stdout.trimEnd().split('\n');
  assert.match(head ?? '', /^diagnosed\.example\.com {2}checked \S+, next check \S+, until \S+$/);
  assert.deepEqual(lines, [
    'zone diagnosed.example.com: ns1.diagnosed.example.com, ns2.diagnosed.example.com',
    '',
    '✕ missing      TXT  _autosend-verify',
    '    error: Published at the root domain',
    '      We found your TXT record at `diagnosed.example.com` instead of `_autosend-verify.diagnosed.example.com`.',
    '      → Change the name of that record to `_autosend-verify`.',
    '✓ verified     TXT  autosend._domainkey',
    '✓ verified     MX   asend',
    '✕ missing      TXT  asend',
    '    error: Not published yet',
    '      There is no SPF record at `asend.diagnosed.example.com`.',
    '      → Add a TXT record with the name `asend` and the value `v=spf1 include:amazonses.com ~all`.',
    '✕ missing      TXT  _dmarc',
    '    error: Not published yet',
    '      There is no DMARC record at `_dmarc.diagnosed.example.com`, and no parent domain has a policy that applies.',
    '      → Add a TXT record with the name `_dmarc` and the value `v=DMARC1; p=none;`.',
  ]);

  publishDomain(dns, domain);
  const stored = await json<DiagnosticsObject>(['domains', 'diagnose', domain.id, ...SHOP]);
  const fresh = await json<DiagnosticsObject>(['domains', 'diagnose', domain.id, '--refresh', ...SHOP]);
  const count = ({ records: seen }: DiagnosticsObject) => seen.filter(({ status }) => status === 'verified').length;
  assert.deepEqual([count(stored), count(fresh)], [2, 5]);
  await autosend(['domains', 'rm', domain.id, ...SHOP]);
});

const WRONG: [string, string[], number, RegExp][] = [
  ['no command', [], 2, /^$/],
  ['an unknown command', ['fly'], 2, /Unknown command "fly"/],
  ['the name of an inherited property', ['constructor'], 2, /Unknown command "constructor"/],
  ['an unknown option', ['keys', 'list', '--colour'], 2, /--colour/],
  [
    'a flag of another command',
    ['keys', 'list', '--bits', '3072'],
    2,
    /^autosend keys list doesn't take --bits\. It takes --project, --json and --help\.$/m,
  ],
  [
    'a word too many',
    ['domains', 'add', 'a.example.com', 'b.example.com'],
    2,
    /takes one argument, but "b\.example\.com" was given/,
  ],
  ['a flag without its value', ['domains', 'add', 'a.example.com', '--region'], 2, /--region needs a value/],
  ['half a command', ['domains', 'keys'], 2, /Add one of: list, create, activate, revoke/],
  ['half a command, mistyped', ['domains', 'lst'], 2, /Did you mean "autosend domains list"\?/],
  ['--from where it means nothing', ['domains', 'list', '--from', 'https://a.example'], 2, /doesn't take --from/],
  ['a missing name', ['domains', 'add'], 2, /The domain is missing/],
  ['no domain to diagnose', ['domains', 'diagnose'], 2, /The domain is missing/],
  [
    'a domain that is not there',
    ['domains', 'diagnose', 'none.example.com', '--project', 'shop'],
    1,
    /There is no domain none\.example\.com/,
  ],
  [
    'an unknown permission',
    ['keys', 'create', '--permission', 'root'],
    2,
    /--permission must be one of full_access, read_only, sign, mail_server/,
  ],
  ['an unknown project', ['keys', 'list', '--project', 'none'], 1, /There is no project named "none"/],
  [
    'an expiry that is no time',
    ['keys', 'create', '--project', 'bad', '--expires', 'soon'],
    2,
    /--expires must be 90d/,
  ],
];

for (const [name, words, code, message] of WRONG) {
  test(`${name}: exit code ${code}, and stderr says what to do`, async () => {
    const run = await autosend(words);
    assert.equal(run.code, code, run.stderr);
    assert.match(run.stderr, message);
  });
}

test('--help is an answer, not an error', async () => {
  const run = await autosend(['--help']);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /Usage: autosend <command>.* domains add <name> +Add a domain/s);
});

test('each command has a help of its own, wherever its flags stand', async () => {
  const run = await autosend(['--bits', '3072', 'domains', 'keys', 'create', '--help']);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^Create or import a DKIM key.*\nUsage: autosend domains keys create <name or id> /s);
  assert.match(
    run.stdout,
    /--project NAME .*--type TYPE .*--bits BITS .*--selector NAME .*--import FILE .*--json .*--help /s,
  );
});

test('a setting named like an inherited property is unknown', async () => {
  const run = await autosend(['projects', 'list'], { AUTOSEND_toString: 'x' });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /AUTOSEND_toString/);
});

test('a setting that is wrong is named', async () => {
  const run = await autosend(['projects', 'list'], { AUTOSEND_PORT: 'x' });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /AUTOSEND_PORT/);
});

test('doctor finds the root servers answering themselves, and a region whose names are not there', async () => {
  const run = await autosend(['doctor', '--json']);
  const findings = JSON.parse(run.stdout) as { what: string; state: string; detail: string }[];
  const state = (what: string) => findings.find((finding) => finding.what.startsWith(what))?.state;
  assert.equal(state('database'), 'ok');
  assert.equal(state('secret key'), 'ok');
  assert.equal(state('resolver'), 'ok');
  assert.match(findings.find(({ what }) => what.startsWith('resolver'))?.detail ?? '', /doesn't validate DNSSEC/);
  assert.equal(state('authoritative servers'), 'ok', run.stdout);
  assert.equal(state('SPF include amazonses.com'), 'error');
  assert.equal(run.code, 1);
});

test('doctor says what to do where a resolver is silent, and where the secret key is another one', async () => {
  const run = await autosend(['doctor'], {
    AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
    AUTOSEND_SECRET_KEY: Buffer.alloc(32, 4).toString('base64'),
  });
  assert.equal(run.code, 1);
  assert.match(run.stdout, /error {4}resolver 127\.0\.0\.1:9: .*Set AUTOSEND_DNS_SERVERS/);
  assert.match(run.stdout, /error {4}secret key: .*Set AUTOSEND_SECRET_KEY to the earlier value/);
});

test('doctor says so where a resolver answers no SOA questions, and only then', async () => {
  const restore = dns.fault({ address: dns.resolver.address, type: 'SOA' }, 'nodata-without-soa');
  const filtered = await autosend(['doctor']);
  restore();
  assert.match(filtered.stdout, /warning +resolver [\d.:]+: answers, but not SOA queries/);
  assert.doesNotMatch((await autosend(['doctor'])).stdout, /SOA questions/);
});

test('migrate can be run again at any time', async () => {
  assert.equal((await autosend(['migrate'])).code, 0);
  assert.equal((await autosend(['migrate'])).code, 0);
});

test('setup-link prints a link that works once, until there is an owner', async () => {
  const first = await json<{ url: string }>(['setup-link']);
  assert.match(first.url, /^http:\/\/localhost:3000\/setup#setup_[A-Za-z0-9]{40}$/);
  const again = await autosend(['setup-link'], { AUTOSEND_PUBLIC_URL: 'https://mail.example.com/' });
  assert.match(again.stdout, /^https:\/\/mail\.example\.com\/setup#setup_/);
  assert.notEqual((await json<{ url: string }>(['setup-link'])).url, first.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `INSERT INTO users (id, name, email, created_at, updated_at, is_instance_owner) VALUES ('a', 'Ada', 'a@example.com', now(), now(), true)`,
  );
  await client.end();
  const late = await autosend(['setup-link']);
  assert.equal(late.code, 1);
  assert.match(late.stderr, /already has an owner/);
});

test('test-email and doctor say what the mail server answers, and that none is set', async () => {
  const smtp = await startSmtpStub();
  try {
    const mail = { AUTOSEND_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, AUTOSEND_MAIL_FROM: 'domains@example.net' };
    const sent = await autosend(['test-email', 'jo@example.org'], mail);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal(sent.stdout, 'The mail server took the email to jo@example.org.\n');
    assert.match(smtp.received[0]?.raw ?? '', /^Subject: Test email from AutoSend Domains\r$/m);
    assert.match((await autosend(['doctor'], mail)).stdout, /ok +mail server: is responding/);
    smtp.answer((stage) => (stage === 'RCPT' || stage === 'greeting' ? '550 5.1.1 not here' : null));
    const refused = await autosend(['test-email', 'jo@example.org'], mail);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /The email couldn't be sent: .*550 5\.1\.1 not here/);
    assert.match(
      (await autosend(['doctor'], mail)).stdout,
      /error +mail server: .*not here.*\. Check AUTOSEND_SMTP_URL\./,
    );
  } finally {
    await smtp.close();
  }
  const none = await autosend(['test-email', 'jo@example.org']);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /No mail server is set\. Set AUTOSEND_SMTP_URL/);
  assert.doesNotMatch((await autosend(['doctor'])).stdout, /mail server/);
});

test('reset-password prints a link for an account that there is, and says so of one that there is not', async () => {
  const { stdout } = await autosend(['reset-password', 'A@example.com']);
  assert.match(stdout, /^http:\/\/localhost:3000\/reset-password#reset_[A-Za-z0-9]{40}\n/);
  const unknown = await autosend(['reset-password', 'nobody@example.com']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /No account has this email address/);
  assert.equal((await autosend(['reset-password'])).code, 2);
});

test('domains keys: a key is made, listed, refused while it is not in DNS, activated, and the old one revoked', async () => {
  const added = await autosend(['domains', 'add', 'keys.example.com', '--json', ...SHOP]);
  assert.equal(added.code, 0, added.stderr);
  const domain: DomainToPublish = JSON.parse(added.stdout);
  publishDomain(dns, domain);
  await autosend(['domains', 'verify', 'keys.example.com', ...SHOP]);
  const keys = (...words: string[]) => autosend(['domains', 'keys', ...words, ...SHOP]);
  const made = await keys('create', 'keys.example.com', '--bits', '3072', '--selector', 's2', '--json');
  assert.equal(made.code, 0, made.stderr);
  const { record } = JSON.parse(made.stdout);
  assert.equal(record.name, 's2._domainkey.keys.example.com');
  const refused = await keys('activate', 'keys.example.com', 's2');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /can.t be used yet/);
  publishDomain(dns, domain, [...listRecords(domain), record]);
  assert.match((await keys('activate', 'keys.example.com', 's2')).stdout, /^s2 {2}rsa 3072 {2}active/);
  assert.match((await keys('revoke', 'keys.example.com', 'autosend')).stdout, /retired\n.*safe to delete/);
  assert.match((await keys('list', 'keys.example.com')).stdout, /s2 .*active[\s\S]*autosend .*retired/);
  for (const words of [['list'], ['eat', 'keys.example.com'], ['activate', 'keys.example.com']])
    assert.equal((await keys(...words)).code, 2, words.join(' '));
  const missing = await keys('create', 'keys.example.com', '--import', '/nowhere/private.pem');
  assert.equal(missing.code, 2, missing.stderr);
  assert.match(missing.stderr, /can.t be read/);
});
