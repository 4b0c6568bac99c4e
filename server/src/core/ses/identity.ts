/** What SES says of one thing that it looks for in DNS. */
export const SES_STATUSES = ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED'] as const;

/** One of them. */
export type SesStatus = (typeof SES_STATUSES)[number];

/** The identity of a domain as SES describes it. */
export interface SeenIdentity {
  /** Whether SES sends for it. */
  readonly isVerifiedForSending: boolean;
  readonly dkim: {
    /** Whether it signs with a key that was brought along (BYODKIM), and not with one of its own (Easy DKIM). */
    readonly isBrought: boolean;
    readonly isEnabled: boolean;
    readonly status: SesStatus;
    /** The selector of the key that was brought along; SES never tells the key itself. */
    readonly selector: string | null;
  };
  readonly mailFrom: { readonly domain: string | null; readonly status: SesStatus | null };
  /** The installation that made it, as its tag says; null for an identity that others made. */
  readonly owner: string | null;
}

/** The identity that a domain should have. */
export interface WantedIdentity {
  /** The DKIM key that SES should sign with. */
  readonly keyId: string;
  readonly selector: string;
  /** Whether SES takes a key of this size. */
  readonly isKeyFit: boolean;
  readonly mailFromDomain: string;
  /** Whether we saw that key, and the MAIL FROM records, in DNS. */
  readonly isKeySeen: boolean;
  readonly isMailFromSeen: boolean;
}

/** The RSA keys that SES takes, in bits. */
export const SES_KEY_BITS = { min: 1024, max: 2048 } as const;
