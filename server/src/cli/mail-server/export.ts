/*
 * `autosend mta export`: keys and tables for a mail server. A `KeySource` lists and opens keys, from the database
 * (`key-source.ts`) or another machine's API (`remote-key-source.ts`); `folder.ts` writes them so that a signer
 * never sees half of a change (`whole-files.ts`). `exportKeys` does one round, `followKeys` goes on. The text of
 * the tables comes from `core/mail-server/`.
 */

import type { Clock } from '../../core/clock.ts';
import type { SigningEntry } from '../../core/mail-server/tables.ts';
import { KEEP_MS, type MailServerFolder } from './folder.ts';
import type { KeySource } from './key-source.ts';
import { runAll } from './whole-files.ts';

const OPEN_AT_ONCE = 500;

/** Where an export comes from and goes to. */
export interface MailServerExport {
  readonly source: KeySource;
  readonly folder: MailServerFolder;
  readonly clock: Clock;
  /** Is called when the tables have changed. */
  onChange(): Promise<void>;
}

/**
 * Brings the folder up to what the source says now: keys first, then the tables, and last the keys that went.
 * @param hasFailed whether the signer may not know yet what an earlier run wrote
 */
export async function exportKeys({ source, folder, clock, onChange }: MailServerExport, hasFailed = false) {
  const stale = await folder.listKeys();
  const entries: SigningEntry[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<KeySource['listPage']>> = await source.listPage(after);
    const missing = page.keys.filter(({ keyId }) => !stale.has(keyId));
    const written = new Set<string>();
    for (let from = 0; from < missing.length; from += OPEN_AT_ONCE) {
      const opened = await source.open(missing.slice(from, from + OPEN_AT_ONCE));
      await runAll(opened, (key) => folder.writeKey(key));
      for (const { keyId } of opened) written.add(keyId);
    }
    for (const { domain, selector, keyId } of page.keys) {
      // A key that went between the two reads: its domain comes with the next round.
      if (!stale.delete(keyId) && !written.has(keyId)) continue;
      entries.push({ domain, selector, keyId });
    }
    after = page.next;
  } while (after !== null);
  const isChanged = await folder.writeTables(entries);
  if (isChanged || hasFailed) await onChange();
  const left = await folder.removeKeys(stale, clock.now());
  return { domains: entries.length, isChanged, hasMoreToRemove: left > 0 };
}

/** Exports whenever something has changed, until `stopping`. What is there goes on working while the source is away. */
export async function followKeys(
  job: MailServerExport,
  stopping: AbortSignal,
  report: { exported(domains: number): void; failed(error: unknown): void },
): Promise<void> {
  const { source, clock } = job;
  let hasFailed = false;
  /** When keys are to be removed that nothing names any more, by the monotonic clock. */
  let removeAtMs: number | null = null;
  while (!stopping.aborted) {
    try {
      // What failed is done again, whatever the source says then.
      const isDue = hasFailed || (removeAtMs !== null && clock.monotonicMs() > removeAtMs);
      if ((await source.hasChanged()) || isDue) {
        const { domains, isChanged, hasMoreToRemove } = await exportKeys(job, hasFailed);
        if (isChanged || hasFailed) report.exported(domains);
        hasFailed = false;
        removeAtMs = hasMoreToRemove ? clock.monotonicMs() + KEEP_MS : null;
      }
    } catch (error) {
      hasFailed = true;
      report.failed(error);
    }
    await clock.sleep(source.pauseMs, stopping);
  }
}
