import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LAST_PROJECT_COOKIE } from '../../../src/core/first-calls.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';

const PAGE = '<!doctype html><body><div id="root"></div></body>';
let folder: string;
let service: TestApp;
let owner: Browser;
let projectId: string;
let domainId: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-dist-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), PAGE);
  service = await createTestApp(import.meta.url, { dashboardFolder: folder });
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  const params = { projectId };
  domainId = (await owner.get('POST /api/projects/:projectId/domains', { params, body: { domain: 'example.com' } })).id;
});
after(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

/** Opens a page as a browser does; `data` is what came along, by address. */
async function open(browser: Browser, url: string, cookie = browser.cookie()) {
  const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }) };
  const reply = await service.send({ url, key: null, headers });
  const [, block] = /<script type="application\/json" id="first-data">(.*)<\/script><\/body>$/.exec(reply.text) ?? [];
  const data: Record<string, unknown> | null = block === undefined ? null : JSON.parse(block);
  return { ...reply, data, cacheControl: reply.headers['cache-control'] };
}

/** What the API itself answers at these addresses. */
async function ask(browser: Browser, urls: readonly string[]): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const url of urls) {
    const { status, json } = await service.send({ url, key: null, headers: { cookie: browser.cookie() } });
    assert.equal(status, 200, url);
    answers[url] = json.data;
  }
  return answers;
}

test('a page brings along exactly what the API would answer, and no cache keeps it', async () => {
  const list = `/api/projects/${projectId}/domains?limit=50`;
  const counts = `/api/projects/${projectId}/domains/counts`;
  const domain = `/api/projects/${projectId}/domains/${domainId}`;
  for (const [page, urls] of [
    ['/account', ['/api/session']],
    [`/projects/${projectId}/domains`, ['/api/session', list, counts]],
    [
      `/projects/${projectId}/domains/${domainId}`,
      ['/api/session', domain, `${domain}/diagnostics`, `${domain}/events`],
    ],
  ] as const) {
    const { data, cacheControl, status } = await open(owner, page);
    assert.deepEqual([status, cacheControl], [200, 'no-store']);
    assert.deepEqual(data, await ask(owner, urls), page);
  }
  const { data } = await open(owner, '/', `${owner.cookie()}; ${LAST_PROJECT_COOKIE}=${projectId}`);
  assert.deepEqual(data, await ask(owner, ['/api/session', list, counts]));
});

test('without a session, and with one that was made up, the page comes as it is', async () => {
  for (const cookie of ['', 'autosend.session_token=made.up'])
    for (const page of ['/', `/projects/${projectId}/domains`, '/sign-in', '/share/share_nothing']) {
      const { text, cacheControl } = await open(openBrowser(service), page, cookie);
      assert.deepEqual([text, cacheControl], [PAGE, 'no-cache'], page);
    }
});

test("a page about another's project brings nothing of it along", async () => {
  const params = { projectId: (await owner.get('POST /api/projects', { body: { name: 'Secret' } })).id };
  const domain = await owner.get('POST /api/projects/:projectId/domains', { params, body: { domain: 'example.net' } });
  const stranger = await addMember(service, owner, projectId, 'member');
  for (const page of ['', `/${domain.id}`]) {
    const { data, text } = await open(stranger, `/projects/${params.projectId}/domains${page}`);
    assert.deepEqual(Object.keys(data ?? {}), ['/api/session']);
    assert.doesNotMatch(text, /Secret|example\.net/);
  }
});

test('no text of people ends the block early', async () => {
  const name = '</script><script>alert(1)</script><!--';
  await owner.get('POST /api/projects', { body: { name } });
  const { text, data } = await open(owner, '/account');
  assert.doesNotMatch(text.replace(/^<!doctype html>/, ''), /<script>|<!/);
  assert.match(JSON.stringify(data), /<\/script><script>alert/);
});

test('a share link brings its domain along, until it is revoked', async () => {
  const params = { projectId, domainId };
  const link = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', { params, body: {} });
  const { pathname } = new URL(link.url);
  const { data } = await open(openBrowser(service), pathname);
  assert.deepEqual(data, await ask(openBrowser(service), [`/api${pathname}`, `/api${pathname}/diagnostics`]));
  const call = 'DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId';
  await owner.get(call, { params: { ...params, linkId: link.id } });
  assert.equal((await open(openBrowser(service), pathname)).text, PAGE);
});
