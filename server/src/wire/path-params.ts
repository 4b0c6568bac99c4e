import { z } from 'zod';

// Any text: an id that can't exist is answered like one that doesn't (404, not 400).
const domainId = z.string().meta({ description: 'The id of the domain.', example: '60d5ec49f1b2c72d9c8b2222' });

/** A domain in a path. */
export const domainParams = z.strictObject({ domainId });

/** A DKIM key of a domain in a path. */
export const keyParams = z.strictObject({
  domainId,
  selector: z.string().meta({ description: 'The selector of the DKIM key.', example: 'autosend' }),
});

/** A share link of a domain in a path. */
export const linkParams = z.strictObject({
  domainId,
  linkId: z.string().meta({ description: 'The id of the share link.', example: '60d5ec49f1b2c72d9c8b3333' }),
});

/** The header of requests that can be repeated without harm. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z.string().optional().meta({
    description:
      '1 to 255 printable ASCII characters. Repeating a request with the same key within 24 hours returns the first answer.',
    example: '7d3f0b6e-add-example.com',
  }),
});
