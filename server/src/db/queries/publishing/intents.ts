import type { DomainId, ProjectId } from '../../../core/ids.ts';
import { KEYS_STAY_MS, type WithdrawChoice } from '../../../core/publishing/withdraw-choice.ts';
import type { Db } from '../../db.ts';
import { and, eq, inArray, sql } from '../../drizzle.ts';
import { dnsIntents } from '../../schema-publishing.ts';
import { deletePublications, hasPublications } from '../dns-publications.ts';
import type { DomainRow } from '../domain-columns.ts';

/** What is to be done in DNS for a domain. */
export type StoredIntent = typeof dnsIntents.$inferSelect;

type IntentDomain = Pick<DomainRow, 'id' | 'projectId' | 'name'>;

/** A newer intent: tries count anew, and one that is under way doesn't end it. */
const STARTED_ANEW = { attempts: 0, revision: sql`${dnsIntents.revision} + 1` };

/**
 * Says, in the transaction of a change, that the records of a domain have to be compared with its zone. Nothing is said of one
 * that isn't published automatically, nor of one of a test project, which has no zone.
 */
export async function noteDnsIntent(
  tx: Db,
  domain: IntentDomain & Pick<DomainRow, 'autoPublish' | 'isTest'>,
  now: Date,
): Promise<void> {
  if (domain.autoPublish && !domain.isTest) await upsertIntent(tx, domain, { nextAt: now });
}

/** Says, in the transaction that deletes a domain, what becomes of what was written for it. */
export async function noteWithdrawal(
  tx: Db,
  domain: IntentDomain & Pick<DomainRow, 'autoPublish' | 'isTest'>,
  now: Date,
  withdraw: WithdrawChoice,
): Promise<void> {
  if (withdraw === 'never') {
    await deletePublications(tx, domain.id);
    await tx.delete(dnsIntents).where(eq(dnsIntents.domainId, domain.id));
    return;
  }
  if (domain.isTest) return;
  // A write of the worker may be under way for one that is published automatically.
  if (domain.autoPublish || (await hasPublications(tx, domain.id))) {
    const keysUntil = withdraw === 'later' ? new Date(now.getTime() + KEYS_STAY_MS) : null;
    await upsertIntent(tx, domain, { nextAt: now, keysUntil });
  }
}

async function upsertIntent(
  tx: Db,
  { id, projectId, name }: IntentDomain,
  set: Pick<StoredIntent, 'nextAt'> & { readonly keysUntil?: Date | null },
): Promise<void> {
  await tx
    .insert(dnsIntents)
    .values({ domainId: id, projectId, domainName: name, ...set })
    .onConflictDoUpdate({ target: dnsIntents.domainId, set: { ...set, ...STARTED_ANEW } });
}

/**
 * Says that what failed may work now: a connection came, or was found to work. What waits for somebody's decision isn't tried.
 * @param projectIds those that the connection is for; null for all
 */
export async function retryFailedIntents(tx: Db, projectIds: readonly ProjectId[] | null, now: Date): Promise<void> {
  const failed = sql`${dnsIntents.problem} is not null and ${dnsIntents.problem}->>'reason' <> 'needs_consent'`;
  await tx
    .update(dnsIntents)
    .set({ nextAt: now, ...STARTED_ANEW })
    .where(projectIds ? and(inArray(dnsIntents.projectId, [...projectIds]), failed) : failed);
}

/** Finds what is to be done for a domain; null where there is nothing, and never was. */
export async function findIntent(db: Db, domainId: DomainId): Promise<StoredIntent | null> {
  const [row] = await db.select().from(dnsIntents).where(eq(dnsIntents.domainId, domainId));
  return row ?? null;
}

/** Finds what is to be done for a domain, and whether anything stands in DNS that was written for it. */
export async function findPublishing(
  db: Db,
  domainId: DomainId,
): Promise<{ readonly intent: StoredIntent | null; readonly hasPublications: boolean }> {
  const [intent, isWritten] = await Promise.all([findIntent(db, domainId), hasPublications(db, domainId)]);
  return { intent, hasPublications: isWritten };
}
