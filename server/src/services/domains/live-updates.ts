import type { DomainId, ProjectId } from '../../core/ids.ts';
import { findNewestEventId, listEventsAfter, readMarks } from '../../db/queries/live-changes.ts';
import type { Context } from '../context.ts';

/** What somebody watches: one domain, or the lists of projects. */
export type WatchTarget = { readonly domainId: DomainId } | { readonly projectIds: readonly ProjectId[] };

/** Tells what changed, whichever node changed it. */
export interface LiveUpdates {
  /** Calls `onChange` for each domain that changed, until the function that it returns is called. */
  watch(target: WatchTarget, onChange: (id: DomainId) => void): () => void;
  /** Resolves when no change from now on is missed by who watches already; later where the database is away. */
  ready(): Promise<void>;
}

interface Watcher {
  readonly target: WatchTarget;
  onChange(id: DomainId): void;
}

/** How often the database is asked while somebody watches. */
export const POLL_MS = 500;
const AFTER_FAILURE_MS = 2_000;
/** Longer than a transaction may last (`db/client.ts`): ids are given out before they can be seen, and so not seen in order. */
const SETTLE_MS = 30_000;
const MAX_EVENTS = 5_000;

/**
 * Creates the updates of this node. It asks the database twice in each half second for all that watch together, and not at
 * all while nobody does: changes of any node are seen, through any pooler, with nothing to keep alive.
 */
export function createLiveUpdates(ctx: Pick<Context, 'db' | 'clock' | 'stopping' | 'log'>): LiveUpdates {
  const watchers = new Set<Watcher>();
  let isRunning = false;
  let opened = Promise.withResolvers<void>();

  const poll = async (history: EventHistory, marks: Map<DomainId, string | null>): Promise<void> => {
    const targets = [...watchers].map(({ target }) => target);
    const projectIds = new Set(targets.flatMap((target) => ('projectIds' in target ? target.projectIds : [])));
    for (const { projectId, domainId } of await history.readNew([...projectIds]))
      for (const { target, onChange } of watchers)
        if ('projectIds' in target && target.projectIds.includes(projectId)) onChange(domainId);

    const domainIds = new Set(targets.flatMap((target) => ('domainId' in target ? [target.domainId] : [])));
    const found = await readMarks(ctx.db, [...domainIds]);
    for (const id of marks.keys()) if (!domainIds.has(id)) marks.delete(id);
    for (const id of domainIds) {
      const mark = found.get(id) ?? null;
      // Who began to watch just now has read the domain a moment ago: it may have changed between, so they are told once.
      if (marks.get(id) === mark && marks.has(id)) continue;
      marks.set(id, mark);
      for (const { target, onChange } of watchers) if ('domainId' in target && target.domainId === id) onChange(id);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    let history: EventHistory | null = null;
    const marks = new Map<DomainId, string | null>();
    while (watchers.size > 0 && !ctx.stopping.aborted) {
      let pauseMs = POLL_MS;
      try {
        history ??= await openHistory(ctx);
        opened.resolve();
        await poll(history, marks);
      } catch (error) {
        ctx.log.warn({ err: error }, "the database isn't responding; live updates resume when it does");
        pauseMs = AFTER_FAILURE_MS;
      }
      await ctx.clock.sleep(pauseMs, ctx.stopping);
    }
    isRunning = false;
    opened = Promise.withResolvers();
  };

  return {
    watch(target, onChange) {
      const watcher: Watcher = { target, onChange };
      watchers.add(watcher);
      if (!isRunning) void run();
      return () => watchers.delete(watcher);
    },
    ready: () => opened.promise,
  };
}

interface EventHistory {
  /** What was not read before, of these projects. */
  readNew(projectIds: readonly ProjectId[]): Promise<{ projectId: ProjectId; domainId: DomainId }[]>;
}

/**
 * Follows the history from its present end. An id that is smaller than one already seen may still appear, from a
 * transaction that lasted longer: the last half minute is read again each time, and what was seen is passed over.
 *
 *     … settled │ read again, mostly seen │ new
 */
async function openHistory(ctx: Pick<Context, 'db' | 'clock'>): Promise<EventHistory> {
  let settled = await findNewestEventId(ctx.db);
  /** The end of the history at some moment: when a transaction cannot last any longer, all before it has been read. */
  let settling = { id: settled, at: ctx.clock.now().getTime() };
  const seen = new Set<number>();
  return {
    async readNew(projectIds) {
      const now = ctx.clock.now().getTime();
      const rows = await listEventsAfter(ctx.db, projectIds, settled, MAX_EVENTS);
      const fresh = rows.filter(({ id }) => !seen.has(id)).reverse();
      for (const { id } of fresh) seen.add(id);
      if (now - settling.at > SETTLE_MS) {
        settled = settling.id;
        settling = { id: await findNewestEventId(ctx.db), at: now };
        for (const id of seen) if (id <= settled) seen.delete(id);
      }
      return fresh;
    },
  };
}
