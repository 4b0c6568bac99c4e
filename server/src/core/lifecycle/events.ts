import type { FindingCode } from '../judgement/observation.ts';
import type { PublishReason } from '../publishing/retry.ts';
import type { RrSet } from '../publishing/rr-set.ts';
import type { KeyAlgorithm } from '../records/dkim-key.ts';
import type { FlagName } from '../records/record.ts';

/** What is told of a key. The record is there because a retired key's is safe to remove, and revoked keys are gone. */
export type KeyEventData = {
  readonly selector: string;
  readonly type: 'rsa' | 'ed25519';
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** What the owner of the domain publishes for it: the key, or a CNAME to it. */
  readonly record: { readonly name: string; readonly type: 'TXT' | 'CNAME'; readonly value: string };
};

/** What was seen of a record that fell, in words: the worst finding of that check. */
export type EventFinding = { readonly code: FindingCode; readonly title: string; readonly fix: string | null };

/** How a record set changed in a zone: its records in presentation form, before and after; none where there was or is none. */
export type RecordSetEvent = Pick<RrSet, 'name' | 'type'> & {
  readonly before: readonly string[];
  readonly after: readonly string[];
};

/** One change worth a row in the history that a check makes (`verification.md` §6). */
export type DomainChange =
  | { readonly type: 'record.verified'; readonly data: { readonly record: FlagName } }
  | {
      readonly type: 'record.missing';
      readonly data: {
        readonly record: FlagName;
        readonly firstMissedAt: string;
        /** Left out where nothing was found that explains it. */
        readonly finding?: EventFinding;
      };
    }
  | { readonly type: 'domain.verified' | 'domain.restored'; readonly data: Record<string, never> }
  | {
      readonly type: 'domain.at_risk' | 'domain.failed';
      readonly data: { readonly missing: readonly FlagName[]; readonly deadlineAt: string };
    };

/** All that can happen to a domain: the type decides the data, which is plain JSON; times are ISO 8601. */
export type DomainEvent =
  | { readonly type: 'domain.created' | 'domain.deleted'; readonly data: { readonly domainName: string } }
  | DomainChange
  | {
      readonly type: 'domain.updated';
      /** What changed, as it was. */
      readonly data: { readonly previous: { readonly dkimRotationDays?: number; readonly autoPublish?: boolean } };
    }
  | {
      readonly type: 'dns.published' | 'dns.drifted';
      readonly data: { readonly zone: string; readonly changes: readonly RecordSetEvent[] };
    }
  | {
      readonly type: 'dns.publish_failed';
      readonly data: {
        /** Null where DNS doesn't say which zone it is. */
        readonly zone: string | null;
        readonly reason: PublishReason;
        /** In words. */
        readonly message: string;
        /** What is in the way; empty unless the reason is `needs_consent`. */
        readonly conflicts: readonly (Pick<RrSet, 'name' | 'type'> & { readonly reason: string })[];
        /** Null where nothing further is tried until something changes. */
        readonly nextTryAt: string | null;
      };
    }
  | { readonly type: 'key.created'; readonly data: KeyEventData & { readonly reason?: 'rotation' } }
  | {
      readonly type: 'key.published' | 'key.activated' | 'key.retiring' | 'key.retired' | 'key.revoked';
      readonly data: KeyEventData;
    };

/** Why the service stopped sending to a webhook. */
export type DisabledReason = 'failing' | 'gone';

/** What happens to a project itself, and to none of its domains. */
export type ProjectEvent = {
  readonly type: 'webhook.disabled';
  readonly data: {
    readonly webhook: { readonly id: string; readonly url: string };
    readonly reason: DisabledReason;
    /** Since when no delivery has succeeded; null where its receiver was gone at the first one. */
    readonly failingSince: string | null;
  };
};

export type DomainEventType = DomainEvent['type'];
export type EventType = DomainEventType | ProjectEvent['type'];

/** Every type of a domain's history, in the order in which they are told; null where clients never see it there, else what there is to say beside its name. */
export const EVENT_NOTES: Readonly<Record<DomainEventType, string | null>> = {
  'domain.created': '',
  'domain.verified': '',
  'domain.at_risk': '',
  'domain.restored': '',
  'domain.failed': '',
  'domain.updated': '',
  // The history of a deleted domain is gone for clients.
  'domain.deleted': null,
  'record.verified': '',
  'record.missing': '',
  'key.created': '',
  'key.published': '',
  'key.activated': '',
  'key.retiring': '',
  'key.retired': 'its TXT record is safe to remove; a CNAME must stay',
  'key.revoked': '',
  'dns.published': '',
  'dns.drifted': '',
  'dns.publish_failed': '',
};

/** What each event tells whoever receives it: when it happens, and what `data` has besides the domain. */
export const EVENT_MEANINGS: Readonly<Record<EventType, { readonly when: string; readonly data: readonly string[] }>> =
  {
    'domain.created': { when: 'A domain was added.', data: [] },
    'domain.verified': { when: 'Its required records were found for the first time.', data: [] },
    'domain.at_risk': {
      when: "A required record is missing. The domain fails at `deadlineAt` if it isn't put back.",
      data: ['missing', 'deadlineAt'],
    },
    'domain.restored': { when: 'The required records are back, before the deadline.', data: [] },
    'domain.failed': { when: 'The deadline passed without the required records.', data: ['missing', 'deadlineAt'] },
    'domain.updated': { when: 'A setting changed. `previous` has what changed, as it was.', data: ['previous'] },
    'domain.deleted': { when: 'A domain was deleted. `domain` is as it was before.', data: [] },
    'record.verified': { when: 'A record was found.', data: ['record'] },
    'record.missing': {
      when: "Several checks in a row didn't find a record that was there.",
      data: ['record', 'firstMissedAt', 'finding'],
    },
    'key.created': { when: 'A further DKIM key was created or imported.', data: ['selector', 'algorithm', 'record'] },
    'key.published': { when: "The key's record is in DNS.", data: ['selector', 'algorithm', 'record'] },
    'key.activated': { when: 'Mail is signed with this key from now on.', data: ['selector', 'algorithm', 'record'] },
    'key.retiring': {
      when: 'Another key signs. This one stays in DNS for mail in transit.',
      data: ['selector', 'algorithm', 'record'],
    },
    'key.retired': {
      when: "The key's TXT record is safe to remove. Keep a CNAME: the next key goes behind it.",
      data: ['selector', 'algorithm', 'record'],
    },
    'key.revoked': {
      when: 'The key was revoked and its private half deleted.',
      data: ['selector', 'algorithm', 'record'],
    },
    'dns.published': {
      when: "The service changed records in the domain's zone. `after` is empty where a record was withdrawn.",
      data: ['zone', 'changes'],
    },
    'dns.drifted': {
      when: 'Somebody changed records that the service wrote. It leaves them alone until they are published again.',
      data: ['zone', 'changes'],
    },
    'dns.publish_failed': {
      when: "Records couldn't be published automatically. Sent once while the reason lasts, and again when the service gives up.",
      data: ['zone', 'reason', 'message', 'conflicts', 'nextTryAt'],
    },
    'webhook.disabled': {
      when: 'The service stopped sending to a webhook. There is no `domain` and no `sequence`.',
      data: ['webhook', 'reason', 'failingSince'],
    },
  };

/** Every type that can be received. */
export const EVENT_TYPES = Object.keys(EVENT_MEANINGS) as readonly EventType[];
