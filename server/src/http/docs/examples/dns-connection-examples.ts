import type { Example } from './example.ts';

/** Calls about credentials for DNS providers. */
export const DNS_CONNECTION_EXAMPLES = {
  createDnsConnection: {
    headers: { 'Idempotency-Key': 'our-name-server' },
    body: {
      name: 'Our name server',
      provider: 'rfc2136',
      settings: {
        server: 'ns1.example.com',
        tsigName: 'autosend',
        tsigAlgorithm: 'hmac-sha256',
        tsigSecret: 'bm90IGEgcmVhbCBzZWNyZXQ=',
      },
    },
    typescript: async ({ autosend }) => {
      const { id, zones } = await autosend.dnsConnections.create({
        name: 'Our name server',
        provider: 'rfc2136',
        settings: {
          server: 'ns1.example.com',
          tsigName: 'autosend',
          tsigAlgorithm: 'hmac-sha256',
          tsigSecret: 'bm90IGEgcmVhbCBzZWNyZXQ=',
        },
      });
      console.log(id, zones);
    },
  },
  listDnsConnections: {
    typescript: async ({ autosend }) => {
      const connections = await autosend.dnsConnections.list();
      console.log(connections.map(({ name, lastError }) => [name, lastError?.message]));
    },
  },
  getDnsConnection: {
    typescript: async ({ autosend, connectionId }) => {
      const { zones, domains } = await autosend.dnsConnections.get(connectionId);
      console.log(zones, domains);
    },
  },
  testDnsConnection: {
    body: { zone: 'example.com' },
    typescript: async ({ autosend, connectionId }) => {
      const { success, problem } = await autosend.dnsConnections.test(connectionId, { zone: 'example.com' });
      console.log(success, problem?.message);
    },
  },
  deleteDnsConnection: {
    typescript: async ({ autosend, connectionId }) => {
      await autosend.dnsConnections.delete(connectionId);
    },
  },
} satisfies Readonly<Record<string, Example>>;
