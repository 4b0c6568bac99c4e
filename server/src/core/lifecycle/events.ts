import type { FlagName } from '../records/record.ts';

/** What the history says of a key. The name is there because a retired key's record is safe to remove, and revoked ones are gone. */
export type KeyEventData = {
  readonly selector: string;
  readonly type: 'rsa' | 'ed25519';
  readonly name: string;
};

/** One change worth a row in the history that a check makes (`verification.md` §6). */
export type DomainChange =
  | { readonly type: 'record.verified'; readonly data: { readonly record: FlagName } }
  | { readonly type: 'record.missing'; readonly data: { readonly record: FlagName; readonly firstMissedAt: string } }
  | { readonly type: 'domain.verified' | 'domain.restored'; readonly data: Record<string, never> }
  | {
      readonly type: 'domain.at_risk' | 'domain.failed';
      readonly data: { readonly missing: readonly FlagName[]; readonly deadlineAt: string };
    };

/** All that can happen to a domain: the type decides the data, which is plain JSON; times are ISO 8601. */
export type DomainEvent =
  | { readonly type: 'domain.created' | 'domain.deleted'; readonly data: { readonly domainName: string } }
  | DomainChange
  | { readonly type: 'key.created'; readonly data: KeyEventData & { readonly reason?: 'rotation' } }
  | {
      readonly type: 'key.published' | 'key.activated' | 'key.retiring' | 'key.retired' | 'key.revoked';
      readonly data: KeyEventData;
    };

export type EventType = DomainEvent['type'];

/** Every type, in the order in which they are told; null where clients never see it, else what there is to say beside its name. */
export const EVENT_NOTES: Readonly<Record<EventType, string | null>> = {
  'domain.created': '',
  'domain.verified': '',
  'domain.at_risk': '',
  'domain.restored': '',
  'domain.failed': '',
  // The history of a deleted domain is gone for clients.
  'domain.deleted': null,
  'record.verified': '',
  'record.missing': '',
  'key.created': '',
  'key.published': '',
  'key.activated': '',
  'key.retiring': '',
  'key.retired': 'its record is safe to remove',
  'key.revoked': '',
};
