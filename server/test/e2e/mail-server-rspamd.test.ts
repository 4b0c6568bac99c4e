import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { explainMissing } from '../support/daemon.ts';
import { findSharedPort } from '../support/dns/real-name-servers.ts';
import { findUid, RSPAMD_USER, startRspamd } from '../support/mail/mail-servers.ts';
import { readSelector, type SigningWorld, startSigningWorld } from '../support/mail/signing-world.ts';
import { waitUntil } from '../support/service-process.ts';

const isRoot = process.getuid?.() === 0;
const skip =
  explainMissing(['nsd', 'knotd', 'unbound', 'rspamd', 'postfix']) || (!isRoot && 'needs root: Postfix runs as root');

describe('a real Postfix and rspamd sign with the keys that were pulled by the API, before and after a rotation', {
  skip,
}, () => {
  let world: SigningWorld;
  let uid: number;

  before(async () => {
    uid = await findUid(RSPAMD_USER);
    world = await startSigningWorld(import.meta.url, { format: 'rspamd', from: 'api', owner: `${uid}:0` });
    const { tables, folder } = world;
    await waitUntil(async () => (await world.readTable('dkim_signing.conf')).includes('selector_map'));
    const rspamd = await startRspamd({ folder, port: await findSharedPort(['127.0.0.1']), tables });
    world.onClose(() => rspamd.stop());
    await world.startPostfix(rspamd.port);
  });
  after(() => world.close());

  test('the map names verified domains only, and keys are for their owner alone', async () => {
    assert.equal(await world.readTable('selectors.map'), 'example.com autosend\n');
    const file = await stat(join(world.tables, 'signing/example.com.autosend.pem'));
    assert.deepEqual([file.mode & 0o777, file.uid], [0o600, uid]);
  });

  test('mail of the domain is signed and verifies, whatever its MAIL FROM; other mail is not signed', async () => {
    for (const mailFrom of ['ada@example.com', 'bounce+1@asend.example.com', '']) {
      const message = await world.deliver('ada@example.com', mailFrom);
      assert.equal(readSelector(message), 'autosend', mailFrom);
      assert.deepEqual(await world.verify(message), ['pass'], mailFrom);
    }
    for (const from of ['eve@pending.example.net', 'eve@notexample.com', 'eve@news.example.com'])
      assert.equal(readSelector(await world.deliver(from, 'ada@example.com')), undefined, from);
  });

  test('during a rotation every message is signed and verifies; after it the next ones carry the new selector', async () => {
    const before = await world.deliver('ada@example.com');
    const messages: Buffer[] = [];
    const selector = await world.rotate();
    await waitUntil(
      async () => {
        const message = await world.deliver('ada@example.com');
        messages.push(message);
        return readSelector(message) === selector;
      },
      undefined,
      90_000,
    );
    const next = await world.deliver('ada@example.com');
    assert.equal(readSelector(next), selector);
    for (const message of [before, ...messages, next])
      assert.deepEqual(await world.verify(message), ['pass'], readSelector(message));
  });

  test('a domain that is deleted is in no map any more, and its mail is not signed any more', async () => {
    await world.service.send({ method: 'DELETE', url: `/v1/domains/${world.domain.id}` });
    await waitUntil(async () => (await world.readTable('selectors.map')) === '');
    await waitUntil(async () => readSelector(await world.deliver('ada@example.com')) === undefined, undefined, 90_000);
  });
});
