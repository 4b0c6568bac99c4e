import { z } from 'zod';
import { isPlainText } from '../core/plain-text.ts';
import { moment, time } from './times.ts';

/** For whom a link is: a name or an address, trimmed, at most 200 characters. */
export const recipient = z
  .string({ error: 'recipient must be a string.' })
  .trim()
  .min(1, "recipient can't be empty.")
  .max(200, 'recipient can have at most 200 characters.')
  .refine(isPlainText, "recipient can't have control characters.");

/** What a link to the page of a domain is made from. */
export const createShareLinkBody = z.strictObject({
  expiresAt: moment('expiresAt')
    .optional()
    .meta({ description: 'When the link ends. Defaults to 30 days from now; a year at most.' }),
  returnUrl: z.string({ error: 'returnUrl must be a string.' }).optional().meta({
    description:
      'Where the page leads when every record is live. Its origin must be one that the project allows (dashboard: Settings; command line: `projects update --return-origins`).',
    example: 'https://app.example.com/settings/domains',
  }),
  recipient: recipient
    .optional()
    .meta({ description: 'For whom it is, to tell links apart.', example: 'jo@example.com' }),
});

/** A link without its address. */
export const shareLinkSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(['open', 'revoked', 'expired']),
    recipient: z.string().nullable(),
    returnUrl: z.string().nullable(),
    createdBy: z
      .strictObject({ type: z.enum(['person', 'api_key']), name: z.string().nullable() })
      .meta({ description: 'Who made it: a person of the dashboard, or an API key.' }),
    createdAt: time,
    expiresAt: time,
    revokedAt: time.nullable(),
    lastOpenedAt: time.nullable().meta({ description: 'When a browser last had its page open, exact to a minute.' }),
  })
  .meta({ id: 'ShareLink' });

/** A link as clients see it. */
export type ShareLinkObject = z.output<typeof shareLinkSchema>;

/** A new link: the only answer that ever holds its address. */
export const issuedShareLinkSchema = z.strictObject({
  id: z.string(),
  url: z.string().meta({ description: 'The address of the page. It is in this answer only.' }),
  expiresAt: time,
});
