import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import fastify from 'fastify';
import { TEST_SECRET_KEY } from '../../support/app.ts';
import { runAutosend } from '../../support/command-line.ts';
import { createTestDatabase, type TestDatabase } from '../../support/db/databases.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { findVectors } from '../../support/dns/vectors.ts';

const OPERATOR = 'mail.example.net';
const SCHEMA = findVectors('domain-connect/template.schema');
const MODEL = findVectors('domain-connect/autosend.com.email.json');

describe('autosend domain-connect', () => {
  let dns: DnsServer;
  let database: TestDatabase;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    dns = await startDnsServer();
    database = await createTestDatabase(import.meta.url);
    environment = {
      AUTOSEND_DATABASE_URL: database.url,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_PUBLIC_URL: 'https://app.example.net',
      AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
      AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
      AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
      AUTOSEND_KEY_POOL_SIZE: '0',
      AUTOSEND_DOMAIN_CONNECT_PROVIDER_ID: OPERATOR,
    };
    publish('_dck1', []);
  });
  after(async () => {
    await database?.drop();
    await dns?.close();
  });

  const run = (words: string, more: Readonly<Record<string, string>> = {}) =>
    runAutosend(words.split(' '), { ...environment, ...more });
  const publish = (host: string, texts: readonly string[]) =>
    dns.setZone(OPERATOR, {
      nameservers: [{ name: `ns1.${OPERATOR}`, address: '127.0.0.11' }],
      records: texts.map((value) => ({ name: `${host}.${OPERATOR}`, type: 'TXT' as const, value, ttl: 0 })),
    });

  test('makes a key once, prints its TXT records, and tells when they are in DNS', async () => {
    const none = await run('domain-connect check --json');
    equal(none.code, 1);
    deepEqual(JSON.parse(none.stdout).keys, []);

    const first = await run('domain-connect init --json');
    equal(first.code, 0, first.stderr);
    const { name, type, values } = JSON.parse(first.stdout);
    deepEqual([name, type], [`_dck1.${OPERATOR}`, 'TXT']);
    ok(values.length > 1 && values.every((text: string) => /^p=\d,a=RS256,d=/.test(text) && text.length <= 255));
    // Whoever asks again gets the same one.
    equal((await run('domain-connect init --json')).stdout, first.stdout);

    const missing = await run('domain-connect check');
    equal(missing.code, 1);
    match(missing.stdout, /_dck1\.mail\.example\.net {2}not in DNS/);
    publish('_dck1', ['p=1,a=RS256,d=AAAA']);
    match((await run('domain-connect check')).stdout, /in DNS with another key/);

    publish('_dck1', values);
    const right = await run('domain-connect check --json');
    equal(right.code, 0);
    deepEqual(
      JSON.parse(right.stdout).keys.map(({ state }: { state: string }) => state),
      ['right'],
    );
    // Of the providers of the table none has a name in this DNS, so that nobody outside is asked.
    const { providers } = JSON.parse(right.stdout);
    ok(providers.length >= 5);
    ok(providers.every(({ state }: { state: string }) => state === 'unreachable'));
    match((await run('doctor')).stdout, /ok {7}Domain Connect key _dck1\.mail\.example\.net: in DNS/);

    const next = JSON.parse((await run('domain-connect init --new --json')).stdout);
    equal(next.name, `_dck2.${OPERATOR}`);
    match(
      (await run('doctor')).stdout,
      /warning {2}Domain Connect key _dck2\.\S+: not in DNS.*the previous one still signs/,
    );
  });

  test('prints a template that the schema of the public repository accepts, and Cloudflare and Vercel can use', {
    skip: SCHEMA === null && 'The schema is absent.',
  }, async () => {
    const printed = await run('domain-connect template --provider-name Example --logo https://example.net/logo.svg');
    equal(printed.code, 0, printed.stderr);
    match(printed.stderr, /mail\.example\.net\.email\.json/);
    const template = JSON.parse(printed.stdout);
    deepEqual(
      [template.syncPubKeyDomain, template.syncRedirectDomain, template.syncBlock],
      [OPERATOR, 'app.example.net', false],
    );

    const app = fastify({ ajv: { customOptions: { strict: false, coerceTypes: false, removeAdditional: false } } });
    app.post('/', { schema: { body: JSON.parse(readFileSync(SCHEMA ?? '', 'utf8')) } }, async () => 'valid');
    const judge = async (payload: object) => (await app.inject({ method: 'POST', url: '/', payload })).statusCode;
    // The judge is one: it accepts the published template, and refuses what lacks a part.
    equal(await judge(JSON.parse(readFileSync(MODEL ?? '', 'utf8'))), 200);
    equal(await judge({ ...template, providerId: undefined }), 400);
    equal(await judge({ ...template, records: [{ type: 'MX', host: 'x' }] }), 400);
    equal(await judge(template), 200);
    await app.close();
  });

  test('says what is missing, in words', async () => {
    const { AUTOSEND_DOMAIN_CONNECT_PROVIDER_ID: _, ...without } = environment;
    const none = await runAutosend(['domain-connect', 'init'], without);
    equal(none.code, 1);
    match(none.stderr, /Set AUTOSEND_DOMAIN_CONNECT_PROVIDER_ID to/);
    const origins = await run('domain-connect check', { AUTOSEND_DOMAIN_CONNECT_ORIGINS: 'http://evil.example' });
    equal(origins.code, 1);
    match(origins.stderr, /AUTOSEND_DOMAIN_CONNECT_ORIGINS: "http:\/\/evil\.example" isn't an origin/);
    equal((await run('domain-connect template --logo http://example.net/x')).code, 2);
    equal((await run('domain-connect template --template-version 0')).code, 2);
    match(
      (await run('domain-connect template', { AUTOSEND_PUBLIC_URL: 'http://localhost:3000' })).stderr,
      /is this machine/,
    );
  });
});
