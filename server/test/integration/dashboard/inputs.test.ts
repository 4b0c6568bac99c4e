import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type DashboardCall, dashboardContract } from '../../../src/wire/dashboard/contract.ts';
import type { Operation } from '../../../src/wire/dashboard/operation.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner } from '../../support/browser/dashboard.ts';
import { isFullRun, tellDone } from '../../support/load/full-run.ts';

const BATCH = 30;
const BATCHES = Math.ceil((isFullRun() ? 3_000 : 750) / BATCH);
/** What would end the session, membership or project that the others need; and what waits by the clock, which stands still. */
const LEFT_OUT: readonly DashboardCall[] = [
  'DELETE /api/session',
  'DELETE /api/projects/:projectId',
  'DELETE /api/projects/:projectId/membership',
  'POST /api/projects/:projectId/domains/:domainId/verify',
  'POST /api/share/:token/check',
  'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate',
];

let service: TestApp;
let owner: Browser;
let member: Browser;
let ids: Record<string, string>;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { LOG_LEVEL: 'silent' } });
  owner = await setUpOwner(service);
  const projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  const added = await addMember(service, owner, projectId, 'member');
  member = added;
  const params = { projectId };
  const domain = await owner.get('POST /api/projects/:projectId/domains', {
    params,
    body: { domain: 'inputs.example.com' },
  });
  const call = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const { url } = await owner.get(call, { params: { projectId, domainId: domain.id }, body: {} });
  ids = {
    projectId,
    domainId: domain.id,
    selector: 'autosend',
    userId: added.userId,
    token: url.slice(url.lastIndexOf('/') + 1),
  };
});
after(() => service.close());

const calls = Object.entries(dashboardContract as Record<string, Operation>)
  .filter(([call, { live }]) => !live && !LEFT_OUT.includes(call as DashboardCall))
  .map(([call]) => call);

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', '\0', 'a\0b', '__proto__', 'owner', 'read_only', 'full_access', 'us-east-1', 'default', '\ud800'),
  fc.emailAddress(),
  fc.domain(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('setup_', 'invite_', 'share_').map((start) => start + 'x'.repeat(40)),
);
const fields = fc.constantFrom(
  ...['token', 'name', 'email', 'password', 'currentPassword', 'newPassword', 'account', 'primaryRegion', 'confirm'],
  ...['role', 'permission', 'expiresAt', 'domain', 'regionKey', '__proto__', 'constructor'],
  ...['type', 'bits', 'selector', 'privateKey', 'dkimRotationDays'],
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: fc.dictionary(fields, text, { maxKeys: 4, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const body = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fields, value, { maxKeys: 5, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.json().map((json) => json.slice(0, -1)) },
);
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: text.map((each) => encodeURIComponent(each.toWellFormed()) || 'x') },
  { weight: 1, arbitrary: fc.constantFrom('%', '%00', '%ff', '..', 'f'.repeat(24)) },
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('limit', 'cursor', 'search', 'status', 'format', 'provider', 'x'), text)
    .map(([name, each]) => `?${name}=${encodeURIComponent(each.toWellFormed())}`),
);
const cookie = fc.oneof(
  { weight: 6, arbitrary: fc.constant('owner') },
  { weight: 2, arbitrary: fc.constant('member') },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 60 })
      .map((each) => `autosend.session_token=${each}`),
  },
);
const request = fc.record({
  call: fc.constantFrom(...calls),
  body,
  query,
  cookie,
  segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
});

test(`of ${BATCHES * BATCH} generated requests to the dashboard's API none is answered with 5xx, and all in the envelope`, async (t) => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: BATCH, maxLength: BATCH }), async (requests) => {
      const replies = await Promise.all(
        requests.map((each) => {
          const [method, path = ''] = each.call.split(' ');
          let index = 0;
          const url = path.replaceAll(
            /:(\w+)/g,
            (_, name: string) => each.segments[index++] ?? ids[name] ?? 'f'.repeat(24),
          );
          const browser = { owner, member }[each.cookie];
          return service.send({
            method: method as 'GET',
            url: url + each.query,
            key: null,
            headers: { origin: service.ctx.publicUrl, cookie: browser?.cookie() ?? each.cookie },
            ...(each.body !== undefined && { body: each.body ?? 'null' }),
          });
        }),
      );
      for (const [index, { status, json, text: answer }] of replies.entries()) {
        assert.ok(status < 500, `${status} ${answer} for ${JSON.stringify(requests[index])}`);
        if (json !== undefined && status < 400) assert.equal(json.success, true);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }),
    { numRuns: BATCHES, endOnFailure: true },
  );
  tellDone(t, BATCHES * BATCH, 'generated requests');
  // A generator that only ever reached one kind of answer would prove little. (403 is not among them: what is generated may
  // take the member out of the project before the member has tried anything.)
  for (const status of [200, 400, 401, 404]) assert.ok(seen.has(status), `no request was answered ${status}`);
  assert.equal((await owner.send('GET /api/session')).status, 200);
});

test('a password of many octets is hashed or refused, and never makes the service wait', async () => {
  for (const password of ['\u{1f512}'.repeat(100), 'x'.repeat(201), 'x'.repeat(60_000)]) {
    const reply = await openBrowser(service).send('POST /api/session', {
      body: { email: 'owner@example.com', password },
    });
    assert.equal(reply.status, password.length > 200 ? 400 : 401);
  }
  await openBrowser(service).get('POST /api/session', { body: { email: 'owner@example.com', password: PASSWORD } });
});
