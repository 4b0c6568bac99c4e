import type { Excerpt, Excerpts } from '../answers/quote-found.ts';
import type { ObservationOf } from '../judgement/observation.ts';

/** What there is to say about a record set in a plan: codes and facts, which `findings/words/plan.ts` puts into words. */
export interface PlanFacts {
  /** Of what is kept. */
  readonly dmarc_applies: { readonly at: string; readonly isWildcard: boolean };
  readonly right_behind_cname: { readonly target: string };
  /** Of what is added to. */
  readonly spf_added: { readonly mechanism: string; readonly found: Excerpt };
  readonly text_beside: { readonly found: Excerpts };
  /** Of conflicts. */
  readonly foreign_text: { readonly what: 'key' | 'ownership'; readonly found: Excerpts };
  readonly changed_since: { readonly what: 'key' | 'ownership'; readonly found: Excerpts; readonly was: Excerpts };
  readonly foreign_mx: { readonly found: Excerpts; readonly isOursThere: boolean };
  readonly cname_in_the_way: { readonly target: string };
  readonly cname_unanswered: { readonly target: string };
  readonly other_cname: { readonly target: string; readonly wanted: string };
  readonly records_in_the_way: { readonly found: Excerpts };
  readonly spf_several: { readonly found: Excerpts; readonly isMerged: boolean };
  readonly spf_unusable: {
    readonly found: Excerpt;
    readonly why: SpfFault;
    /** Whether what remains is theirs with what is wrong left out, or ours alone. */
    readonly isMended: boolean;
  };
  readonly dmarc_invalid: { readonly found: Excerpt };
  readonly dmarc_several: { readonly found: Excerpts };
  readonly dmarc_unanswered: { readonly names: readonly string[] };
  readonly other_zone: { readonly zone: string; readonly holder: string | null };
  readonly text_too_long: { readonly length: number; readonly limit: number };
}

/** Why adding our mechanism to an SPF record isn't enough: what our own rules say of the record with it. */
export type SpfFault = ObservationOf<'spf_too_many_lookups' | 'spf_syntax' | 'spf_allows_everyone'> | null;

/** The codes of what there is to say. */
export type PlanReasonCode = keyof PlanFacts;

/** One of them, with its facts. */
export type PlanReason = {
  readonly [C in PlanReasonCode]: { readonly code: C; readonly facts: PlanFacts[C] };
}[PlanReasonCode];
