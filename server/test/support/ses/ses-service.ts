import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRegion, isServedRegion, type ServedRegion } from '../../../src/core/records/regions.ts';
import type { Context } from '../../../src/services/context.ts';
import { reconcileNext, type TurnOutcome } from '../../../src/services/sending-providers/identities.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app.ts';
import { type SesServer, startSesServer } from './ses-server.ts';

/** The region of AWS that the tests use. */
export const AWS = 'eu-west-1';
/** What the stub takes, and the SDK finds in the environment. */
export const CREDENTIALS = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'a test secret' };

interface DomainToCompare {
  readonly domainName: string;
  readonly dnsRecords: { readonly dkim: { readonly name: string; readonly value: string } };
}

/** A service with the stub of SES behind its region `eu`, and a region `plain` without a provider. */
export interface SesService {
  /** Its `addDomain` proves the ownership as well, as a check would. */
  readonly service: TestApp;
  readonly addUnproved: TestApp['addDomain'];
  readonly ses: SesServer;
  readonly region: ServedRegion;
  /** For further nodes. */
  readonly regionsFile: string;
  /** Takes turns until nothing is due; gives back what came of each. */
  settle(ctx?: Context): Promise<TurnOutcome[]>;
  rows(): Promise<Record<string, unknown>[]>;
  remove(id: string): Promise<void>;
  /** What the diagnostics say of the provider. */
  shown(id: string): Promise<Record<string, unknown>>;
  /** Asserts that SES has what our records say. */
  assertInStep(domain: DomainToCompare): void;
  /** Forgets all domains and identities. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Sets the credentials that the SDK finds by its usual chain. */
export function useCredentials({ accessKeyId, secretAccessKey }: typeof CREDENTIALS): void {
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
}

/** Writes the two regions to a file. */
export async function writeRegionsFile(file: string): Promise<void> {
  const mail = { mailFromHost: `feedback-smtp.${AWS}.amazonses.com`, spfMechanism: 'include:amazonses.com' };
  const regions = [
    { key: 'eu', ...mail, provider: 'ses', awsRegion: AWS },
    { key: 'plain', ...mail },
  ];
  await writeFile(file, JSON.stringify(regions));
}

/** What a check that found the ownership record leaves of it, for the domain `$1`. */
export const PROVE_OWNERSHIP = `UPDATE domains SET ownership_verified = true,
  state = jsonb_set(state, '{flags,ownership,value}', 'true') WHERE id = $1`;

/** Starts both. */
export async function startSesService(testFileUrl: string, options: TestAppOptions = {}): Promise<SesService> {
  useCredentials(CREDENTIALS);
  const ses = await startSesServer(CREDENTIALS);
  const folder = await mkdtemp(join(tmpdir(), 'autosend-ses-'));
  const file = join(folder, 'regions.json');
  await writeRegionsFile(file);
  const app = await createTestApp(testFileUrl, {
    ...options,
    variables: { REGIONS_FILE: file, SES_ENDPOINT: ses.url, ...options.variables },
  });
  const service: TestApp = {
    ...app,
    async addDomain(name, key) {
      const domain = await app.addDomain(name, key);
      await app.query(PROVE_OWNERSHIP, [domain.id]);
      return domain;
    },
  };
  const region = findRegion(service.ctx.regions, 'eu');
  assert.ok(isServedRegion(region));

  return {
    service,
    ses,
    region,
    regionsFile: file,
    addUnproved: app.addDomain,
    async settle(ctx = service.ctx) {
      const outcomes: TurnOutcome[] = [];
      while (outcomes.length < 20) {
        const outcome = await reconcileNext(ctx, region, 'test');
        if (outcome === 'idle') return outcomes;
        outcomes.push(outcome);
      }
      throw new Error(`Something is due again and again: ${outcomes.join(', ')}`);
    },
    rows: () => service.query('SELECT * FROM provider_identities ORDER BY name'),
    async remove(id) {
      assert.equal((await service.send({ method: 'DELETE', url: `/v1/domains/${id}` })).status, 200);
    },
    async shown(id) {
      const { json } = await service.send({ url: `/v1/domains/${id}/diagnostics` });
      return json.data.provider;
    },
    assertInStep({ domainName, dnsRecords }) {
      const identity = ses.find(AWS, domainName);
      assert.ok(identity, `SES has no identity ${domainName}`);
      assert.equal(identity.dkim.origin, 'EXTERNAL');
      assert.ok(identity.dkim.isEnabled);
      const names = identity.dkim.tokens.map((selector) => `${selector}._domainkey.${domainName}`);
      assert.deepEqual(names, [dnsRecords.dkim.name]);
      assert.ok(dnsRecords.dkim.value.endsWith(`p=${identity.dkim.publicKey}`));
      assert.equal(identity.mailFrom?.domain, `asend.${domainName}`);
      assert.equal(identity.mailFrom?.behavior, 'USE_DEFAULT_VALUE');
    },
    async reset() {
      await service.query('DELETE FROM domains');
      await service.query('DELETE FROM provider_identities');
      for (const name of ses.names(AWS)) ses.remove(AWS, name);
      ses.requests.length = 0;
      ses.credentials = CREDENTIALS;
      useCredentials(CREDENTIALS);
    },
    async close() {
      await service.close();
      await ses.close();
      await rm(folder, { recursive: true });
    },
  };
}
