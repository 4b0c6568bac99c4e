/*
 * The port for whoever sends the mail. `SendingProvider` reads an identity, plans the steps to what is wanted,
 * takes them one by one, and explains what it sees; `identity.ts` has the values that cross the port. Rules of one
 * provider are in a room of its own, its network code in `providers/`, and `services/sending-providers/`
 * knows only this port.
 */

import type {
  Comparison,
  IdentityRest,
  KnownOfIdentity,
  ProviderFault,
  SeenIdentity,
  WantedIdentity,
} from './identity.ts';

// The port for whoever sends the mail of a region. `services/sending-providers` works with this alone: it claims an
// identity, reads it, has it planned, takes the steps, and reads again. An adapter in `providers/` speaks to one provider;
// the rules that are its own are pure and stand in a room of `core/`. `compose.ts` joins adapters to the names that the
// table of regions uses.

/** Where an identity is at its provider. */
export interface IdentityPlace {
  /** The region, in the provider's words. */
  readonly region: string;
  /** The domain. */
  readonly name: string;
}

/** A DKIM key as a provider takes it. */
export interface ProviderKey {
  readonly selector: string;
  /** DER PrivateKeyInfo (PKCS#8), in base64: a PEM text without its first and last line, in one line. */
  readonly privateKey: string;
}

/** Why a call was not carried out: there is no such identity, there is one already, or a fault and the provider's words. */
export type ProviderRefusal =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'exists' }
  | { readonly outcome: ProviderFault; readonly detail: string };

/** What became of a call: what was asked for, or why not. Expected faults are values, never exceptions. */
export type ProviderAnswer<T> = { readonly outcome: 'done'; readonly value: T } | ProviderRefusal;

/** One call that brings an identity nearer to what is wanted. It may be made again without harm. */
export interface IdentityStep {
  /** Whether the provider has our key afterwards. */
  readonly givesKey: boolean;
  /** Makes the call. `openKey` opens the private key, which goes nowhere but into the call. */
  take(openKey: () => ProviderKey): Promise<ProviderAnswer<null>>;
}

/** What to do, in order; with no steps, how the identity stands. */
export interface IdentityPlan {
  readonly steps: readonly IdentityStep[];
  readonly rest: IdentityRest;
}

/** One page of the identities of a region. */
export interface IdentityPage {
  /** The names of the domains; addresses are left out. */
  readonly names: readonly string[];
  readonly next: string | null;
}

/** How fast a region of a provider may be worked on, in milliseconds. */
export interface ProviderPace {
  /** Between two identities. */
  readonly betweenMs: number;
  /** How long the region rests after a fault, in which whatever is due would fare no better. */
  readonly afterFaultMs: Readonly<Record<ProviderFault, number>>;
}

/** One who sends mail for regions, and knows an identity for each domain that it sends for. */
export interface SendingProvider {
  /** What people call it. */
  readonly title: string;
  readonly pace: ProviderPace;
  /** Reads how an identity stands; `absent` where there is none. */
  read(place: IdentityPlace): Promise<ProviderAnswer<SeenIdentity>>;
  /**
   * Compares the identity that is wanted with the one that is there. Nothing is asked, and nothing remembered of how it
   * came about: a node that died between two steps is the same comparison.
   * @param wanted null where no domain wants one
   * @param seen null where the provider has none
   */
  plan(
    place: IdentityPlace,
    wanted: WantedIdentity | null,
    seen: SeenIdentity | null,
    known: KnownOfIdentity,
  ): IdentityPlan;
  /** Lists the identities of a region, page by page. @param after null for the first page, then `next` of the one before */
  list(region: string, after: string | null): Promise<ProviderAnswer<IdentityPage>>;
  /**
   * Says how long to wait after a fault, in milliseconds.
   * @param attempt 1 for the first in a row
   * @param random at least 0 and less than 1
   */
  waitAfterFault(fault: ProviderFault, attempt: number, random: number): number;
  /** Says after how many milliseconds an identity is checked again to which nothing is left to do. */
  waitAfterCheck(rest: Exclude<IdentityRest, 'gone'>, attempt: number, random: number): number;
  /** Explains in one or two sentences why the provider and we do not say the same; null where they agree. */
  explain(comparison: Comparison): string | null;
  close(): void;
}
