import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DomainObject } from '../../src/wire/domain.ts';
import type { KeyObject } from '../../src/wire/key.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../support/app.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { readClaims, startClaimLog } from '../support/load/claim-log.ts';
import { copyProject, findFreePort, type ServiceProcess, startService, waitUntil } from '../support/service-process.ts';
import { verifyWithMailauth } from '../support/verifiers/verifiers.ts';

/**
 * Three nodes on one database move thirty domains to new keys while mail is signed all the time, and one of them is killed
 * in the middle of its checks. Each message is judged at once from both name servers, as receivers would.
 */
const NODES = ['one', 'two', 'three'] as const;
const NAME_SERVERS = ['127.0.0.11', '127.0.0.12'] as const;
const DOMAINS = 30;
const SIGNERS = 3;
const CHECKS_IN_THE_MIDDLE = 3;
const PATIENCE_MS = 60_000;
const SCHEDULE = {
  afterVerifySeconds: [1, 1, 2],
  steadySeconds: 3,
  verifiedSeconds: 5,
  missedSeconds: 2,
  leaseSeconds: 15,
};

interface Rotating {
  readonly domain: DomainObject;
  key: KeyObject | null;
}

const random = createSeededRandom();
const nodes = new Map<string, ServiceProcess>();
const cleanUp: (() => Promise<unknown>)[] = [];
const all: Rotating[] = [];
let dns: DnsServer;
let service: TestApp;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-key-nodes-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  dns = await startDnsServer();
  cleanUp.push(dns.close);
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh' });
  cleanUp.push(service.close);
  await startClaimLog(service);
  for (let n = 0; n < DOMAINS; n += 1) {
    const domain = await service.addDomain(`k${n}.example.com`);
    publishDomain(dns, domain);
    all.push({ domain, key: null });
  }
  await copyProject(join(folder, 'project'));
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(SCHEDULE));
  await Promise.all(
    NODES.map(async (name) => {
      const url = new URL(service.databaseUrl);
      url.searchParams.set('application_name', name);
      const node = await startService({
        folder: join(folder, 'project'),
        port: await findFreePort(),
        env: {
          AUTOSEND_DATABASE_URL: url.href,
          AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
          AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
          AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
          AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
          AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
          AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
          AUTOSEND_LOG_LEVEL: 'warn',
        },
      });
      nodes.set(name, node);
      cleanUp.push(async () => {
        if (nodes.has(name)) node.signalGroup('SIGKILL');
        await node.ended();
      });
    }),
  );
});
after(async () => {
  for (const undo of cleanUp.reverse()) await undo();
});

const pickNode = (): ServiceProcess => random.pick([...nodes.values()]);

async function post(node: ServiceProcess, url: string, body: string | null, type = 'application/json') {
  const reply = await fetch(`${node.url}${url}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.key}`, ...(body !== null && { 'content-type': type }) },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  return { status: reply.status, json: (await reply.json()) as { data: never; error: { code: string } } };
}

/** What was signed, and by which selector; null where the node was killed meanwhile. */
async function sign({ domain }: Rotating): Promise<{ message: Buffer; selector: string } | null> {
  const text = `From: a@${domain.domainName}\r\nTo: b@example.net\r\nSubject: load\r\n\r\nHello.\r\n`;
  const reply = await post(pickNode(), `/v1/domains/${domain.id}/sign`, text, 'message/rfc822').catch(() => null);
  if (reply === null) return null;
  assert.equal(reply.status, 200, JSON.stringify(reply.json));
  const { headers } = reply.json.data as { headers: string[] };
  const [, selector = ''] = /\bs=([^;]+);/.exec(headers.join('')) ?? [];
  return { message: Buffer.from(headers.join('') + text), selector };
}

/** Signs until it is told to stop, and judges each message from both servers. */
async function keepSigning(stop: AbortSignal, used: Map<string, Set<string>>): Promise<number> {
  let count = 0;
  while (!stop.aborted) {
    const rotating = random.pick(all);
    const signed = await sign(rotating);
    if (signed === null) continue;
    for (const address of NAME_SERVERS) {
      const judge = async (): Promise<string[]> =>
        (await verifyWithMailauth({ address, port: dns.port }, [signed.message])).flat();
      let results = await judge();
      // On a busy machine an answer may be late; receivers ask again, too.
      for (let tries = 0; tries < 40 && results.includes('temperror'); tries += 1) results = await judge();
      assert.deepEqual(results, ['pass'], `${rotating.domain.domainName} ${signed.selector} at ${address}`);
    }
    const selectors = used.get(rotating.domain.domainName) ?? new Set();
    used.set(rotating.domain.domainName, selectors.add(signed.selector));
    count += 1;
  }
  return count;
}

/** Publishes the new key's record at both servers, or at the first only: the other lags. */
function publishNewKey({ domain, key }: Rotating, isEverywhere: boolean): void {
  assert.ok(key);
  const before = listRecords(domain);
  const { name, value } = key.record;
  const records = [...before, { name, value, type: 'TXT' } as const];
  dns.setRecords(domain.domainName, records, NAME_SERVERS[0]);
  if (isEverywhere) dns.setRecords(domain.domainName, records, NAME_SERVERS[1]);
}

async function countStages(): Promise<Record<string, number>> {
  const rows = await service.query<{ stage: string; n: number }>(
    'SELECT stage, count(*)::int AS n FROM dkim_keys GROUP BY stage',
  );
  return Object.fromEntries(rows.map(({ stage, n }) => [stage, n]));
}

test(`a rotation under load on three nodes, one killed in the middle: every message verifies. Seed ${random.seed}`, async (t) => {
  await Promise.all(all.map(({ domain }) => post(pickNode(), `/v1/domains/${domain.id}/verify`, null)));
  await waitUntil(
    async () => (await service.query(`SELECT 1 FROM domains WHERE status = 'VERIFIED'`)).length === DOMAINS,
    () => 'for the domains to be verified',
    PATIENCE_MS,
  );
  const stop = new AbortController();
  t.after(() => stop.abort());
  const used = new Map<string, Set<string>>();
  const load = Promise.all(Array.from({ length: SIGNERS }, () => keepSigning(stop.signal, used)));
  load.catch(() => undefined);

  for (const rotating of all) {
    const { status, json } = await post(pickNode(), `/v1/domains/${rotating.domain.id}/keys`, '{}');
    assert.equal(status, 201, JSON.stringify(json));
    rotating.key = json.data;
    publishNewKey(rotating, false);
  }
  // The second server is caught in the middle of following: checks have asked the first about the keys, and wait for it.
  const release = Promise.withResolvers<void>();
  // Whatever fails, the server must be able to close.
  t.after(() => release.resolve());
  const end = dns.fault({ address: NAME_SERVERS[1], type: 'MX' }, { hold: release.promise });
  for (const rotating of all) publishNewKey(rotating, true);
  const listHeld = async (name: string) =>
    [...(await readClaims(service)).values()].flat().filter(({ node, endedAt }) => node === name && endedAt === null);
  const victim = random.pick(NODES);
  await waitUntil(
    async () => (await listHeld(victim)).length >= CHECKS_IN_THE_MIDDLE,
    () => `for ${victim} to check something`,
    PATIENCE_MS,
  );
  const killed = nodes.get(victim);
  nodes.delete(victim);
  killed?.signalGroup('SIGKILL');
  await killed?.ended();
  assert.ok((await listHeld(victim)).length > 0, 'it was killed in the middle of its checks');
  end();
  release.resolve();

  await waitUntil(
    async () => (await countStages()).retiring === DOMAINS,
    () => 'for all keys to move',
    PATIENCE_MS,
  );
  assert.deepEqual(await countStages(), { active: DOMAINS, retiring: DOMAINS });
  await waitUntil(
    async () => all.every(({ domain, key }) => used.get(domain.domainName)?.has(key?.selector ?? '')),
    () => 'for each domain to sign with its new key',
    PATIENCE_MS,
  );
  stop.abort();
  const counts = await load;
  t.diagnostic(`${counts.reduce((sum, count) => sum + count, 0)} messages were signed and judged from both servers`);

  const moves = await service.query<{ type: string; n: number }>(
    `SELECT type, count(*)::int AS n FROM events WHERE type LIKE 'key.%' GROUP BY type ORDER BY type`,
  );
  assert.deepEqual(
    moves.map(({ type, n }) => [type, n]),
    ['key.activated', 'key.created', 'key.published', 'key.retiring'].map((type) => [type, DOMAINS]),
    'each key moved once, whoever checked',
  );
  const fallen = await service.query(`SELECT 1 FROM events WHERE type IN ('domain.at_risk', 'record.missing')`);
  assert.equal(fallen.length, 0);
  const { status, json } = await post(pickNode(), `/v1/domains/${all[0]?.domain.id}/keys/autosend/activate`, null);
  assert.equal(status, 200, JSON.stringify(json));
});
