import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../support/any-character.ts';
import { createTestApp, type TestApp, type TestRequest } from '../../support/app.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { isFullRun, readTimes, tellDone } from '../../support/load/full-run.ts';

const BATCH = 50;
const BATCHES = Math.ceil(readTimes(2_000) / BATCH);
const PULLS = isFullRun() ? 2_000 : 500;
const random = createSeededRandom();

let service: TestApp;
let domainId: string;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { LOG_LEVEL: 'silent' } });
  domainId = (await service.addDomain('inputs.example.com')).id;
});
after(() => service.close());

const oftenFrom = <T>(common: readonly T[], rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...common) }, { weight: 1, arbitrary: rare });

const hexId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });
// What may stand in a request line: printable ASCII without a space. Anything else comes percent-encoded, well or badly.
const urlText = fc.string({ unit: fc.constantFrom(...'abz09._-~!$&()*+,;=:@%2Ff/'), maxLength: 30 });
const encoded = fc.string({ unit: anyCharacter, maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed()));
const octets = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
const segment = fc.oneof(hexId, urlText, encoded, octets);

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/v1/domains', '/v1/regions', '/health/live', '/v1/') },
  { weight: 4, arbitrary: fc.oneof(hexId, encoded, octets, urlText).map((id) => `/v1/domains/${id}`) },
  { weight: 2, arbitrary: hexId.map((id) => `/v1/domains/${id}/verify`) },
  { weight: 1, arbitrary: fc.constantFrom('', '/events', '/zone-file').map((end) => `/v1/domains/THE-DOMAIN${end}`) },
  { weight: 2, arbitrary: fc.array(segment, { maxLength: 5 }).map((parts) => `/v1/${parts.join('/')}`) },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 5 }).map((parts) => `/x${parts.join('/')}`) },
);
const queryName = oftenFrom(['limit', 'cursor', 'status', 'regionKey', 'search', 'format', 'provider'], encoded);
const queryValue = oftenFrom(
  ['1', '-1', '1e9', 'VERIFIED', 'us-east-1', '', '%', '%00', '__proto__'],
  fc.oneof(encoded, octets, urlText),
);
const query = fc.array(fc.tuple(queryName, queryValue), { maxLength: 4 });

const domainText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.domain(),
  fc.webUrl(),
  fc.emailAddress(),
  fc.ipV6(),
);
const body = fc.oneof(
  fc.constant(undefined),
  fc.record(
    { domain: fc.oneof(domainText, fc.anything({ withNullPrototype: false })), regionKey: fc.string() },
    { requiredKeys: [] },
  ),
  fc.json(),
  fc.jsonValue(),
  fc.string({ unit: anyCharacter }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => text.slice(0, -1)),
);

// Node hands over header values as latin1 without control characters.
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const headers = fc.dictionary(
  oftenFrom(
    [
      'content-type',
      'idempotency-key',
      'accept',
      'origin',
      'host',
      'x-request-id',
      'cookie',
      'accept-encoding',
      'if-none-match',
      'range',
    ],
    fc.stringMatching(/^x-[a-z]{1,8}$/),
  ),
  oftenFrom(['application/json', 'application/json; charset=latin1', '*/*', '', '__proto__'], headerText),
  { maxKeys: 4 },
);
const key = oftenFrom<string | null | undefined>([undefined], fc.oneof(fc.constant(null), headerText));

const anyRequest: fc.Arbitrary<TestRequest> = fc
  .record({
    method: oftenFrom(['GET', 'POST', 'DELETE'] as const, fc.constantFrom('PUT', 'PATCH', 'HEAD', 'OPTIONS')),
    path,
    query,
    headers,
    key,
    body,
  })
  .map(({ path: at, query: pairs, key: asKey, ...rest }) => ({
    ...rest,
    ...(asKey !== undefined && { key: asKey }),
    url: at + (pairs.length > 0 ? `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}` : ''),
  }));

const goodRequest: fc.Arbitrary<TestRequest> = hexId.map((id) => ({
  method: 'POST',
  url: '/v1/domains',
  body: { domain: `${id}.example.com` },
}));
const request = fc.oneof({ weight: 30, arbitrary: anyRequest }, { weight: 1, arbitrary: goodRequest });

test(`of ${BATCHES * BATCH} generated requests none is answered with 5xx, and all with the envelope and a request id: seed ${random.seed}`, async (t) => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: BATCH, maxLength: BATCH }), async (requests) => {
      const replies = await Promise.all(
        requests.map((each) => service.send({ ...each, url: each.url.replace('THE-DOMAIN', domainId) })),
      );
      for (const [index, { status, json, text }] of replies.entries()) {
        assert.ok(status < 500, `${status} ${text} for ${JSON.stringify(requests[index])}`);
        if (json !== undefined && status < 400) assert.equal(json.success, true);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }),
    { numRuns: BATCHES, endOnFailure: true, seed: random.seed },
  );
  tellDone(t, BATCHES * BATCH, 'generated requests');
  // A generator that only ever reached one kind of answer would prove little.
  for (const status of [200, 201, 400, 401, 404, 405, 415])
    assert.ok(seen.has(status), `no request was answered ${status}`);
});

test(`of ${PULLS} generated queries for private keys none is answered with 5xx, and no cursor or id leads out of the project: seed ${random.seed}`, async () => {
  const { project } = await service.createProject();
  const { key: puller } = await service.createKey(project, { permission: 'mail_server' });
  const names = ['format', 'folder', 'privateKeys', 'ids', 'limit', 'cursor'];
  const cursor = fc
    .oneof(fc.domain(), fc.string({ unit: anyCharacter, maxLength: 30 }))
    .map((text) => Buffer.from(`key.${text}`).toString('base64url'));
  const values = ['opendkim', 'rspamd', '/etc/keys', '/', 'false', '1', '1000', `${'a'.repeat(24)},${'b'.repeat(24)}`];
  const pairs = fc.array(
    fc.tuple(oftenFrom(names, encoded), oftenFrom(values, fc.oneof(cursor, encoded, octets, urlText))),
    { maxLength: 4 },
  );
  await service.query("UPDATE domains SET status = 'VERIFIED'");
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(pairs, headers), { minLength: BATCH, maxLength: BATCH }), async (requests) => {
      for (const [query, sent] of requests) {
        const url = `/v1/mail-server-keys?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
        const { authorization: _, ...rest } = sent;
        const { status, text } = await service.send({ url, key: puller, headers: rest });
        assert.ok(status < 500, `${status} ${text} for ${url}`);
        assert.ok(!text.includes('PRIVATE KEY') && !text.includes('inputs.example.com'), url);
        seen.add(status);
      }
    }),
    { numRuns: PULLS / BATCH, seed: random.seed },
  );
  assert.ok(seen.has(200) && seen.has(400));
});
