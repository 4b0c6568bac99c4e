import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { explainMissing } from '../support/daemon.ts';
import { findSharedPort } from '../support/dns/real-name-servers.ts';
import { type MailDaemon, startOpenDkim } from '../support/mail/mail-servers.ts';
import { readSelector, type SigningWorld, startSigningWorld } from '../support/mail/signing-world.ts';
import { waitUntil } from '../support/service-process.ts';

const isRoot = process.getuid?.() === 0;
const skip =
  explainMissing(['nsd', 'knotd', 'unbound', 'opendkim', 'postfix']) || (!isRoot && 'needs root: Postfix runs as root');

describe('a real Postfix and OpenDKIM sign with the exported keys, before and after a rotation', { skip }, () => {
  let world: SigningWorld;
  let openDkim: MailDaemon;

  before(async () => {
    world = await startSigningWorld(import.meta.url, { format: 'opendkim', from: 'database' });
    const { tables, folder } = world;
    await waitUntil(async () => (await world.readTable('SigningTable')).includes('example.com'));
    openDkim = await startOpenDkim({ folder, port: await findSharedPort(['127.0.0.1']), tables });
    world.onClose(() => openDkim.stop());
    await world.startPostfix(openDkim.port);
  });
  after(() => world.close());

  test('the tables name verified domains only, and keys are for their owner alone', async () => {
    assert.equal(await world.readTable('SigningTable'), 'example.com example.com\n.example.com example.com\n');
    const [shard = ''] = await readdir(join(world.tables, 'keys'));
    const [file = ''] = await readdir(join(world.tables, 'keys', shard));
    assert.equal((await stat(join(world.tables, 'keys', shard, file))).mode & 0o777, 0o600);
    assert.equal((await stat(join(world.tables, 'keys'))).mode & 0o777, 0o700);
  });

  test('mail of the domain and of a name below it is signed and verifies; other mail is not signed', async () => {
    for (const from of ['ada@example.com', 'ada@news.example.com']) {
      const message = await world.deliver(from);
      assert.equal(readSelector(message), 'autosend');
      assert.deepEqual(await world.verify(message), ['pass']);
    }
    assert.equal(readSelector(await world.deliver('eve@pending.example.net')), undefined);
    assert.equal(readSelector(await world.deliver('eve@notexample.com')), undefined);
  });

  test('after a rotation the next message carries the new selector, and both messages verify', async () => {
    const before = await world.deliver('ada@example.com');
    const oldFiles = await world.readTable('KeyTable');
    const selector = await world.rotate();
    await waitUntil(async () => (await world.readTable('KeyTable')).includes(selector));
    assert.notEqual(await world.readTable('KeyTable'), oldFiles);
    openDkim.signal('SIGUSR1');
    await waitUntil(async () => readSelector(await world.deliver('ada@example.com')) === selector);
    const next = await world.deliver('ada@example.com');
    assert.equal(readSelector(next), selector);
    assert.deepEqual(await world.verify(next), ['pass']);
    assert.deepEqual(await world.verify(before), ['pass'], 'the old record is still there');
  });

  test('a domain that is deleted is in no table any more', async () => {
    await world.service.send({ method: 'DELETE', url: `/v1/domains/${world.domain.id}` });
    // The last of the two that is written.
    await waitUntil(async () => (await world.readTable('SigningTable')) === '');
    assert.equal(await world.readTable('KeyTable'), '');
  });
});
