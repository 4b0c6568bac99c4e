import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import { findSharedPort, type RealNameServer, startNameServer } from '../support/dns/real-name-servers.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { buildHardMessages, type HardMessage, sendOverSmtp } from '../support/hard-messages.ts';
import {
  explainMissingDkimpy,
  verifyWithDkimpy,
  verifyWithMailauth,
  verifyWithOpenDkim,
} from '../support/verifiers/verifiers.ts';

const NSD = '127.0.0.60';
const skip = explainMissing(['nsd', 'opendkim']) || (await explainMissingDkimpy());

describe('what we sign, others accept: 200 hard messages, keys on NSD', { skip }, () => {
  const random = createSeededRandom();
  let folder: string;
  let service: TestApp;
  let nsd: RealNameServer;
  let messages: readonly HardMessage[];
  /** The signatures of each message, RSA first. */
  let signatures: readonly (readonly string[])[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-signatures-'));
    service = await createTestApp(import.meta.url, { keys: 'fresh' });
    const domain = await service.addDomain('example.com');
    const made = await service.send({
      method: 'POST',
      url: `/v1/domains/${domain.id}/keys`,
      body: { type: 'ed25519' },
    });
    // How a key gets there is another test's matter: here both sign.
    await service.query(`UPDATE dkim_keys SET stage = 'active'`);
    await service.query(`UPDATE domains SET status = 'VERIFIED'`);
    nsd = await startNameServer({
      software: 'nsd',
      folder: join(folder, 'nsd'),
      address: NSD,
      port: await findSharedPort([NSD]),
      zones: [
        {
          name: 'example.com',
          serial: 1,
          nameservers: ['ns1.example.com'],
          records: [
            { name: 'ns1.example.com', type: 'A', value: NSD },
            ...[domain.dnsRecords.dkim, made.json.data.record].map(({ name, value }) => ({
              name,
              type: 'TXT' as const,
              value,
            })),
          ],
        },
      ],
    });
    messages = buildHardMessages(random);
    signatures = await Promise.all(
      messages.map(async ({ octets }) => {
        const { json, text } = await service.send({
          method: 'POST',
          url: `/v1/domains/${domain.id}/sign`,
          body: octets,
          headers: { 'content-type': 'message/rfc822' },
        });
        assert.equal(json.success, true, text);
        return json.data.headers;
      }),
    );
  });

  after(async () => {
    await nsd?.stop();
    await service?.close();
    await rm(folder, { recursive: true });
  });

  /** The messages as they arrive, with all their signatures or one of them. */
  const deliver = (which?: number) =>
    messages.map(({ octets }, index) => {
      const headers = signatures[index] ?? [];
      const chosen = which === undefined ? headers : headers.slice(which, which + 1);
      return Buffer.concat([Buffer.from(chosen.join('')), sendOverSmtp(octets)]);
    });

  /** Fails with the message that was not accepted. */
  function expectEach(results: readonly unknown[], isAccepted: (result: never) => boolean): void {
    assert.equal(results.length, 200);
    for (const [index, result] of results.entries())
      assert.ok(
        isAccepted(result as never),
        `${messages[index]?.what}: ${JSON.stringify(result)}, AUTOSEND_TEST_SEED=${random.seed}`,
      );
  }

  test('mailauth verifies both signatures', async () => {
    const results = await verifyWithMailauth(nsd, deliver());
    expectEach(results, ([rsa, ed25519]: string[]) => rsa === 'pass' && ed25519 === 'pass');
  });

  test('dkimpy verifies both signatures', async () => {
    const results = await verifyWithDkimpy(nsd, folder, deliver());
    expectEach(results, ([rsa, ed25519]: unknown[]) => rsa === true && ed25519 === true);
  });

  for (const [which, algorithm] of [
    [0, 'RSA'],
    [1, 'Ed25519'],
  ] as const)
    test(`OpenDKIM verifies the ${algorithm} signature`, async () => {
      const results = await verifyWithOpenDkim(nsd, folder, deliver(which));
      expectEach(results, (said: string) => /succeeded/.test(said));
    });

  test('none of them accepts a message that was changed', async () => {
    const changed = deliver()
      .map((message) => Buffer.concat([message, Buffer.from('more')]))
      .slice(0, 3);
    for (const results of await verifyWithMailauth(nsd, changed)) assert.ok(!results.includes('pass'));
    for (const results of await verifyWithDkimpy(nsd, folder, changed)) assert.ok(!results.includes(true));
    for (const said of await verifyWithOpenDkim(nsd, folder, changed)) assert.doesNotMatch(said, /succeeded/);
  });
});
