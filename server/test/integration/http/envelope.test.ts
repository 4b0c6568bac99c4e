import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AppError, type ErrorCode } from '../../../src/core/errors.ts';
import { LINK_KINDS } from '../../../src/crypto/link-tokens.ts';
import { STATUS_OF } from '../../../src/http/errors.ts';
import { createTestApp, type TestApp, type TestRequest } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const ID = 'ffffffffffffffffffffffff';
const add = (body: string | Buffer, headers: Record<string, string> = {}): TestRequest => ({
  method: 'POST',
  url: '/v1/domains',
  body,
  headers,
});

async function assertFailure(request: TestRequest, status: number, code: string, label = request.url): Promise<string> {
  const reply = await service.send(request);
  assert.equal(reply.status, status, `${label}: ${reply.text.slice(0, 300)}`);
  assert.equal(reply.json.error.code, code, label);
  return reply.json.error.message;
}

test('an unknown path is 404', async () => {
  for (const url of ['/v1', '/v1/', '/v1/domain', '/v1/domains/', `/v1/domains/${ID}/verified`, '/v2/domains', '//'])
    await assertFailure({ url }, 404, 'NOT_FOUND');
});

test('a wrong method is 405 and says which are right', async () => {
  const cases = [
    ['PUT', '/v1/domains', 'GET, HEAD, POST'],
    ['PUT', `/v1/domains/${ID}`, 'DELETE, GET, HEAD, PATCH'],
    ['GET', `/v1/domains/${ID}/verify`, 'POST'],
    ['DELETE', '/v1/regions', 'GET, HEAD'],
    ['OPTIONS', '/v1/domains?limit=1', 'GET, HEAD, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
  ] as const;
  for (const [method, url, allow] of cases) {
    const { status, headers, json } = await service.send({ method, url });
    assert.equal(status, 405, `${method} ${url}`);
    assert.equal(json.error.code, 'METHOD_NOT_ALLOWED');
    assert.equal(headers.allow, allow, `${method} ${url}`);
  }
});

test('the cause of a failure is for the log: nothing of it is in an answer, whatever the code', async () => {
  let code: ErrorCode = 'NOT_FOUND';
  let cause: unknown;
  const failing = await createTestApp(import.meta.url, {
    keys: {
      take: async () => {
        throw new AppError(code, 'What the caller is told.', { cause });
      },
      level: () => 0,
      stop: async () => undefined,
    },
  });
  try {
    for (code of Object.keys(STATUS_OF) as ErrorCode[])
      for (cause of [new Error('hidden'), ['hidden'], 'hidden', { allow: 'hidden' }]) {
        failing.clock.advance(1_000);
        const { status, headers, text, json } = await failing.send(add('{"domain":"cause.example.com"}'));
        assert.deepEqual([status, json.error.message], [STATUS_OF[code], 'What the caller is told.'], code);
        assert.doesNotMatch(`${JSON.stringify(headers)}${text}`, /hidden/, code);
      }
  } finally {
    await failing.close();
  }
});

test('a body of 64 KiB is read, one octet more is 413', async () => {
  const shell = '{"domain":""}'.length;
  const sized = (octets: number) => `{"domain":"${'a'.repeat(octets - shell)}"}`;
  await assertFailure(add(sized(64 * 1024)), 400, 'VALIDATION_FAILED');
  await assertFailure(add(sized(64 * 1024 + 1)), 413, 'PAYLOAD_TOO_LARGE');
});

test('a body that is not application/json is 415', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'multipart/form-data; boundary=x',
    'nonsense',
  ];
  for (const type of types)
    await assertFailure(add('{"domain":"example.com"}', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE', type);
});

test('an empty body has no wrong type: the documented PHP sample of verify names a form', async () => {
  const { id } = await service.addDomain('empty.example.com');
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'nonsense', 'application/json'])
    for (const length of [{}, { 'content-length': '0' }]) {
      const headers = { 'content-type': type, ...length };
      const reply = await service.send({ method: 'DELETE', url: '/v1/domains/nothing', headers });
      assert.equal(reply.status, 404, type);
      await assertFailure({ method: 'POST', url: '/v1/domains', headers }, 400, 'VALIDATION_FAILED', type);
    }
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };
  const verifying = service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, headers });
  await service.clock.untilAsleep(2_500);
  service.clock.advance(2_500);
  assert.equal((await verifying).status, 200);
});

test('no body is one without fields: taken where none is required, and else told which one is missing', async () => {
  const { id } = await service.addDomain('no-body.example.com');
  for (const headers of [{}, { 'content-type': 'text/plain', 'content-length': '0' }]) {
    const said = await assertFailure({ method: 'POST', url: '/v1/domains', headers }, 400, 'VALIDATION_FAILED');
    assert.equal(said, 'domain is missing.');
    assert.equal((await service.send({ method: 'POST', url: `/v1/domains/${id}/proof`, headers })).status, 200);
  }
  const added = await service.send({ method: 'POST', url: `/v1/domains/${id}/keys` });
  assert.equal(added.status, 201);
});

test('an id that cannot exist is 404 like one that does not, on every route', async () => {
  for (const id of [
    'x',
    'F'.repeat(24),
    'f'.repeat(23),
    'f'.repeat(25),
    'f'.repeat(500),
    '%00',
    'example.com',
    '-1',
    '..%2f',
  ])
    for (const [method, end] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/verify'],
      ['GET', '/diagnostics'],
      ['GET', '/events'],
      ['GET', '/zone-file'],
      ['GET', '/keys'],
    ] as const)
      await assertFailure({ method, url: `/v1/domains/${id}${end}` }, 404, 'NOT_FOUND', `${method} ${id}${end}`);
});

test('an unknown field or query parameter says which one was meant', async () => {
  for (const [url, field, meant] of [
    ['/v1/domains?page=2', 'page', null],
    ['/v1/domains?Limit=2', 'Limit', 'limit'],
    ['/v1/domains?region=us-east-1', 'region', 'regionKey'],
    ['/v1/domains?stauts=VERIFIED', 'stauts', 'status'],
    ['/v1/domains?toString=1', 'toString', null],
  ] as const) {
    const { status, json } = await service.send({ url });
    assert.equal(status, 400, url);
    const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
    assert.deepEqual(json.error.details, [{ field, message: `Unknown query parameter "${field}".${hint}` }]);
  }
});

test('a query parameter that is given twice is told as that', async () => {
  const said = await assertFailure({ url: '/v1/domains?limit=1&limit=2' }, 400, 'VALIDATION_FAILED', 'limit twice');
  assert.equal(said, 'limit must be given only once.');
});

test('application/json is understood however it is written', async () => {
  for (const type of ['application/json;charset=utf-8', 'Application/JSON', 'application/json; charset="UTF-8"'])
    await assertFailure(add('{"domain":""}', { 'content-type': type }), 400, 'VALIDATION_FAILED', type);
});

test('malformed JSON and JSON that two readers could read differently are 400 and say why', async () => {
  const cases: [body: string | Buffer, message: RegExp][] = [
    ['{', /isn't valid JSON/],
    ['{"domain":"example.com"', /isn't valid JSON/],
    ["{'domain':'example.com'}", /isn't valid JSON/],
    ['{"domain":"example.com",}', /isn't valid JSON/],
    ['{"domain":NaN}', /isn't valid JSON/],
    ['{"domain":"a.example.com"}{"domain":"b.example.com"}', /isn't valid JSON/],
    ['\u0000', /isn't valid JSON/],
    ['{"domain":"a.example.com","domain":"b.example.com"}', /appears twice/],
    ['{"domain":"a.example.com","dom\\u0061in":"b.example.com"}', /appears twice/],
    ['{"__proto__":{"domain":"example.com"}}', /__proto__/],
    ['{"\\u005f_proto__":null,"domain":"example.com"}', /__proto__/],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    [Buffer.from('{"domain":"exämple.com"}', 'latin1'), /UTF-8/],
    [Buffer.from('{"domain":"example.com"}', 'utf16le'), /isn't valid JSON/],
    [`${'['.repeat(30_000)}${']'.repeat(30_000)}`, /JSON/],
    [`{"domain":${'['.repeat(64)}${']'.repeat(64)}}`, /more than 64 levels/],
    [`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, /more than 64 levels/],
    ['{"constructor":{"prototype":{"domain":"x"}},"domain":"example.com"}', /Unknown field "constructor"/],
  ];
  for (const [body, message] of cases) {
    const said = await assertFailure(add(body), 400, 'VALIDATION_FAILED', String(body).slice(0, 60));
    assert.match(said, message, String(body).slice(0, 60));
  }
});

test('a missing body is 400, with and without a content type', async () => {
  await assertFailure({ method: 'POST', url: '/v1/domains' }, 400, 'VALIDATION_FAILED');
  await assertFailure(add(''), 400, 'VALIDATION_FAILED');
});

test('a BOM before the JSON is passed over', async () => {
  const said = await assertFailure(add('\ufeff{"domain":""}'), 400, 'VALIDATION_FAILED');
  assert.match(said, /empty/);
});

test('Delete and Verify take a JSON content type with an empty body, as the official client sends it', async () => {
  const headers = { 'content-type': 'application/json' };
  const { id } = await service.addDomain('empty-body.example.com');
  const verifying = service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, headers });
  await service.clock.untilAsleep(2_500);
  service.clock.advance(2_500);
  assert.equal((await verifying).status, 200);
  assert.equal((await service.send({ method: 'DELETE', url: `/v1/domains/${id}`, headers })).status, 200);
});

test('bad percent-encoding and control characters in the path are 400 or 404, never worse', async () => {
  for (const url of ['/v1/domains/%', '/v1/domains/%zz', '/v1/domains/%c3%28', '/%ff', '/v1/domains/%e0%a4%a'])
    await assertFailure({ url }, 400, 'VALIDATION_FAILED');
  for (const url of ['/v1/domains/%00', '/v1/domains/%0d%0aX-Injected:1', '/%00'])
    await assertFailure({ url }, 404, 'NOT_FOUND');
});

test('a path part of 10,000 characters is 404', async () => {
  await assertFailure({ url: `/v1/domains/${'a'.repeat(10_000)}` }, 404, 'NOT_FOUND', 'long id');
});

test('an unknown query field is 400 and named, on the list', async () => {
  const said = await assertFailure({ url: '/v1/domains?page=2' }, 400, 'VALIDATION_FAILED');
  assert.match(said, /page/);
});

test('the request id of an answer is the one in its log line, and a client cannot choose it', async () => {
  const headers = { 'x-request-id': 'chosen-by-the-client' };
  const reply = await service.send({ url: '/v1/nothing-here', headers });
  const lines = service.logLines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/v1/nothing-here');
  assert.equal(lines.length, 1);
  assert.equal(lines[0].requestId, reply.headers['x-request-id']);
  assert.deepEqual([lines[0].method, lines[0].status], ['GET', 404]);
  const [{ id } = { id: '' }] = await service.query<{ id: string }>(
    'SELECT id FROM api_keys ORDER BY created_at LIMIT 1',
  );
  assert.equal(lines[0].by, `api_key:${id}`, 'and who it was');
  await service.send({ url: '/v1/nobody-is-known', key: null });
  assert.equal(JSON.parse(service.logLines.at(-1) ?? '{}').by, '127.0.0.1');
  assert.ok(!service.logLines.some((line) => line.includes('chosen-by-the-client')));
});

test('no secret that someone puts into a path stays in the log', async () => {
  for (const kind of ['as', ...LINK_KINDS])
    for (const separator of ['_', '%5f']) {
      const secret = 'S3cret'.repeat(6);
      const before = service.logLines.length;
      await service.send({ url: `/reset/${kind}${separator}${secret}` });
      const lines = service.logLines.slice(before).join('');
      assert.match(lines, /\[redacted\]/, kind);
      assert.ok(!lines.includes(secret), kind);
    }
});

test('every answer says that it is not to be sniffed, cached or framed', async () => {
  for (const url of ['/v1/domains', '/health/live', '/nothing', '/v1/domains/%']) {
    const { headers } = await service.send({ url });
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['cache-control'], 'no-store', url);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/, url);
  }
});

test('HEAD answers as GET does, without the body', async () => {
  for (const url of ['/v1/domains', '/v1/regions', `/v1/domains/${ID}`, '/health/ready']) {
    const [head, get] = [await service.send({ method: 'HEAD', url }), await service.send({ url })];
    assert.equal(head.status, get.status, url);
    assert.equal(head.text, '', url);
    assert.equal(head.headers['content-type'], get.headers['content-type'], url);
  }
});
