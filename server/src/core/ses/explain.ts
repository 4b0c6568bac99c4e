import type { Comparison, ProviderFault, SeenIdentity } from '../sending-providers/identity.ts';

const FAULTS: Record<ProviderFault, string> = {
  throttled: 'Amazon SES takes only so many requests a second. It will be repeated automatically.',
  unreachable: 'Amazon SES did not answer. It will be asked again automatically.',
  unauthorized:
    'Amazon SES does not accept the credentials of this service. Its operator has to renew them; what was to be done is done then.',
  refused:
    'Amazon SES refused what it was asked for. The log of this service has its words; it is tried again, less and less often.',
};

/** Explains in one or two sentences why SES and we do not say the same; null where they agree. */
export function explainIdentity(comparison: Comparison): string | null {
  const { state, seen } = comparison;
  if (state === 'pending' && !comparison.isOwnershipVerified)
    return 'Amazon SES is told of this domain once its ownership record has been found.';
  if (state === 'pending') return 'Amazon SES has not been told yet. This takes some seconds.';
  if (state === 'key_too_long')
    return 'Amazon SES takes RSA keys of 1024 to 2048 bits, and the active key is longer. Make a key of 2048 bits; until it is active, Amazon SES keeps what it has.';
  if (state === 'waiting')
    return 'Amazon SES had this domain before it was added here, and it works there. It goes on as it was until our records are found, since Amazon SES does not sign while it checks for a new key.';
  if (state !== 'checking' && state !== 'ready') return FAULTS[state];
  if (seen === null) return null;
  if (seen.dkim.selector !== comparison.selector)
    return `Amazon SES signs with the selector ${seen.dkim.selector ?? 'of a key of its own'}: this name was verified elsewhere on this service first, and an identity has one key.`;
  return explainDkim(comparison, seen) ?? explainMailFrom(comparison, seen) ?? explainVerdict(comparison, seen);
}

function explainDkim({ isDkimFound }: Comparison, { dkim }: SeenIdentity): string | null {
  if (dkim.status === 'SUCCESS')
    return isDkimFound
      ? null
      : 'Amazon SES found the DKIM record when it last checked, and we do not find it now. We ask every name server of the domain; Amazon SES checks less often.';
  if (!isDkimFound) return null;
  if (dkim.status === 'FAILED')
    return 'The DKIM record is there. Amazon SES had stopped checking after 72 hours and was told to check again.';
  return 'The DKIM record is there, and Amazon SES has not noticed yet. It checks for up to 72 hours, and mostly notices within minutes. There is nothing to do.';
}

function explainMailFrom({ isMailFromFound }: Comparison, { mailFrom }: SeenIdentity): string | null {
  if (mailFrom.status === 'SUCCESS')
    return isMailFromFound
      ? null
      : 'Amazon SES found the MAIL FROM records when it last checked, and we do not find both now. It checks the MX record only; the SPF record is needed too.';
  if (!isMailFromFound) return null;
  if (mailFrom.status === 'FAILED')
    return 'The MAIL FROM records are there. Amazon SES had stopped checking after 72 hours and was told to check again.';
  return 'The MAIL FROM records are there, and Amazon SES has not noticed yet. It checks for up to 72 hours; until then mail leaves with a return path of amazonses.com.';
}

function explainVerdict({ isVerified }: Comparison, { isVerifiedForSending }: SeenIdentity): string | null {
  if (isVerifiedForSending && !isVerified)
    return 'Amazon SES sends for this domain already: the DKIM record is enough for it. We also want the records that prove the ownership and protect the domain.';
  if (!isVerifiedForSending && isVerified)
    return 'All records are there, and Amazon SES does not send for this domain. The account may be under review: its operator finds the reason in the console of Amazon SES.';
  return null;
}
