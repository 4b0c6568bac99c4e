import type { DomainId } from '../core/ids.ts';
import type { RecordKind, RecordStatus } from '../core/judgement.ts';
import type { Db } from './client.ts';
import { eq } from './drizzle.ts';
import { checks } from './schema.ts';

/** When a domain was last looked at, and how each record stood then. */
export interface LastCheck {
  readonly checkedAt: Date;
  readonly statuses: ReadonlyMap<RecordKind, RecordStatus>;
}

/** Finds the last look at a domain; null before the first one. */
export async function findLastCheck(db: Db, domainId: DomainId): Promise<LastCheck | null> {
  const [row] = await db.select().from(checks).where(eq(checks.domainId, domainId));
  if (!row) return null;
  return {
    checkedAt: row.checkedAt,
    statuses: new Map(row.evidence.records.map(({ record, status }) => [record, status])),
  };
}
