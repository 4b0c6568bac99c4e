import { z } from 'zod';
import { WITHDRAW_CHOICES } from '../core/publishing/withdraw-choice.ts';

const DAYS = 'dkimRotationDays must be 0 (never) or a whole number from 30 to 3650.';

/** Whether the service publishes the records of a domain, as it is given. */
export const autoPublish = z.boolean('autoPublish must be true or false.').meta({
  description:
    'Whether the service publishes the records automatically, through a DNS connection that reaches the zone. Defaults to false.',
});

/** What becomes of published records when a domain is deleted, as it is given. */
export const withdraw = z.enum(WITHDRAW_CHOICES, 'withdraw must be now, later or never.').meta({
  description:
    'What happens to the records that the service published. `later`, the default, removes them but keeps the DKIM records for 7 days, for mail in transit; `now` removes all of them; `never` keeps them. Records that somebody has changed always stay.',
});

/** The query of a deletion. */
export const deleteDomainQuery = z.strictObject({ withdraw: withdraw.optional() });

/** What may be changed of a domain. */
export const domainSettingsBody = z
  .strictObject({
    dkimRotationDays: z
      .int(DAYS)
      .refine((days) => days === 0 || (days >= 30 && days <= 3650), DAYS)
      .optional()
      .meta({
        description:
          'The age in days at which the active RSA key is rotated automatically, or 0 for never. M3AAWG recommends 180.',
        example: 180,
      }),
    autoPublish: autoPublish.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Give dkimRotationDays, autoPublish or both.',
  });
