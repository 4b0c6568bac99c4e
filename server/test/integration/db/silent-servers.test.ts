import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../../src/db/client.ts';
import { callDriver, isDatabaseAway } from '../../../src/db/failures.ts';
import { createPrimaryFinder } from '../../../src/db/primary-finder.ts';
import { explainRefusal } from '../../../src/db/refusals.ts';
import { waitUntil } from '../../support/clock.ts';
import { type SilentServer, startSilentServer } from '../../support/db/silent-server.ts';

let silent: SilentServer;
let other: SilentServer;
before(async () => {
  [silent, other] = await Promise.all([startSilentServer(), startSilentServer()]);
});
after(() => Promise.all([silent.close(), other.close()]));

const buildUrl = (...ports: number[]) => `postgresql://u:p@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/d`;

test('a server that takes a connection and says nothing is one that is away', async () => {
  const client = new pg.Client({ connectionString: buildUrl(silent.port), connectionTimeoutMillis: 100 });
  await assert.rejects(
    callDriver(() => client.connect()),
    isDatabaseAway,
  );
});

test('so are several of which each says nothing', async () => {
  const db = openDatabase({ url: buildUrl(silent.port, other.port) }, () => undefined, 2);
  try {
    await assert.rejects(db.ping(), isDatabaseAway);
  } finally {
    await db.close();
  }
});

/** PostgreSQL's answer to whoever may not have another connection ("Message Formats", ErrorResponse). */
function buildRefusal(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C53300\0Mtoo many connections for role "u"\0\0');
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + length.length);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}

test('what an operator can do about one of several servers is told, whatever the others say', async () => {
  const full = await startSilentServer((socket) => {
    socket.once('data', () => socket.end(buildRefusal()));
  });
  try {
    for (const url of [
      buildUrl(full.port, 9),
      buildUrl(9, full.port),
      `${buildUrl(full.port)}?target_session_attrs=read-write`,
    ]) {
      const db = openDatabase({ url }, () => undefined, 1);
      const error = await db.ping().catch((thrown: unknown) => thrown);
      await db.close();
      assert.ok(isDatabaseAway(error), url);
      assert.match(explainRefusal(error) ?? '', /PostgreSQL has no connection left/, url);
    }
  } finally {
    await full.close();
  }
});

test('however often it is suspected, a server is asked only a few times a second', async () => {
  const broken = await startSilentServer((socket) => void socket.destroy());
  const finder = createPrimaryFinder({ user: 'u' }, [{ host: '127.0.0.1', port: broken.port }], () => undefined);
  const startedAt = performance.now();
  try {
    await assert.rejects(finder.find(), isDatabaseAway);
    await waitUntil(async () => {
      finder.suspect();
      return broken.count() > 3;
    });
    const passedMs = performance.now() - startedAt;
    assert.ok(passedMs > 3 * 190, `${broken.count()} questions in ${passedMs} ms`);
  } finally {
    finder.close();
    await broken.close();
  }
});
