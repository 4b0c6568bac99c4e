import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const LINKS = 'POST /api/projects/:projectId/domains/:domainId/share-links';
const LOGO = 'PUT /api/projects/:projectId/logo';

let service: TestApp;
let owner: Browser;
let params: { projectId: string };
before(async () => {
  service = await createTestApp(import.meta.url);
  owner = await setUpOwner(service);
  params = { projectId: (await owner.get('GET /api/projects')).projects[0]?.id ?? '' };
});
after(() => service.close());

async function share(domain: string, recipient?: string) {
  const { id } = await owner.get('POST /api/projects/:projectId/domains', { params, body: { domain } });
  const at = { params: { ...params, domainId: id } };
  const { url, ...link } = await owner.get(LINKS, { ...at, body: recipient === undefined ? {} : { recipient } });
  const list = async () =>
    (await owner.get('GET /api/projects/:projectId/domains/:domainId/share-links', at)).shareLinks;
  return { at, link, list, token: new URL(url).pathname.replace('/share/', '') };
}

/** Opens the page of a link as a browser does: with its live updates. */
async function openPage(token: string, browser?: Browser): Promise<void> {
  const reply = await service.app.inject({
    url: `/api/share/${token}/live`,
    payloadAsStream: true,
    headers: browser ? { cookie: browser.cookie() } : {},
  });
  assert.equal(reply.statusCode, 200);
  reply.stream().destroy();
}

test('a link says whose it is, and when it was opened first and last', async () => {
  const { token, link, list } = await share('opened.example.com', '  jo@acme.example ');
  assert.deepEqual([link.recipient, link.firstOpenedAt, link.lastOpenedAt], ['jo@acme.example', null, null]);
  const first = service.clock.now().toISOString();
  await openPage(token);
  service.clock.advance(30_000);
  await openPage(token);
  const [soon] = await list();
  assert.deepEqual([soon?.recipient, soon?.firstOpenedAt, soon?.lastOpenedAt], ['jo@acme.example', first, first]);
  service.clock.advance(86_400_000);
  await openPage(token);
  const [later] = await list();
  assert.deepEqual([later?.firstOpenedAt, later?.lastOpenedAt], [first, service.clock.now().toISOString()]);
});

test('a preview of a link, and somebody of the project who looks at the page, are not its recipient', async () => {
  const { token, list } = await share('preview.example.com');
  await openBrowser(service).get('GET /api/share/:token', { params: { token } });
  await openPage(token, owner);
  assert.equal((await list())[0]?.firstOpenedAt, null);
  const other = await owner.get('POST /api/projects', { body: { name: 'Elsewhere' } });
  await openPage(token, await addMember(service, owner, other.id, 'admin'));
  assert.notEqual((await list())[0]?.firstOpenedAt, null);
});

test('what is no name of a recipient is refused', async () => {
  const { at } = await share('recipient.example.com');
  for (const recipient of ['', '   ', 'x'.repeat(201), 'a\0b', 7]) {
    const { status, json } = await owner.send(LINKS, { ...at, body: { recipient: recipient as string } });
    assert.deepEqual([status, json.error?.details?.[0]?.field], [400, 'recipient'], JSON.stringify(recipient));
  }
});

test('a logo is shown to whoever has a link, as the image that it is and nothing else', async () => {
  const { token } = await share('logo.example.com');
  const open = () => service.app.inject({ url: `/api/share/${token}/logo` });
  assert.equal((await open()).statusCode, 404);
  const { logoVersion } = await owner.get(LOGO, { params, body: { image: PNG } });
  assert.ok(logoVersion);
  const { from } = await openBrowser(service).get('GET /api/share/:token', { params: { token } });
  assert.equal(from.logoVersion, logoVersion);
  const { statusCode, headers, rawPayload } = await open();
  assert.deepEqual([statusCode, rawPayload.toString('base64')], [200, PNG]);
  assert.equal(headers['content-type'], 'image/png');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox; frame-ancestors 'none'");
  assert.equal((await owner.send('GET /api/projects/:projectId/logo', { params })).status, 200);
  assert.equal((await openBrowser(service).send('GET /api/projects/:projectId/logo', { params })).status, 401);
  await owner.get('DELETE /api/projects/:projectId/logo', { params });
  assert.equal((await open()).statusCode, 404);
});

test('an image that holds more than an image, or is none, is refused in words', async () => {
  for (const [image, words] of [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'), /PNG, JPEG or WebP/],
    [Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.from('<script>')]).toString('base64'), /PNG, JPEG or WebP/],
    [Buffer.alloc(66_000).toString('base64'), /at most 64 KB/],
    ['data:image/png;base64,', /base64/],
  ] as const) {
    const { status, json } = await owner.send(LOGO, { params, body: { image } });
    assert.equal(status, 400);
    assert.match(json.error.message, words);
  }
  const { status, json } = await owner.send(LOGO, { params, body: { image: 'A'.repeat(140_000) } });
  assert.deepEqual([status, json.error.code], [413, 'PAYLOAD_TOO_LARGE']);
});

test('a color is #rrggbb or none, and only admins choose how share pages look', async () => {
  const { token } = await share('color.example.com');
  const paint = (brandColor: string | null) =>
    owner.send('PATCH /api/projects/:projectId', { params, body: { brandColor } });
  assert.equal((await paint('#FF8800')).json.data.brandColor, '#ff8800');
  const { from } = await openBrowser(service).get('GET /api/share/:token', { params: { token } });
  assert.equal(from.brandColor, '#ff8800');
  for (const color of ['red', '#fff', '#ff8800;', 'url(x)']) assert.equal((await paint(color)).status, 400, color);
  assert.equal((await paint(null)).json.data.brandColor, null);
  const member = await addMember(service, owner, params.projectId, 'member');
  assert.equal((await member.send(LOGO, { params, body: { image: PNG } })).status, 403);
  assert.equal((await member.send('DELETE /api/projects/:projectId/logo', { params })).status, 403);
});

test('a project that is deleted takes its logo along', async () => {
  const { id } = await owner.get('POST /api/projects', { body: { name: 'Short-lived' } });
  await owner.get(LOGO, { params: { projectId: id }, body: { image: PNG } });
  await service.query('DELETE FROM projects WHERE id = $1', [id]);
  assert.deepEqual(await service.query('SELECT 1 FROM project_logos WHERE project_id = $1', [id]), []);
});
