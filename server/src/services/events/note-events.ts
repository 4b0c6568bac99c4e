/*
 * What happened, for programs. A use case notes its events here (`note-events.ts`), in the transaction of the change:
 * the Domain object is frozen as it is then, and the database writes the history, the feed and what is due to
 * webhooks in one statement (`db/queries/history.ts`). `event-feed.ts` reads the feed, `event-stream.ts` follows it.
 */

import type { Actor } from '../../core/audit/entry.ts';
import type { DomainEvent } from '../../core/lifecycle/events.ts';
import { type FrozenEvent, freezeEvent } from '../../core/lifecycle/frozen-event.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/history.ts';
import type { Context } from '../context.ts';
import { formatDomain, type ShownDomain } from '../domain-object/domain-object.ts';

/** What an event tells of its domain. */
export type ToldDomain = ShownDomain & Pick<StoredDomain, 'externalId' | 'metadata'>;

/** Writes the texts of events that one change makes. @param domain as it is after the change; a deleted one as it was before */
export function freezeEvents(
  { timing }: Pick<Context, 'timing'>,
  domain: ToldDomain,
  at: Date,
  changes: readonly DomainEvent[],
): FrozenEvent[] {
  // Most changes of a domain's row are none that anybody is told of.
  if (changes.length === 0) return [];
  const { externalId, metadata } = domain;
  const told = {
    domain: formatDomain({ timing, clock: { now: () => at } }, domain),
    externalId,
    metadata: { ...metadata },
  };
  return changes.map((change) => freezeEvent(change, at, told));
}

/** Notes events of a domain in the transaction of the change. @param actor who did it; null for the service itself */
export async function noteEvents(
  ctx: Pick<Context, 'timing' | 'mailer'>,
  tx: Db,
  domain: ToldDomain & Pick<StoredDomain, 'projectId'>,
  at: Date,
  changes: readonly DomainEvent[],
  actor: Actor | null = null,
): Promise<void> {
  await table.insertEvents(tx, domain, at, freezeEvents(ctx, domain, at, changes), listOutlets(ctx), actor);
}

/** How events are told beside the feed and webhooks. */
export function listOutlets({ mailer }: Pick<Context, 'mailer'>): table.Outlets {
  return { hasMail: mailer !== null };
}
