import type { Comparison, ProviderFault, SeenIdentity } from '../sending-providers/identity.ts';

const FAULTS: Record<ProviderFault, string> = {
  throttled: 'Amazon SES is limiting our requests. We’ll retry automatically.',
  unreachable: 'Amazon SES didn’t answer. We’ll retry automatically.',
  unauthorized:
    'Amazon SES doesn’t accept this service’s credentials. The operator has to renew them; then we continue automatically.',
  refused: 'Amazon SES rejected our request. The operator finds the reason in this service’s log.',
};

/** Explains in one or two sentences why SES and we do not say the same; null where they agree. */
export function explainIdentity(comparison: Comparison): string | null {
  const { state, seen } = comparison;
  if (state === 'pending' && !comparison.isOwnershipVerified)
    return 'We add this domain to Amazon SES once its ownership record is found.';
  if (state === 'pending') return 'We’re adding this domain to Amazon SES. This takes a few seconds.';
  if (state === 'key_too_long')
    return 'Amazon SES accepts RSA keys of 1024 to 2048 bits, but the active key is longer. Create a 2048-bit key; until it is active, Amazon SES keeps using its current one.';
  if (state === 'waiting')
    return 'Amazon SES already had this domain, and it works there. We leave it unchanged until our records are found, because Amazon SES doesn’t sign while it checks a new key.';
  if (state !== 'checking' && state !== 'ready') return FAULTS[state];
  if (seen === null) return null;
  if (comparison.isKeyOfAnother || seen.dkim.selector !== comparison.selector)
    return `Amazon SES signs with the selector ${seen.dkim.selector ?? 'of a key of its own'}: this domain was verified elsewhere on this service first, and Amazon SES uses one key for each domain.`;
  return explainDkim(comparison, seen) ?? explainMailFrom(comparison, seen) ?? explainVerdict(comparison, seen);
}

function explainDkim({ isDkimFound }: Comparison, { dkim }: SeenIdentity): string | null {
  if (dkim.status === 'SUCCESS')
    return isDkimFound
      ? null
      : 'Amazon SES found the DKIM record when it last checked, but we don’t find it now. We ask every name server of the domain; Amazon SES checks less often.';
  if (!isDkimFound) return null;
  if (dkim.status === 'FAILED')
    return 'The DKIM record is live. Amazon SES had stopped checking after 72 hours, so we asked it to check again.';
  return 'The DKIM record is live, but Amazon SES hasn’t seen it yet. It checks for up to 72 hours, and usually sees it within minutes.';
}

function explainMailFrom({ isMailFromFound }: Comparison, { mailFrom }: SeenIdentity): string | null {
  if (mailFrom.status === 'SUCCESS')
    return isMailFromFound
      ? null
      : 'Amazon SES found the MAIL FROM records when it last checked, but we don’t find both now. It checks only the MX record; the SPF record is needed too.';
  if (!isMailFromFound) return null;
  if (mailFrom.status === 'FAILED')
    return 'The MAIL FROM records are live. Amazon SES had stopped checking after 72 hours, so we asked it to check again.';
  return 'The MAIL FROM records are live, but Amazon SES hasn’t seen them yet. It checks for up to 72 hours; until then, mail has a return path at amazonses.com.';
}

function explainVerdict({ isVerified }: Comparison, { isVerifiedForSending }: SeenIdentity): string | null {
  if (isVerifiedForSending && !isVerified)
    return 'Amazon SES already sends for this domain, because it only needs the DKIM record. We also check the records that prove ownership and protect the domain.';
  if (!isVerifiedForSending && isVerified)
    return 'All records are live, but Amazon SES doesn’t send for this domain. The account may be under review; the operator finds the reason in the Amazon SES console.';
  return null;
}
