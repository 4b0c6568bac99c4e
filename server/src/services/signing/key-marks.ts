import { createBoundedMap } from '../../core/bounded-map.ts';
import type { ProjectId } from '../../core/ids.ts';
import { readSigningKeysMark } from '../../db/queries/dkim-keys.ts';
import type { Context } from '../context.ts';

/** What stands for all the keys that a project's mail is signed with, remembered for a second. */
export interface KeyMarks {
  /** A text that changes whenever the keys do, at most a second later. */
  read(ctx: Pick<Context, 'db' | 'clock'>, projectId: ProjectId): Promise<string>;
}

/** The database checks all domains of the project for it: whoever polls costs that once a second, and not with each request. */
const REMEMBER_MS = 1_000;

/** Creates the memory of this node. */
export function createKeyMarks(limit = 10_000): KeyMarks {
  const known = createBoundedMap<ProjectId, { readonly readAtMs: number; readonly mark: Promise<string> }>(limit);
  return {
    read(ctx, projectId) {
      const nowMs = ctx.clock.monotonicMs();
      const entry = known.get(projectId);
      if (entry && nowMs - entry.readAtMs < REMEMBER_MS) return entry.mark;
      const mark = readSigningKeysMark(ctx.db, projectId);
      known.set(projectId, { readAtMs: nowMs, mark });
      // A failure is nobody else's.
      mark.catch(() => known.delete(projectId));
      return mark;
    },
  };
}
