import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../../src/compose.ts';
import { createRfc2136 } from '../../../src/providers/dns/rfc2136.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimTargets, reconcileTargets } from '../../../src/services/keys-zone/key-targets.ts';
import { claimZone, watchZone } from '../../../src/services/keys-zone/keys-zone-watch.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { createDnsConnection } from '../../../src/services/publishing/connections.ts';
import type { DomainObject } from '../../../src/wire/domain.ts';
import type { KeyObject } from '../../../src/wire/key.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { explainMissing } from '../../support/daemon.ts';
import { createUpdateKey, fetchZone, formatUpdateSettings } from '../../support/dns/dynamic-zones.ts';
import {
  findSharedPort,
  type RealNameServer,
  type RealServer,
  startNameServer,
  startResolver,
} from '../../support/dns/real-name-servers.ts';
import type { ZoneLine } from '../../support/dns/zone-text.ts';
import { verifyWithDkimpy, verifyWithOpenDkim } from '../../support/verifiers/verifiers.ts';

const ADDRESSES = { resolver: '127.0.0.90', primary: '127.0.0.91', secondary: '127.0.0.92', customer: '127.0.0.93' };
const KEYS_ZONE = 'dkim.operator.example';
const CUSTOMER = 'customer.example';
const KEY = createUpdateKey('keys.operator.example');
const TTL_MS = 300_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Knot holds the keys zone and takes our updates; an NSD has a copy of it that follows only when the test says so, as a slow
 * secondary does. Another NSD holds the customer's zone, which is written once. After each step a message is signed, and
 * dkimpy and OpenDKIM find its key by a resolver that remembers nothing of before.
 */
describe('DKIM by CNAME on Knot and NSD', {
  skip: explainMissing(['knotd', 'nsd', 'unbound', 'opendkim', 'dig']),
}, () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  const sent: { readonly message: Buffer; readonly selector: string }[] = [];
  let folder: string;
  let primary: RealNameServer;
  let secondary: RealNameServer;
  let customer: RealNameServer;
  let resolver: RealServer;
  let service: TestApp;
  let domain: DomainObject;
  let customerZone: string[];
  let copiedSerial = 1;
  let isSecondaryQuick = true;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-keys-zone-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    for (const verifier of ['dkimpy', 'opendkim']) await mkdir(join(folder, verifier));
    const port = await findSharedPort(Object.values(ADDRESSES));
    const start = async (options: Omit<Parameters<typeof startNameServer>[0], 'port' | 'folder'>) => {
      const server = await startNameServer({ ...options, port, folder: join(folder, options.address) });
      cleanUp.push(server.stop);
      return server;
    };
    const keysZone = buildKeysZone(1);
    primary = await start({
      software: 'knot',
      address: ADDRESSES.primary,
      zones: [keysZone],
      updates: { keys: [KEY] },
    });
    secondary = await start({ software: 'nsd', address: ADDRESSES.secondary, zones: [keysZone] });
    customer = await start({ software: 'nsd', address: ADDRESSES.customer, zones: [buildCustomerZone(1, [])] });
    const stubs = [
      { zone: KEYS_ZONE, servers: [primary, secondary] },
      { zone: CUSTOMER, servers: [customer] },
    ];
    resolver = await startResolver({ folder: join(folder, 'unbound'), address: ADDRESSES.resolver, port, stubs });
    cleanUp.push(() => resolver.stop());
    service = await createTestApp(import.meta.url, {
      keys: 'fresh',
      variables: {
        DNS_SERVERS: `${ADDRESSES.resolver}:${port}`,
        DNS_AUTHORITATIVE_PORT: String(port),
        KEYS_ZONE,
        ALLOW_RESERVED_TLDS: 'true',
      },
      dnsTimes: { tryMs: 400 },
      // The servers have real time, and a signature of January would be refused.
      dnsProviders: { rfc2136: (settings, tools) => createRfc2136(settings, { ...tools, clock: systemClock }) },
    });
    cleanUp.push(service.close);
    await createDnsConnection(service.ctx, null, {
      name: 'Keys',
      provider: 'rfc2136',
      settings: formatUpdateSettings(primary, KEY),
    });
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  // One domain lives through all of these, in this order.

  test('a domain shows two CNAMEs, and is verified when they are there and both lead to what we published', async () => {
    const added = await service.send({
      method: 'POST',
      url: '/v1/domains',
      body: { domain: CUSTOMER, dkimMode: 'cname' },
    });
    equal(added.status, 201, added.text);
    domain = added.json.data;
    const records: ZoneLine[] = (await call('GET', 'records')).json.data.records;
    deepEqual(
      records.filter(({ type }) => type === 'CNAME').map(({ name, value }) => `${name} ${value}`),
      [1, 2].map((n) => `autosend${n}._domainkey.${CUSTOMER} autosend${n}.${domain.id}.${KEYS_ZONE}`),
    );
    await work();
    await customer.publish(buildCustomerZone(2, records));
    customerZone = await readCustomerZone();
    const { json, text } = await call('POST', 'verify');
    deepEqual([json.data.verificationStatus, json.data.dkimEnabled], ['VERIFIED', true], text);
    await signAndVerify('autosend1');
  });

  for (const [round, from, to] of [
    ['first', 'autosend1', 'autosend2'],
    ['second', 'autosend2', 'autosend1'],
    ['third', 'autosend1', 'autosend2'],
  ] as const)
    test(`the ${round} rotation moves signing to ${to}, and every message can be verified at every moment`, async () => {
      isSecondaryQuick = false;
      const created = await call('POST', 'keys', {});
      equal(created.status, 201, created.text);
      equal(created.json.data.selector, to);
      await passTime(1_000);
      await signAndVerify(from);
      // The secondary doesn't follow: whatever time passes, nothing moves.
      for (const ms of [TTL_MS, HOUR_MS]) {
        await passTime(ms);
        deepEqual(await listStages(), { [from]: 'active', [to]: 'pending' });
      }
      const refused = await call('POST', `keys/${to}/activate`);
      equal(refused.json.error.code, 'KEY_NOT_PUBLISHED', refused.text);

      isSecondaryQuick = true;
      await passTime(10 * 60_000);
      // Now every server has it, and resolvers may still remember the empty record.
      deepEqual(await listStages(), { [from]: 'active', [to]: 'pending' });
      const early = await call('POST', `keys/${to}/activate`);
      match(early.json.error.message, /receivers may remember what was there before/);
      await signAndVerify(from);
      await passTime(TTL_MS - 1_000);
      deepEqual(await listStages(), { [from]: 'active', [to]: 'pending' });

      await passTime(2_000);
      deepEqual(await listStages(), { [from]: 'retiring', [to]: 'active' });
      await forget();
      await signAndVerify(to);
      await passTime(HOUR_MS);
      await verifyAllSent();
      // The other selector isn't free before the key of then is.
      equal((await call('POST', 'keys', {})).json.error.code, 'SELECTOR_IN_USE');

      for (const days of [7, 1]) await passTime(days * DAY_MS);
      deepEqual(await listStages(), { [from]: 'retired', [to]: 'active' });
      await passTime(1_000);
      equal(await readTarget(from), `v=DKIM1; k=rsa; n=${from}.${domain.id}.${KEYS_ZONE}; p=`);
      // What it signed is delivered or bounced by now (RFC 5321 §4.5.4.1).
      sent.splice(0, sent.findLastIndex(({ selector }) => selector === from) + 1);
      const { json } = await call('GET', '');
      deepEqual([json.data.verificationStatus, json.data.dkimEnabled], ['VERIFIED', true]);
      deepEqual(await readCustomerZone(), customerZone);
    });

  test('what a proof sends for itself passes, and a server that lacks the keys raises the alarm', async () => {
    const proof = await call('POST', 'proof', {});
    equal(proof.json.data.dkim[0].result, 'pass', proof.text);
    await watch();
    deepEqual(await readZones(), [{ name: KEYS_ZONE, is_right: true }]);
    await secondary.publish(buildKeysZone((await readSerial()) + 1));
    copiedSerial = 0;
    // Once may be a transfer under way.
    await watch();
    deepEqual(await readZones(), [{ name: KEYS_ZONE, is_right: true }]);
    await watch();
    deepEqual(await readZones(), [{ name: KEYS_ZONE, is_right: false }]);
    match(service.logLines.join(''), /keys zone is not right on every server/);
    await copyKeysZone();
    await watch();
    deepEqual(await readZones(), [{ name: KEYS_ZONE, is_right: true }]);
  });

  test('the targets of a deleted domain stay for 30 days, then go, and another domain gets others', async () => {
    equal((await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}` })).status, 200);
    await work();
    await passTime(29 * DAY_MS);
    await verifyAllSent();
    await passTime(2 * DAY_MS);
    const left = await fetchZone(primary, KEYS_ZONE);
    deepEqual(
      left.filter((line) => line.includes('._') || line.includes(domain.id)),
      [],
    );
    deepEqual(await service.query('select * from key_targets'), []);
    const again = await service.send({
      method: 'POST',
      url: '/v1/domains',
      body: { domain: CUSTOMER, dkimMode: 'cname' },
    });
    await work();
    const { json } = await service.send({ method: 'POST', url: `/v1/domains/${again.json.data.id}/verify` });
    equal(json.data.dkimEnabled, false);
    const seen = await service.send({ url: `/v1/domains/${again.json.data.id}/diagnostics` });
    const dkim = seen.json.data.records.find(({ record }: { record: string }) => record === 'dkim');
    equal(dkim.findings[0].code, 'dkim_cname_wrong_target');
  });

  function buildKeysZone(serial: number) {
    const hosts = [ADDRESSES.primary, ADDRESSES.secondary].map((value, at) => ({
      name: `ns${at + 1}.${KEYS_ZONE}`,
      type: 'A' as const,
      value,
    }));
    return { name: KEYS_ZONE, serial, nameservers: hosts.map(({ name }) => name), records: hosts };
  }

  function buildCustomerZone(serial: number, records: readonly ZoneLine[]) {
    const host = { name: `ns1.${CUSTOMER}`, type: 'A' as const, value: ADDRESSES.customer };
    const lines = records.map(({ name, type, value, ...rest }) => ({ name, type, value, ...pickPriority(rest) }));
    return { name: CUSTOMER, serial, nameservers: [host.name], records: [host, ...lines] };
  }

  function pickPriority(rest: object): object {
    return 'priority' in rest ? { priority: rest.priority } : {};
  }

  async function readCustomerZone(): Promise<string[]> {
    return (await readFile(join(folder, ADDRESSES.customer, `${CUSTOMER}.zone`), 'utf8')).split('\n');
  }

  async function copyKeysZone(): Promise<void> {
    const serial = await readSerial();
    if (serial === copiedSerial) return;
    copiedSerial = serial;
    const records = await fetchZone(primary, KEYS_ZONE);
    const [soa = ''] = records.filter((line) => line.includes(' SOA '));
    const text = [soa.replace('SERIAL', String(serial)), ...records.filter((line) => line !== soa)].join('\n');
    await secondary.publish({ name: KEYS_ZONE, serial, text: `${text}\n` });
  }

  async function readSerial(): Promise<number> {
    const answer = await service.ctx.dns.askServer(
      primary,
      { name: KEYS_ZONE, type: 'SOA' },
      { recursionDesired: false },
    );
    const [soa] = answer.answer.outcome === 'found' ? answer.answer.records : [];
    return soa?.type === 'SOA' ? soa.serial : 0;
  }

  async function readTarget(selector: string): Promise<string> {
    const name = `${selector}.${domain.id}.${KEYS_ZONE}`;
    const { answer } = await service.ctx.dns.askServer(primary, { name, type: 'TXT' }, { recursionDesired: false });
    const [record] = answer.outcome === 'found' ? answer.records : [];
    return record?.type === 'TXT' ? record.strings.join('') : 'nothing';
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

  /** Does what is due, as the workers do, and lets the secondary follow where it does. */
  async function work(): Promise<void> {
    for (let turns = 0; turns < 4; turns += 1) {
      if (isSecondaryQuick) await copyKeysZone();
      const targets = await claimTargets(service.ctx, 'test', 4);
      for (const claimed of targets) await reconcileTargets(service.ctx, claimed);
      const domains = await claimDueDomains(service.ctx, 'test', 4);
      for (const claimed of domains) await runCheck(service.ctx, claimed);
      if (targets.length + domains.length === 0) break;
      service.clock.advance(1);
    }
    if (isSecondaryQuick) await copyKeysZone();
  }

  /** Lets time pass: workers do what is due. */
  async function passTime(ms: number): Promise<void> {
    service.clock.advance(ms);
    await work();
  }

  /** The resolver of the verifiers has real time: what it may not remember any more it forgets so. */
  async function forget(): Promise<void> {
    await resolver.stop();
    await resolver.start();
  }

  async function watch(): Promise<void> {
    service.clock.advance(120_000);
    const row = await claimZone(service.ctx, 'test');
    if (row) await watchZone(service.ctx, row);
  }

  function readZones() {
    return service.query('select name, is_right from keys_zones');
  }

  async function signAndVerify(selector: string): Promise<void> {
    const message = Buffer.from(
      `From: a@${CUSTOMER}\r\nTo: b@example.net\r\nSubject: ${sent.length}\r\n\r\nHello.\r\n`,
    );
    const { json, text } = await call('POST', 'sign', message);
    equal(json.success, true, text);
    match(json.data.headers.join(''), new RegExp(`\\bs=${selector};`));
    sent.push({ message: Buffer.concat([Buffer.from(json.data.headers.join('')), message]), selector });
    await verifyAllSent();
  }

  async function verifyAllSent(): Promise<void> {
    const messages = sent.map((each) => each.message);
    const [byDkimpy, byOpenDkim] = await Promise.all([
      verifyWithDkimpy(resolver, join(folder, 'dkimpy'), messages),
      verifyWithOpenDkim(resolver, join(folder, 'opendkim'), messages),
    ]);
    deepEqual(
      byDkimpy,
      messages.map(() => [true]),
    );
    for (const said of byOpenDkim) match(said, / succeeded/);
  }
});
