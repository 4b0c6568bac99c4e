import type { DomainId } from '../core/ids.ts';
import { time } from './columns.ts';
import { boolean, index, integer, jsonb, pgTable, text } from './drizzle.ts';

/** What stands at one name of the keys zone, or is to stand there. */
export interface StoredTarget {
  readonly name: string;
  /** The whole text of the TXT record. */
  readonly text: string;
}

/**
 * Domains whose DKIM keys stand in the keys zone. What is wanted there is in `dkim_keys`; a row says that it has to be compared.
 * Triggers note each change of a domain and its keys, whoever makes it. No foreign key: it outlives its domain.
 */
export const keyTargets = pgTable(
  'key_targets',
  {
    domainId: text('domain_id').$type<DomainId>().primaryKey(),
    /** What the names of the targets end in: the domain's id and the zone. */
    keysBelow: text('keys_below').notNull(),
    /** Grows with each change: a comparison that was begun before it does not end it. */
    revision: integer('revision').notNull().default(0),
    nextAt: time('next_at').notNull(),
    /** Tries since the last change. */
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    /** What was last to be written: noted before it is, so that all that may be there is known. */
    targets: jsonb('targets').$type<readonly StoredTarget[]>().notNull().default([]),
    /** Since when every server of the zone has exactly that; null where that is not known. */
    settledAt: time('settled_at'),
    /** Why it is not written, or not everywhere; null where it is, or wasn't tried yet. */
    problem: text('problem'),
    /** Whether its domain is gone. */
    isGone: boolean('is_gone').notNull().default(false),
    /** Of a domain that is gone: when its targets go, too. */
    removeAt: time('remove_at'),
  },
  (table) => [index('key_targets_due').on(table.nextAt)],
);

/** How a keys zone stood when it was last checked: on one node at a time. */
export const keysZones = pgTable('keys_zones', {
  name: text('name').primaryKey(),
  nextAt: time('next_at').notNull(),
  leaseOwner: text('lease_owner'),
  leaseUntil: time('lease_until'),
  checkedAt: time('checked_at'),
  /** Null where never checked. */
  isRight: boolean('is_right'),
  /** Since when it stands so. */
  since: time('since'),
  /** What is wrong, in a sentence each; empty where nothing is. */
  problems: jsonb('problems').$type<readonly string[]>().notNull().default([]),
});
