/** What a provider says of one thing that it looks for in DNS. They are on the wire: each adapter puts its provider's words into these. */
export const PROVIDER_STATUSES = ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED'] as const;

/** One of them. */
export type ProviderStatus = (typeof PROVIDER_STATUSES)[number];

/** The identity of a domain as its provider describes it. */
export interface SeenIdentity {
  /** Whether the provider sends for it. */
  readonly isVerifiedForSending: boolean;
  readonly dkim: {
    /** Whether it signs with a key that it was given, and not with one of its own. */
    readonly isBrought: boolean;
    readonly isEnabled: boolean;
    readonly status: ProviderStatus;
    /** The selector of the key that it was given; null for a key of its own. */
    readonly selector: string | null;
  };
  readonly mailFrom: { readonly domain: string | null; readonly status: ProviderStatus | null };
  /** The installation that created it; null for an identity that others created. */
  readonly owner: string | null;
}

/** The identity that a domain should have. */
export interface WantedIdentity {
  /** The DKIM key that the provider should sign with, and the size of its modulus. */
  readonly keyId: string;
  readonly selector: string;
  readonly keyBits: number;
  readonly mailFromDomain: string;
  /** Whether we found that key, and the MAIL FROM records, in DNS. */
  readonly isKeySeen: boolean;
  readonly isMailFromSeen: boolean;
}

/** What a comparison of the two goes by besides them. */
export interface KnownOfIdentity {
  /** Our installation. */
  readonly owner: string;
  /** The key that the provider was last given: few tell. */
  readonly givenKeyId: string | null;
}

/** How an identity stands, as it is shown and stored; the faults are those of the last try. */
export const IDENTITY_STATES = [
  'pending',
  'checking',
  'ready',
  'waiting',
  'key_too_long',
  'throttled',
  'unreachable',
  'unauthorized',
  'refused',
] as const;

/** One of them. `pending`: nothing was tried yet. */
export type IdentityState = (typeof IDENTITY_STATES)[number];

/**
 * Why a provider did not do what it was asked: `throttled`, too much at once; `unreachable`, no answer in time, or a fault
 * of its own; `unauthorized`, no credentials, or ones that it does not take; `refused`, anything else, which asking again
 * seldom changes.
 */
export type ProviderFault = Extract<IdentityState, 'throttled' | 'unreachable' | 'unauthorized' | 'refused'>;

/**
 * How an identity stands when nothing is left to do: `ready`, the provider found all it looks for; `checking`, it is still
 * looking; `waiting`, an identity that others created goes on as it was until our records are seen; `key_too_long`, the
 * provider does not take the key; `pending`, nothing is done before the ownership of the name is proved; `gone`, there is nothing of ours.
 */
export type IdentityRest =
  | Extract<IdentityState, 'pending' | 'ready' | 'checking' | 'waiting' | 'key_too_long'>
  | 'gone';

/** What is compared for whoever reads it: what the provider said last, and what we found. */
export interface Comparison {
  readonly state: IdentityState;
  readonly seen: SeenIdentity | null;
  readonly selector: string;
  /** Whether the provider was given the key of another project's domain of this name, which may have the same selector. */
  readonly isKeyOfAnother: boolean;
  readonly isDkimFound: boolean;
  readonly isMailFromFound: boolean;
  readonly isVerified: boolean;
  /** Whether the ownership of the name is proved: before, nothing is created at the provider. */
  readonly isOwnershipVerified: boolean;
}
