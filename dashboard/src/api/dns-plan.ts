import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';
import { domainKey } from './domains.ts';

export type DnsPlan = DashboardData<'GET /api/projects/:projectId/domains/:domainId/dns-plan'>;
export type DnsChange = DnsPlan['changes'][number];

/**
 * What would be written into the zone of a domain. Never cached: a plan shows the zone as it is now. Only its own
 * `refetch` loads it again, never a refresh of the page: it must not change while somebody reads it and agrees to it.
 */
export const dnsPlanQuery = (projectId: string, domainId: string) =>
  queryOptions({
    queryKey: [...domainKey(projectId, domainId), 'dns-plan'] as const,
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId/dns-plan', { params: { projectId, domainId }, signal }),
    gcTime: 0,
    staleTime: 'static',
    retry: false,
  });
