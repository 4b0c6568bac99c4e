import type { Example } from './example.ts';

/** Calls about domains, their records and what happens to them. */
export const DOMAIN_EXAMPLES = {
  createDomain: {
    headers: { 'Idempotency-Key': '7d3f0b6e-add-example.com' },
    body: { domain: 'example.com', externalId: 'cus_4711', metadata: { plan: 'pro' } },
    typescript: async ({ autosend }) => {
      const domain = await autosend.domains.create({
        domain: 'example.com',
        externalId: 'cus_4711',
        metadata: { plan: 'pro' },
      });
      console.log(domain.id, domain.dnsRecords.ownership.value);
    },
  },
  listDomains: {
    query: '?limit=20&status=PENDING_CONFIGURATION',
    typescript: async ({ autosend }) => {
      for await (const domain of autosend.domains.iterate({ status: 'PENDING_CONFIGURATION' }))
        console.log(domain.domainName, domain.verificationStatus);
    },
  },
  getDomain: {
    typescript: async ({ autosend, domainId }) => {
      const domain = await autosend.domains.get(domainId);
      console.log(domain.domainName, domain.verificationStatus);
    },
  },
  deleteDomain: {
    typescript: async ({ autosend, domainId }) => {
      await autosend.domains.delete(domainId);
    },
  },
  updateDomain: {
    body: { dkimRotationDays: 180 },
    typescript: async ({ autosend, domainId }) => {
      await autosend.domains.update(domainId, { dkimRotationDays: 180 });
    },
  },
  getDomainAttributes: {
    typescript: async ({ autosend, domainId }) => {
      const { externalId, metadata } = await autosend.domains.attributes(domainId);
      console.log(externalId, metadata);
    },
  },
  verifyDomain: {
    typescript: async ({ autosend, domainId }) => {
      const { verificationStatus } = await autosend.domains.verify(domainId);
      console.log(verificationStatus);
    },
  },
  getDomainDiagnostics: {
    query: '?refresh=true',
    typescript: async ({ autosend, domainId }) => {
      const { records } = await autosend.domains.diagnose(domainId, { refresh: true });
      for (const { title, fix } of records.flatMap((record) => record.findings)) console.log(title, fix);
    },
  },
  listDomainRecords: {
    typescript: async ({ autosend, domainId }) => {
      const records = await autosend.domains.records(domainId);
      for (const { type, host, value } of records) console.log(type, host, value);
    },
  },
  getSetupLink: {
    typescript: async ({ autosend, domainId }) => {
      const { url, provider, message } = await autosend.domains.setupLink(domainId);
      console.log(url === null ? message : `Add these records at ${provider?.name}: ${url}`);
    },
  },
  exportDomainRecords: {
    query: '?format=zone',
    typescript: async ({ url, key, domainId }) => {
      const response = await fetch(`${url}/v1/domains/${domainId}/zone-file?format=zone`, {
        headers: { authorization: `Bearer ${key}` },
      });
      console.log(await response.text());
    },
  },
  listDomainEvents: {
    query: '?limit=2',
    typescript: async ({ autosend, domainId }) => {
      const { events } = await autosend.domains.events(domainId, { limit: 2 });
      for (const { type, at } of events) console.log(at, type);
    },
  },
  listEvents: {
    query: '?limit=1',
    typescript: async ({ autosend }) => {
      const { events, nextCursor } = await autosend.events.list({ limit: 1 });
      for (const { type, createdAt } of events) console.log(createdAt, type);
      console.log(nextCursor);
    },
  },
  streamEvents: {
    typescript: async ({ autosend }) => {
      for await (const { event } of autosend.events.follow()) {
        console.log(event.type, event.data);
        break;
      }
    },
  },
  listShareLinks: {
    typescript: async ({ autosend, domainId }) => {
      for (const { recipient, state } of await autosend.shareLinks.list(domainId)) console.log(recipient, state);
    },
  },
  createShareLink: {
    body: { recipient: 'jo@example.com' },
    typescript: async ({ autosend, domainId }) => {
      const { url } = await autosend.shareLinks.create(domainId, { recipient: 'jo@example.com' });
      console.log(url);
    },
  },
  revokeShareLink: {
    typescript: async ({ autosend, domainId, linkId }) => {
      await autosend.shareLinks.revoke(domainId, linkId);
    },
  },
} satisfies Readonly<Record<string, Example>>;
