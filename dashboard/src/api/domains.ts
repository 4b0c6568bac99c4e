import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { ListSort, ListState } from '../../../server/src/core/domain-list.ts';
import { DOMAINS_A_PAGE } from '../../../server/src/core/first-calls.ts';
import type { DashboardData, DashboardQuery } from '../../../server/src/wire/dashboard/contract.ts';
import { call, formatCallUrl } from './call.ts';
import { readAnswer } from './request-error.ts';
import { askAnew } from './show-newest.ts';

type DomainPage = DashboardData<'GET /api/projects/:projectId/domains'>;
export type DomainCounts = DashboardData<'GET /api/projects/:projectId/domains/counts'>;
export type DomainListItem = DomainPage['domains'][number];
export type Domain = DashboardData<'GET /api/projects/:projectId/domains/:domainId'>;
export type DomainKey = Domain['keys'][number];
export type Diagnostics = DashboardData<'GET /api/projects/:projectId/domains/:domainId/diagnostics'>;
export type DomainEvent = DashboardData<'GET /api/projects/:projectId/domains/:domainId/events'>['events'][number];
export type ShareLink =
  DashboardData<'GET /api/projects/:projectId/domains/:domainId/share-links'>['shareLinks'][number];
export type SeenByCheck = DashboardData<'POST /api/share/:token/check'>['seen'];
export type SharedDomain = DashboardData<'GET /api/share/:token'>;

export type SetupOffer = DashboardData<'GET /api/share/:token/setup-link'>;

/** What the list is narrowed down to, and its order. */
export interface DomainFilter {
  readonly search?: string | undefined;
  readonly state?: ListState | undefined;
  readonly sort?: ListSort | undefined;
  readonly regionKey?: string | undefined;
}

/** What a list is of: a project by its id, or null for all that somebody sees. */
export type ListScope = string | null;

/** What all queries for the list, and for its counts, begin with. */
export const domainListKey = (scope: ListScope) => ['projects', scope ?? 'all', 'domain-list'] as const;
/** What all queries about one domain begin with. */
export const domainKey = (projectId: string, domainId: string) => ['projects', projectId, 'domains', domainId] as const;
const pagesKey = (scope: ListScope) => [...domainListKey(scope), 'pages'] as const;
/** What all queries for the counts begin with. */
export const domainCountsKey = (scope: ListScope) => [...domainListKey(scope), 'counts'] as const;

/** The domains of a scope, page by page; what needs somebody comes first unless another order is asked for. */
export const domainListQuery = (scope: ListScope, filter: DomainFilter) =>
  infiniteQueryOptions({
    queryKey: [...pagesKey(scope), toQuery(filter)],
    queryFn: ({ pageParam, signal }) =>
      listPage(
        scope,
        {
          limit: String(DOMAINS_A_PAGE),
          ...toQuery(filter),
          ...(pageParam !== undefined && { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });

type ListQuery = NonNullable<DashboardQuery<'GET /api/domains'>>;

function toQuery({ search, state, sort, regionKey }: DomainFilter): ListQuery {
  return {
    ...(search !== undefined && { search }),
    ...(state !== undefined && { state }),
    ...(sort !== undefined && { sort }),
    ...(regionKey !== undefined && { regionKey }),
  };
}

function listPage(scope: ListScope, query: ListQuery, signal?: AbortSignal): Promise<DomainPage> {
  const input = { query, ...(signal && { signal }) };
  return scope === null
    ? call('GET /api/domains', input)
    : call('GET /api/projects/:projectId/domains', { params: { projectId: scope }, ...input });
}

/** Lists all domains that a filter lets through, however many pages of the list that are. */
export async function listAllDomains(scope: ListScope, filter: DomainFilter): Promise<DomainListItem[]> {
  const all: DomainListItem[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...toQuery(filter), limit: '1000', ...(cursor !== undefined && { cursor }) };
    const page = await listPage(scope, query);
    all.push(...page.domains);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

/** How many domains of a scope are in which state. */
export const domainCountsQuery = (scope: ListScope, { search, regionKey }: DomainFilter) =>
  queryOptions({
    queryKey: [...domainCountsKey(scope), { search, regionKey }],
    queryFn: ({ signal }) => {
      const query = toQuery({ search, regionKey });
      return scope === null
        ? call('GET /api/domains/counts', { query, signal })
        : call('GET /api/projects/:projectId/domains/counts', { params: { projectId: scope }, query, signal });
    },
  });

/** Domains of all projects whose name holds a text. */
export const domainSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ['domain-search', search],
    queryFn: ({ signal }) => call('GET /api/domains/search', { query: { search }, signal }),
  });

/**
 * Puts the newest state of a domain into the lists that show it, and counts it where it now belongs. It keeps its place: a
 * row must not move away under somebody's pointer.
 * @returns false where no list shows it: it may be new, or belong to a page that was not opened
 */
export function updateListedDomain(client: QueryClient, scope: ListScope, newest: DomainListItem): boolean {
  return replaceListed(client, scope, newest.id, newest);
}

/** Finds a domain in the lists that were shown, so that its page begins with what they said. */
export function findListedDomain(client: QueryClient, projectId: string, id: string): DomainListItem | undefined {
  const lists = client.getQueriesData<InfiniteData<DomainPage>>({ queryKey: pagesKey(projectId) });
  return lists
    .flatMap(([, list]) => list?.pages ?? [])
    .flatMap(({ domains }) => domains)
    .find((each) => each.id === id);
}

/** Takes a deleted domain out of the lists that show it. @returns false where none does */
export function removeListedDomain(client: QueryClient, scope: ListScope, id: string): boolean {
  return replaceListed(client, scope, id, null);
}

function replaceListed(client: QueryClient, scope: ListScope, id: string, newest: DomainListItem | null): boolean {
  let before: DomainListItem | undefined;
  client.setQueriesData<InfiniteData<DomainPage>>({ queryKey: pagesKey(scope) }, (list) => {
    const listed = list?.pages.flatMap(({ domains }) => domains).find((each) => each.id === id);
    if (!list || !listed) return list;
    before = listed;
    const pages = list.pages.map((page) => ({
      ...page,
      domains: page.domains.flatMap((each) => (each.id !== id ? [each] : newest ? [newest] : [])),
    }));
    return { ...list, pages };
  });
  if (!before) return false;
  askAnew(client, domainListKey(scope));
  const { listState } = before;
  client.setQueriesData<DomainCounts>({ queryKey: domainCountsKey(scope) }, (counts) => {
    if (!counts) return counts;
    const without = { ...counts, [listState]: Math.max(0, counts[listState] - 1) };
    return newest ? { ...without, [newest.listState]: without[newest.listState] + 1 } : without;
  });
  return true;
}

/** Adds a domain, once however often the request is sent: the key makes repeats of it one. */
export function addDomain(projectId: string, domain: string, regionKey: string): Promise<Domain> {
  return call('POST /api/projects/:projectId/domains', {
    params: { projectId },
    body: { domain, regionKey },
    headers: { 'idempotency-key': crypto.getRandomValues(new Uint32Array(4)).join('-') },
  });
}

/** Reads the records of a domain as a CSV file. @throws RequestError */
export async function fetchRecordsCsv(projectId: string, domainId: string): Promise<string> {
  const params = { projectId, domainId };
  const url = formatCallUrl('GET /api/projects/:projectId/domains/:domainId/zone-file', params, { format: 'csv' });
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) await readAnswer(response);
  return response.text();
}

/** What a text means as a domain, by the rules by which one is added. @param isTest whether it is for a test project */
export const typedDomainQuery = (text: string, isTest: boolean) =>
  queryOptions({
    queryKey: ['domain-name', text, isTest],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call('POST /api/domain-name', { body: { text, ...(isTest && { isTest }) }, signal }),
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

/** Asked again when the number of live records changes, and not after each check: every answer costs DNS queries. */
const OFFER_STALE_MS = 60_000;

/** Whether the DNS provider accepts a link that adds the missing records. @param live how many records are live */
export const setupOfferQuery = (projectId: string, domainId: string, live: number) =>
  queryOptions({
    queryKey: ['setup-offer', projectId, domainId, live],
    staleTime: OFFER_STALE_MS,
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/domains/:domainId/setup-link', { params: { projectId, domainId }, signal }),
  });

/** The same for whoever holds a link to the domain. */
export const sharedOfferQuery = (token: string, live: number) =>
  queryOptions({
    queryKey: ['shared-setup-offer', token, live],
    staleTime: OFFER_STALE_MS,
    queryFn: ({ signal }) => call('GET /api/share/:token/setup-link', { params: { token }, signal }),
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
