import type { z } from 'zod';
import { validationError } from '../../core/errors.ts';
import type { DomainName, ProjectId } from '../../core/ids.ts';
import { readDomainName } from '../../core/names/domain-name.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../../services/context.ts';
import { isPlaceInList, listDomainsSorted } from '../../services/domains/domain-list.ts';
import { listDomains } from '../../services/domains/domains.ts';
import { listEvents } from '../../services/domains/events.ts';
import { type domainListQuerySchema, formatListCursor, parseListCursor } from '../../wire/dashboard/domain-list.ts';
import { type eventQuerySchema, type eventSchema, formatEventCursor, parseEventCursor } from '../../wire/event.ts';
import { formatCursor, type listQuerySchema, parseCursor } from '../../wire/list-query.ts';

/** How many live updates one person may have open on a node. */
export const MAX_STREAMS_OF_ONE = 10;

const DEFAULT_DOMAINS = 1_000;
const DOMAINS_FOR_ONE = 50;
const DEFAULT_EVENTS = 50;

/** One page of a project's domains, as the query asks for it. @param ofKey only those, where they are given @throws AppError VALIDATION_FAILED */
export async function listDomainPage(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  projectId: ProjectId,
  { limit = DEFAULT_DOMAINS, cursor, status, regionKey, search, name, externalId }: z.output<typeof listQuerySchema>,
  ofKey: readonly DomainName[] | null = null,
): Promise<{ domains: StoredDomain[]; nextCursor?: string }> {
  const wanted = name === undefined ? null : readWantedName(name);
  const names = wanted === null ? ofKey : ofKey === null || ofKey.includes(wanted) ? [wanted] : [];
  const { domains, next } = await listDomains(ctx, projectId, {
    limit,
    ...(cursor !== undefined && { after: parseCursor(cursor) }),
    ...(names && { names }),
    ...(status && { status }),
    ...(regionKey !== undefined && { regionKey }),
    ...(search !== undefined && { search: search.toLowerCase() }),
    ...(externalId !== undefined && { externalId }),
  });
  return { domains, ...(next && { nextCursor: formatCursor(next) }) };
}

/** Reads a name that is looked for, as one that is added is read. @throws AppError VALIDATION_FAILED */
function readWantedName(text: string): DomainName {
  const reading = readDomainName(text, { allowReservedTlds: true, derivedLabels: [] });
  if ('name' in reading) return reading.name;
  throw validationError('name', reading.fault);
}

/** What a list costs of the rate limit: one for each fifty domains in it. */
export function costOfList(count: number): number {
  return Math.max(1, Math.ceil(count / DOMAINS_FOR_ONE));
}

/** One page of the dashboard's list, in the order that the query asks for. @throws AppError VALIDATION_FAILED */
export async function listSortedPage(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  projectIds: readonly ProjectId[],
  { limit = DEFAULT_DOMAINS, cursor, sort = 'attention', ...wish }: z.output<typeof domainListQuerySchema>,
): Promise<{ domains: StoredDomain[]; nextCursor?: string }> {
  const after = cursor === undefined ? undefined : parseListCursor(cursor, sort, isPlaceInList);
  const { domains, next } = await listDomainsSorted(ctx, projectIds, { ...wish, sort, limit, after });
  return { domains, ...(next && { nextCursor: formatListCursor(sort, next) }) };
}

/** One page of a domain's history, as the query asks for it. @throws AppError VALIDATION_FAILED, NOT_FOUND */
export async function listEventPage(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  domainId: string,
  { limit = DEFAULT_EVENTS, cursor }: z.output<typeof eventQuerySchema>,
): Promise<{ events: z.output<typeof eventSchema>[]; nextCursor?: string }> {
  const { events, next } = await listEvents(ctx, projectId, domainId, {
    limit,
    ...(cursor !== undefined && { before: parseEventCursor(cursor) }),
  });
  return {
    events: events.map(({ id, type, data, actor, at }) => ({
      id: String(id),
      type,
      data,
      actor: actor && { type: actor.kind, id: actor.id, name: actor.name },
      at: at.toISOString(),
    })),
    ...(next !== null && { nextCursor: formatEventCursor(next) }),
  };
}
