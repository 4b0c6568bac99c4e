import type { IpVersion } from './address-ranges.ts';

/** A sender as the macros of RFC 7208 §7.2 show it. */
export interface MacroSender {
  readonly version: IpVersion;
  /** `%{i}`: dotted, for IPv6 one hexadecimal digit at a time (§7.3). */
  readonly address: string;
  /** `%{l}` */
  readonly localPart: string;
  /** `%{h}` */
  readonly helo: string;
}

const IP6_SAMPLE = '20010db8000000000000000000000001';

/**
 * Somebody whom no record knows, over each version: addresses that are for documentation only (RFC 5737, RFC 3849). What
 * our mail meets before our mechanism, they meet too; and where a name made from them is there, it is there for everyone.
 */
export const UNKNOWN_SENDERS: Readonly<Record<IpVersion, MacroSender>> = {
  4: { version: 4, address: '192.0.2.1', localPart: 'postmaster', helo: 'sender.invalid' },
  6: { version: 6, address: [...IP6_SAMPLE].join('.'), localPart: 'postmaster', helo: 'sender.invalid' },
};
