import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { startWatchedWork } from '../../../src/jobs/checks.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

const IDLE_MS = 500;
const WATCHED_MS = 10_000;
const LATE_MS = 1_000;

let dns: DnsServer;
/** Two nodes on one database, with one clock. */
let nodes: readonly [TestApp, TestApp];
before(async () => {
  dns = await startDnsServer();
  const first = await createTestApp(import.meta.url, { dns });
  nodes = [first, await createTestApp(import.meta.url, { dns, beside: first })];
});
const stops = new Set<() => void>();
beforeEach(() => {
  dns.questions.length = 0;
});
afterEach(() => {
  for (const stop of stops) stop();
  stops.clear();
});
after(async () => {
  await nodes[1].close();
  await nodes[0].close();
  await dns.close();
});

const countChecks = (domain: string) =>
  dns.questions.filter(
    ({ name, type, address, transport }) =>
      name === `_autosend-verify.${domain}` && type === 'TXT' && address === '127.0.0.11' && transport === 'udp',
  ).length;

/** Has both nodes check what is watched there for so long. A check may come a second late: nodes look twice a second. */
async function watchFor(ms: number): Promise<void> {
  const turns = ms / IDLE_MS;
  const [{ clock }] = nodes;
  const workers = nodes.map(({ ctx }) => startWatchedWork(ctx));
  // A worker sleeps once its claim is written: with all of them asleep and no claim held, nothing is under way.
  const untilQuiet = async () => {
    await clock.untilAsleep(IDLE_MS, workers.length);
    await waitUntil(async () => {
      const held = await nodes[0].query('SELECT 1 FROM domains WHERE lease_owner IS NOT NULL');
      return held.length === 0;
    });
  };
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      await untilQuiet();
      clock.advance(IDLE_MS);
    }
    await untilQuiet();
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function addWatched(name: string) {
  const domain = await nodes[0].addDomain(name);
  publishDomain(dns, domain, []);
  for (const { ctx } of nodes) for (const _person of [1, 2]) stops.add(ctx.presence.watch(domain.id));
  return domain;
}

test('a domain that four people watch on two nodes is checked once in ten seconds, and VERIFIED without a touch', async () => {
  const domain = await addWatched('watched.example.com');
  await watchFor(3 * WATCHED_MS + LATE_MS);
  assert.equal(countChecks('watched.example.com'), 3);
  publishDomain(dns, domain);
  await watchFor(WATCHED_MS + LATE_MS);
  const { data } = (await nodes[0].send({ url: `/v1/domains/${domain.id}` })).json;
  assert.deepEqual([data.verificationStatus, data.verificationInProgress], ['VERIFIED', false]);
  dns.questions.length = 0;
  await watchFor(WATCHED_MS + LATE_MS);
  assert.equal(countChecks('watched.example.com'), 0, 'all is right: nobody waits for anything');
});

test('a verified domain that lost a record is checked again while somebody watches, and restored as soon as it is back', async () => {
  const domain = await addWatched('lost.example.com');
  publishDomain(dns, domain);
  const verify = () => nodes[0].send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  await verify();
  publishDomain(dns, domain, listRecords(domain).slice(1));
  await verify();
  dns.questions.length = 0;
  await watchFor(WATCHED_MS + LATE_MS);
  assert.equal(countChecks('lost.example.com'), 1);
});

test('a domain whose answers are huge is not checked again for a minute, whoever watches or waits', async () => {
  const domain = await addWatched('huge.example.com');
  const texts = Array.from({ length: 70 }, (_, n) => `${n} ${'x'.repeat(800)}`);
  const names = ['_autosend-verify', '_dmarc'].map((label) => `${label}.huge.example.com`);
  publishDomain(
    dns,
    domain,
    names.flatMap((name) => texts.map((value) => ({ name, type: 'TXT', value }))),
  );
  const { json } = await nodes[0].send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  const at = nodes[0].clock.now().getTime();
  const [row] = await nodes[0].query<{ next: Date }>('SELECT next_check_at AS next FROM domains WHERE id = $1', [
    domain.id,
  ]);
  assert.equal(json.data.domain.verificationStatus, 'PENDING_CONFIGURATION');
  assert.equal((row?.next.getTime() ?? 0) - at, 60_000);
  dns.questions.length = 0;
  await watchFor(2 * WATCHED_MS);
  // The other node has not seen how large the answers are.
  assert.equal(countChecks('huge.example.com'), 1);
});

test('who stops watching, or watches a list, costs nothing', async () => {
  await addWatched('left.example.com');
  for (const stop of stops) stop();
  await watchFor(2 * WATCHED_MS);
  assert.equal(countChecks('left.example.com'), 0);
  assert.deepEqual(nodes[0].ctx.presence.list(nodes[0].clock.now()), []);
});

test('a domain that is watched costs no write but that of its checks', async () => {
  const domain = await addWatched('writes.example.com');
  const revisionOf = async () =>
    (await nodes[0].query<{ revision: number }>('SELECT revision FROM domains WHERE id = $1', [domain.id]))[0]
      ?.revision;
  await watchFor(WATCHED_MS + LATE_MS);
  const before = await revisionOf();
  assert.equal(countChecks('writes.example.com'), 1);
  await watchFor(WATCHED_MS - 3 * LATE_MS);
  assert.equal(await revisionOf(), before);
});
