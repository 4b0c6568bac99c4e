import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Environment } from './config/read-variables.ts';
import { parseConfig } from './config.ts';
import { AppError } from './core/errors.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');

test('nothing needs to be set on one machine', () => {
  const config = parseConfig({});
  assert.equal(config.port, 3000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.publicUrl, 'http://localhost:3000');
  assert.equal(config.dns.mode, 'authoritative');
  assert.equal(config.dns.resolvers, undefined);
  assert.equal(config.rateLimitPerSecond, 20);
  assert.equal(config.keyPoolSize, 256);
  assert.equal(config.regions.length, 7);
  assert.ok(Object.isFrozen(config));
});

test('what is said of a pooler is taken; otherwise it is found out', () => {
  const url = { AUTOSEND_DATABASE_URL: 'postgresql://pooler/d', AUTOSEND_SECRET_KEY: SECRET };
  const plain = parseConfig(url);
  assert.deepEqual(
    [plain.databasePrepare, plain.databaseListenUrl, plain.databaseConnections],
    [undefined, undefined, 10],
  );
  const direct = 'postgresql://server/d';
  const said = parseConfig({
    ...url,
    AUTOSEND_DATABASE_PREPARE: 'false',
    AUTOSEND_DATABASE_LISTEN_URL: direct,
    AUTOSEND_DATABASE_CONNECTIONS: '4',
  });
  assert.deepEqual([said.databasePrepare, said.databaseListenUrl, said.databaseConnections], [false, direct, 4]);
});

test('single sign-on takes all three variables; without TLS only on this machine', () => {
  assert.equal(parseConfig({}).oidc, undefined);
  for (const issuer of ['https://id.example.com/realms/x', 'http://127.0.0.1:8080', 'http://localhost:8080'])
    assert.deepEqual(
      parseConfig({
        AUTOSEND_OIDC_ISSUER: issuer,
        AUTOSEND_OIDC_CLIENT_ID: 'autosend',
        AUTOSEND_OIDC_CLIENT_SECRET: 'hush',
      }).oidc,
      { issuer, clientId: 'autosend', clientSecret: 'hush' },
    );
});

test('a mail server is a URL, with a sender of its own or one of the public URL', () => {
  assert.equal(parseConfig({}).mail, undefined);
  const mailOf = (url: string, more: Environment = { AUTOSEND_MAIL_FROM: 'domains@example.com' }) =>
    parseConfig({ AUTOSEND_SMTP_URL: url, ...more }).mail;
  const from = { name: 'AutoSend Domains', address: 'domains@example.com' };
  const server = { host: 'smtp.example.com', port: 587, isTls: false, credentials: null, from };
  assert.deepEqual(mailOf('smtp://smtp.example.com'), server);
  assert.deepEqual(mailOf('smtps://smtp.example.com/'), { ...server, port: 465, isTls: true });
  assert.deepEqual(mailOf('smtp://127.0.0.1:25'), { ...server, host: '127.0.0.1', port: 25 });
  assert.deepEqual(mailOf('smtp://[::1]:2525'), { ...server, host: '::1', port: 2525 });
  assert.deepEqual(mailOf('smtps://jo%40example.com:p%3Ass%2F@smtp.example.com')?.credentials, {
    user: 'jo@example.com',
    password: 'p:ss/',
  });
  for (const [given, expected] of [
    ['Domains <d@example.com>', { name: 'Domains', address: 'd@example.com' }],
    ['"Acme, Domains" <d@example.com>', { name: 'Acme, Domains', address: 'd@example.com' }],
    ['Übersicht <d@example.com>', { name: 'Übersicht', address: 'd@example.com' }],
  ] as const)
    assert.deepEqual(mailOf('smtp://a.example', { AUTOSEND_MAIL_FROM: given })?.from, expected);
  assert.equal(
    mailOf('smtp://a.example', { AUTOSEND_PUBLIC_URL: 'https://dns.example.com/' })?.from.address,
    'autosend@dns.example.com',
  );
});

for (const url of [
  ...[
    'smtp.example.com:25',
    'http://smtp.example.com',
    'smtp://',
    'smtp://smtp.example.com/path',
    'smtp://a b.example',
  ],
  ...['smtp://a.example?tls=no', 'smtp://a.example#x', 'smtp://hunter2@a.example', 'smtp://:hunter2@a.example'],
  ...[
    'smtp://jo:hunter2%zz@a.example',
    'smtp://jo:hunter2%00@a.example',
    'smtp://a.example:0',
    'smtp://a.example:99999',
  ],
])
  test(`no mail server: ${url}; what was given isn't quoted, since a password is in it`, () => {
    assert.throws(
      () => parseConfig({ AUTOSEND_SMTP_URL: url, AUTOSEND_MAIL_FROM: 'd@example.com' }),
      ({ message }: Error) => /^AUTOSEND_SMTP_URL must be a URL such as/.test(message) && !message.includes('hunter2'),
    );
  });

test('an empty variable is one that is not set, and other programs’ variables are not ours', () => {
  assert.equal(parseConfig({ AUTOSEND_PORT: '', PORT: '99', AUTOSEND_TEST_DATABASE_URL: 'x' }).port, 3000);
});

const WRONG: [string, Environment, RegExp][] = [
  [
    'single sign-on by halves',
    { AUTOSEND_OIDC_ISSUER: 'https://id.example.com', AUTOSEND_OIDC_CLIENT_ID: 'autosend' },
    /AUTOSEND_OIDC_CLIENT_SECRET is missing/,
  ],
  ['a client without an issuer', { AUTOSEND_OIDC_CLIENT_SECRET: 'x' }, /AUTOSEND_OIDC_ISSUER is missing/],
  [
    'an issuer without TLS',
    { AUTOSEND_OIDC_ISSUER: 'http://id.example.com' },
    /AUTOSEND_OIDC_ISSUER must be an https URL/,
  ],
  ['an issuer that is no URL', { AUTOSEND_OIDC_ISSUER: 'id.example.com' }, /AUTOSEND_OIDC_ISSUER must be an https URL/],
  ['a sender without a mail server', { AUTOSEND_MAIL_FROM: 'd@example.com' }, /AUTOSEND_SMTP_URL is missing/],
  [
    'a mail server without a sender, where the public URL has no domain',
    { AUTOSEND_SMTP_URL: 'smtp://a.example' },
    /AUTOSEND_MAIL_FROM is missing: emails need a sender address/,
  ],
  [
    'a mail server without a sender, where the public URL has an address',
    { AUTOSEND_SMTP_URL: 'smtp://a.example', AUTOSEND_PUBLIC_URL: 'https://192.0.2.1' },
    /AUTOSEND_MAIL_FROM is missing/,
  ],
  ...['x', 'a@b@example.com', 'Jo <d@example.com', 'a@example.com, b@example.com', 'Jo\nBcc: x <d@example.com>'].map(
    (from): [string, Environment, RegExp] => [
      `a sender that is no address: ${JSON.stringify(from)}`,
      { AUTOSEND_SMTP_URL: 'smtp://a.example', AUTOSEND_MAIL_FROM: from },
      /AUTOSEND_MAIL_FROM must be an address such as/,
    ],
  ),
  ['a port that is no number', { AUTOSEND_PORT: 'http' }, /AUTOSEND_PORT must be a whole number from 0 to 65535\./],
  ['a port out of range', { AUTOSEND_PORT: '70000' }, /AUTOSEND_PORT must be at most 65535\./],
  ['a negative pool', { AUTOSEND_KEY_POOL_SIZE: '-1' }, /AUTOSEND_KEY_POOL_SIZE must be a whole number/],
  ['an unknown mode', { AUTOSEND_DNS_MODE: 'fast' }, /AUTOSEND_DNS_MODE must be authoritative or recursive\./],
  ['yes for true', { AUTOSEND_DNS_ALLOW_PRIVATE: 'yes' }, /AUTOSEND_DNS_ALLOW_PRIVATE must be true or false\./],
  [
    'a resolver by name',
    { AUTOSEND_DNS_SERVERS: 'dns.example.com' },
    /AUTOSEND_DNS_SERVERS: "dns.example.com" isn't an IP address/,
  ],
  [
    'a proxy by name',
    { AUTOSEND_TRUSTED_PROXIES: '10.0.0.0/8,proxy.example.com' },
    /AUTOSEND_TRUSTED_PROXIES: "proxy.example.com" isn't an address/,
  ],
  ['a network with too long a prefix', { AUTOSEND_TRUSTED_PROXIES: '10.0.0.0/33' }, /AUTOSEND_TRUSTED_PROXIES/],
  ['a resolver port out of range', { AUTOSEND_DNS_SERVERS: '192.0.2.1:99999' }, /AUTOSEND_DNS_SERVERS/],
  [
    'another database',
    { AUTOSEND_DATABASE_URL: 'mysql://x/y', AUTOSEND_SECRET_KEY: SECRET },
    /AUTOSEND_DATABASE_URL must be a URL such as postgresql:/,
  ],
  [
    'a standby',
    { AUTOSEND_DATABASE_URL: 'postgresql://a,b/d?target_session_attrs=standby', AUTOSEND_SECRET_KEY: SECRET },
    /AUTOSEND_DATABASE_URL can't have target_session_attrs=standby: the service writes\./,
  ],
  [
    'a direct connection beside no database',
    { AUTOSEND_DATABASE_LISTEN_URL: 'postgresql://h/d' },
    /AUTOSEND_DATABASE_URL is missing: AUTOSEND_DATABASE_LISTEN_URL names a direct connection/,
  ],
  [
    'a direct connection that is no database',
    {
      AUTOSEND_DATABASE_LISTEN_URL: 'http://h/d',
      AUTOSEND_DATABASE_URL: 'postgresql://h/d',
      AUTOSEND_SECRET_KEY: SECRET,
    },
    /AUTOSEND_DATABASE_LISTEN_URL must be a URL such as postgresql:/,
  ],
  ['prepared statements, perhaps', { AUTOSEND_DATABASE_PREPARE: 'auto' }, /AUTOSEND_DATABASE_PREPARE must be true or/],
  ['too few connections', { AUTOSEND_DATABASE_CONNECTIONS: '3' }, /AUTOSEND_DATABASE_CONNECTIONS must be at least 4\./],
  ['a database without a secret key', { AUTOSEND_DATABASE_URL: 'postgresql://h/d' }, /also needs AUTOSEND_SECRET_KEY/],
  ['a secret key that is too short', { AUTOSEND_SECRET_KEY: 'c2hvcnQ=' }, /AUTOSEND_SECRET_KEY must be 32 bytes/],
  [
    'a bootstrap key that is too short',
    { AUTOSEND_BOOTSTRAP_API_KEY: 'as_short' },
    /AUTOSEND_BOOTSTRAP_API_KEY must be as_/,
  ],
  [
    'a bootstrap key of a test project',
    { AUTOSEND_BOOTSTRAP_API_KEY: `as_test_${'a'.repeat(40)}` },
    /AUTOSEND_BOOTSTRAP_API_KEY must be as_/,
  ],
  ['a typing error in a name', { AUTOSEND_PROT: '1' }, /AUTOSEND_PROT isn't a known setting\./],
  [
    'a label with a dot',
    { AUTOSEND_MAIL_FROM_LABEL: 'a.b' },
    /AUTOSEND_MAIL_FROM_LABEL must be a single DNS label in lowercase\./,
  ],
  [
    'a regions file that is not there',
    { AUTOSEND_REGIONS_FILE: '/nowhere/regions.json' },
    /AUTOSEND_REGIONS_FILE: .* can't be read/,
  ],
  [
    'a schedule file that is not there',
    { AUTOSEND_SCHEDULE_FILE: '/nowhere/schedule.json' },
    /AUTOSEND_SCHEDULE_FILE: .* can't be read/,
  ],
];

for (const [name, environment, message] of WRONG) {
  test(`${name} stops the start and names the variable`, () => {
    assert.throws(
      () => parseConfig(environment),
      (error) => error instanceof AppError && error.code === 'VALIDATION_FAILED' && message.test(error.message),
    );
  });
}

test('all that is wrong is named at once', () => {
  assert.throws(
    () => parseConfig({ AUTOSEND_PORT: 'x', AUTOSEND_DNS_MODE: 'y', AUTOSEND_NOTHING: 'z' }),
    (error) => error instanceof AppError && error.details?.length === 3,
  );
});

test('a message never repeats a secret', () => {
  assert.throws(
    () => parseConfig({ AUTOSEND_SECRET_KEY: 'bm90LWEta2V5', AUTOSEND_BOOTSTRAP_API_KEY: 'as_hush' }),
    (error) => error instanceof AppError && !/bm90|as_hush/.test(error.message),
  );
});

test('resolvers are addresses with or without a port, of both families', () => {
  const { resolvers } = parseConfig({
    AUTOSEND_DNS_SERVERS: '192.0.2.1, 192.0.2.2:5353,[2001:db8::1]:54,2001:db8::2',
  }).dns;
  assert.deepEqual(resolvers, [
    { address: '192.0.2.1', port: 53 },
    { address: '192.0.2.2', port: 5353 },
    { address: '2001:db8::1', port: 54 },
    { address: '2001:db8::2', port: 53 },
  ]);
});

test('trusted proxies are addresses and networks of both families, and none unless they are named', () => {
  assert.deepEqual(parseConfig({}).trustedProxies, []);
  const mapped = { AUTOSEND_TRUSTED_PROXIES: '10.1.2.3/8, ::ffff:192.0.2.1, 0.0.0.0/0' };
  assert.deepEqual(parseConfig(mapped).trustedProxies, ['10.0.0.0/8', '192.0.2.1/32', '0.0.0.0/0']);
  const { trustedProxies } = parseConfig({ AUTOSEND_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,2001:db8::/32' });
  assert.deepEqual(trustedProxies, ['127.0.0.1/32', '10.0.0.0/8', '2001:db8::/32']);
});

test('a regions file replaces the built-in regions', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-config-'));
  try {
    const file = join(folder, 'regions.json');
    await writeFile(
      file,
      JSON.stringify([{ key: 'home', mailFromHost: 'bounce.example.net', spfMechanism: 'include:spf.example.net' }]),
    );
    assert.deepEqual(
      parseConfig({ AUTOSEND_REGIONS_FILE: file }).regions.map(({ key }) => key),
      ['home'],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a schedule file sets the times that it names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-config-'));
  try {
    const file = join(folder, 'schedule.json');
    await writeFile(file, '{ "verifiedSeconds": 60, "leaseSeconds": 20 }');
    const { timing } = parseConfig({ AUTOSEND_SCHEDULE_FILE: file });
    assert.deepEqual([timing.schedule.verifiedMs, timing.leaseMs], [60_000, 20_000]);
    await writeFile(file, '{ "verifiedSecs": 60 }');
    assert.throws(() => parseConfig({ AUTOSEND_SCHEDULE_FILE: file }), /unknown field "verifiedSecs"/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
