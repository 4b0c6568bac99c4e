import type { Region } from './regions.ts';

/** The parts of record names and values that carry a product's own name. */
export interface RecordLabels {
  /** The label of the ownership record, such as `_autosend-verify`. */
  readonly ownershipLabel: string;
  /** What stands before the ownership token, such as `autosend-verify-`. */
  readonly ownershipValuePrefix: string;
  /** The default DKIM selector; where it is taken, `-` and 4 hex digits follow. */
  readonly selectorPrefix: string;
  /** The label of the MAIL FROM (return path) domain, such as `asend`. */
  readonly mailFromLabel: string;
}

/** The labels when the configuration names no others. */
export const DEFAULT_LABELS: RecordLabels = {
  ownershipLabel: '_autosend-verify',
  ownershipValuePrefix: 'autosend-verify-',
  selectorPrefix: 'autosend',
  mailFromLabel: 'asend',
};

/** What the configuration adds to a domain's records, kept with the domain: they stay as shown, whatever it becomes. */
export interface RecordSettings {
  readonly region: Region;
  readonly labels: RecordLabels;
  /**
   * Where the keys of the domain stand in the operator's keys zone, such as `60d5….dkim.operator.example`: its DKIM records are
   * CNAMEs to names below it. Left out where the key stands in the domain's own zone.
   */
  readonly keysBelow?: string;
}

/** What the records of a domain are made from; all of it is fixed when the domain is added. */
export interface DnsRecordsInput extends RecordSettings {
  /** The domain, in lower-case A-label form. */
  readonly domainName: string;
  /** 32 lower-case hexadecimal digits. */
  readonly ownershipToken: string;
  /** The DKIM selector, without `._domainkey`. */
  readonly selector: string;
  /** The DKIM public key: base64 of the DER SubjectPublicKeyInfo. */
  readonly publicKey: string;
}
