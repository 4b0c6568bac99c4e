import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startDueWork } from '../../src/jobs/checks.ts';
import { startPublishingWork } from '../../src/jobs/publishing.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { waitUntil } from '../support/clock.ts';
import { explainMissing } from '../support/daemon.ts';
import { createUpdateKey, fetchZone, formatUpdateSettings } from '../support/dns/dynamic-zones.ts';
import { type RealServer, startResolver } from '../support/dns/real-name-servers.ts';
import { startUpdateServer, UPDATE_SERVERS, type UpdateServer } from '../support/dns/update-servers.ts';
import type { ZoneLine } from '../support/dns/zone-text.ts';

const ZONE = 'example.com';
const KEY = createUpdateKey('writer.example');
/** What its owner has in the zone, with an SPF record where ours goes, and a policy. */
const THEIRS: readonly ZoneLine[] = [
  { name: ZONE, type: 'TXT', value: 'v=spf1 mx -all' },
  { name: ZONE, type: 'MX', value: 'mx.example.net' },
  { name: `asend.${ZONE}`, type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' },
  { name: `asend.${ZONE}`, type: 'TXT', value: 'verification="quoted"; 1' },
  { name: `_dmarc.${ZONE}`, type: 'TXT', value: 'v=DMARC1; p=reject' },
];

const RESOLVER = '127.0.0.46';
const { title, programs, address } = UPDATE_SERVERS.knot;

describe(`a domain in a zone on ${title}, published automatically`, {
  skip: explainMissing([...programs, 'dig', 'unbound']),
}, () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  let server: UpdateServer;
  let service: TestApp;
  let zone: readonly string[] = [];
  let id = '';

  before(async () => {
    const records: ZoneLine[] = [{ name: `ns1.${ZONE}`, type: 'A', value: address }, ...THEIRS];
    const text = { name: ZONE, serial: 1, nameservers: [`ns1.${ZONE}`], records };
    server = await startUpdateServer('knot', [text], { keys: [KEY], readers: [] });
    cleanUp.push(server.close);
    const folder = await mkdtemp(join(tmpdir(), 'autosend-automatic-'));
    cleanUp.push(() => rm(folder, { recursive: true }));
    const stubs = [{ zone: ZONE, servers: [server] }];
    const resolver: RealServer = await startResolver({ folder, address: RESOLVER, port: server.port, stubs });
    cleanUp.push(resolver.stop);
    service = await createTestApp(import.meta.url, {
      isRealTime: true,
      keys: 'fresh',
      variables: {
        DNS_SERVERS: `${resolver.address}:${resolver.port}`,
        DNS_AUTHORITATIVE_PORT: String(server.port),
      },
    });
    cleanUp.push(service.close);
    for (const work of [startPublishingWork(service.ctx), startDueWork(service.ctx, 4)]) cleanUp.push(work.stop);
    const body = { name: title, provider: 'rfc2136', settings: formatUpdateSettings(server, KEY) };
    const connected = await service.send({ method: 'POST', url: '/v1/dns-connections', body });
    equal(connected.status, 201, connected.text);
    zone = await fetchZone(server, ZONE);
  });
  after(async () => {
    for (const undo of cleanUp.reverse()) await undo();
  });

  const get = async (path = '') => (await service.send({ url: `/v1/domains/${id}${path}` })).json.data;
  const until = (isTrue: () => Promise<boolean>, what: string) => waitUntil(isTrue, () => what);

  it('is VERIFIED within seconds, with nobody doing anything; SPF is merged and the policy kept', async (t) => {
    const start = performance.now();
    const body = { domain: ZONE, autoPublish: true };
    id = (await service.send({ method: 'POST', url: '/v1/domains', body })).json.data.id;
    await until(async () => (await get()).verificationStatus === 'VERIFIED', 'for the domain to be VERIFIED');
    t.diagnostic(`VERIFIED after ${Math.round(performance.now() - start)} ms`);
    const lines = await fetchZone(server, ZONE);
    ok(lines.some((line) => line.includes('include:amazonses.com ip4:192.0.2.1 -all')));
    deepEqual(
      lines.filter((line) => line.startsWith('_dmarc.')),
      zone.filter((line) => line.startsWith('_dmarc.')),
    );
    deepEqual((await get('/attributes')).publishing.problem, null);
  });

  it('signs with a new key as soon as that is made, since its record is published as well', async () => {
    const url = `/v1/domains/${id}/keys`;
    const { selector } = (await service.send({ method: 'POST', url, body: {} })).json.data;
    const find = async () => (await get('/keys')).keys.find((key: { selector: string }) => key.selector === selector);
    await until(async () => (await find()).stage === 'active', 'for the key to be active');
    equal((await get()).verificationStatus, 'VERIFIED');
  });

  it('leaves the zone as it was when it is deleted, byte for byte apart from the serial', async () => {
    await service.send({ method: 'DELETE', url: `/v1/domains/${id}?withdraw=now` });
    const count = async () => (await service.query('SELECT FROM dns_publications')).length;
    await until(async () => (await count()) === 0, 'for the withdrawal');
    deepEqual(await fetchZone(server, ZONE), zone);
  });
});
