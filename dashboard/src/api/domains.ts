import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { DOMAINS_A_PAGE } from '../../../server/src/core/first-calls.ts';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';

type DomainPage = DashboardData<'GET /api/projects/:projectId/domains'>;
export type DomainListItem = DomainPage['domains'][number];
export type Domain = DashboardData<'GET /api/projects/:projectId/domains/:domainId'>;
export type DomainKey = Domain['keys'][number];
export type Diagnostics = DashboardData<'GET /api/projects/:projectId/domains/:domainId/diagnostics'>;
export type DomainEvent = DashboardData<'GET /api/projects/:projectId/domains/:domainId/events'>['events'][number];
export type ShareLink =
  DashboardData<'GET /api/projects/:projectId/domains/:domainId/share-links'>['shareLinks'][number];
export type SeenByCheck = DashboardData<'POST /api/share/:token/check'>['seen'];
export type SharedDomain = DashboardData<'GET /api/share/:token'>;

/** What the list is narrowed down to. */
export interface DomainFilter {
  readonly search?: string | undefined;
  readonly status?: Domain['verificationStatus'] | undefined;
}

/** What all queries for the list begin with. */
export const domainListKey = (projectId: string) => ['projects', projectId, 'domain-list'] as const;
/** What all queries about one domain begin with. */
export const domainKey = (projectId: string, domainId: string) => ['projects', projectId, 'domains', domainId] as const;

/** A project's domains, newest first, page by page. */
export const domainListQuery = (projectId: string, { search, status }: DomainFilter) =>
  infiniteQueryOptions({
    queryKey: [...domainListKey(projectId), { search, status }],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/projects/:projectId/domains', {
        params: { projectId },
        query: {
          limit: String(DOMAINS_A_PAGE),
          ...(search !== undefined && { search }),
          ...(status !== undefined && { status }),
          ...(pageParam !== undefined && { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });

/**
 * Puts the newest state of a domain into the lists that show it.
 * @returns false where none does: it may be new, or belong to a page that was not opened
 */
export function updateListedDomain(client: QueryClient, projectId: string, newest: DomainListItem): boolean {
  let isListed = false;
  client.setQueriesData<InfiniteData<DomainPage>>({ queryKey: domainListKey(projectId) }, (list) => {
    if (!list?.pages.some(({ domains }) => domains.some(({ id }) => id === newest.id))) return list;
    isListed = true;
    const pages = list.pages.map((page) => ({
      ...page,
      domains: page.domains.map((each) => (each.id === newest.id ? newest : each)),
    }));
    return { ...list, pages };
  });
  return isListed;
}

/** What a text means as a domain, by the rules by which one is added. */
export const typedDomainQuery = (text: string) =>
  queryOptions({
    queryKey: ['domain-name', text],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call('POST /api/domain-name', { body: { text }, signal }),
  });

/** One domain with its records. */
export const domainQuery = (projectId: string, domainId: string) =>
  queryOptions({
    queryKey: [...domainKey(projectId, domainId), 'domain'],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId', { params: { projectId, domainId }, signal }),
  });

/** Live updates tell of our own checks only; the sending provider's come in between. */
const PROVIDER_EVERY_MS = 5_000;

/** What the last check saw, and what to do. */
export const diagnosticsQuery = (projectId: string, domainId: string) =>
  queryOptions({
    queryKey: [...domainKey(projectId, domainId), 'diagnostics'],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId/diagnostics', { params: { projectId, domainId }, signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.provider && data.provider.state !== 'ready' ? PROVIDER_EVERY_MS : false,
  });

/** The changes of a domain, newest first, page by page. */
export const eventsQuery = (projectId: string, domainId: string) =>
  infiniteQueryOptions({
    queryKey: [...domainKey(projectId, domainId), 'events'],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId/events', {
        params: { projectId, domainId },
        query: pageParam === undefined ? {} : { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });

/** The links through which others see the domain. */
export const shareLinksQuery = (projectId: string, domainId: string) =>
  queryOptions({
    queryKey: [...domainKey(projectId, domainId), 'share-links'],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId/share-links', { params: { projectId, domainId }, signal }),
  });

/** A shared domain, for whoever holds the link. */
export const sharedDomainQuery = (token: string) =>
  queryOptions({
    queryKey: ['share', token, 'domain'],
    queryFn: ({ signal }) => call('GET /api/share/:token', { params: { token }, signal }),
  });

/** What the last check a shared domain saw. */
export const sharedDiagnosticsQuery = (token: string) =>
  queryOptions({
    queryKey: ['share', token, 'diagnostics'],
    queryFn: ({ signal }) => call('GET /api/share/:token/diagnostics', { params: { token }, signal }),
  });
