import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, setUpOwner } from '../../support/browser/dashboard.ts';

const OBEYED = ['a\u0000', 'a\u001b]0;x\u0007', 'a\u009b31m', 'a\u202eevil', 'a\nb'];

let service: TestApp;
let owner: Browser;
let member: Browser;
let projectId: string;
let domainId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  member = await addMember(service, owner, projectId, 'member');
  const body = { domain: 'names.example.com' };
  domainId = (await owner.get('POST /api/projects/:projectId/domains', { params: { projectId }, body })).id;
});
after(() => service.close());

/** Wherever a tenant names something that operators and others read. */
const NAMED: Readonly<
  Record<string, (name: string) => Promise<{ status: number; json: { error?: { message: string } } }>>
> = {
  project: (name) => owner.send('POST /api/projects', { body: { name } }) as never,
  'renamed project': (name) =>
    owner.send('PATCH /api/projects/:projectId', { params: { projectId }, body: { name } }) as never,
  'API key': (name) =>
    owner.send('POST /api/projects/:projectId/api-keys', {
      params: { projectId },
      body: { name, permission: 'read_only' },
    }) as never,
  account: (name) => member.send('PATCH /api/account', { body: { name } }) as never,
  'recipient of a link': (recipient) =>
    owner.send('POST /api/projects/:projectId/domains/:domainId/share-links', {
      params: { projectId, domainId },
      body: { recipient },
    }) as never,
  'DNS connection': (name) =>
    service.send({
      method: 'POST',
      url: '/v1/dns-connections',
      body: { name, provider: 'rfc2136', settings: { server: 'ns1.example.com', tsigName: 'a', tsigSecret: 'YQ==' } },
    }),
};

for (const [what, give] of Object.entries(NAMED))
  test(`the name of a ${what} holds nothing that a terminal obeys or that turns text around`, async () => {
    for (const name of OBEYED) {
      const { status, json } = await give(name);
      assert.deepEqual(
        [status, /can't have control characters/.test(json.error?.message ?? '')],
        [400, true],
        JSON.stringify(name),
      );
    }
  });
