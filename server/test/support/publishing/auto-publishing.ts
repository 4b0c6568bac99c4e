import assert from 'node:assert/strict';
import type { DnsProvider } from '../../../src/core/publishing/dns-provider.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import type { DkimMode } from '../../../src/core/records/key-slots.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { claimIntents, settleIntent } from '../../../src/services/publishing/settle.ts';
import { createTestApp, type TestApp, type TestReply } from '../app.ts';
import { type DnsServer, startDnsServer } from '../dns/dns-server.ts';
import { KEYS_ZONE } from '../dns/keys-zone.ts';
import type { MemoryZones } from './memory-zones.ts';
import { createServedZones } from './served-zones.ts';

/** A domain in a zone of its own, that the service can write. */
export interface PublishedDomain {
  readonly id: string;
  readonly name: string;
  readonly zones: MemoryZones;
  /** How often the provider was asked to write anything there. */
  countWrites(): number;
  send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path?: string, body?: unknown): Promise<TestReply>;
  get(): Promise<TestReply['json']>;
  /** How publishing stands. */
  publishing(): Promise<TestReply['json']>;
  /** The types of what happened, the newest first. */
  events(): Promise<{ type: string; data: TestReply['json'] }[]>;
}

/** A service whose provider has the zones of a test in memory, served by the test's DNS server. */
export interface AutoPublishing {
  readonly service: TestApp;
  readonly dns: DnsServer;
  /** What the provider does in place of what it would. */
  readonly intercept: { read?: DnsProvider['read']; write?: DnsProvider['write']; findZone?: DnsProvider['findZone'] };
  addDomain(options?: {
    readonly rrSets?: (name: string) => readonly RrSet[];
    readonly autoPublish?: boolean;
    /** With `cname`, its keys are to be served by `serveKeys`. */
    readonly dkimMode?: DkimMode;
    readonly zones?: MemoryZones;
    readonly name?: string;
  }): Promise<PublishedDomain>;
  /** Does what is due, as workers do; gives back how many turns that took. */
  publishDue(): Promise<number>;
  /** Takes what is left of other tests out of the queue. */
  leaveAll(): Promise<void>;
  /** Checks the domains that are due, as workers do. */
  checkDue(): Promise<number>;
  close(): Promise<void>;
}

/** Starts it, with a connection of the first project. */
export async function startAutoPublishing(testFileUrl: string): Promise<AutoPublishing> {
  const dns: DnsServer = await startDnsServer();
  const served = new Map<string, MemoryZones>();
  const intercept: AutoPublishing['intercept'] = {};
  const writes: string[] = [];
  const find = (name: string): MemoryZones => {
    const zones = served.get(name);
    if (!zones) throw new Error(`There is no zone ${name}.`);
    return zones;
  };
  const provider: DnsProvider = {
    limits: { minTtlSeconds: 60, atomic: 'zone' },
    listZones: async () => ({ outcome: 'done', value: [...served.keys()].map((name) => ({ id: name, name })) }),
    findZone: async (name, signal) =>
      intercept.findZone?.(name, signal) ?? {
        outcome: 'done',
        value: served.has(name) ? { id: name, name } : null,
      },
    read: (zone, ...rest) => (intercept.read ?? find(zone.name).read)(zone, ...rest),
    write: (zone, changes, signal) => {
      if (changes.length > 0) writes.push(zone.name);
      return (intercept.write ?? find(zone.name).write)(zone, changes, signal);
    },
  };
  served.set('first.example.net', createServedZones(dns, 'first.example.net'));
  const service = await createTestApp(testFileUrl, {
    dns,
    keys: 'fresh',
    variables: { KEYS_ZONE },
    dnsProviders: { cloudflare: () => provider },
  });
  await connect(service);

  let count = 0;
  const addDomain: AutoPublishing['addDomain'] = async ({
    rrSets,
    autoPublish = true,
    dkimMode = 'txt',
    zones: given,
    name: wanted,
  } = {}) => {
    count += 1;
    const name = wanted ?? `shop${count}.example.com`;
    const zones = given ?? createServedZones(dns, name, rrSets?.(name) ?? []);
    served.set(name, zones);
    const created = await service.send({
      method: 'POST',
      url: '/v1/domains',
      body: { domain: name, autoPublish, dkimMode },
    });
    assert.equal(created.status, 201, created.text);
    const { id } = created.json.data;
    const url = `/v1/domains/${id}`;
    return {
      id,
      name,
      zones,
      countWrites: () => writes.filter((zone) => zone === name).length,
      send: (method, path = '', body) =>
        service.send({ method, url: `${url}${path}`, ...(body !== undefined && { body }) }),
      get: async () => (await service.send({ url })).json.data,
      publishing: async () => (await service.send({ url: `${url}/attributes` })).json.data.publishing,
      events: async () => (await service.send({ url: `${url}/events` })).json.data.events,
    };
  };
  return {
    service,
    dns,
    intercept,
    addDomain,
    async publishDue() {
      let turns = 0;
      for (;;) {
        const claimed = [
          ...(await claimIntents(service.ctx, 'fresh', 'test', 16)),
          ...(await claimIntents(service.ctx, 'failing', 'test', 16)),
        ];
        if (claimed.length === 0) return turns;
        turns += claimed.length;
        await Promise.all(claimed.map((each) => settleIntent(service.ctx, each)));
      }
    },
    async leaveAll() {
      for (const name of ['read', 'write', 'findZone'] as const) delete intercept[name];
      await service.query('UPDATE domains SET auto_publish = false, next_check_at = NULL');
      await service.query('DELETE FROM dns_intents');
    },
    async checkDue() {
      const claimed = await claimDueDomains(service.ctx, 'test', 64);
      await Promise.all(claimed.map((each) => runCheck(service.ctx, each)));
      return claimed.length;
    },
    async close() {
      await service.close();
      await dns.close();
    },
  };
}

/** Adds a connection to the first project, through which all zones are reached. */
export async function connect(service: TestApp): Promise<string> {
  const created = await service.send({
    method: 'POST',
    url: '/v1/dns-connections',
    body: { name: 'Cloudflare', provider: 'cloudflare', settings: { apiToken: 'a-token-of-nobody' } },
  });
  assert.equal(created.status, 201, created.text);
  return created.json.data.id;
}
