import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Evidence, RecordEvidence } from '../../src/core/findings/evidence.ts';
import { startDueWork } from '../../src/jobs/checks.ts';
import type { DomainObject } from '../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  findSharedPort,
  type RealNameServer,
  type RealServer,
  type Software,
  startNameServer,
  startResolver,
} from '../support/dns/real-name-servers.ts';
import type { ZoneLine, ZoneText } from '../support/dns/zone-text.ts';
import { waitUntil } from '../support/service-process.ts';

/**
 * One zone on three authoritative servers of different make, in simulated time: what a customer publishes and takes away
 * over some weeks, checked by the background loop.
 */
const RESOLVER_ADDRESS = '127.0.0.80';
// BIND listens on addresses that an interface has; of the loopback network that is this one, and all of it only for others.
const ADDRESS_OF: Readonly<Record<Software, string>> = { nsd: '127.0.0.81', knot: '127.0.0.82', bind: '127.0.0.1' };
const ALL: readonly Software[] = ['nsd', 'knot', 'bind'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How long the background loop sleeps when nothing is due. */
const IDLE_MS = 500;

function buildZone(serial: number, records: readonly ZoneLine[]): ZoneText {
  const hosts = ALL.map((software) => ({ name: `${software}.example.com`, value: ADDRESS_OF[software] }));
  return {
    name: 'example.com',
    serial,
    nameservers: hosts.map(({ name }) => name),
    records: [...hosts.map((host) => ({ ...host, type: 'A' as const })), ...records],
  };
}

describe('a zone on NSD, Knot and BIND', { skip: explainMissing(['nsd', 'knotd', 'named', 'unbound']) }, () => {
  const servers = new Map<Software, RealNameServer>();
  const cleanUp: (() => Promise<unknown>)[] = [];
  let resolver: RealServer;
  let service: TestApp;
  let domain: DomainObject;
  let serial = 1;

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-three-servers-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const port = await findSharedPort([RESOLVER_ADDRESS, ...Object.values(ADDRESS_OF)]);
    for (const software of ALL) {
      const place = { folder: join(folder, software), address: ADDRESS_OF[software], port };
      const server = await startNameServer({ software, ...place, zones: [buildZone(serial, [])] });
      servers.set(software, server);
      cleanUp.push(server.stop);
    }
    const stubs = [{ zone: 'example.com', servers: [...servers.values()] }];
    resolver = await startResolver({ folder: join(folder, 'unbound'), address: RESOLVER_ADDRESS, port, stubs });
    cleanUp.push(resolver.stop);
    service = await createTestApp(import.meta.url, {
      variables: { DNS_SERVERS: `${RESOLVER_ADDRESS}:${port}`, DNS_AUTHORITATIVE_PORT: String(port) },
      // The servers are on this machine; those that are stopped need not be waited for as if they were far away.
      dnsTimes: { tryMs: 400 },
    });
    cleanUp.push(service.close);
    const work = startDueWork(service.ctx, 4);
    cleanUp.push(work.stop);
    domain = await service.addDomain('example.com');
  });

  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  // One domain lives through all of these, in this order.

  test('records published a moment ago are VERIFIED in the answer to the first verify, seen at all three servers', async () => {
    await publish(ALL, listLines());
    const { status, json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    assert.equal(status, 200);
    assert.deepEqual(
      { ...json.data, domain: json.data.domain.domainName },
      {
        domain: 'example.com',
        verificationInProgress: false,
        ownershipVerified: true,
        verificationStatus: 'VERIFIED',
        dkimEnabled: true,
        mailFromEnabled: true,
        dmarcEnabled: true,
      },
    );
    const { answers } = await readOwnership();
    const seen = answers.map(({ address, via, outcome }) => `${via} ${address} ${outcome}`);
    assert.deepEqual(
      seen.sort(),
      Object.values(ADDRESS_OF)
        .map((address) => `authoritative ${address} found`)
        .sort(),
    );
  });

  for (const broken of ALL)
    test(`where only ${broken} has lost the record, the servers disagree and the domain stays VERIFIED`, async () => {
      await publish([broken], withoutOwnership());
      for (const ms of [7 * HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS]) await passTime(ms);
      const { status, findings, answers } = await readOwnership();
      assert.equal(status, 'unknown');
      assert.ok(findings.some(({ code }) => code === 'nameservers_disagree'));
      const absent = answers.filter(({ outcome }) => outcome !== 'found').map(({ address }) => address);
      assert.deepEqual(absent, [ADDRESS_OF[broken]]);
      assert.equal(await readStatus(), 'VERIFIED');
      await publish([broken], listLines());
      await passTime(7 * HOUR_MS);
      assert.equal((await readOwnership()).status, 'verified');
    });

  test('a week in which no server answers changes nothing but the time of the last check', async () => {
    const before = await getDomain();
    for (const server of servers.values()) await server.stop();
    // The resolver must not answer from memory either.
    await resolver.stop();
    await resolver.start();
    for (let days = 0; days < 7; days += 1) {
      await passTime(DAY_MS);
      assert.equal((await readOwnership()).status, 'unknown');
    }
    const after = await getDomain();
    assert.deepEqual({ ...after, lastCheckedAt: before.lastCheckedAt }, before);
    for (const server of servers.values()) await server.start();
    await resolver.stop();
    await resolver.start();
    await passTime(7 * HOUR_MS);
    assert.equal((await readOwnership()).status, 'verified');
  });

  test('a record that is gone everywhere puts the domain at risk with a deadline, and 72 hours after the first miss it is FAILED', async () => {
    await publish(ALL, withoutOwnership());
    await passTime(7 * HOUR_MS);
    const firstMissedAt = service.clock.now().getTime();
    const deadline = firstMissedAt + 72 * HOUR_MS;
    for (let checks = 0; checks < 2; checks += 1) await passTime(25 * MINUTE_MS);
    assert.equal(await readStatus(), 'VERIFIED', 'three misses, but not over an hour yet');
    await passTime(25 * MINUTE_MS);
    assert.equal(await readStatus(), 'TEMPORARY_FAILURE');
    const expected = { missing: ['ownership'], deadlineAt: new Date(deadline).toISOString() };
    assert.deepEqual(await readNewestEvent(), { type: 'domain.at_risk', data: expected });

    await passTime(deadline - service.clock.now().getTime() - MINUTE_MS);
    assert.equal(await readStatus(), 'TEMPORARY_FAILURE', 'a minute before its deadline');
    await passTime(16 * MINUTE_MS);
    assert.equal(await readStatus(), 'FAILED');
    assert.deepEqual(await readNewestEvent(), { type: 'domain.failed', data: expected });
  });

  test('a FAILED domain whose record comes back is VERIFIED by itself at the daily check, with the records it always had', async () => {
    await publish(ALL, listLines());
    const [row] = await service.query<{ at: Date }>('SELECT next_check_at AS at FROM domains WHERE id = $1', [
      domain.id,
    ]);
    assert.equal(row?.at.getTime(), service.clock.now().getTime() + DAY_MS);
    await passTime(DAY_MS);
    const { verificationStatus, ownershipVerified, dnsRecords } = await getDomain();
    assert.deepEqual(
      { verificationStatus, ownershipVerified },
      { verificationStatus: 'VERIFIED', ownershipVerified: true },
    );
    assert.deepEqual(dnsRecords, domain.dnsRecords);
    assert.deepEqual(await readNewestEvent(), { type: 'domain.verified', data: {} });
  });

  function listLines(): ZoneLine[] {
    const { ownership, dkim, mailFrom, dmarc } = domain.dnsRecords;
    return [ownership, dkim, ...mailFrom, dmarc];
  }

  function withoutOwnership(): ZoneLine[] {
    return listLines().filter(({ name }) => name !== domain.dnsRecords.ownership.name);
  }

  async function publish(where: readonly Software[], records: readonly ZoneLine[]): Promise<void> {
    serial += 1;
    await Promise.all(where.map((software) => servers.get(software)?.publish(buildZone(serial, records))));
  }

  async function getDomain(): Promise<DomainObject> {
    return (await service.send({ url: `/v1/domains/${domain.id}` })).json.data;
  }

  async function readStatus(): Promise<string> {
    return (await getDomain()).verificationStatus;
  }

  async function readOwnership(): Promise<RecordEvidence> {
    const [row] = await service.query<{ evidence: Evidence }>('SELECT evidence FROM checks WHERE domain_id = $1', [
      domain.id,
    ]);
    const found = row?.evidence.records.find(({ record }) => record === 'ownership');
    assert.ok(found);
    return found;
  }

  async function readNewestEvent(): Promise<{ type: string; data: unknown }> {
    const { json } = await service.send({ url: `/v1/domains/${domain.id}/events?limit=1` });
    const { type, data } = json.data.events[0];
    return { type, data };
  }

  /** Lets time pass, and waits for the check in the background that comes due in it. */
  async function passTime(ms: number): Promise<void> {
    await service.clock.untilAsleep(IDLE_MS);
    service.clock.advance(ms);
    const now = service.clock.now().toISOString();
    await waitUntil(
      async () => (await getDomain()).lastCheckedAt === now,
      () => 'No check was made in the background.',
    );
  }
});
