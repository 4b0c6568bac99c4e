import type { DomainName, ProjectId } from '../../core/ids.ts';
import type { SigningEntry } from '../../core/mail-server/tables.ts';
import { findNewestEventId } from '../../db/queries/live-changes.ts';
import type { Context } from '../../services/context.ts';
import { type ExportedKey, listExportableKeys, openExportedKeys } from '../../services/signing/exported-keys.ts';

/** Where the keys for a mail server come from. */
export interface KeySource {
  /** How long nothing has to be asked after it was asked last. */
  readonly pauseMs: number;
  /** Whether keys may have changed since the last call that said so; the first one does. */
  hasChanged(): Promise<boolean>;
  /** One page by domain name; `next` is where the next one begins. */
  listPage(after: string | null): Promise<{ readonly keys: readonly SigningEntry[]; readonly next: string | null }>;
  /** The private keys of some of them; those that are gone meanwhile are left out. */
  open(keys: readonly SigningEntry[]): Promise<readonly ExportedKey[]>;
}

/** Each page costs the database a check all domains. */
const PAGE = 10_000;
const PAUSE_MS = 1_000;
/** However the history was read, nothing is missed for longer. */
const WHOLE_EVERY_MS = 60_000;

/** The keys as the database has them. @param projectId left out, those of all projects */
export function createDatabaseKeySource(
  ctx: Pick<Context, 'db' | 'secretBox' | 'clock'>,
  projectId: ProjectId | undefined,
): KeySource {
  let seen: number | null = null;
  let wholeDueAt = 0;
  return {
    pauseMs: PAUSE_MS,
    async hasChanged() {
      const newest = await findNewestEventId(ctx.db);
      const now = ctx.clock.monotonicMs();
      if (newest === seen && now < wholeDueAt) return false;
      seen = newest;
      wholeDueAt = now + WHOLE_EVERY_MS;
      return true;
    },
    listPage: (after) =>
      listExportableKeys(ctx, {
        limit: PAGE,
        ...(projectId && { projectId }),
        ...(after !== null && { after: after as DomainName }),
      }),
    open: (keys) => openExportedKeys(ctx, projectId ?? null, keys),
  };
}
