import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compose, createLog } from '../../../src/compose.ts';
import { parseConfig } from '../../../src/config.ts';
import { TEST_SECRET_KEY } from '../../support/app.ts';
import { createTestClock } from '../../support/clock.ts';

test('background work that hangs keeps no process: a stop waits nine seconds for it', { timeout: 20_000 }, async () => {
  const clock = createTestClock();
  const { ctx, close } = compose(
    parseConfig({ AUTOSEND_DATABASE_URL: 'postgres://localhost:1/none', AUTOSEND_SECRET_KEY: TEST_SECRET_KEY }),
    { connection: { url: 'postgres://localhost:1/none' }, secretKey: TEST_SECRET_KEY },
    createLog('silent'),
    { keyPoolSize: 0, clock },
  );
  ctx.background.run(new Promise(() => undefined));
  let isClosed = false;
  const closed = close().then(() => {
    isClosed = true;
  });
  await clock.untilAsleep(9_000);
  assert.equal(isClosed, false);
  clock.advance(9_000);
  await closed;
});
