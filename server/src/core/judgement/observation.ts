import type { Failure, FailureReason } from '../answers/failure.ts';
import type { Excerpt, Excerpts } from '../answers/quote-found.ts';
import type { DkimProblem, DmarcProblem, SpfLimit, SpfProblem } from './problems.ts';

/** What kept one server's answer from being used. */
export interface FailureFacts {
  readonly server: string;
  readonly address: string;
  readonly via: 'authoritative' | 'recursive';
  readonly reason: FailureReason;
  readonly failure: Failure;
}

/** The failures of several servers, the first of them in full. */
export interface FailuresFacts {
  readonly failures: readonly FailureFacts[];
  readonly count: number;
}

/** Servers that showed the same, the first of them by name. */
export interface ServersFacts {
  readonly names: readonly string[];
  readonly count: number;
}

/** A record that may be published as it stands in place of what is there, such as one SPF record in place of two. */
export interface Suggestion {
  readonly suggestion?: string;
  /** Terms of what is there that are not in it, because receivers can't use them. */
  readonly leftOut?: Excerpts;
}

/** Nothing but the code has to be known. */
type NoFacts = Readonly<Record<string, never>>;

interface AtName {
  readonly name: string;
}

/**
 * A record at another name: `found` is its text, where that is not the one to publish. `kept`: it only has to be moved, since
 * it is right; `replaced`: it has to be the one to publish.
 */
export interface StrayFacts {
  readonly found?: Excerpt;
  readonly value?: 'kept' | 'replaced';
}

interface FoundOne {
  readonly found: Excerpt;
}

interface FoundSome {
  readonly found: Excerpts;
}

/** Those to delete beside what is told. */
interface Others {
  readonly others?: Excerpts;
}

/** The name whose record `found` is, where the one that is judged only leads there. */
export interface AtOther {
  readonly at?: Excerpt;
}

/** Invisible or typographic characters that do not belong to a value, by their code points. */
type OddFacts = { readonly what: 'odd_characters'; readonly characters: readonly number[] } & FoundOne;

/** How a value differs, where no code of its own says it. */
type MismatchFacts =
  | ({ readonly what: 'value' } & FoundSome)
  | ({ readonly what: 'key_type'; readonly expected: string; readonly isOurKey?: true } & FoundOne)
  | ({ readonly what: 'key'; readonly at: number } & FoundOne)
  | ({ readonly what: 'changed_key'; readonly at: number; readonly length: number; readonly of: number } & FoundOne)
  | { readonly what: 'key_case' }
  | { readonly what: 'plus_lost'; readonly count: number }
  | { readonly what: 'text_after_key'; readonly extra: number; readonly text?: Excerpt }
  | ({ readonly what: 'backslashes' | 'zone_file_line' | 'pem_armor' | 'separators' | 'pasted_twice' } & FoundOne)
  | ({ readonly what: 'tag_case'; readonly tag: Excerpt } & FoundOne)
  | ({ readonly what: 'text_before'; readonly text: Excerpt } & FoundOne)
  | OddFacts
  | ({ readonly what: 'unreadable_key'; readonly problem: DkimProblem } & FoundOne)
  | { readonly what: 'bare_key'; readonly expected: string }
  | ({ readonly what: 'no_key_record' } & FoundSome)
  | ({ readonly what: 'mail_server' } & FoundSome)
  | ({ readonly what: 'priority_in_host'; readonly isZoneAppended?: true } & FoundOne & Others)
  | ({ readonly what: 'text_around_host' } & FoundOne & Others)
  | ({ readonly what: 'no_spf_record' } & FoundOne);

/** How a value is cut off: the whole of it, the key in it, or into several records. */
type TruncatedFacts =
  | ({ readonly what: 'value' | 'record'; readonly length: number; readonly of: number } & FoundOne)
  | ({ readonly what: 'quoted_record'; readonly length: number; readonly of: number } & FoundOne)
  | { readonly what: 'key'; readonly length: number; readonly of: number }
  | ({ readonly what: 'part'; readonly from: number; readonly to: number; readonly of: number } & FoundOne)
  /** `others`: the records beside those parts. */
  | { readonly what: 'split'; readonly parts: number; readonly others?: Excerpts };

/** What stands where a record of ours is to go. */
type ConflictFacts =
  | { readonly what: 'cname'; readonly target: string }
  | ({ readonly what: 'key' } & FoundOne)
  | ({ readonly what: 'mail_server' } & FoundSome)
  | ({ readonly what: 'null_mx' } & Others)
  | ({ readonly what: 'spf'; readonly suggestion: string; readonly leftOut?: Excerpts } & FoundOne)
  | ({ readonly what: 'dmarc'; readonly isStricter: boolean } & FoundOne);

/**
 * What was seen, by the code that says it: facts only, of bounded size, harmless to store. The words are made when they are
 * read (`core/findings/words/`). A code means the same for ever: clients may switch on it.
 */
export interface FindingFacts {
  /** `wasFound`: it was published before. */
  record_missing: { readonly wasFound?: true };
  published_at_doubled_name: AtName & StrayFacts;
  published_at_apex: AtName & StrayFacts;
  published_without_subdomain: AtName & StrayFacts;
  published_at_other_name: AtName & StrayFacts;
  published_as_other_type: { readonly type: 'CNAME' | 'SPF' | 'TXT' | 'A' } & FoundOne;
  value_mismatch: MismatchFacts;
  value_truncated: TruncatedFacts;
  value_quoted: FoundOne;
  /** `characters`: those of them that look like spaces, or like nothing. */
  value_has_spaces: FoundOne & { readonly characters?: readonly number[] };
  /** `name`: where the value belongs. */
  /** `count`: of the TXT records there, where it is not alone; `isSpare`: another one is meant as the record. */
  value_of_other_record: AtName & { readonly count?: number; readonly isSpare?: true };
  /** `owner`: the other domain; null where it may not be named. */
  key_of_other_domain: { readonly owner: string | null };
  key_replaced: NoFacts;
  /** `others`: those to delete where one is our record, and whether that stands there twice. */
  multiple_records: FoundSome & Others & { readonly isTwice?: true };
  /** `isOurs`: what is right is among `found`, the records beside the CNAME; `others`: those of them to delete then. */
  cname_beside_record: Others & {
    readonly targets: readonly string[];
    readonly found: Excerpts;
    readonly isOurs: boolean;
  };
  /** `found`: records of the right type behind it. */
  cname_in_the_way: { readonly target: string; readonly found?: Excerpts };
  /** `addresses`: what is in place of a DKIM record that should be a CNAME. */
  cname_proxied: { readonly addresses?: Excerpts };
  /** `target`: the last name that CNAMEs led to. */
  cname_dangling: { readonly target: string; readonly isDirect: boolean };
  cname_loop: { readonly path: readonly string[]; readonly isLonger: boolean };
  cname_chain_too_long: { readonly path: readonly string[]; readonly isLonger: boolean };
  /** `isBeforePublishing`: ours was not asked for yet, and may be added beside it. */
  wildcard_answer: { readonly isBeforePublishing?: true };
  mx_extra:
    | ({ readonly what: 'others' } & FoundSome)
    | { readonly what: 'repeated'; readonly count: number; readonly priorities: readonly number[] };
  /** `isAlone`: our mail server is not beside it. `count`: of null MX records, where there are several. */
  mx_null: { readonly isAlone: boolean; readonly count?: number } & Others;
  mx_target_has_zone_appended: FoundOne & Others;
  mx_priority_differs: { readonly priority: number };
  spf_multiple: FoundSome & Suggestion;
  spf_syntax: { readonly problem: SpfProblem } & Suggestion;
  /** `removable`: the terms that may be removed to get below the limit, where there is no suggestion. */
  spf_too_many_lookups: SpfLimit & { readonly removable?: Excerpts } & Suggestion;
  /** `qualifier`: the one that applies to our mechanism, where that is there; `mistyped`: our mechanism as it was written, with `=`. */
  spf_mechanism_missing: {
    readonly mechanism: string;
    readonly qualifier?: string;
    readonly mistyped?: string;
  } & FoundOne &
    Suggestion;
  spf_mechanism_after_all: { readonly mechanism: string } & AtOther & FoundOne & Suggestion;
  /** `term`: the one before ours that decides about our mail. */
  spf_mechanism_not_reached: { readonly mechanism: string; readonly term: Excerpt } & AtOther & FoundOne & Suggestion;
  spf_allows_everyone: FoundOne & Suggestion;
  dkim_testing_flag: NoFacts;
  dkim_revoked: NoFacts;
  dkim_weak_key: { readonly bits: number; readonly ourBits: number };
  /** Our key as an RSAPublicKey (PKCS#1). */
  dkim_key_form: NoFacts;
  /** `=` that are missing at the end of the key. */
  dkim_key_unpadded: { readonly missing: number };
  dkim_service_excluded: FoundOne;
  /** Our key is not whole within what some receivers read of the record. In octets. */
  dkim_record_too_long: { readonly length: number; readonly limit: number };
  /** A tag that is valid, and for which some receivers refuse the key. */
  dkim_tag_refused: { readonly tag: 's' | 'g' | 'h' } & FoundOne;
  dkim_hash_excluded: FoundOne;
  /** Of a DKIM record that is a CNAME: `expected` is the name that it should lead to. `isZoneAppended`: it does, but for the zone behind it. */
  dkim_cname_wrong_target: { readonly target: string; readonly expected: string; readonly isZoneAppended?: true };
  /** `other`: the name of the one that is right. */
  dkim_cname_one_of_two: { readonly other: string; readonly expected: string };
  /** A TXT record stands in place of the CNAME, without the key. */
  dkim_cname_replaced: { readonly expected: string } & FoundOne;
  /** The key is right, and no CNAME was seen. */
  dkim_cname_flattened: { readonly expected: string };
  /** The CNAME is right, and nothing is behind it, or another key. */
  dkim_target_empty: { readonly target: string };
  dkim_target_outdated: { readonly target: string };
  /**
   * `parent`: the name of the record, where it is not the domain's own. `isNone`: receivers apply `p=none`. `applied`: the
   * name of a parent's policy that they apply in its place. `ignored`: tags that they do not see, in a policy that they apply.
   */
  dmarc_invalid: {
    readonly parent?: string;
    readonly problem: DmarcProblem;
    readonly isNone?: true;
    readonly applied?: string;
    readonly ignored?: readonly string[];
  } & FoundOne;
  /** `applied`: the name of the parent's policy that receivers apply in their place. */
  dmarc_multiple: (FoundSome & { readonly applied?: string }) | { readonly parent: string };
  /** What stands in `rua=`, or behind it, and is no address; `isAlone`: no other one is. */
  dmarc_report_address_invalid: {
    readonly why: 'no_mailto' | 'space' | 'quoted' | 'characters' | 'semicolon' | 'other';
    readonly characters?: readonly number[];
    readonly isAlone: boolean;
  } & FoundOne;
  dmarc_at_parent: { readonly parent: string } & FoundOne;
  dmarc_no_reporting: FoundOne;
  /** `host`: where reports would go; `name`: the record that would allow it. */
  dmarc_external_reports_not_authorised: { readonly host: string; readonly name: string };
  nameservers_disagree: Readonly<Partial<Record<'verified' | 'missing' | 'mismatched' | 'conflicting', ServersFacts>>>;
  /** `isDelegated`: whether the zone above names the server, or only the zone itself; absent where that is not known. */
  nameserver_lame: FailureFacts & { readonly isDelegated?: boolean };
  /** Servers that answer without AA. */
  answered_without_authority: ServersFacts;
  /** Servers whose answers do not fit into UDP, and that cannot be asked over TCP. */
  nameserver_without_tcp: ServersFacts;
  /** Servers that have no public address. */
  nameserver_not_public: ServersFacts;
  nameserver_unreachable: FailureFacts;
  no_nameserver_answered: FailuresFacts;
  resolver_unanswered: FailuresFacts;
  /** What an answer depends on as well: names that a record leads to, or the one behind a CNAME. */
  referenced_name_unanswered:
    | { readonly what: 'names'; readonly names: readonly string[] }
    | ({ readonly what: 'target'; readonly target: string } & FailuresFacts);
  domain_not_registered: { readonly domain: string; readonly registry: string };
  /** `servers`: those that there are, none of which has an address. */
  delegation_missing: { readonly zone: string; readonly servers: readonly string[] };
  zone_expired: FailuresFacts;
  /** `outdated`: servers that only the zone itself names; `delegated`: those that the zone above names. */
  ns_records_outdated: {
    readonly zone: string;
    readonly outdated: readonly string[];
    readonly delegated: readonly string[];
  };
  soa_not_answered: { readonly zone: string; readonly servers: readonly string[] };
  zone_not_served: { readonly zone: string; readonly servers: readonly string[] };
  dnssec_bogus: { readonly zone: string };
  /** `until`: when the last resolver has forgotten it, ISO 8601. */
  negative_cache: { readonly what: 'resolvers' | 'validator'; readonly until: string };
  conflict_before_publishing: ConflictFacts;
}

/** A code that says what was seen. */
export type FindingCode = keyof FindingFacts;

/** One thing noticed: its code, and the facts that belong to it. */
export type ObservationOf<C extends FindingCode> = {
  readonly [K in C]: { readonly code: K; readonly facts: FindingFacts[K] };
}[C];

/** One thing noticed by a rule in the records of one server, or by a detector that explains its verdict. */
export type Observation = ObservationOf<FindingCode>;
