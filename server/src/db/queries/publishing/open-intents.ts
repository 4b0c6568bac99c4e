import type { Db } from '../../db.ts';
import { sql } from '../../drizzle.ts';
import { dnsIntents } from '../../schema-publishing.ts';

/** How a domain stands whose records are still to be written to DNS. */
type OpenState = 'waiting' | 'backing_off' | 'stopped' | 'needs_consent';

/** What is still to be done in DNS. */
export interface OpenIntents {
  readonly counts: Readonly<Record<OpenState, number>>;
  /** Since when the oldest one that nobody has taken is due; null where none is. */
  readonly oldestDueAt: Date | null;
}

/** Reads how much is still to be written, by how it stands, for the metrics. What is only compared once a day isn't open. */
export async function readIntents(db: Db, now: Date): Promise<OpenIntents> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const count = (condition: ReturnType<typeof sql>) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const needsConsent = sql`coalesce(${dnsIntents.problem}->>'reason' = 'needs_consent', false)`;
  const [row] = await db
    .select({
      waiting: count(sql`${dnsIntents.nextAt} <= ${at} and ${dnsIntents.attempts} = 0`),
      backing_off: count(sql`${dnsIntents.nextAt} is not null and ${dnsIntents.attempts} > 0`),
      stopped: count(sql`${dnsIntents.nextAt} is null and ${dnsIntents.attempts} > 0`),
      needs_consent: count(sql`${dnsIntents.nextAt} > ${at} and ${needsConsent}`),
      oldestDueAt: sql<string | null>`min(${dnsIntents.nextAt}) filter (where ${dnsIntents.nextAt} <= ${at}
        and (${dnsIntents.leaseUntil} is null or ${dnsIntents.leaseUntil} < ${at}))`,
    })
    .from(dnsIntents);
  const { oldestDueAt = null, ...counts } = row ?? { waiting: 0, backing_off: 0, stopped: 0, needs_consent: 0 };
  return { counts, oldestDueAt: oldestDueAt === null ? null : new Date(oldestDueAt) };
}
