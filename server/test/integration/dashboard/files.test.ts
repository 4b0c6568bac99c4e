import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createTestApp, type TestApp } from '../../support/app.ts';

const PAGE = '<!doctype html><script type="module" src="/assets/index-abc123.js"></script>';
const SCRIPT = 'export const hello = "world";\n'.repeat(100);
const IMAGE = randomBytes(64);
const HTML = { accept: 'text/html,application/xhtml+xml' };

let top: string;
let built: TestApp;
let bare: TestApp;
before(async () => {
  top = await mkdtemp(join(tmpdir(), 'autosend-dist-'));
  await mkdir(join(top, 'dist/assets'), { recursive: true });
  await writeFile(join(top, 'secret.js'), 'secret');
  await writeFile(join(top, 'dist/index.html'), PAGE);
  await writeFile(join(top, 'dist/favicon.png'), IMAGE);
  await writeFile(join(top, 'dist/assets/index-abc123.js'), SCRIPT);
  await writeFile(join(top, 'dist/assets/index-abc123.js.map'), '{}');
  await writeFile(join(top, 'dist/assets/pages-def456.js'), SCRIPT);
  built = await createTestApp(import.meta.url, { dashboardFolder: join(top, 'dist') });
  bare = await createTestApp(import.meta.url, { beside: built, dashboardFolder: join(top, 'nowhere') });
});
after(async () => {
  await bare.close();
  await built.close();
  await rm(top, { recursive: true });
});

test('the page is served at / and at every address of a person, and is asked for anew each time', async () => {
  for (const url of [
    '/',
    '/setup',
    '/invite',
    '/share/share_abc',
    '/projects/a/domains/b?tab=1',
    '/v1x',
    '/apicurean',
  ]) {
    const { status, text, headers } = await built.send({ url, key: null, headers: HTML });
    assert.deepEqual([status, text], [200, PAGE], url);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-cache');
  }
});

test('a page that needs the second script has it fetched beside the first', async () => {
  for (const [url, link] of [
    ['/', undefined],
    ['/projects/a/domains?sort=name', undefined],
    ['/projects/a/domains/b', '</assets/pages-def456.js>; rel=modulepreload'],
    ['/share/share_abc', '</assets/pages-def456.js>; rel=modulepreload'],
  ] as const)
    assert.equal((await built.send({ url, key: null, headers: HTML })).headers.link, link, url);
});

test('the page runs no script but ours, stands in no frame, and tells no other site where one was', async () => {
  for (const url of ['/', '/setup', '/assets/index-abc123.js']) {
    const { headers } = await built.send({ url, key: null, headers: HTML });
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
    );
    assert.equal(policy.get('default-src'), "'none'");
    assert.equal(policy.get('script-src'), "'self'");
    assert.equal(policy.get('frame-ancestors'), "'none'");
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|http|\*/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }
});

test('a window that another site may have opened is taken out of its hands, also where the browser does not say who asked', async () => {
  for (const [site, policy] of [
    ['none', undefined],
    ['same-origin', undefined],
    ['same-site', 'same-origin'],
    ['cross-site', 'same-origin'],
    ['anything', 'same-origin'],
    [undefined, 'same-origin'],
  ] as const)
    for (const url of ['/', '/projects/a/domains', '/share/share_abc']) {
      const { headers } = await built.send({
        url,
        key: null,
        headers: { ...HTML, ...(site !== undefined && { 'sec-fetch-site': site }) },
      });
      assert.equal(headers['cross-origin-opener-policy'], policy, `${site} ${url}`);
      assert.equal(headers.vary, 'accept-encoding, sec-fetch-site');
    }
});

test('what programs ask for is never the page', async () => {
  for (const url of ['/v1/nothing', '/api/nothing', '/api', '/health/x', '/metrics/x', '/assets/old-1.js']) {
    const { status, json } = await built.send({ url, headers: HTML });
    assert.equal(status, 404, url);
    assert.equal(json.error.code, 'NOT_FOUND');
  }
  assert.equal((await built.send({ url: '/nothing', headers: { accept: '*/*' } })).status, 404);
  assert.equal((await built.send({ method: 'POST', url: '/setup', headers: HTML })).status, 404);
  assert.equal((await built.send({ method: 'POST', url: '/', headers: HTML })).status, 405);
});

test('files with a hash in their name are kept for good, others are asked for again with what is known', async () => {
  const script = await built.send({ url: '/assets/index-abc123.js', key: null });
  assert.deepEqual([script.status, script.text], [200, SCRIPT]);
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  const image = await built.send({ url: '/favicon.png', key: null });
  assert.equal(image.headers['cache-control'], 'no-cache');
  const headers = { 'if-none-match': `"other", ${image.headers.etag}` };
  const again = await built.send({ url: '/favicon.png', key: null, headers });
  assert.deepEqual([again.status, again.text], [304, '']);
});

test('text goes out compressed to who takes it, images as they are', async () => {
  const headers = { 'accept-encoding': 'gzip, br' };
  for (const [accepted, encoding, open] of [
    [headers['accept-encoding'], 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.1', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
  ] as const) {
    const script = await built.app.inject({
      url: '/assets/index-abc123.js',
      headers: { 'accept-encoding': accepted },
    });
    assert.equal(script.headers['content-encoding'], encoding, accepted);
    assert.ok(script.rawPayload.length < SCRIPT.length / 4);
    assert.equal(open(script.rawPayload).toString(), SCRIPT);
  }
  const image = await built.app.inject({ url: '/favicon.png', headers });
  assert.equal(image.headers['content-encoding'], undefined);
  assert.ok(image.rawPayload.equals(IMAGE));
});

test('no path leads out of the folder, and what the page cannot need is not there', async () => {
  const paths = [
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/%00',
    '//secret.js',
  ];
  for (const url of [
    ...paths,
    '/secret.js',
    '/assets/index-abc123.js.map',
    '/assets',
    '/assets/',
    '/dist/index.html',
  ]) {
    const { status, text } = await built.send({ url, key: null });
    assert.ok(status === 404 || status === 400, `${url} ${status}`);
    assert.ok(!text.includes('secret'), url);
  }
});

test('where the dashboard was not built, / says what to do, and the rest is there', async () => {
  const { status, text, headers } = await bare.send({ url: '/', key: null });
  assert.equal(status, 200);
  assert.match(text, /npm start/);
  assert.match(String(headers['content-type']), /^text\/plain/);
  assert.equal((await bare.send({ url: '/setup', key: null, headers: HTML })).status, 404);
  assert.equal((await bare.send({ url: '/v1/domains', key: built.key })).status, 200);
});
