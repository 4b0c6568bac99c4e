import { infiniteQueryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call, formatCallUrl } from './call.ts';

export type AuditEntry = DashboardData<'GET /api/audit-log'>['entries'][number];

/** What entries are chosen by; an empty text chooses all. */
export interface AuditChoice {
  /** Null for the whole installation. */
  readonly projectId: string | null;
  /** What is acted on, such as `api_key`. */
  readonly kind: string;
}

/** Who did what, newest first, by page. */
export const auditLogQuery = ({ projectId, kind }: AuditChoice) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', projectId, kind],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(kind !== '' && { action: kind }), ...(pageParam !== undefined && { cursor: pageParam }) };
      return projectId === null
        ? call('GET /api/audit-log', { query, signal })
        : call('GET /api/projects/:projectId/audit-log', { params: { projectId }, query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });

/** The address of the same as a file of JSON lines. */
export function formatAuditExportUrl({ projectId, kind }: AuditChoice): string {
  const query = kind === '' ? {} : { action: kind };
  return projectId === null
    ? formatCallUrl('GET /api/audit-log/export', {}, query)
    : formatCallUrl('GET /api/projects/:projectId/audit-log/export', { projectId }, query);
}
