import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startDueWork } from '../../../src/jobs/checks.ts';
import { startPublishingWork } from '../../../src/jobs/publishing.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { explainMissing } from '../../support/daemon.ts';
import {
  askRecords,
  createUpdateKey,
  fetchZone,
  formatUpdateSettings,
  updateZone,
} from '../../support/dns/dynamic-zones.ts';
import { startResolver } from '../../support/dns/real-name-servers.ts';
import { startUpdateServer, UPDATE_SERVERS, type UpdateServer } from '../../support/dns/update-servers.ts';
import type { ZoneLine } from '../../support/dns/zone-text.ts';

const ZONE = 'example.com';
/** Here a mail server stands where ours goes. */
const TAKEN = 'example.net';
/** Here somebody changes a record between the plan and its application. */
const CONTENDED = 'example.org';
const KEY = createUpdateKey('writer.example');
/** What its owner has in the zone, with an SPF record where ours goes, and a policy. */
const THEIRS: readonly ZoneLine[] = [
  { name: ZONE, type: 'TXT', value: 'v=spf1 mx -all' },
  { name: ZONE, type: 'MX', value: 'mx.example.net' },
  { name: `asend.${ZONE}`, type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' },
  { name: `asend.${ZONE}`, type: 'TXT', value: 'verification="quoted"; 1' },
  { name: `_dmarc.${ZONE}`, type: 'TXT', value: 'v=DMARC1; p=reject' },
  { name: `asend.${TAKEN}`, type: 'MX', value: 'mx.example.com' },
];

const RESOLVER = '127.0.0.46';

for (const [software, provider] of [
  ['bind', 'rfc2136'],
  ['knot', 'rfc2136'],
  ['powerdns', 'powerdns'],
] as const) {
  const { title, programs, address } = UPDATE_SERVERS[software];
  describe(`a domain in a zone on ${title}, published automatically by ${provider}`, {
    skip: explainMissing([...programs, 'dig', 'nsupdate', 'unbound']),
  }, () => {
    const cleanUp: (() => Promise<unknown>)[] = [];
    const untouched = new Map<string, readonly string[]>();
    let server: UpdateServer;
    let service: TestApp;
    let id = '';

    before(async () => {
      const zones = [ZONE, TAKEN, CONTENDED].map((name) => {
        const own = THEIRS.filter((line) => line.name.endsWith(name));
        const records: ZoneLine[] = [{ name: `ns1.${name}`, type: 'A', value: address }, ...own];
        return { name, serial: 1, nameservers: [`ns1.${name}`], records };
      });
      server = await startUpdateServer(software, zones, { keys: [KEY] });
      cleanUp.push(server.close);
      const folder = await mkdtemp(join(tmpdir(), 'autosend-automatic-'));
      cleanUp.push(() => rm(folder, { recursive: true }));
      const stubs = zones.map(({ name }) => ({ zone: name, servers: [server] }));
      const resolver = await startResolver({ folder, address: RESOLVER, port: server.port, stubs });
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
      const settings = provider === 'powerdns' ? server.apiSettings : formatUpdateSettings(server, KEY);
      const connected = await send('POST', '/v1/dns-connections', { name: title, provider, settings });
      equal(connected.status, 201, connected.text);
      for (const { name } of zones) untouched.set(name, await fetchZone(server, name));
    });
    after(async () => {
      for (const undo of cleanUp.reverse()) await undo();
    });

    const send = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown) =>
      service.send({ method, url, ...(body !== undefined && { body }) });
    const get = async (path = '') => (await send('GET', `/v1/domains/${id}${path}`)).json.data;
    const add = async (domain: string, autoPublish: boolean) => {
      id = (await send('POST', '/v1/domains', { domain, autoPublish })).json.data.id;
    };
    const until = (isTrue: () => Promise<boolean>, what: string) => waitUntil(isTrue, () => what);
    const isVerified = async () => (await get()).verificationStatus === 'VERIFIED';
    const remove = async () => {
      await send('DELETE', `/v1/domains/${id}?withdraw=now`);
      await until(async () => (await service.query('SELECT FROM dns_publications')).length === 0, 'for the withdrawal');
    };

    it('is VERIFIED within seconds, with nobody doing anything; SPF is merged and the policy kept', async (t) => {
      const start = performance.now();
      await add(ZONE, true);
      await until(isVerified, 'for the domain to be VERIFIED');
      t.diagnostic(`VERIFIED after ${Math.round(performance.now() - start)} ms`);
      const lines = await fetchZone(server, ZONE);
      ok(lines.some((line) => line.includes('include:amazonses.com ip4:192.0.2.1 -all')));
      deepEqual(
        lines.filter((line) => line.startsWith('_dmarc.')),
        untouched.get(ZONE)?.filter((line) => line.startsWith('_dmarc.')),
      );
      deepEqual((await get('/attributes')).publishing.problem, null);
    });

    it('signs with a new key as soon as that is made, since its record is published as well', async () => {
      const { selector } = (await send('POST', `/v1/domains/${id}/keys`, {})).json.data;
      const find = async () => (await get('/keys')).keys.find((key: { selector: string }) => key.selector === selector);
      await until(async () => (await find()).stage === 'active', 'for the key to be active');
      equal(await isVerified(), true);
    });

    it('leaves the zone as it was when it is deleted, byte for byte apart from the serial', async () => {
      await remove();
      deepEqual(await fetchZone(server, ZONE), untouched.get(ZONE));
    });

    it("asks before a mail server of somebody else's goes, and puts it back in the end", async () => {
      await add(TAKEN, true);
      const findProblem = async () => (await get('/attributes')).publishing.problem;
      await until(async () => (await findProblem()) !== null, 'for what needs a consent');
      const { reason, conflicts } = await findProblem();
      // Our SPF record would be one for that server's mail.
      deepEqual([reason, conflicts.map(({ type }: { type: string }) => type)], ['needs_consent', ['MX', 'TXT']]);
      deepEqual(await askRecords(server, `asend.${TAKEN}`, 'MX'), ['10 mx.example.com.']);

      const { planId, changes } = await get('/dns-plan');
      const consents = changes.flatMap(({ consent }: { consent?: { code: string } }) => consent?.code ?? []);
      const applied = await send('POST', `/v1/domains/${id}/dns-plan/apply`, { planId, consents });
      equal(applied.status, 200, applied.text);
      match(String(await askRecords(server, `asend.${TAKEN}`, 'MX')), /amazonses\.com\.$/);
      await until(isVerified, 'for the domain to be VERIFIED');
      await remove();
      deepEqual(await fetchZone(server, TAKEN), untouched.get(TAKEN));
    });

    it('is left alone where somebody changes a record between the plan and its application', async () => {
      await add(CONTENDED, false);
      const { planId } = await get('/dns-plan');
      await updateZone(server, KEY, CONTENDED, [`update add asend.${CONTENDED}. 300 TXT "v=spf1 mx ~all"`]);
      const refused = await send('POST', `/v1/domains/${id}/dns-plan/apply`, { planId });
      deepEqual([refused.status, refused.json.error.code], [409, 'DNS_PLAN_CHANGED']);
      deepEqual(await askRecords(server, `asend.${CONTENDED}`, 'TXT'), ['"v=spf1 mx ~all"']);
      const lines = await fetchZone(server, CONTENDED);
      equal(lines.length, (untouched.get(CONTENDED)?.length ?? 0) + 1);
    });
  });
}
