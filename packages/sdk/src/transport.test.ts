import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AutosendError } from './autosend-error.ts';
import { AutosendDomains } from './client.ts';
import type { ClientOptions } from './transport.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}

type Reply = Response | Error;

const ok = (data: unknown, headers: Record<string, string> = {}) => Response.json({ success: true, data }, { headers });
const fail = (status: number, code: string, headers: Record<string, string> = {}, more: object = {}) =>
  Response.json({ success: false, error: { message: `It failed: ${code}.`, code, ...more } }, { status, headers });
/** What says when to try again says at once, so that a test need not wait. */
const NOW = { 'retry-after': '0' };

/** A client whose service gives these answers in turn. */
function connect(replies: Reply[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (url, { method = 'GET', headers, body } = {}) => {
    sent.push({
      url: String(url),
      method,
      headers: new Headers(headers),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    const reply = replies.shift();
    if (reply instanceof Response) return reply;
    throw reply ?? new TypeError('fetch failed');
  };
  const client = new AutosendDomains({ apiKey: 'as_key', baseUrl: 'https://domains.example.com/', fetch, ...options });
  return { client, sent };
}

const failure = (work: Promise<unknown>): Promise<AutosendError> =>
  work.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => {
      assert.ok(error instanceof AutosendError, String(error));
      return error;
    },
  );

describe('a request', () => {
  it('goes to the path below the base, with the key, and its data comes back', async () => {
    const { client, sent } = connect([ok({ domains: [] })], { baseUrl: 'https://example.com/autosend/' });
    const filter = { search: 'a b', limit: 5, status: undefined };
    assert.deepEqual(await client.domains.list(filter), { domains: [] });
    assert.equal(sent[0]?.url, 'https://example.com/autosend/v1/domains?search=a+b&limit=5');
    assert.equal(sent[0]?.headers.get('authorization'), 'Bearer as_key');
    assert.equal(sent[0]?.headers.has('content-type'), false);
  });

  it('for an id that has a slash in it stays on its path', async () => {
    const { client, sent } = connect([ok(null)]);
    await client.domains.delete('../keys');
    assert.equal(sent[0]?.url, 'https://domains.example.com/v1/domains/..%2Fkeys');
  });

  for (const [name, options] of [
    ['no key', { apiKey: '' }],
    ['no URL', { baseUrl: 'domains.example.com' }],
    ['another scheme', { baseUrl: 'ftp://domains.example.com' }],
  ] as const)
    it(`cannot be made with ${name}`, () => {
      assert.throws(() => connect([], options), { name: 'AutosendError', code: 'INVALID_OPTION' });
    });
});

describe('a failure', () => {
  it('has everything that the service said of it', async () => {
    const details = [{ field: 'domain', message: 'is missing' }];
    const { client } = connect([fail(400, 'VALIDATION_FAILED', { 'x-request-id': 'req_1' }, { details })]);
    const { code, status, message, requestId, ...error } = await failure(client.domains.create({ domain: '' }));
    assert.deepEqual(
      [code, status, message, error.details, requestId],
      ['VALIDATION_FAILED', 400, 'It failed: VALIDATION_FAILED.', details, 'req_1'],
    );
  });

  it('without an answer is a network error, with its cause', async () => {
    const { client } = connect([], { maxRetries: 0 });
    const { code, status, cause } = await failure(client.domains.get('x'));
    assert.deepEqual([code, status], ['NETWORK_ERROR', 0]);
    assert.ok(cause instanceof TypeError);
  });

  for (const [name, reply] of [
    ['a page', new Response('<html>', { status: 502 })],
    ['another JSON', Response.json([])],
    ['nothing', new Response(null, { status: 204 })],
    ['null', new Response('null')],
    ['a redirect', new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
  ] as const)
    it(`of a server that answers ${name} is told as such, and it is asked once`, async () => {
      const { client, sent } = connect([reply]);
      assert.equal((await failure(client.domains.get('x'))).code, 'INVALID_RESPONSE');
      assert.equal(sent.length, 1);
    });

  it('says how long to wait where that is longer than it waits by itself', async () => {
    const { client, sent } = connect([fail(429, 'RATE_LIMIT_EXCEEDED', { 'retry-after': '3600' })]);
    assert.equal((await failure(client.domains.get('x'))).retryAfterSeconds, 3600);
    assert.equal(sent.length, 1);
  });
});

describe('a repeat', () => {
  for (const [name, reply] of [
    ['429', fail(429, 'RATE_LIMIT_EXCEEDED', NOW)],
    ['503', fail(503, 'SERVICE_UNAVAILABLE', NOW)],
    ['a first request that is still running', fail(409, 'IDEMPOTENCY_KEY_IN_USE', NOW)],
  ] as const)
    it(`follows ${name}, and what comes then counts`, async () => {
      const { client, sent } = connect([reply, ok({ id: 'x' })]);
      assert.deepEqual(await client.domains.create({ domain: 'example.com' }), { id: 'x' });
      assert.equal(sent.length, 2);
    });

  it('follows a network error, with the same Idempotency-Key and body', async () => {
    const { client, sent } = connect([new TypeError('reset'), ok({ id: 'x' })]);
    await client.domains.create({ domain: 'example.com' });
    const [first, second] = sent.map(({ headers }) => headers.get('idempotency-key'));
    assert.match(first ?? '', /^[\da-f-]{36}$/);
    assert.equal(second, first);
    assert.deepEqual(sent[1]?.body, { domain: 'example.com' });
  });

  it('waits as long as Retry-After says, as seconds and as a date', async () => {
    for (const after of ['1', new Date(Date.now() + 2_000).toUTCString()]) {
      const { client } = connect([fail(503, 'SERVICE_UNAVAILABLE', { 'retry-after': after }), ok({ id: 'x' })]);
      const start = performance.now();
      await client.domains.get('x');
      assert.ok(performance.now() - start > 400, after);
    }
  });

  it('ends after so many, and the last failure is told', async () => {
    const { client, sent } = connect(Array.from({ length: 9 }, () => fail(503, 'SERVICE_UNAVAILABLE', NOW)));
    assert.equal((await failure(client.domains.get('x'))).status, 503);
    assert.equal(sent.length, 4);
    const other = connect([fail(503, 'SERVICE_UNAVAILABLE', NOW)], { maxRetries: 0 });
    await failure(other.client.domains.get('x'));
    assert.equal(other.sent.length, 1);
  });

  for (const [status, code] of [
    [400, 'VALIDATION_FAILED'],
    [401, 'UNAUTHORIZED'],
    [409, 'DOMAIN_ALREADY_EXISTS'],
    [500, 'INTERNAL_SERVER_ERROR'],
  ] as const)
    it(`does not follow ${code}`, async () => {
      const { client, sent } = connect([fail(status, code, NOW)]);
      await failure(client.domains.create({ domain: 'example.com' }));
      assert.equal(sent.length, 1);
    });

  it('of a create uses the key that was given', async () => {
    const { client, sent } = connect([ok({})]);
    await client.keys.create('x', {}, { idempotencyKey: 'mine' });
    assert.equal(sent[0]?.headers.get('idempotency-key'), 'mine');
  });
});

describe('an abort', () => {
  const reason = new Error('enough');

  it('ends a call before it begins, and while it waits to try again', async () => {
    const { client, sent } = connect([fail(503, 'SERVICE_UNAVAILABLE', { 'retry-after': '30' })]);
    await assert.rejects(client.domains.get('x', { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(sent.length, 0);
    const stop = new AbortController();
    const waiting = client.domains.get('x', { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 20);
    await assert.rejects(waiting, reason);
    assert.equal(sent.length, 1);
  });

  it('ends a call under way, and a silent server ends one after its time', async () => {
    const hang: typeof globalThis.fetch = (_url, { signal } = {}) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const stop = new AbortController();
    const { client } = connect([], { fetch: hang, maxRetries: 0, timeoutMs: 30 });
    setTimeout(() => stop.abort(reason), 5);
    await assert.rejects(client.domains.get('x', { signal: stop.signal }), reason);
    // Node.js does not wait for such a signal's timer alone.
    const alive = setInterval(() => undefined, 1_000);
    assert.equal((await failure(client.domains.get('x'))).code, 'TIMEOUT');
    clearInterval(alive);
  });
});

describe('the calls of domains', () => {
  it('iterate goes through all pages, and asks for no more than are read', async () => {
    const pages = () => [ok({ domains: [{ id: 'a' }, { id: 'b' }], nextCursor: 'n' }), ok({ domains: [{ id: 'c' }] })];
    const { client, sent } = connect(pages());
    const ids: string[] = [];
    for await (const { id } of client.domains.iterate({ status: 'VERIFIED' })) ids.push(id);
    assert.deepEqual(ids, ['a', 'b', 'c']);
    assert.equal(sent[1]?.url, 'https://domains.example.com/v1/domains?status=VERIFIED&cursor=n');
    const other = connect(pages());
    for await (const _ of other.client.domains.iterate()) break;
    assert.equal(other.sent.length, 1);
  });

  it('find gives null where there is none', async () => {
    const { client, sent } = connect([ok({ domains: [] }), ok({ domains: [{ id: 'a' }] })]);
    assert.equal(await client.domains.find('example.com'), null);
    assert.equal((await client.domains.find('example.com'))?.id, 'a');
    assert.equal(sent[0]?.url, 'https://domains.example.com/v1/domains?name=example.com');
  });

  it('waitUntilVerified checks until it is, tells of each check, and gives up in time', async () => {
    const domain = { domainName: 'example.com' };
    const waiting = () => ok({ domain, verificationStatus: 'PENDING_CONFIGURATION' });
    const { client, sent } = connect([waiting(), waiting(), ok({ domain, verificationStatus: 'VERIFIED' })]);
    const seen: string[] = [];
    const onCheck = ({ verificationStatus }: { verificationStatus: string }) => void seen.push(verificationStatus);
    assert.deepEqual(await client.domains.waitUntilVerified('x', { intervalMs: 1, onCheck }), domain);
    assert.deepEqual(seen, ['PENDING_CONFIGURATION', 'PENDING_CONFIGURATION', 'VERIFIED']);
    assert.ok(sent.every(({ method, url }) => method === 'POST' && url.endsWith('/v1/domains/x/verify')));
    const other = connect([ok({ domain, verificationStatus: 'FAILED' }, { 'retry-after': '9' })]);
    assert.equal((await failure(other.client.domains.waitUntilVerified('x', { timeoutMs: 100 }))).code, 'TIMEOUT');
  });
});
