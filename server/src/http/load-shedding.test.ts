import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify, { type FastifyError } from 'fastify';
import { measureLoopDelay, shedLoad } from './load-shedding.ts';

test('requests are refused while the event loop is late and served again when it is not; whether it lives is always answered', async () => {
  const app = fastify();
  let nowMs = 0;
  let delayMs = 0;
  shedLoad(app, 1_000, { takeMs: () => delayMs }, () => nowMs);
  app.setErrorHandler((error: FastifyError, _request, reply) => reply.code(503).send(error.message));
  for (const url of ['/health/live', '/v1']) app.get(url, async () => 'ok');
  const ask = async (url: string) => (await app.inject(url)).statusCode;
  assert.equal(await ask('/v1'), 200);
  delayMs = 1_001;
  assert.equal(await ask('/v1'), 200, 'it is measured for a second first');
  nowMs = 1_000;
  assert.equal(await ask('/v1'), 503);
  assert.equal(await ask('/health/live'), 200);
  delayMs = 999;
  nowMs = 1_999;
  assert.equal(await ask('/v1'), 503);
  nowMs = 2_000;
  assert.equal(await ask('/v1'), 200);
  await app.close();
});

test('a loop that nobody has measured yet is not late', () => {
  const delay = measureLoopDelay();
  assert.ok(delay.takeMs() >= 0);
  assert.equal(delay.takeMs(), 0);
  delay.stop();
});
