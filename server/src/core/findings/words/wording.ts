import type { FindingCode, FindingFacts } from '../../judgement/observation.ts';
import type { RecordKind } from '../../records/record.ts';
import type { RecordType } from '../../records/to-publish.ts';

/** What a person should copy: whole, never a shortened value. */
export interface CopyOffer {
  /** What a button says, such as `Copy full value (410 characters)`. */
  readonly label: string;
  readonly value: string;
}

/** Where the record of a finding belongs, as far as sentences need it. */
export interface WordedPlace {
  readonly kind: RecordKind;
  /** The whole name, lower case, without the final dot. */
  readonly name: string;
  readonly type: RecordType;
  /** The value to publish; for an MX its host. */
  readonly value: string;
  /** For the MX only. */
  readonly priority: number | null;
  /** The zone that holds the name, or the one where such a record most likely goes. */
  readonly zoneName: string;
  /** The name as a DNS panel wants it: relative to the zone, `@` at its apex. */
  readonly host: string;
  /** Whose panel it is, where that is known. */
  readonly panel: string | null;
}

/** What the words of a finding depend on, beside its facts. */
export interface About {
  readonly place: WordedPlace;
  readonly now: Date;
  readonly nextCheckAt: Date | null;
  /** Since when, and in how many checks in a row, nobody has answered for any of the records. */
  readonly unanswered?: { readonly since: string; readonly checks: number } | undefined;
}

/** The words of one finding: what was seen, and the one thing to do. */
export interface Said {
  /** In place of the usual title. */
  readonly title?: string;
  /** Names the record, and what was found there. Names and values stand in backticks. */
  readonly detail: string;
  /** Null where there is nothing to do. */
  readonly fix: string | null;
  readonly copy?: CopyOffer;
  readonly suggestion?: string | undefined;
}

/** How one code is worded. */
export interface Wording<C extends FindingCode> {
  /** A few words, as a heading. */
  readonly title: string;
  readonly say: (facts: FindingFacts[C], about: About) => Said;
}

/** Words for these codes: one that is missing does not compile. */
export type Words<C extends FindingCode = FindingCode> = { readonly [K in C]: Wording<K> };
