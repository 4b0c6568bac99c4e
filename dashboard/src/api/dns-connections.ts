import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';

export type DnsConnection = DashboardData<'GET /api/projects/:projectId/dns-connections'>['dnsConnections'][number];

/** The DNS connections of a project, the oldest first. */
export const dnsConnectionsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'dns-connections'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/dns-connections', { params: { projectId }, signal }),
  });

/** One of them, with the domains that lie in its zones. */
export const dnsConnectionQuery = (projectId: string, connectionId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'dns-connections', connectionId],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/dns-connections/:connectionId', {
        params: { projectId, connectionId },
        signal,
      }),
  });
