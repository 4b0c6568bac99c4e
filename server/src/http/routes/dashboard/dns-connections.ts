import type { Context } from '../../../services/context.ts';
import {
  createDnsConnection,
  deleteDnsConnection,
  getDnsConnection,
  listDependentDomains,
  listDnsConnections,
} from '../../../services/publishing/connections.ts';
import { testDnsConnection } from '../../../services/publishing/test-connection.ts';
import {
  formatDnsConnection,
  formatDnsConnectionDetail,
  formatDnsConnectionTest,
} from '../../../services/views/dns-connection-object.ts';
import type { dnsConnectionCalls } from '../../../wire/dashboard/dns-connection-calls.ts';
import type { Handlers } from '../../dashboard/call.ts';

/** Credentials for DNS providers, as the settings of a project have them. */
export function dnsConnectionRoutes(ctx: Context): Handlers<keyof typeof dnsConnectionCalls> {
  return {
    'GET /api/projects/:projectId/dns-connections': async ({ own }) => ({
      dnsConnections: (await listDnsConnections(ctx, own.project.id)).map(formatDnsConnection),
    }),
    'POST /api/projects/:projectId/dns-connections': async ({ own, body }) =>
      formatDnsConnection(await createDnsConnection(ctx, own.project.id, body)),
    'GET /api/projects/:projectId/dns-connections/:connectionId': async ({ own, params }) => {
      const connection = await getDnsConnection(ctx, own.project.id, params.connectionId);
      return formatDnsConnectionDetail(connection, await listDependentDomains(ctx, own.project.id, connection));
    },
    'POST /api/projects/:projectId/dns-connections/:connectionId/test': async ({ own, params, body }) => {
      const connection = await getDnsConnection(ctx, own.project.id, params.connectionId);
      return formatDnsConnectionTest(await testDnsConnection(ctx, connection, body.zone));
    },
    'DELETE /api/projects/:projectId/dns-connections/:connectionId': async ({ own, params }) => {
      await deleteDnsConnection(ctx, own.project.id, params.connectionId);
      return null;
    },
  };
}
