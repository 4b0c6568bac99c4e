import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, shareKeys, type TestApp, type TestReply } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const DAY_MS = 24 * 3_600_000;

function add(domain: string, idempotencyKey: string, on: TestApp = service, key = service.key): Promise<TestReply> {
  const headers = { 'idempotency-key': idempotencyKey };
  return on.send({ method: 'POST', url: '/v1/domains', key, headers, body: { domain } });
}

test('the same key and body answer byte for byte what was answered the first time, and say so', async () => {
  const first = await add('replay.example.com', 'replay');
  assert.equal(first.status, 201);
  assert.ok(!('idempotent-replayed' in first.headers));
  service.clock.advance(DAY_MS / 2);
  const again = await add('replay.example.com', 'replay');
  assert.equal(again.status, 201);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.equal(again.text, first.text);
});

test('the first answer is repeated even when the domain is gone by then', async () => {
  const first = await add('deleted.example.com', 'deleted');
  await service.send({ method: 'DELETE', url: `/v1/domains/${first.json.data.id}` });
  assert.equal((await add('deleted.example.com', 'deleted')).text, first.text);
  assert.equal((await service.send({ url: `/v1/domains/${first.json.data.id}` })).status, 404);
});

test('the same key with another body is 422, and changes nothing', async () => {
  await add('body-one.example.com', 'body');
  const { status, json } = await add('body-two.example.com', 'body');
  assert.equal(status, 422);
  assert.equal(json.error.code, 'IDEMPOTENCY_KEY_MISMATCH');
  assert.equal((await service.send({ url: '/v1/domains?search=body-two' })).json.data.domains.length, 0);
});

test('"already there" is remembered; what was wrong with the request is not, so that it can be put right', async () => {
  await service.addDomain('known.example.com');
  const first = await add('known.example.com', 'known');
  const again = await add('known.example.com', 'known');
  assert.deepEqual([first.status, again.status], [409, 409]);
  assert.equal(again.text, first.text);
  assert.equal(again.headers['idempotent-replayed'], 'true');

  assert.equal((await add('not a domain', 'typo')).status, 400);
  assert.equal((await add('typo.example.com', 'typo')).status, 201);
});

test('keys belong to a project: another one may use the same', async () => {
  const other = await service.createProject();
  const mine = await add('ours.example.com', 'same-key');
  const theirs = await add('theirs.example.com', 'same-key', service, other.key);
  assert.deepEqual([mine.status, theirs.status], [201, 201]);
});

test('a key is forgotten after 24 hours', async () => {
  await add('day.example.com', 'day');
  service.clock.advance(DAY_MS + 1);
  assert.equal((await add('next-day.example.com', 'day')).status, 201);
});

test('of many requests at once with one key, one adds the domain and the others are told to wait or get its answer', async () => {
  const replies = await Promise.all(Array.from({ length: 8 }, () => add('many.example.com', 'many')));
  const created = replies.filter(({ status }) => status === 201);
  assert.ok(created.length >= 1);
  assert.equal(new Set(created.map(({ text }) => text)).size, 1);
  assert.equal(created.filter(({ headers }) => !('idempotent-replayed' in headers)).length, 1);
  for (const { status, json, headers } of replies) {
    if (status === 201) continue;
    assert.equal(status, 409);
    assert.equal(json.error.code, 'IDEMPOTENCY_KEY_IN_USE');
    assert.equal(headers['retry-after'], '1');
  }
  assert.equal((await service.send({ url: '/v1/domains?search=many' })).json.data.domains.length, 1);
});

test('a request whose node hangs is taken over when its lock runs out; if it wakes up, it changes nothing', async () => {
  const keys = await shareKeys();
  const release = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const take = async () => {
    taken.resolve();
    await release.promise;
    return keys.take();
  };
  const hanging = await createTestApp(import.meta.url, { beside: service, keys: { ...keys, take } });
  try {
    const lost = add('taken-over.example.com', 'taken-over', hanging);
    await taken.promise;
    assert.equal((await add('taken-over.example.com', 'taken-over')).json.error.code, 'IDEMPOTENCY_KEY_IN_USE');
    service.clock.advance(30_001);
    const won = await add('taken-over.example.com', 'taken-over');
    assert.equal(won.status, 201);
    release.resolve();
    assert.equal((await lost).status, 409);
    assert.equal((await add('taken-over.example.com', 'taken-over')).text, won.text);
    assert.equal((await service.send({ url: '/v1/domains?search=taken-over' })).json.data.domains.length, 1);
  } finally {
    release.resolve();
    await hanging.close();
  }
});

test('an Idempotency-Key has 1 to 255 printable ASCII characters', async () => {
  for (const [index, key] of ['', 'a'.repeat(256), 'tab\there', 'ключ', '\u007f'].entries()) {
    const { status, json } = await add(`invalid-${index}.example.com`, key);
    assert.equal(status, 400, key.slice(0, 20));
    assert.equal(json.error.details[0].field, 'headers.idempotency-key');
  }
  assert.equal((await add('longest.example.com', '~'.repeat(255))).status, 201);
});
