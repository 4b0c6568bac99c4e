import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { type Browser, setUpOwner } from '../../support/browser/dashboard.ts';

const MAX = 3;
let service: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  service = await createTestApp(import.meta.url, {
    variables: {
      RATE_LIMIT_PER_SECOND: '1000',
      QUOTAS: `apiKeys=${MAX}, invitations=${MAX}, shareLinks=${MAX}, projects=${MAX}`,
    },
  });
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
});
after(() => service.close());

/** Asks for more at once than there may be, and then for one more. */
async function addTooMany(name: string, have: number, add: (n: number) => Promise<TestReply>): Promise<void> {
  const replies = await Promise.all(Array.from({ length: MAX + 5 }, (_, n) => add(n)));
  assert.equal(replies.filter(({ status }) => status === 200).length, MAX - have, name);
  for (const { status, json } of [...replies.filter((reply) => reply.status !== 200), await add(100)]) {
    assert.equal(status, 403);
    assert.equal(json.error.code, 'QUOTA_EXCEEDED');
    assert.match(json.error.message, new RegExp(`the limit is ${MAX}\\..*AUTOSEND_QUOTAS, ${name}`));
  }
}

test('no number of requests at once gets past a quota: keys', async () => {
  const { apiKeys } = await owner.get('GET /api/projects/:projectId/api-keys', { params: { projectId } });
  const add = (n: number) =>
    owner.send('POST /api/projects/:projectId/api-keys', {
      params: { projectId },
      body: { name: `k${n}`, permission: 'read_only' },
    });
  await addTooMany('apiKeys', apiKeys.length, add);
  const { apiKeys: now } = await owner.get('GET /api/projects/:projectId/api-keys', { params: { projectId } });
  await owner.get('DELETE /api/projects/:projectId/api-keys/:keyId', {
    params: { projectId, keyId: now[0]?.id ?? '' },
  });
  assert.equal((await add(200)).status, 200, 'one that is revoked makes room');
});

test('no number of requests at once gets past a quota: invitations', async () => {
  await addTooMany('invitations', 0, () =>
    owner.send('POST /api/projects/:projectId/invitations', { params: { projectId }, body: { role: 'member' } }),
  );
});

test('no number of requests at once gets past a quota: links of all domains of a project', async () => {
  const domains = await Promise.all(
    ['one', 'two'].map((name) =>
      owner.get('POST /api/projects/:projectId/domains', {
        params: { projectId },
        body: { domain: `${name}.example.com` },
      }),
    ),
  );
  await addTooMany('shareLinks', 0, (n) =>
    owner.send('POST /api/projects/:projectId/domains/:domainId/share-links', {
      params: { projectId, domainId: domains[n % 2]?.id ?? '' },
      body: {},
    }),
  );
});

test('no number of requests at once gets past a quota: projects of an account', async () => {
  const { projects } = await owner.get('GET /api/projects');
  await addTooMany('projects', projects.length, (n) =>
    owner.send('POST /api/projects', { body: { name: `project ${n}` } }),
  );
});
