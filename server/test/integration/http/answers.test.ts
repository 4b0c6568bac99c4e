import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  for (let n = 0; n < 5; n += 1) await service.addDomain(`d${n}.example.com`);
});
after(() => service.close());

const ask = (url: string, headers: Record<string, string> = {}) => service.app.inject({ url, headers });

test('the documentation is made once: cached, compressed, and not sent to who has it', async () => {
  const pages = [
    '/docs',
    '/docs/errors',
    '/docs/errors.md',
    '/docs/assets/docs.css',
    '/docs/assets/docs.js',
    '/llms.txt',
  ];
  for (const url of ['/openapi.json', '/docs/json', '/docs/yaml', ...pages]) {
    const plain = await ask(url);
    assert.equal(plain.statusCode, 200, url);
    assert.equal(plain.headers['cache-control'], 'public, max-age=300', url);
    const { etag } = plain.headers;
    for (const [encoding, open] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const zipped = await ask(url, { 'accept-encoding': encoding });
      assert.equal(zipped.headers['content-encoding'], encoding, url);
      assert.equal(zipped.headers.etag, etag, url);
      assert.ok(open(zipped.rawPayload).equals(plain.rawPayload), url);
      if (plain.rawPayload.length > 10_000) assert.ok(zipped.rawPayload.length < plain.rawPayload.length / 3, url);
    }
    const again = await ask(url, { 'if-none-match': String(etag) });
    assert.deepEqual([again.statusCode, again.rawPayload.length], [304, 0], url);
  }
});

test('JSON over 1 KB is compressed for who takes it; short answers, changes and what holds a secret are not', async () => {
  const key = { 'x-api-key': service.key, 'accept-encoding': 'gzip, br' };
  const list = await ask('/v1/domains', key);
  assert.equal(list.headers['content-encoding'], 'gzip');
  assert.equal(list.headers.vary, 'accept-encoding');
  assert.equal(JSON.parse(gunzipSync(list.rawPayload).toString()).data.domains.length, 5);
  assert.equal(
    (await ask('/v1/domains', { ...key, 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'],
    undefined,
  );
  assert.equal((await ask('/v1/domains?limit=1&search=nothing', key)).headers['content-encoding'], undefined);
  const created = await service.app.inject({
    method: 'POST',
    url: '/v1/domains',
    headers: key,
    payload: { domain: 'new.example.com' },
  });
  assert.equal(created.statusCode, 201);
  assert.equal(created.headers['content-encoding'], undefined);
  const { key: pulling } = await service.createKey(service.project, { permission: 'mail_server' });
  const secrets = await ask('/v1/mail-server-keys', { ...key, 'x-api-key': pulling });
  assert.equal(secrets.statusCode, 200);
  assert.equal(secrets.headers['content-encoding'], undefined);
});

test('the metrics are for who shows the token, and otherwise only where nobody else comes', async () => {
  const statusOf = async (variables: Record<string, string>, headers: Record<string, string> = {}) => {
    const app = await createTestApp(import.meta.url, { variables });
    const { statusCode } = await app.app.inject({ url: '/metrics', headers: { host: 'localhost', ...headers } });
    await app.close();
    return statusCode;
  };
  const token = 'a-token-of-the-metrics';
  assert.equal(await statusOf({}), 200);
  assert.equal(await statusOf({ HOST: '0.0.0.0' }), 404);
  assert.equal(await statusOf({ PUBLIC_URL: 'https://mail.example.com' }), 404);
  assert.equal(await statusOf({ METRICS_LISTEN: '127.0.0.1:9464' }), 404);
  assert.equal(await statusOf({ HOST: '0.0.0.0', METRICS_TOKEN: token }), 401);
  assert.equal(await statusOf({ METRICS_TOKEN: token }, { authorization: `Bearer ${token}x` }), 401);
  assert.equal(await statusOf({ METRICS_TOKEN: token }, { authorization: `Bearer ${token}` }), 200);
});
