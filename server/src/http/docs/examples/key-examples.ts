import type { Example } from './example.ts';

/** Calls about keys, signing, and the service itself. */
export const KEY_EXAMPLES = {
  listDomainKeys: {
    typescript: async ({ autosend, domainId }) => {
      const { keys } = await autosend.keys.list(domainId);
      for (const { selector, stage } of keys) console.log(selector, stage);
    },
  },
  createDomainKey: {
    body: { selector: '2027q1' },
    typescript: async ({ autosend, domainId }) => {
      const { record } = await autosend.keys.create(domainId, { selector: '2027q1' });
      console.log(record.name, record.value);
    },
  },
  activateDomainKey: {
    typescript: async ({ autosend, domainId, selector }) => {
      const { stage } = await autosend.keys.activate(domainId, selector);
      console.log(stage);
    },
  },
  revokeDomainKey: {
    typescript: async ({ autosend, domainId, selector }) => {
      await autosend.keys.revoke(domainId, selector);
    },
  },
  signMessage: {
    headers: { 'Content-Type': 'message/rfc822' },
    body: 'message.eml',
    typescript: async ({ url, key, domainId }) => {
      const message = 'From: jo@example.com\r\nTo: sam@example.org\r\nSubject: Hello\r\n\r\nHi Sam\r\n';
      const response = await fetch(`${url}/v1/domains/${domainId}/sign`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'message/rfc822' },
        body: message,
      });
      console.log(await response.json());
    },
  },
  testDomain: {
    body: { ip: '192.0.2.1' },
    typescript: async ({ url, key, domainId }) => {
      const response = await fetch(`${url}/v1/domains/${domainId}/proof`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ip: '192.0.2.1' }),
      });
      console.log(await response.json());
    },
  },
  listMailServerKeys: {
    query: '?limit=1',
    typescript: async ({ url, key }) => {
      const response = await fetch(`${url}/v1/mail-server-keys?limit=1`, {
        headers: { authorization: `Bearer ${key}` },
      });
      console.log(await response.json());
    },
  },
  getOwnApiKey: {
    typescript: async ({ autosend }) => {
      const { permission } = await autosend.apiKey();
      console.log(permission);
    },
  },
  listRegions: {
    typescript: async ({ url, key }) => {
      const response = await fetch(`${url}/v1/regions`, { headers: { authorization: `Bearer ${key}` } });
      console.log(await response.json());
    },
  },
  listAuditLog: {
    query: '?limit=2',
    typescript: async ({ url, key }) => {
      const response = await fetch(`${url}/v1/audit-log?limit=2`, {
        headers: { authorization: `Bearer ${key}` },
      });
      console.log(await response.json());
    },
  },
  advanceTestClock: {
    body: { seconds: 3600 },
    typescript: async ({ autosend }) => {
      const { now, checks, events } = await autosend.test.advance(3600);
      console.log(now, checks, events);
    },
  },
  getLiveness: {
    typescript: async ({ url }) => {
      const { ok } = await fetch(`${url}/health/live`);
      console.log(ok);
    },
  },
  getReadiness: {
    typescript: async ({ url }) => {
      const { ok } = await fetch(`${url}/health/ready`);
      console.log(ok);
    },
  },
} satisfies Readonly<Record<string, Example>>;
