import type { Domain } from './shapes.ts';

/** A flag of a domain: one record, or several that are of no use without each other. */
export type RecordFlag = 'ownership' | 'dkim' | 'mailFrom' | 'dmarc';

/** What a key is called, in events about it. */
export interface KeyFacts {
  readonly selector: string;
  readonly algorithm: string;
  readonly record: { readonly name: string; readonly value: string; readonly type: 'TXT'; readonly purpose: string };
}

interface Facts {
  'domain.created': object;
  'domain.deleted': object;
  'domain.verified': object;
  'domain.at_risk': { readonly missing: readonly RecordFlag[]; readonly deadlineAt: string };
  'domain.restored': object;
  'domain.failed': { readonly missing: readonly RecordFlag[] };
  'record.verified': { readonly record: RecordFlag };
  'record.missing': { readonly record: RecordFlag; readonly firstMissedAt: string };
  'key.created': KeyFacts;
  'key.published': KeyFacts;
  'key.activated': KeyFacts;
  'key.retiring': KeyFacts;
  'key.retired': KeyFacts;
  'key.revoked': KeyFacts;
}

/** The types of events that this version knows. */
export type WebhookEventType = keyof Facts;

type EventOf<T extends WebhookEventType> = {
  readonly type: T;
  readonly createdAt: string;
  readonly timestamp: string;
  readonly data: Facts[T] & {
    /** The domain when it happened; of `domain.deleted`, before. */
    readonly domain: Domain;
    readonly externalId: string | null;
    readonly metadata: Readonly<Record<string, string>> | null;
    /** Grows by one with each event of the domain: what is smaller than one that came before is older news. */
    readonly sequence: number;
  };
};

/** An event as it is delivered: its `type` decides what is in `data`. Newer services may send further types. */
export type WebhookEvent = { [T in WebhookEventType]: EventOf<T> }[WebhookEventType];
