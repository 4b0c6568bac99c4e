import type { ProjectId } from '../../core/ids.ts';
import * as table from '../../db/queries/history.ts';
import type { Context } from '../context.ts';
import { getDomain } from './domains.ts';

/**
 * Lists one page of a domain's history, newest first; `next` is the change before which the next page begins. The
 * history of a deleted domain stays in the database, for whoever runs the service; to clients the domain is gone, and
 * its history with it, as every other thing under its id.
 * @throws AppError NOT_FOUND, the same for a deleted domain, another project's and one that never was
 */
export async function listEvents(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  domainId: string,
  page: { limit: number; before?: number },
): Promise<{ events: table.StoredEvent[]; next: number | null }> {
  const domain = await getDomain(ctx, projectId, domainId);
  const found = await table.listEvents(ctx.db, projectId, domain.id, { ...page, limit: page.limit + 1 });
  const events = found.slice(0, page.limit);
  const last = events.at(-1);
  return { events, next: found.length > page.limit && last ? last.id : null };
}
