import { z } from 'zod';
import { CONNECT_REASON_CODES } from '../core/domain-connect/reasons.ts';

const groupSchema = z.string().meta({ description: 'A group of records of the template.', example: 'dkim' });

/** A group that a link doesn't bring though it is missing. */
const leftOutSchema = z.strictObject({
  group: groupSchema,
  reasonCode: z.enum(['conflict', 'unanswered', 'not_in_template']),
  message: z.string().meta({
    example:
      'There is another mail server at asend.example.com, and the link leaves it alone. Remove it first if you no longer need it.',
  }),
});

/** What a page shows before anybody clicks. */
export const setupOfferSchema = z
  .strictObject({
    supported: z.boolean().meta({ description: 'Whether the DNS provider accepts a link for this domain.' }),
    provider: z
      .strictObject({
        id: z.string().meta({ example: 'cloudflare.com' }),
        name: z.string().meta({ example: 'Cloudflare' }),
      })
      .nullable(),
    groups: z.array(groupSchema).meta({ description: 'What the link adds. Empty if there is nothing to add.' }),
    leftOut: z.array(leftOutSchema).meta({ description: 'What is missing but the link leaves alone, and why.' }),
    reasonCode: z
      .enum(CONNECT_REASON_CODES)
      .nullable()
      .meta({ description: 'Why there is no link; null if there is one.' }),
    message: z.string().nullable().meta({ description: 'The same, as a sentence.' }),
  })
  .meta({ id: 'SetupOffer' });

/** A link that sets a domain up at its DNS provider. */
export const setupLinkSchema = z
  .strictObject({
    ...setupOfferSchema.shape,
    url: z.url().nullable().meta({
      description:
        "Send the domain's owner here: their DNS provider signs them in, shows the records, and asks them to confirm. Null if there is no link.",
    }),
  })
  .meta({ id: 'SetupLink' });

/** The link that a page leads to. */
export const setupUrlSchema = z.strictObject({ url: z.url().nullable() });

export type SetupOffer = z.output<typeof setupOfferSchema>;
export type SetupLinkObject = z.output<typeof setupLinkSchema>;
