import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { findRegion, isSesRegion, type SesRegion } from '../../src/core/regions.ts';
import { createSes } from '../../src/providers/ses.ts';
import type { Context } from '../../src/services/context.ts';
import { reconcileNext, type TurnOutcome } from '../../src/services/identities.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type SesFaultKind, type SesOperation, type SesServer, startSesServer } from '../support/ses-server.ts';

const CREDENTIALS = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'a test secret' };
const AWS = 'eu-west-1';
const MINUTE_MS = 60_000;

let folder: string;
let ses: SesServer;
let service: TestApp;
let region: SesRegion;
before(async () => {
  process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
  ses = await startSesServer(CREDENTIALS);
  folder = await mkdtemp(join(tmpdir(), 'autosend-ses-'));
  const mail = { mailFromHost: `feedback-smtp.${AWS}.amazonses.com`, spfMechanism: 'include:amazonses.com' };
  const regions = [
    { key: 'eu', ...mail, provider: 'ses', awsRegion: AWS },
    { key: 'plain', ...mail },
  ];
  await writeFile(join(folder, 'regions.json'), JSON.stringify(regions));
  service = await createTestApp(import.meta.url, {
    variables: { REGIONS_FILE: join(folder, 'regions.json'), SES_ENDPOINT: ses.url },
  });
  const found = findRegion(service.ctx.regions, 'eu');
  assert.ok(isSesRegion(found));
  region = found;
});
afterEach(async () => {
  await service.query('DELETE FROM domains');
  await service.query('DELETE FROM provider_identities');
  for (const name of ses.names(AWS)) ses.remove(AWS, name);
  ses.requests.length = 0;
});
after(async () => {
  await service.close();
  await ses.close();
  await rm(folder, { recursive: true });
});

/** Takes turns until nothing is due. */
async function settle(ctx: Context = service.ctx): Promise<TurnOutcome[]> {
  const outcomes: TurnOutcome[] = [];
  for (let turns = 0; turns < 20; turns += 1) {
    const outcome = await reconcileNext(ctx, region, 'test');
    if (outcome === 'idle') return outcomes;
    outcomes.push(outcome);
  }
  throw new Error(`Something is due again and again: ${outcomes.join(', ')}`);
}

const rows = () => service.query('SELECT * FROM provider_identities ORDER BY name');
const remove = (id: string) => service.send({ method: 'DELETE', url: `/v1/domains/${id}` });

/** Whether SES has what our records say. */
function assertInStep(domain: { domainName: string; dnsRecords: { dkim: { name: string; value: string } } }): void {
  const { domainName, dnsRecords } = domain;
  const identity = ses.find(AWS, domainName);
  assert.ok(identity, `SES has no identity ${domainName}`);
  assert.equal(identity.dkim.origin, 'EXTERNAL');
  assert.ok(identity.dkim.isEnabled);
  assert.deepEqual(
    identity.dkim.tokens.map((selector) => `${selector}._domainkey.${domainName}`),
    [dnsRecords.dkim.name],
  );
  assert.ok(dnsRecords.dkim.value.endsWith(`p=${identity.dkim.publicKey}`));
  assert.equal(identity.mailFrom?.domain, `asend.${domainName}`);
  assert.equal(identity.mailFrom?.behavior, 'USE_DEFAULT_VALUE');
}

test('a domain that is added becomes an identity with its key and its MAIL FROM domain', async () => {
  const domain = await service.addDomain('new.example.com');
  assert.deepEqual(ses.requests, [], 'nobody waits for SES');
  await settle();
  assertInStep(domain);
  const before = ses.requests.length;
  await settle();
  assert.equal(ses.requests.length, before, 'what is in step is left alone');
});

test('a domain that is deleted takes its identity along', async () => {
  const domain = await service.addDomain('gone.example.com');
  await settle();
  assert.equal((await remove(domain.id)).status, 200);
  await settle();
  assert.deepEqual(ses.names(AWS), []);
  assert.deepEqual(await rows(), []);
});

test('a domain that is deleted before anyone turned to SES leaves nothing there', async () => {
  const domain = await service.addDomain('brief.example.com');
  await remove(domain.id);
  await settle();
  assert.deepEqual(ses.names(AWS), []);
  assert.deepEqual(await rows(), []);
});

test('in a region without a provider nothing is written and nobody is asked', async () => {
  const body = { domain: 'plain.example.com', regionKey: 'plain' };
  const { json } = await service.send({ method: 'POST', url: '/v1/domains', body });
  await remove(json.data.id);
  assert.deepEqual(await rows(), []);
});

/** What may happen to each call while a domain is added and deleted. */
const FAULTS: readonly SesFaultKind[] = ['silent', 'silent_after', 'cut', 'throttled', 'internal', 'unavailable'];
const CALLS: readonly SesOperation[] = ['get', 'create', 'mailFrom', 'delete'];

for (const fault of FAULTS)
  for (const operation of CALLS)
    test(`after ${fault} at ${operation} there is one identity as wanted, and none once the domain is deleted`, async () => {
      const quick = createSes({ endpoint: ses.url, timeoutMs: 1_500 });
      const ctx = { ...service.ctx, ses: quick };
      const domain = await service.addDomain('fault.example.com');
      if (operation !== 'delete') ses.failNext(operation, fault);
      const outcomes = await settle(ctx);
      if (operation === 'delete') assert.deepEqual(outcomes, ['done']);
      else {
        assert.deepEqual(outcomes, [fault === 'throttled' ? 'throttled' : 'unreachable']);
        assert.equal((await rows())[0]?.state, outcomes[0]);
        service.clock.advance(MINUTE_MS);
        await settle(ctx);
      }
      assertInStep(domain);
      await remove(domain.id);
      if (operation === 'delete') ses.failNext('delete', fault);
      await settle(ctx);
      service.clock.advance(MINUTE_MS);
      await settle(ctx);
      assert.deepEqual(ses.names(AWS), []);
      assert.deepEqual(await rows(), []);
      quick.close();
    });
