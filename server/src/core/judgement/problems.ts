import type { Excerpt, Excerpts } from '../answers/quote-found.ts';

/** What breaks a tag list (RFC 6376 §3.2). */
export type TagListProblem =
  | { readonly what: 'empty' }
  | { readonly what: 'empty_part' }
  | { readonly what: 'no_equals'; readonly part: Excerpt }
  | { readonly what: 'tag_name'; readonly name: Excerpt }
  /** `character`: its code point; `at` counts from 1. */
  | { readonly what: 'tag_character'; readonly tag: Excerpt; readonly character?: number; readonly at?: number }
  | { readonly what: 'tag_twice'; readonly tag: Excerpt };

/** Why there is no decoder that has to take a text as base64 (RFC 4648 §3, §4). `at` counts from 1. */
export type Base64Problem =
  | { readonly what: 'base64_url' }
  | { readonly what: 'base64_character'; readonly found: Excerpt; readonly at: number }
  | { readonly what: 'base64_length'; readonly length: number }
  | { readonly what: 'base64_padding'; readonly extra: number };

/** Why a text is no DKIM key record that receivers can use (RFC 6376 §3.6.1). */
export type DkimProblem =
  | TagListProblem
  | { readonly what: 'version'; readonly found: Excerpt }
  | { readonly what: 'version_not_first' }
  | { readonly what: 'no_key' }
  | Base64Problem;

/** Why a text is no valid DMARC record (RFC 9989 §4.7, §4.8). */
export type DmarcProblem =
  | { readonly what: 'quoted' | 'space_before' | 'backslashes' }
  | { readonly what: 'no_version' | 'version' | 'semicolon_missing' }
  | { readonly what: 'no_policy' }
  | { readonly what: 'odd_characters'; readonly characters: readonly number[] }
  | { readonly what: 'text_before'; readonly text: Excerpt }
  | { readonly what: 'policy'; readonly tag: 'p' | 'sp' | 'np'; readonly found: Excerpt }
  | { readonly what: 'tag_twice'; readonly tag: string };

/** What breaks a macro-string or a domain-spec of SPF (RFC 7208 §7.1). */
export type SpfMacroProblem =
  | { readonly what: 'no_domain' | 'no_dot' | 'top_label' }
  | { readonly what: 'percent' | 'character' | 'no_labels_kept' }
  | { readonly what: 'explanation_letter'; readonly letter: string };

/** Two terms are one, because the blank before `next` is missing. */
interface MissingSpace {
  readonly what: 'no_space_before';
  readonly next: Excerpt;
}

/** What is wrong with one term of an SPF record (RFC 7208 §4.6.1, §5, §6). */
export type SpfTermProblem =
  | SpfMacroProblem
  | { readonly what: 'no_term' | 'after_all' | 'prefix' | 'equals_sign' }
  | { readonly what: 'odd_characters'; readonly characters: readonly number[] }
  /** `name`: the mechanism that it is written with; `meant`: the one that takes such an address. */
  | { readonly what: 'address_as_host'; readonly name?: string; readonly meant?: 'ip4' | 'ip6' }
  | MissingSpace
  | { readonly what: 'unknown_mechanism'; readonly meant: 'ip4' | 'ip6' | 'redirect' | 'exp' | null }
  | { readonly what: 'needs_domain' | 'needs_colon_or_slash' | 'needs_address' | 'no_address'; readonly name: string };

/** Why a text cannot be read as an SPF record. */
export type SpfRecordProblem =
  | { readonly what: 'no_spf' }
  | { readonly what: 'too_long'; readonly length: number; readonly limit: number }
  | { readonly what: 'term'; readonly term: Excerpt; readonly problem: SpfTermProblem }
  | { readonly what: 'modifier_twice'; readonly name: string };

/** Why receivers stop at an `include` or `redirect` (RFC 7208 §5.2, §6.1). */
export type SpfTargetProblem =
  | { readonly what: 'impossible_name' }
  | MissingSpace
  | { readonly what: 'no_record'; readonly name: Excerpt }
  | { readonly what: 'several_records'; readonly name: Excerpt; readonly count: number }
  | { readonly what: 'unreadable'; readonly name: Excerpt; readonly problem: SpfRecordProblem };

/** Why receivers cannot use an SPF record: what is wrong in itself, or where it leads. */
export type SpfProblem =
  | SpfRecordProblem
  | { readonly what: 'target'; readonly term: Excerpt; readonly problem: SpfTargetProblem };

/** Which limit of RFC 7208 §4.6.4 an SPF record passes. */
export type SpfLimit =
  /** `names`: records that lead to each other. */
  | { readonly what: 'circle'; readonly limit: number; readonly names: readonly string[] }
  | { readonly what: 'lookups'; readonly limit: number; readonly term: Excerpt; readonly domain: Excerpt }
  | { readonly what: 'void_lookups'; readonly limit: number; readonly terms: Excerpts }
  | { readonly what: 'mail_servers'; readonly limit: number; readonly term: Excerpt; readonly count: number };
