import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { FINDINGS } from '../../../src/core/findings/catalogue.ts';
import { EVENT_TYPES } from '../../../src/core/lifecycle/events.ts';
import { formatHelpLink, STATUS_OF } from '../../../src/http/errors.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const read = async (url: string) => (await service.send({ url, key: null })).text;

test('every error has its place in the documentation, with its status', async () => {
  const html = await read('/docs/errors');
  const markdown = await read('/docs/errors.md');
  for (const [code, status] of Object.entries(STATUS_OF)) {
    const anchor = /<\/docs\/errors#([\w-]+)>; rel="help"/.exec(formatHelpLink(code as keyof typeof STATUS_OF))?.[1];
    assert.ok(html.includes(`id="${anchor}"`), code);
    assert.ok(markdown.includes(`### \`${code}\`\n\n**${status}.**`), `${code} has ${status}`);
  }
});

test('every event and every finding has its place in the documentation', async () => {
  const events = await read('/docs/webhooks');
  for (const type of EVENT_TYPES) assert.ok(events.includes(`id="${type}"`), type);
  const findings = await read('/docs/findings');
  for (const code of Object.keys(FINDINGS)) assert.ok(findings.includes(`id="${code}"`), code);
});

test('every failure leads to its place, whoever answers; its body is as it was, and a success leads nowhere', async () => {
  await service.addDomain('there.example.com');
  const add = { method: 'POST', url: '/v1/domains', body: { domain: 'there.example.com' } } as const;
  const once = { ...add, headers: { 'idempotency-key': 'again' } };
  for (const request of [
    { url: '/v1/domains', key: null },
    { url: '/v1/nothing' },
    { url: '/nothing' },
    { url: '/%zz' },
    { url: '/api/session/x', key: null },
    { method: 'PUT', url: '/v1/domains' },
    { method: 'POST', url: '/v1/domains', body: '{' },
    { ...add, body: 'x', headers: { 'content-type': 'text/plain' } },
    add,
    once,
    once,
  ] as const) {
    const { status, headers, json } = await service.send(request);
    assert.ok(status >= 400, request.url);
    assert.equal(headers.link, `</docs/errors#${json.error.code.toLowerCase()}>; rel="help"`);
    assert.deepEqual(
      Object.keys(json.error).filter((key) => !['message', 'code', 'details'].includes(key)),
      [],
    );
  }
  assert.equal((await service.send({ url: '/v1/domains' })).headers.link, undefined);
});

test('what the parser refuses leads to its place, too', async () => {
  const url = new URL(await service.listen());
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write('BREW / HTTP/1.1\r\n\r\n'));
    let read = '';
    socket.on('data', (chunk) => {
      read += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(read));
  });
  assert.match(text, /\r\nLink: <\/docs\/errors#method_not_allowed>; rel="help"\r\n/);
});

test('a page that is not there is a page to people, and the envelope to programs', async () => {
  const page = await service.app.inject({ url: '/docs/nothing', headers: { accept: 'text/html' } });
  assert.equal(page.statusCode, 404);
  assert.match(page.payload, /There is no such page/);
  for (const url of [
    '/docs/nothing',
    '/docs/nothing.md',
    '/docs/images/nothing.png',
    '/docs/../server/package.json',
    '/docs/%2e%2e/package.json',
  ]) {
    const { status, json } = await service.send({ url, key: null, headers: { accept: 'application/json' } });
    assert.deepEqual([status, json.error.code], [404, 'NOT_FOUND'], url);
  }
  assert.equal((await service.send({ method: 'POST', url: '/docs/errors', key: null })).status, 405);
});
