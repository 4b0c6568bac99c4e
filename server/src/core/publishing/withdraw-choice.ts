/** What becomes of the records that we wrote for a domain that is deleted: they go, the DKIM records only in a week, or all of them stay. */
export const WITHDRAW_CHOICES = ['now', 'later', 'never'] as const;
export type WithdrawChoice = (typeof WITHDRAW_CHOICES)[number];

/** What holds where nobody chose: mail that is under way is still verified. */
export const DEFAULT_WITHDRAW: WithdrawChoice = 'later';

/** How long DKIM records stay then: mail is delivered or bounced within days (RFC 5321 §4.5.4.1). */
export const KEYS_STAY_MS = 7 * 24 * 3_600_000;

/** Whether a name is that of a DKIM record of a domain (RFC 6376 §3.6.2.1). */
export function isDkimName(name: string, domainName: string): boolean {
  return name.endsWith(`._domainkey.${domainName}`);
}
