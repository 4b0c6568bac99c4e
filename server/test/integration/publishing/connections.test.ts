import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AppError, type ErrorCode } from '../../../src/core/errors.ts';
import type { ProjectId } from '../../../src/core/ids.ts';
import type { CreateDnsProvider, DnsProvider, DnsProviderProblem } from '../../../src/core/publishing/dns-provider.ts';
import { createSecretBox } from '../../../src/crypto/secret-box.ts';
import type { Context } from '../../../src/services/context.ts';
import { sealKeysAnew } from '../../../src/services/keys/secret-rotation.ts';
import { introduceSecretKey, requireMatchingSecretKey } from '../../../src/services/projects/bootstrap.ts';
import {
  createDnsConnection,
  deleteDnsConnection,
  getDnsConnection,
  listDnsConnections,
} from '../../../src/services/publishing/connections.ts';
import { examineDnsConnections } from '../../../src/services/publishing/examine-connections.ts';
import { findConnection, findUsableConnection } from '../../../src/services/publishing/find-connection.ts';
import { openProvider } from '../../../src/services/publishing/open-provider.ts';
import { testDnsConnection } from '../../../src/services/publishing/test-connection.ts';
import { createTestApp, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { createMemoryZones, type MemoryZones } from '../../support/publishing/memory-zones.ts';

const SECRET = 'top-secret-api-key-0123456789';
const { signal } = new AbortController();
let service: TestApp;
let ctx: Context;
/** The zones by the address of their server. */
const kept = new Map<string, MemoryZones>();
/** What a server says in the place of doing anything, by its address. */
const problems = new Map<string, DnsProviderProblem>();
/** Where a server answers only when this does, by its address. */
const held = new Map<string, Promise<void>>();
/** How often each server was asked for its zones. */
const listed = new Map<string, number>();
/** Servers that say so where credentials only read. */
const readOnly = new Set<string>();
/** What each call was opened with. */
const opened: Readonly<Record<string, string>>[] = [];

const create: CreateDnsProvider = (settings) => {
  opened.push(settings);
  const { url = '' } = settings;
  const zones = kept.get(url);
  const fail = async <T>(answer: T) => problems.get(url) ?? answer;
  if (!zones) throw new Error(`There is no server ${url}.`);
  const provider: DnsProvider = {
    limits: zones.limits,
    async listZones(...given) {
      listed.set(url, (listed.get(url) ?? 0) + 1);
      await held.get(url);
      return fail(await zones.listZones(...given));
    },
    findZone: async (...given) => fail(await zones.findZone(...given)),
    read: async (...given) => fail(await zones.read(...given)),
    // No changes ask whether they may be made.
    write: async (zone, changes, given) => {
      if (changes.length > 0) return zones.write(zone, changes, given);
      return readOnly.has(url) ? { outcome: 'forbidden', detail: '' } : { outcome: 'done', value: null };
    },
  };
  return provider;
};

before(async () => {
  service = await createTestApp(import.meta.url, {
    variables: { RATE_LIMIT_PER_SECOND: '1000', QUOTAS: 'dnsConnections=3' },
  });
  ctx = { ...service.ctx, dnsProviders: { powerdns: create } };
});
after(() => service.close());

let count = 0;
/** A server with one zone. */
function addServer(zone: string): { url: string; zones: MemoryZones } {
  count += 1;
  const url = `http://127.0.0.1:${10_000 + count}`;
  const zones = createMemoryZones(zone);
  kept.set(url, zones);
  return { url, zones };
}
const connect = (owner: ProjectId | null, url: string, openTo: readonly string[] = []) =>
  createDnsConnection(
    ctx,
    owner,
    { name: 'ours', provider: 'powerdns', settings: { url, apiKey: SECRET } },
    { openTo },
  );
const isRefused =
  (code: ErrorCode, words = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.ok(!error.message.includes(SECRET));
    return true;
  };

test('credentials are sealed for their row, opened for the adapter, and stand nowhere in clear', async () => {
  const { project } = await service.createProject();
  const { url } = addServer('sealed.example');
  const connection = await connect(project.id, url);
  assert.deepEqual(connection.zones, ['sealed.example']);
  assert.deepEqual(connection.settings, { url, serverId: 'localhost' });
  openProvider(ctx, connection);
  assert.deepEqual(opened.at(-1), { url, apiKey: SECRET, serverId: 'localhost' });

  const other = await connect(project.id, url);
  await service.query(
    'UPDATE dns_connections SET secrets_sealed = (SELECT secrets_sealed FROM dns_connections WHERE id = $1) WHERE id = $2',
    [connection.id, other.id],
  );
  const swapped = await getDnsConnection(ctx, project.id, other.id);
  assert.throws(() => openProvider(ctx, swapped), AppError);

  await deleteDnsConnection(ctx, project.id, other.id);
  const stored = await service.query(
    `SELECT (SELECT json_agg(c) FROM dns_connections c)::text AS connections, (SELECT json_agg(a) FROM audit_log a)::text AS audit`,
  );
  const text = JSON.stringify(stored) + service.logLines.join();
  for (const hidden of [SECRET, Buffer.from(SECRET).toString('hex'), Buffer.from(SECRET).toString('base64')])
    assert.ok(!text.includes(hidden));
  const actions = await service.query<{ action: string }>(
    "SELECT action FROM audit_log WHERE object_name = 'ours' ORDER BY id",
  );
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['dns_connection.created', 'dns_connection.created', 'dns_connection.deleted'],
  );
});

test('what the provider rejects is not kept, and the answer says in words what is wrong, without the secret that the provider repeats', async () => {
  const { project } = await service.createProject();
  const { url } = addServer('rejected.example');
  problems.set(url, { outcome: 'unauthorized', detail: `no such key: ${SECRET}\0\u001b[2J` });
  await assert.rejects(
    connect(project.id, url),
    isRefused('DNS_CONNECTION_FAILED', /^PowerDNS doesn't accept the API key\. .*\(no such key: \[redacted\] \[2J\)$/),
  );
  problems.set(url, { outcome: 'throttled', detail: '', retryAfterSeconds: 7 });
  await assert.rejects(connect(project.id, url), isRefused('DNS_CONNECTION_FAILED', /Try again in 7 seconds/));
  assert.deepEqual(await listDnsConnections(ctx, project.id), []);
});

test('credentials that may read and not write are refused, where the provider says so without a change', async () => {
  const { project } = await service.createProject();
  const { url } = addServer('read-only.example');
  readOnly.add(url);
  await assert.rejects(
    connect(project.id, url),
    isRefused('DNS_CONNECTION_FAILED', /may read this zone, but not change its records/),
  );
  assert.deepEqual(await listDnsConnections(ctx, project.id), []);
});

test('a provider without an adapter, a test project and one connection too many are refused', async () => {
  const { project } = await service.createProject();
  const settings = { token: SECRET };
  await assert.rejects(
    createDnsConnection(ctx, project.id, { name: 'x', provider: 'desec', settings }),
    isRefused('VALIDATION_FAILED', /no adapter for deSEC/),
  );
  const { url } = addServer('many.example');
  const { project: played } = await service.createProject({ isTest: true });
  await assert.rejects(connect(played.id, url), isRefused('FORBIDDEN', /simulated/));
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => connect(project.id, url)));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 3);
  await assert.rejects(connect(project.id, url), isRefused('QUOTA_EXCEEDED', /3 DNS connections/));
});

test("nobody finds, opens or deletes another project's connection, nor the instance's", async () => {
  const { project } = await service.createProject();
  const { project: stranger } = await service.createProject();
  const { url } = addServer('own.example');
  const connection = await connect(project.id, url);
  const instance = await connect(null, url);
  for (const { id } of [connection, instance]) {
    await assert.rejects(getDnsConnection(ctx, stranger.id, id), isRefused('NOT_FOUND'));
    await assert.rejects(deleteDnsConnection(ctx, stranger.id, id), isRefused('NOT_FOUND'));
    assert.equal(await findUsableConnection(ctx, stranger.id, id), null);
  }
  assert.deepEqual(await listDnsConnections(ctx, stranger.id), []);
  assert.equal((await findConnection(ctx, stranger.id, 'own.example', signal)).outcome, 'none');
  await deleteDnsConnection(ctx, null, instance.id);
});

test("a zone is written through the project's own connection first, then through one of the instance that is open to it", async () => {
  const { project } = await service.createProject();
  const { project: other } = await service.createProject();
  const { project: played } = await service.createProject({ isTest: true });
  const find = async (projectId: ProjectId | null, zone = 'shared.example') => {
    const found = await findConnection(ctx, projectId, zone, signal);
    return found.outcome === 'found' ? found.connection.id : null;
  };
  const closed = await connect(null, addServer('shared.example').url);
  assert.equal(await find(project.id), null, 'it is open to nobody');
  assert.equal(await find(null), closed.id, 'the instance itself uses it');
  const open = await connect(null, addServer('shared.example').url, [project.id]);
  assert.equal(await find(project.id), open.id);
  assert.equal(await find(other.id), null);
  const toAll = await connect(null, addServer('everybody.example').url, ['*']);
  assert.equal(await find(other.id, 'everybody.example'), toAll.id);
  assert.equal(await find(played.id, 'everybody.example'), null, 'the DNS of a test project is played');
  const elsewhere = await connect(project.id, addServer('elsewhere.example').url);
  const own = await connect(project.id, addServer('shared.example').url);
  assert.equal(await find(project.id), own.id);
  assert.equal(await find(project.id, 'below.shared.example'), null);
  await deleteDnsConnection(ctx, project.id, own.id);
  assert.equal(await find(project.id), open.id);
  assert.equal((await findUsableConnection(ctx, project.id, open.id))?.id, open.id);
  assert.equal(await findUsableConnection(ctx, project.id, closed.id), null);
  for (const { id } of [closed, open, toAll]) await deleteDnsConnection(ctx, null, id);
  await deleteDnsConnection(ctx, project.id, elsewhere.id);
});

test('a connection that cannot be asked is told, and keeps no other from being found', async () => {
  const { project } = await service.createProject();
  const broken = addServer('broken.example');
  const failing = await connect(project.id, broken.url);
  const working = await connect(project.id, addServer('works.example').url);
  problems.set(broken.url, { outcome: 'unreachable', detail: 'gone' });
  const found = await findConnection(ctx, project.id, 'works.example', signal);
  assert.equal(found.outcome === 'found' && found.connection.id, working.id);
  const none = await findConnection(ctx, project.id, 'nowhere.example', signal);
  assert.deepEqual(
    none.outcome === 'none' && none.failed.map(({ connection, problem }) => [connection.id, problem.outcome]),
    [[failing.id, 'unreachable']],
  );
});

test('a test tells which zones are reached, and with a zone whether records can be changed there; nothing of it stays', async () => {
  const { project } = await service.createProject();
  const { url, zones } = addServer('tried.example');
  const connection = await connect(project.id, url);
  const read = () => getDnsConnection(ctx, project.id, connection.id);
  const tested = await testDnsConnection(ctx, connection);
  assert.deepEqual(tested, {
    provider: 'powerdns',
    zones: ['tried.example'],
    hasAllZones: true,
    problem: null,
    writtenTo: null,
  });
  assert.equal((await testDnsConnection(ctx, connection, 'tried.example')).writtenTo, 'tried.example');
  assert.deepEqual(zones.listAll(), []);

  service.clock.advance(60_000);
  zones.failNextWrite({ outcome: 'forbidden', detail: 'read-only' });
  const { problem } = await testDnsConnection(ctx, connection, 'tried.example');
  assert.deepEqual(problem, {
    code: 'forbidden',
    message: "The API key may read this zone, but not change its records. It needs to be the server's api-key.",
    detail: 'read-only',
  });
  const { lastError, lastErrorAt, lastSuccessAt } = await read();
  assert.deepEqual(lastError, { outcome: 'forbidden', operation: 'write', detail: 'read-only' });
  assert.deepEqual(lastErrorAt, service.clock.now());

  zones.failNextWrite({ outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true });
  assert.equal((await testDnsConnection(ctx, connection, 'tried.example')).problem?.code, 'unreachable');
  assert.deepEqual(zones.listAll(), [], 'a record that may have been written is removed');
  assert.equal((await testDnsConnection(ctx, connection, 'other.example')).problem?.code, 'no_such_zone');

  service.clock.advance(60_000);
  await testDnsConnection(ctx, connection);
  assert.ok((await read()).lastSuccessAt?.getTime() === service.clock.now().getTime() && lastSuccessAt);
});

test('the credentials are sealed anew with another secret key, and open with it alone', async () => {
  const { project } = await service.createProject();
  const { url } = addServer('rotated.example');
  const { id } = await connect(project.id, url);
  await introduceSecretKey(ctx);
  const key = Buffer.alloc(32, 9).toString('base64');
  const both = { ...ctx, secretBox: createSecretBox(`${key},${TEST_SECRET_KEY}`) };
  await requireMatchingSecretKey(both);
  await introduceSecretKey(both);
  await sealKeysAnew(both, () => undefined);
  const row = await getDnsConnection(ctx, project.id, id);
  openProvider({ ...ctx, secretBox: createSecretBox(key) }, row);
  assert.equal(opened.at(-1)?.apiKey, SECRET);
  assert.throws(() => openProvider(ctx, row), AppError);
});

test('doctor tries what belongs to the instance, and says in words what it lacks', async () => {
  await service.query('DELETE FROM dns_connections WHERE project_id IS NULL');
  const { url, zones } = addServer('operated.example');
  const { id } = await connect(null, url, ['*']);
  const examine = async (given = ctx, hasKeysZone = false) => {
    const [found, ...others] = await examineDnsConnections(given, { hasKeysZone });
    assert.deepEqual([found?.what, others], [`DNS connection "ours" (${id})`, []]);
    return `${found?.state}: ${found?.detail}`;
  };
  assert.equal(await examine(), 'ok: can write to operated.example');
  problems.set(url, { outcome: 'unauthorized', detail: 'Unauthorized' });
  assert.match(await examine(), /^error: PowerDNS doesn't accept the API key\. .* \(Unauthorized\)$/);
  problems.delete(url);
  readOnly.add(url);
  assert.match(await examine(), /^error: The API key may read this zone, but not change its records\. It needs/);
  // Who can't list zones is asked about those that are known.
  const silent: CreateDnsProvider = (settings, tools) => {
    return { ...create(settings, tools), listZones: async () => ({ outcome: 'done', value: null }) };
  };
  const listless = { ...ctx, dnsProviders: { powerdns: silent } };
  assert.match(await examine(listless), /^error: operated\.example: The API key may read this zone, but not/);
  readOnly.delete(url);
  await service.query(`UPDATE dns_connections SET zones = '{gone.example,operated.example}' WHERE id = $1`, [id]);
  assert.match(await examine(listless), /^error: gone\.example: PowerDNS has no such zone[^:]*$/);
  await service.query(`UPDATE dns_connections SET zones = '{}' WHERE id = $1`, [id]);
  assert.equal(
    await examine(listless),
    "ok: works. The provider can't list its zones; each is found when it is needed",
  );
  await service.query(`UPDATE dns_connections SET open_to = '{}' WHERE id = $1`, [id]);
  assert.match(await examine(), /^warning: works, but nothing uses it.*--for, or set AUTOSEND_KEYS_ZONE\.$/);
  assert.equal(await examine(ctx, true), 'ok: can write to operated.example');
  const otherKey = createSecretBox(Buffer.alloc(32, 5).toString('base64'));
  assert.match(await examine({ ...ctx, secretBox: otherKey }), /^error: .*secret/i);
  assert.deepEqual(zones.listAll(), [], 'nothing was written');
});

test('two connections of a project are tested at once, two more wait, and no other project waits for them', async () => {
  const { project } = await service.createProject();
  const other = await service.createProject();
  const { url } = addServer('slow.example');
  const { url: quick } = addServer('quick.example');
  const connection = await connect(project.id, url);
  const { promise, resolve } = Promise.withResolvers<void>();
  held.set(url, promise);
  listed.clear();
  const begun = Array.from({ length: 4 }, () => testDnsConnection(ctx, connection));
  await assert.rejects(testDnsConnection(ctx, connection), isRefused('RATE_LIMIT_EXCEEDED'));
  await assert.rejects(connect(project.id, url), isRefused('RATE_LIMIT_EXCEEDED'));
  assert.equal(listed.get(url), 2);
  assert.deepEqual((await connect(other.project.id, quick)).zones, ['quick.example']);
  resolve();
  for (const tested of await Promise.all(begun)) assert.equal(tested.problem, null);
  assert.equal(listed.get(url), 4);
});
