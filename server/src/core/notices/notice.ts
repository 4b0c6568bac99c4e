/*
 * What people are told by email. `notice-type.ts` lists the kinds, `schedule.ts` says when an email is sent and tried again,
 * `compose-mail.ts` writes one, from notices to its subject and paragraphs, and `mail-body.ts` makes text and HTML of these.
 */

import type { DisabledReason } from '../lifecycle/events.ts';
import type { FlagName } from '../records/record.ts';

/** A record that is missing, as it is to be published, and what the last check found in its place. */
export interface MissingRecord {
  readonly title: string;
  readonly type: string;
  readonly name: string;
  /** As it is entered: with the priority before the host of an MX. */
  readonly value: string;
  readonly findings: readonly { readonly title: string; readonly detail: string; readonly fix: string | null }[];
}

interface Told {
  readonly at: Date;
  readonly project: { readonly id: string; readonly name: string };
}

/** That a domain is at risk, or can't send any more. */
export interface FallenNotice extends Told {
  readonly type: 'domain.at_risk' | 'domain.failed';
  readonly domain: { readonly id: string; readonly name: string };
  readonly missing: readonly FlagName[];
  readonly deadlineAt: Date;
  /** Whether it could send before. */
  readonly wasVerified: boolean;
  /** Those of `missing` that are still not right. */
  readonly records: readonly MissingRecord[];
}

/** That all is well with a domain again. */
export interface RestoredNotice extends Told {
  readonly type: 'domain.restored';
  readonly domain: { readonly id: string; readonly name: string };
}

/** That nothing is sent to a webhook any more. */
export interface DisabledNotice extends Told {
  readonly type: 'webhook.disabled';
  readonly webhook: { readonly id: string; readonly url: string };
  readonly reason: DisabledReason;
  readonly failingSince: Date | null;
}

/** One thing to tell; its type is one of `NOTICE_TYPES`. */
export type Notice = FallenNotice | RestoredNotice | DisabledNotice;
