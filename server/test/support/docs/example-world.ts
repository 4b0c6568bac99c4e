import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { EXAMPLES } from '../../../src/http/docs/examples/examples.ts';
import { createTestApp, type TestApp } from '../app.ts';
import { type DnsServer, startDnsServer } from '../dns/dns-server.ts';
import { listRecords, publishDomain } from '../dns/publish.ts';
import { createMemoryZones } from '../publishing/memory-zones.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { sendDue } from '../webhooks/send-due.ts';

/** What examples are run against: a service with name servers and a receiver, and a folder with the files that they name. */
export interface ExampleStage {
  readonly service: TestApp;
  readonly url: string;
  readonly folder: string;
  /** Sets up a project of its own with what an example names: `path` is that of the call. */
  setUp(needs: {
    readonly path: string;
    readonly isEmpty?: boolean;
    readonly isVerified?: boolean;
  }): Promise<ExampleWorld>;
  close(): Promise<void>;
}

/** What the names in examples stand for. */
export interface ExampleWorld {
  readonly key: ApiKey;
  /** One that may pull private keys. */
  readonly pullingKey: ApiKey;
  readonly domainId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  /** A pending key, whose record is published where the domain is verified. */
  readonly selector: string;
  readonly linkId: string;
  readonly connectionId: string;
  readonly planId: string;
}

const MESSAGE = 'From: jo@example.com\r\nTo: sam@example.org\r\nSubject: Hello\r\n\r\nHi Sam\r\n';

/** Starts it. */
export async function startExampleStage(testFileUrl: string): Promise<ExampleStage> {
  const dns: DnsServer = await startDnsServer();
  const service = await createTestApp(testFileUrl, {
    dns,
    variables: { WEBHOOKS_ALLOW_PRIVATE: 'true' },
    // Over RFC 2136 zones can't be listed.
    dnsProviders: {
      rfc2136: () => ({
        ...createMemoryZones('example.com'),
        listZones: async () => ({ outcome: 'done', value: null }),
      }),
    },
  });
  const receiver: Receiver = await startReceiver();
  const folder = await mkdtemp(join(tmpdir(), 'autosend-examples-'));
  await writeFile(join(folder, 'message.eml'), MESSAGE);
  return {
    service,
    url: await service.listen(),
    folder,
    async setUp({ path: of, isEmpty = false, isVerified = false }) {
      const { project, key } = await service.createProject({ isTest: of.startsWith('/v1/test/') });
      const world = {
        key,
        domainId: '',
        webhookId: '',
        deliveryId: '',
        selector: '',
        linkId: '',
        connectionId: '',
        planId: '',
      };
      const pullingKey = (await service.createKey(project, { permission: 'mail_server' })).key;
      if (isEmpty) return { ...world, pullingKey };
      const call = async (url: string, body?: object) => {
        const { status, json, text } = await service.send({ method: 'POST', url, key, ...(body && { body }) });
        assert.ok(status < 300, `${url}: ${text}`);
        return json.data;
      };
      const attributes = { externalId: 'cus_4711', metadata: { plan: 'pro' } };
      const domain = await call('/v1/domains', { domain: 'example.com', ...attributes });
      const path = `/v1/domains/${domain.id}`;
      // Of the world before, there may be a key at the selector.
      publishDomain(dns, domain, []);
      world.domainId = domain.id;
      const made = of.includes('{selector}') ? await call(`${path}/keys`, { selector: '2026q4' }) : null;
      world.selector = made?.selector ?? '';
      if (isVerified) {
        publishDomain(dns, domain, [...listRecords(domain), ...(made ? [made.record] : [])]);
        await call(`${path}/verify`);
      }
      if (of.includes('/share-links'))
        world.linkId = (await call(`${path}/share-links`, { recipient: 'jo@example.com' })).id;
      if (/dns-(?:connections|plan)/.test(of))
        world.connectionId = (await call('/v1/dns-connections', EXAMPLES.createDnsConnection?.body as object)).id;
      if (of.endsWith('/apply')) world.planId = (await service.send({ url: `${path}/dns-plan`, key })).json.data.planId;
      if (!of.includes('/webhooks')) return { ...world, pullingKey };
      const { webhook } = await call('/v1/webhooks', { url: `${receiver.url}/webhooks`, events: ['domain.*'] });
      world.webhookId = webhook.id;
      if (!/logs|deliver/.test(of)) return { ...world, pullingKey };
      await call(`/v1/webhooks/${webhook.id}/resend`, { event: 'domain.verified', data: { domain } });
      await sendDue(service.ctx);
      const logs = await service.send({ url: `/v1/webhooks/${webhook.id}/logs`, key });
      return { ...world, pullingKey, deliveryId: logs.json.data.logs[0]._id };
    },
    async close() {
      await service.close();
      await receiver.close();
      await dns.close();
      await rm(folder, { recursive: true });
    },
  };
}
