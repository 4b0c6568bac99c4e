import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainObject } from '../../src/wire/domain.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../support/app.ts';
import { type AskedQuestion, type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { checkClaims, checkQuestions } from '../support/load/checked-once.ts';
import { holdClaims, type LoggedClaim, readClaims, startClaimLog } from '../support/load/claim-log.ts';
import { copyProject, findFreePort, type ServiceProcess, startService, waitUntil } from '../support/service-process.ts';

/**
 * Three nodes on one database, as `npm start` runs them. Each asks a resolver address of its own, so that every question on
 * the wire says who asked it, and the database writes down every claim: a question is right only under a claim of its node.
 */
const NODES = ['one', 'two', 'three'] as const;
type NodeName = (typeof NODES)[number];
const RESOLVER_OF: Record<NodeName, string> = { one: '127.0.0.27', two: '127.0.0.28', three: '127.0.0.29' };
const DOMAINS = 300;
const LEASE_MS = 15_000;
const SCHEDULE = {
  afterVerifySeconds: [1, 1, 2],
  steadySeconds: 3,
  verifiedSeconds: 5,
  missedSeconds: 2,
  missesToFall: 2,
  missSpreadSeconds: 0,
  leaseSeconds: LEASE_MS / 1000,
};
/** A node's questions of one check that it must be in the middle of, when it is killed or paused. */
const CHECKS_IN_THE_MIDDLE = 5;
/** More than a lease, and the 15 s after which the database ends a transaction in which a paused node sits. */
const PATIENCE_MS = 60_000;

const random = createSeededRandom();
const busy = monitorEventLoopDelay();
const nodes = new Map<NodeName, ServiceProcess>();
const running = new Set<ServiceProcess>();
let folder: string;
let dns: DnsServer;
let service: TestApp;
const domains: DomainObject[] = [];
const cleanUp: (() => Promise<unknown>)[] = [];

before(async () => {
  busy.enable();
  folder = await mkdtemp(join(tmpdir(), 'autosend-nodes-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  dns = await startDnsServer({ moreResolvers: Object.values(RESOLVER_OF) });
  cleanUp.push(dns.close);
  service = await createTestApp(import.meta.url, { dns });
  cleanUp.push(service.close);
  await startClaimLog(service);
  for (let n = 0; n < DOMAINS; n += 1) domains.push(await service.addDomain(`n${n}.example.com`));
  for (const domain of domains) publish(domain, random.below(3) > 0);
  await copyProject(join(folder, 'project'));
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(SCHEDULE));
  await Promise.all(NODES.map(startNode));
});
after(async () => {
  for (const node of running) node.signalGroup('SIGKILL');
  await Promise.all([...running].map((node) => node.ended()));
  for (const undo of cleanUp.reverse()) await undo();
});

async function startNode(name: NodeName): Promise<void> {
  const node = await startService({
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: nameConnections(service.databaseUrl, name),
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_DNS_MODE: 'recursive',
      AUTOSEND_DNS_SERVERS: `${RESOLVER_OF[name]}:${dns.port}`,
      AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      // More than will ever be under way, so that a node whose answers are held back goes on to claim.
      AUTOSEND_WORKER_CONCURRENCY: '300',
      AUTOSEND_CHECK_THREADS: name === 'three' ? '2' : '0',
      AUTOSEND_LOG_LEVEL: 'warn',
    },
  });
  nodes.set(name, node);
  running.add(node);
  void node.ended().then(() => running.delete(node));
}

function nameConnections(url: string, name: NodeName): string {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return named.href;
}

/** Publishes a domain's records, or all but the ownership record. Its SPF record takes a second round of questions. */
function publish(domain: DomainObject, isWhole: boolean): void {
  const { name: spfName } = domain.dnsRecords.mailFrom[1];
  const records = listRecords(domain)
    .filter(({ name }) => isWhole || name !== domain.dnsRecords.ownership.name)
    .map((record) =>
      record.name === spfName && record.type === 'TXT'
        ? { ...record, value: `v=spf1 include:amazonses.com include:spf.${domain.domainName} ~all` }
        : record,
    );
  const spf = { name: `spf.${domain.domainName}`, type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' } as const;
  publishDomain(dns, domain, [...records, spf]);
}

function getNode(name: NodeName): ServiceProcess {
  const node = nodes.get(name);
  assert.ok(node);
  return node;
}

/** Calls verify at nodes that are up, some twenty times a second, until it is told to stop; notes when an acknowledged call began. */
async function keepVerifying(up: () => readonly NodeName[], stop: AbortSignal, acknowledged: Map<string, number>) {
  while (!stop.aborted) {
    await verify(random.pick(domains), random.pick(up()), acknowledged);
    await delay(50, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function verify(
  { id, domainName }: DomainObject,
  at: NodeName,
  acknowledged: Map<string, number>,
  patienceMs = 5_000,
) {
  const startedAt = Date.now();
  const isAcknowledged = await fetch(`${getNode(at).url}/v1/domains/${id}/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.key}` },
    signal: AbortSignal.timeout(patienceMs),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isAcknowledged) acknowledged.set(domainName, startedAt);
}

/** Takes ownership records away and puts them back, so that flags and states change all the time. */
async function keepChanging(stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    for (let n = 0; n < 5; n += 1) publish(random.pick(domains), random.below(3) > 0);
    await delay(250, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function readAllClaims(): Promise<LoggedClaim[]> {
  return [...(await readClaims(service)).values()].flat();
}

/** The domains that a node holds now. */
async function listHeld(name: NodeName): Promise<string[]> {
  const claims = await readAllClaims();
  return claims.filter(({ node, endedAt }) => node === name && endedAt === null).map(({ domain }) => domain);
}

test(`three nodes, one killed and one paused in the middle of checks: seed ${random.seed}`, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  let up: readonly NodeName[] = NODES;
  const acknowledged = new Map<string, number>();
  for (const domain of domains) await verify(domain, random.pick(up), acknowledged, PATIENCE_MS);
  assert.equal(acknowledged.size, DOMAINS, 'not every verify was acknowledged while all nodes were up');

  const stop = new AbortController();
  t.after(() => stop.abort());
  const load = Promise.all([keepVerifying(() => up, stop.signal, acknowledged), keepChanging(stop.signal)]);
  const [killed, paused, left] = shuffle(NODES);

  // Their answers are held back until both are struck, so that it happens in the middle of checks, not between them; and
  // one that is paused while its claim is on the way is the one that does not know how old it is when it wakes up.
  const release = Promise.withResolvers<void>();
  const faults = [killed, paused].map((name) => dns.fault({ address: RESOLVER_OF[name] }, { hold: release.promise }));
  const since = dns.questions.length;
  await waitUntil(async () =>
    [killed, paused].every((name) => countDomains(dns.questions.slice(since), name) >= CHECKS_IN_THE_MIDDLE),
  );
  const claiming = await holdClaims(service, paused);
  await waitUntil(claiming.isClaimWaiting);
  up = [left];
  getNode(killed).signalGroup('SIGKILL');
  getNode(paused).signalGroup('SIGSTOP');
  const struckAt = Date.now();
  assert.equal(await getNode(killed).ended(), 'SIGKILL');
  for (const end of faults) end();
  // The answers now wait in the sockets of the paused node.
  release.resolve();
  await claiming.release();
  const orphans = [...(await listHeld(killed)), ...(await listHeld(paused))];
  assert.ok(orphans.length >= 2 * CHECKS_IN_THE_MIDDLE, `only ${orphans.length} checks were struck`);

  await waitUntil(
    async () => {
      const claims = await readClaims(service);
      return orphans.every((name) => claims.get(name)?.some(({ node, from }) => node === left && from > struckAt));
    },
    () => 'for the node that is left to take over',
    PATIENCE_MS,
  );
  getNode(paused).signalGroup('SIGCONT');
  up = [paused, left];
  const resumedAt = Date.now();
  await waitUntil(
    async () => (await readAllClaims()).filter(({ node, from }) => node === paused && from > resumedAt).length >= 50,
    () => 'for the node that was paused to work again',
    PATIENCE_MS,
  );
  stop.abort();
  await load;

  const changedAt = Date.now();
  for (const domain of domains) publish(domain, true);
  await waitUntil(
    async () => {
      const [row] = await service.query<{ count: number }>(
        `SELECT count(*)::int FROM domains WHERE last_checked_at <= to_timestamp($1::float8 / 1000) OR status <> 'VERIFIED'`,
        [changedAt],
      );
      return row?.count === 0;
    },
    () => 'for every domain to be checked once more',
    PATIENCE_MS,
  );
  for (const name of up) getNode(name).signal('SIGTERM');
  const ends = await Promise.all(up.map((name) => getNode(name).ended()));
  assert.deepEqual(ends, [0, 0], up.map((name) => getNode(name).output().slice(-2_000)).join('\n'));

  const claims = await readClaims(service);
  assert.equal(claims.size, DOMAINS);
  checkClaims(claims, LEASE_MS);
  // A question was sent earlier than it was noted: it waited while this process was busy.
  checkQuestions(t, claims, {
    questions: dns.questions,
    resolverOf: RESOLVER_OF,
    findDomainName,
    busyMs: busy.max / 1e6,
  });
  await checkRows(acknowledged);
  await checkHistory();
  const checks = [...claims.values()].flat().length;
  t.diagnostic(`${checks} claims, ${dns.questions.length} questions, ${orphans.length} checks struck`);
});

function shuffle(names: readonly NodeName[]): [NodeName, NodeName, NodeName] {
  const first = random.pick(names);
  const second = random.pick(names.filter((name) => name !== first));
  const [third] = names.filter((name) => name !== first && name !== second);
  assert.ok(third);
  return [first, second, third];
}

function countDomains(questions: readonly AskedQuestion[], node: NodeName): number {
  const asked = questions.filter(({ address }) => address === RESOLVER_OF[node]).map(findDomainName);
  return new Set(asked.filter((name) => name !== null)).size;
}

/** The domain that a question is about; null for one that is about all, such as that for a policy of `example.com`. */
function findDomainName({ name }: AskedQuestion): string | null {
  return /(?:^|\.)(n\d+\.example\.com)$/.exec(name)?.[1] ?? null;
}

/** Nothing is held, nothing is forgotten, and no acknowledged verify was lost. */
async function checkRows(acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const rows = await service.query<{ name: string; is_held: boolean; is_due_later: boolean; requested_at: string }>(`
    SELECT name, lease_owner IS NOT NULL OR lease_until IS NOT NULL AS is_held,
      coalesce(next_check_at > last_checked_at, false) AS is_due_later, state->>'verifyRequestedAt' AS requested_at
    FROM domains`);
  assert.equal(rows.length, DOMAINS);
  for (const { name, is_held, is_due_later, requested_at } of rows) {
    assert.deepEqual({ name, is_held, is_due_later }, { name, is_held: false, is_due_later: true });
    const startedAt = acknowledged.get(name);
    assert.ok(startedAt !== undefined && Date.parse(requested_at) >= startedAt, `the verify of ${name} was lost`);
  }
}

/** The history of each domain is one that a single node could have written: each change once, and each from where the last one led. */
async function checkHistory(): Promise<void> {
  const rows = await service.query<{ id: string; type: string; record: string | null }>(
    `SELECT domain_id AS id, type, data->>'record' AS record FROM events ORDER BY events.id`,
  );
  const seen = new Map<string, Set<string>>();
  for (const { id, type, record } of rows) {
    const facts = seen.get(id) ?? new Set<string>();
    seen.set(id, facts);
    const rises = type !== 'record.missing' && type !== 'domain.at_risk';
    const fact = record ?? (type === 'domain.created' ? 'created' : 'verified');
    assert.notEqual(facts.has(fact), rises, `${type} ${record ?? ''} of ${id} though it was so already`);
    if (rises) facts.add(fact);
    else facts.delete(fact);
  }
  for (const [id, facts] of seen)
    assert.deepEqual([...facts].sort(), ['created', 'dkim', 'dmarc', 'mailFrom', 'ownership', 'verified'], id);
}
