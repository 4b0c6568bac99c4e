import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import { createUpdateKey, fetchZone, formatUpdateSettings, updateZone } from '../support/dns/dynamic-zones.ts';
import { startResolver } from '../support/dns/real-name-servers.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { startUpdateProxy, type UpdateProxy } from '../support/dns/update-proxy.ts';
import { startUpdateServer, type UpdateServer } from '../support/dns/update-servers.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';
import { isFullRun, readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { type PublishedSlot, type PublishingLoad, startPublishingLoad } from '../support/load/publishing-load.ts';
import { QUICK_SCHEDULE } from '../support/load/settle-load.ts';
import { isDisturbed, listLost, listTwice } from '../support/load/zone-marks.ts';
import { copyProject, findFreePort, type ServiceProcess, startService, waitUntil } from '../support/service-process.ts';

/** The service as `npm start` runs it, killed while it writes into zones of a real Knot. */
const KILLS = readTimes(2);
const PROJECTS = 3;
const ZONES_EACH = 2;
const KEY = createUpdateKey('writer.example');
const RESOLVER = '127.0.0.47';
/** A kill at any moment comes within so long. */
const ANY_MOMENT_MS = 1_200;
/** One in the middle of a write waits so long for one. */
const WRITE_MS = 10_000;
/** In a full run what the dead held ends by itself at the end: a claim after three minutes, a doubt after eleven. */
const PATIENCE_MS = isFullRun() ? 16 * 60_000 : 90_000;
/** What there is to hold: nothing, an update on its way, its answer, or an update that comes when the next process is at work. */
const MOMENTS = ['any', 'before the write', 'after the write', 'before a write that comes late'] as const;

const missing = explainMissing(['knotd', 'unbound', 'dig', 'nsupdate']);
const random = createSeededRandom();
const cleanUp: (() => Promise<unknown>)[] = [];
const running = new Set<ServiceProcess>();
const zones = Array.from({ length: PROJECTS * ZONES_EACH }, (_, index) => `k${index}.example.com`);
/** A DMARC policy may stand above a zone (RFC 9989 §4.10); there is none, and that has to be known. */
const PARENTS = ['com', 'example.com'];
const untouched = new Map<string, readonly string[]>();
let folder: string;
let server: UpdateServer;
let proxy: UpdateProxy;
let service: TestApp;
let current: ServiceProcess;
let load: PublishingLoad;
let outputs = '';

before(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), 'autosend-publishing-kill-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  server = await startUpdateServer('knot', [...zones.map(buildZone), ...PARENTS.map(buildParent)], { keys: [KEY] });
  cleanUp.push(server.close);
  proxy = await startUpdateProxy(server);
  cleanUp.push(proxy.close);
  const stubs = [...zones, ...PARENTS].map((zone) => ({ zone, servers: [server] }));
  const resolver = await startResolver({ folder, address: RESOLVER, port: server.port, stubs });
  cleanUp.push(resolver.stop);
  // Only its database is used, and the keys of its projects; what works is the process.
  service = await createTestApp(import.meta.url);
  cleanUp.push(service.close);
  await copyProject(join(folder, 'project'));
  await writeFile(join(folder, 'schedule.json'), JSON.stringify(QUICK_SCHEDULE));
  await start();
  const slots: PublishedSlot[] = [];
  for (let project = 0; project < PROJECTS; project += 1) {
    const { key } = project === 0 ? service : await service.createProject();
    const reply = await fetch(`${current.url}/v1/dns-connections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Knot', provider: 'rfc2136', settings: formatUpdateSettings(proxy, KEY) }),
    });
    assert.equal(reply.status, 201, await reply.text());
    for (const zone of zones.slice(project * ZONES_EACH, (project + 1) * ZONES_EACH))
      slots.push({ zone, name: nameDomain(zone), key });
  }
  load = startPublishingLoad({ url: () => current.url, slots, random });
  for (const zone of zones) untouched.set(zone, await fetchZone(server, zone));
});
after(async () => {
  for (const each of running) each.signalGroup('SIGKILL');
  await Promise.all([...running].map((each) => each.ended()));
  for (const undo of cleanUp.reverse()) await undo();
});

/** In every other zone a domain below its apex; what its owner has there leaves room for ours. */
function nameDomain(zone: string): string {
  return zones.indexOf(zone) % 2 === 0 ? zone : `mail.${zone}`;
}

function buildZone(name: string) {
  const domain = nameDomain(name);
  const own: ZoneLine[] = [
    { name, type: 'TXT', value: 'v=spf1 mx -all' },
    { name, type: 'MX', value: 'mx.example.net' },
    { name: `ns1.${name}`, type: 'A', value: '127.0.0.42' },
    { name: `note.${domain}`, type: 'TXT', value: 'of nobody here' },
  ];
  if (zones.indexOf(name) % 3 > 0)
    own.push({ name: `asend.${domain}`, type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' });
  if (zones.indexOf(name) % 3 > 1) own.push({ name: `_dmarc.${domain}`, type: 'TXT', value: 'v=DMARC1; p=reject' });
  return { name, serial: 1, nameservers: [`ns1.${name}`], records: own };
}

function buildParent(name: string) {
  const records: ZoneLine[] = [{ name: `ns1.${name}`, type: 'A', value: '127.0.0.42' }];
  return { name, serial: 1, nameservers: [`ns1.${name}`], records };
}

async function start(): Promise<void> {
  const started = await startService({
    folder: join(folder, 'project'),
    port: await findFreePort(),
    env: {
      AUTOSEND_DATABASE_URL: service.databaseUrl,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_DNS_SERVERS: `${RESOLVER}:${server.port}`,
      AUTOSEND_DNS_AUTHORITATIVE_PORT: String(server.port),
      AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
      AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
      AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
      AUTOSEND_LOG_LEVEL: 'warn',
    },
  });
  current = started;
  running.add(started);
  void started.ended().then(() => running.delete(started));
}

async function kill(): Promise<void> {
  current.signalGroup('SIGKILL');
  assert.equal(await current.ended(), 'SIGKILL');
  outputs += current.output();
}

/** What the dead held runs out: claims at once, and for some of them also the doubt whether a write is still under way. */
async function letTimePass(endsDoubt: boolean): Promise<void> {
  await service.query('UPDATE idempotency_keys SET locked_until = now() WHERE locked_until IS NOT NULL');
  for (const table of ['domains', 'dns_intents', 'dns_publications'])
    await service.query(`UPDATE ${table} SET lease_until = now() WHERE lease_until IS NOT NULL`);
  if (endsDoubt) await endDoubt();
}

/** Afterwards no write of the dead counts as one that may still arrive. */
async function endDoubt(): Promise<void> {
  await service.query(
    `UPDATE dns_publications SET intended_at = now() - interval '11 minutes'
     WHERE intent IS NOT NULL AND (lease_until IS NULL OR lease_until <= now())`,
  );
  await service.query(`UPDATE dns_intents SET next_at = now() WHERE next_at < now() + interval '12 minutes'`);
}

/** Works, is struck in the middle, and comes back. */
async function strike(isLast: boolean, wrong: string[]): Promise<(typeof MOMENTS)[number]> {
  const moment = random.pick(MOMENTS);
  const held =
    moment === 'any'
      ? delay(random.below(ANY_MOMENT_MS))
      : proxy.hold(moment === 'after the write' ? 'answer' : 'request');
  const working = load.work(1 + random.below(zones.length)).catch((error) => wrong.push(String(error)));
  if (random.below(3) === 0) await disturb(random.pick(zones.filter(isDisturbed)));
  const isMet = await Promise.race([held.then(() => true), delay(WRITE_MS, false, { ref: false })]);
  await kill();
  proxy.letThrough();
  await working;
  await checkZones(wrong);
  const isLate = moment === 'before a write that comes late';
  if (!(isLast && isFullRun())) await letTimePass(!isLate && random.below(2) === 0);
  await start();
  const repeating = load.repeatUnanswered();
  if (isLate) {
    await delay(random.below(ANY_MOMENT_MS));
    await proxy.deliverLate();
  }
  await repeating;
  return isMet ? moment : 'any';
}

/** Somebody else adds a text where one of ours stands or is to stand. */
async function disturb(zone: string): Promise<void> {
  const line = `asend.${nameDomain(zone)}. 3600 TXT "stranger ${random.below(1_000_000)}"`;
  await updateZone(server, KEY, zone, [`update add ${line}`]);
  const [name = '', ttl = '', ...rest] = line.split(' ');
  untouched.set(zone, [...(untouched.get(zone) ?? []), [name, ttl, ...rest].join(' ')].sort());
}

async function checkZones(wrong: string[]): Promise<void> {
  for (const zone of zones) {
    const now = await fetchZone(server, zone);
    wrong.push(...listLost(untouched.get(zone) ?? [], now), ...listTwice(now));
  }
}

/** Waits until a query finds nothing any more; what it finds after that is wrong. */
async function waitForNone(what: string, sql: string, wrong: string[]): Promise<void> {
  let rows: { name: string }[] = [];
  const isNone = async () => {
    rows = await service.query<{ name: string }>(sql);
    return rows.length === 0;
  };
  await waitUntil(isNone, current.output, PATIENCE_MS).catch(() => {
    wrong.push(...rows.map(({ name }) => `${what}: ${name}`));
  });
}

test(`kill -9 while records are published on Knot: every intent is carried out, nothing is published twice, nothing of others is lost: seed ${random.seed}`, {
  skip: missing,
}, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const wrong: string[] = [];
  const met = new Map<string, number>();
  for (let kills = 0; kills < KILLS; kills += 1) {
    const moment = await strike(kills === KILLS - 1, wrong);
    met.set(moment, (met.get(moment) ?? 0) + 1);
  }
  if (!isFullRun()) await endDoubt();
  await load.fill();
  const open = `next_at IS NULL OR next_at < now() + interval '1 hour' OR problem IS NOT NULL OR lease_until > now()`;
  await waitForNone('still to be published', `SELECT domain_name AS name FROM dns_intents WHERE ${open}`, wrong);
  const unknown = 'SELECT name FROM dns_publications WHERE intent IS NOT NULL OR lease_until > now()';
  await waitForNone('nobody knows whether it was written', unknown, wrong);
  await waitForNone('not verified', `SELECT name FROM domains WHERE status <> 'VERIFIED'`, wrong);
  await checkZones(wrong);

  await load.empty();
  await waitForNone('still to be withdrawn', 'SELECT domain_name AS name FROM dns_intents', wrong);
  await waitForNone('left as published', 'SELECT name FROM dns_publications', wrong);
  for (const zone of zones) {
    // Whoever adds a text to a set gives all of it a TTL (RFC 2181 §5.2).
    const read = (lines: readonly string[]) =>
      isDisturbed(zone) ? lines.map((line) => line.replace(/ \d+ /, ' ')) : [...lines];
    const [now, before] = [read(await fetchZone(server, zone)).sort(), read(untouched.get(zone) ?? []).sort()];
    wrong.push(...now.filter((line) => !before.includes(line)).map((line) => `left in the zone: ${line}`));
    wrong.push(...before.filter((line) => !now.includes(line)).map((line) => `lost: ${line}`));
  }
  await tellTwice(wrong);

  tellDone(t, KILLS, '× kill -9 of the service while it publishes');
  for (const [moment, count] of met) t.diagnostic(`${count} kills: ${moment}`);
  t.diagnostic(`${proxy.countPassed()} updates reached Knot; ${JSON.stringify(load.counts)}`);
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
  assert.ok(!outputs.includes(KEY.secret), 'the output holds a secret');
});

/** What the history says: one change told twice, or our own write told as somebody else's. */
async function tellTwice(wrong: string[]): Promise<void> {
  const twice = await service.query<{ name: string }>(
    `SELECT domain_id || ' ' || change::text AS name FROM events, jsonb_path_query(data, '$.changes[*]') AS change
     WHERE type = 'dns.published' GROUP BY domain_id, change HAVING count(*) > 1`,
  );
  wrong.push(...twice.map(({ name }) => `told twice: ${name}`));
  const drift = await service.query<{ name: string }>(
    `SELECT data->>'zone' AS name FROM events WHERE type = 'dns.drifted'`,
  );
  wrong.push(...drift.filter(({ name }) => !isDisturbed(name)).map(({ name }) => `drift that nobody made: ${name}`));
}
