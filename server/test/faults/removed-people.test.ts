import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner } from '../support/browser/dashboard.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

const TIMES = readTimes(6);
const random = createSeededRandom();

let service: TestApp;
let owner: Browser;
let projectId: string;
let domainId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  const body = { domain: 'shared.example.com' };
  domainId = (await owner.get('POST /api/projects/:projectId/domains', { params: { projectId }, body })).id;
});
after(() => service.close());

type Member = Awaited<ReturnType<typeof addMember>>;

/** The ways in which somebody goes, or becomes less: after each, nothing that they made by the role that they had works. */
const DEPARTURES: Readonly<Record<string, (member: Member, email: string) => Promise<{ status: number }>>> = {
  removed: ({ userId }) =>
    owner.send('DELETE /api/projects/:projectId/members/:userId', {
      params: { projectId, userId },
      body: { revokeIssued: true },
    }),
  demoted: ({ userId }) =>
    owner.send('PATCH /api/projects/:projectId/members/:userId', {
      params: { projectId, userId },
      body: { role: 'member', revokeIssued: true },
    }),
  left: (member) =>
    member.send('DELETE /api/projects/:projectId/membership', { params: { projectId }, body: { revokeIssued: true } }),
  deleted: (member, email) => member.send('DELETE /api/account', { body: { confirm: email, revokeIssued: true } }),
};

/** What somebody who goes does at the same moment, in any order. */
function listActs(member: Member, token: string, accomplice: string, key: ApiKey): (() => Promise<unknown>)[] {
  const params = { projectId };
  const account = { name: 'Al', email: accomplice, password: PASSWORD };
  return [
    () => openBrowser(service).send('POST /api/invitations/accept', { body: { token, account } }),
    () =>
      member.send('POST /api/projects/:projectId/api-keys', {
        params,
        body: { name: accomplice, permission: 'full_access' },
      }),
    () => member.send('POST /api/projects/:projectId/invitations', { params, body: { role: 'admin' } }),
    () =>
      member.send('POST /api/projects/:projectId/domains/:domainId/share-links', {
        params: { projectId, domainId },
        body: {},
      }),
    () =>
      member.send('POST /api/projects/:projectId/invitations', { params, body: { role: 'member', email: accomplice } }),
    () =>
      member.send('POST /api/projects/:projectId/webhooks', {
        params,
        body: { url: `https://hooks.example/${accomplice}`, events: ['*'] },
      }),
    () => service.send({ method: 'POST', url: `/v1/domains/${domainId}/share-links`, key, body: {} }),
    () =>
      service.send({
        method: 'POST',
        url: '/v1/webhooks',
        key,
        body: { url: `https://hooks.example/${accomplice}/key`, events: ['*'] },
      }),
  ];
}

test('whoever goes at the moment in which they make keys, links, webhooks and invitations, or by a key of theirs, leaves none of them working', async (t) => {
  const wrong: string[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const email = `m${n}@example.com`;
    const member = await addMember(service, owner, projectId, 'admin', email);
    const { url } = await member.get('POST /api/projects/:projectId/invitations', {
      params: { projectId },
      body: { role: 'admin' },
    });
    const token = new URL(url).hash.slice(1);
    const names = Object.keys(DEPARTURES);
    const way = names[n % names.length] ?? '';
    const depart = DEPARTURES[way] ?? assert.fail();
    const { key } = await member.get('POST /api/projects/:projectId/api-keys', {
      params: { projectId },
      body: { name: `k${n}`, permission: 'full_access' },
    });
    const acts = listActs(member, token, `a${n}@example.com`, key as ApiKey);
    acts.splice(random.below(acts.length + 1), 0, () => depart(member, email));
    await Promise.all(acts.map((act) => act()));
    const left = await service.query<{ what: string }>(
      `SELECT 'key' AS what FROM api_keys WHERE created_by = '${member.userId}' AND revoked_at IS NULL
       UNION ALL SELECT 'link' FROM share_links WHERE project_id = '${projectId}' AND revoked_at IS NULL
       UNION ALL SELECT 'webhook' FROM webhooks WHERE is_active
       UNION ALL SELECT 'invitation' FROM invitations WHERE revoked_at IS NULL AND accepted_at IS NULL`,
    );
    wrong.push(...left.map(({ what }) => `round ${n}: ${member.userId} was ${way}, and a ${what} is left`));
    const again = await openBrowser(service).send('POST /api/invitations/accept', {
      body: { token, account: { name: 'Bo', email: `b${n}@example.com`, password: PASSWORD } },
    });
    if (again.status !== 404)
      wrong.push(`round ${n}: an invitation of somebody who was ${way} answers ${again.status}`);
    await service.query(`DELETE FROM sign_in_attempts; DELETE FROM webhooks`);
  }
  tellDone(
    t,
    TIMES,
    '× somebody removed, demoted, gone or deleted while they make keys, links, webhooks and invitations',
  );
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});
