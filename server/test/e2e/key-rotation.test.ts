import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCheck } from '../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../src/services/node/claims.ts';
import type { DomainObject } from '../../src/wire/domain.ts';
import type { KeyObject } from '../../src/wire/key.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  findSharedPort,
  type RealNameServer,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';
import { verifyWithMailauth } from '../support/verifiers/verifiers.ts';

const RESOLVER = '127.0.0.63';
/** The first is changed, the second takes its time to follow. */
const ADDRESSES = ['127.0.0.64', '127.0.0.65'] as const;
const ZONE = 'example.com';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * A rotation as customers make it: the zone is changed at one server, and the other serves the old copy for a while. After
 * each step a message is signed and judged from either server, since a receiver may ask any.
 */
describe('a rotation on two NSD servers, of which one lags', { skip: explainMissing(['nsd', 'unbound']) }, () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  const servers: RealNameServer[] = [];
  const sent: Buffer[] = [];
  let service: TestApp;
  let domain: DomainObject;
  let made: KeyObject;
  let serial = 1;

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-key-rotation-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER, ...ADDRESSES]);
    for (const address of ADDRESSES) {
      const place = { folder: join(folder, address), address, port };
      const server = await startNameServer({ software: 'nsd', ...place, zones: [buildZone([])] });
      servers.push(server);
      cleanUp.push(server.stop);
    }
    const stubs = [{ zone: ZONE, servers }];
    const resolver = await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER, port, stubs });
    cleanUp.push(resolver.stop);
    service = await createTestApp(import.meta.url, {
      keys: 'fresh',
      variables: { DNS_SERVERS: `${RESOLVER}:${port}`, DNS_AUTHORITATIVE_PORT: String(port) },
      dnsTimes: { tryMs: 400 },
    });
    cleanUp.push(service.close);
    domain = await service.addDomain(ZONE);
    await publish(listLines());
    const { json } = await call('POST', 'verify');
    assert.equal(json.data.verificationStatus, 'VERIFIED');
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  // One domain lives through all of these, in this order.

  test('a new key is pending, and mail is signed with the old one', async () => {
    service.clock.advance(1_000);
    made = (await call('POST', 'keys', {})).json.data;
    await passTime(0);
    assert.deepEqual(await listStages(), { [made.selector]: 'pending', autosend: 'active' });
    await signAndVerify('autosend');
  });

  test('while only one server has its record nothing moves, and the diagnostics name the other', async () => {
    await publish([...listLines(), made.record], [0]);
    for (const ms of [10_000, 60_000, HOUR_MS]) await passTime(ms);
    assert.deepEqual(await listStages(), { [made.selector]: 'pending', autosend: 'active' });
    const { json } = await call('GET', 'diagnostics');
    const [seen] = json.data.keys;
    assert.deepEqual(
      [seen.selector, seen.status, seen.findings[0].code],
      [made.selector, 'unknown', 'nameservers_disagree'],
    );
    assert.match(seen.findings[0].detail, /`ns1\.example\.com` has the record at `.*`, `ns2\.example\.com` doesn’t/);
    const refused = await call('POST', `keys/${made.selector}/activate`);
    assert.equal(refused.json.error.code, 'KEY_NOT_PUBLISHED');
    await signAndVerify('autosend');
  });

  test('while the lagging server is away the other alone does not suffice', async () => {
    await servers[1]?.stop();
    await passTime(HOUR_MS);
    assert.deepEqual(await listStages(), { [made.selector]: 'pending', autosend: 'active' });
    await servers[1]?.start();
  });

  test('when both have it signing moves in one step, and what was signed before still verifies', async () => {
    await publish([...listLines(), made.record], [1]);
    await passTime(HOUR_MS);
    assert.deepEqual(await listStages(), { [made.selector]: 'active', autosend: 'retiring' });
    await signAndVerify(made.selector);
    await verifyAllSent();
  });

  test('for seven days the old record is asked for, then it is safe to remove, and removing it breaks nothing', async () => {
    for (let days = 0; days < 7; days += 1) {
      await verifyAllSent();
      await passTime(DAY_MS);
    }
    assert.deepEqual(await listStages(), { [made.selector]: 'active', autosend: 'retired' });
    const { json } = await call('GET', 'events?limit=1');
    const { type, data } = json.data.events[0];
    assert.deepEqual([type, data.name], ['key.retired', domain.dnsRecords.dkim.name]);
    await publish([...listLines().filter(({ name }) => name !== data.name), made.record]);
    await passTime(7 * HOUR_MS);
    await signAndVerify(made.selector);
    const now = (await call('GET', '')).json.data;
    assert.deepEqual([now.verificationStatus, now.dnsRecords.dkim.name], ['VERIFIED', made.record.name]);
    const types = (await call('GET', 'events')).json.data.events.map(({ type: each }: { type: string }) => each);
    assert.ok(!types.includes('domain.at_risk') && !types.includes('record.missing'), types.join());
  });

  function listLines(): ZoneLine[] {
    const { ownership, dkim, mailFrom, dmarc } = domain.dnsRecords;
    return [ownership, dkim, ...mailFrom, dmarc];
  }

  function buildZone(records: readonly ZoneLine[]) {
    const hosts = ADDRESSES.map((value, at) => ({ name: `ns${at + 1}.${ZONE}`, type: 'A' as const, value }));
    return { name: ZONE, serial, nameservers: hosts.map(({ name }) => name), records: [...hosts, ...records] };
  }

  async function publish(records: readonly ZoneLine[], where: readonly number[] = [0, 1]): Promise<void> {
    serial += 1;
    await Promise.all(where.map((at) => servers[at]?.publish(buildZone(records))));
  }

  function call(method: 'GET' | 'POST', path: string, body?: object | Buffer) {
    const url = path === '' ? `/v1/domains/${domain.id}` : `/v1/domains/${domain.id}/${path}`;
    const headers = Buffer.isBuffer(body) ? { 'content-type': 'message/rfc822' } : {};
    return service.send({ method, url, headers, ...(body !== undefined && { body }) });
  }

  async function listStages(): Promise<Record<string, string>> {
    const keys: KeyObject[] = (await call('GET', 'keys')).json.data.keys;
    return Object.fromEntries(keys.map(({ selector, stage }) => [selector, stage]));
  }

  /** Lets time pass, and checks the domain if that makes it due, as a worker does. */
  async function passTime(ms: number): Promise<void> {
    service.clock.advance(ms);
    for (const claimed of await claimDueDomains(service.ctx, 'test', 1)) await runCheck(service.ctx, claimed);
  }

  async function signAndVerify(selector: string): Promise<void> {
    const message = Buffer.from(`From: a@${ZONE}\r\nTo: b@example.net\r\nSubject: ${sent.length}\r\n\r\nHello.\r\n`);
    const { json, text } = await call('POST', 'sign', message);
    assert.equal(json.success, true, text);
    assert.match(json.data.headers.join(''), new RegExp(`\\bs=${selector};`));
    const signed = Buffer.concat([Buffer.from(json.data.headers.join('')), message]);
    sent.push(signed);
    for (const server of servers) assert.deepEqual(await verifyWithMailauth(server, [signed]), [['pass']]);
  }

  async function verifyAllSent(): Promise<void> {
    for (const server of servers)
      for (const results of await verifyWithMailauth(server, sent)) assert.deepEqual(results, ['pass']);
  }
});
