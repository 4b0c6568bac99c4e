import type { GetEmailIdentityResponse } from '@aws-sdk/client-sesv2';
import type { SeenIdentity } from '../../core/sending-providers/identity.ts';

/** Reads what SES says of an identity. What it leaves out counts as not there. */
export function readSeenIdentity(response: GetEmailIdentityResponse, ownerTag: string): SeenIdentity {
  const { DkimAttributes: dkim, MailFromAttributes: mailFrom, Tags = [] } = response;
  const isBrought = dkim?.SigningAttributesOrigin === 'EXTERNAL';
  return {
    isVerifiedForSending: response.VerifiedForSendingStatus ?? false,
    dkim: {
      isBrought,
      isEnabled: dkim?.SigningEnabled ?? false,
      status: dkim?.Status ?? 'NOT_STARTED',
      // With a key that was brought along, the only token is its selector.
      selector: (isBrought && dkim.Tokens?.[0]) || null,
    },
    mailFrom: { domain: mailFrom?.MailFromDomain || null, status: mailFrom?.MailFromDomainStatus ?? null },
    owner: Tags.find(({ Key }) => Key === ownerTag)?.Value ?? null,
  };
}
