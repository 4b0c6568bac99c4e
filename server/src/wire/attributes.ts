import { z } from 'zod';

const MAX_METADATA_BYTES = 4_096;
const isStorable = (text: string) => !text.includes('\0');

/** What a program keeps with a domain: never part of the Domain object. */
export const attributesBody = {
  externalId: z
    .string({ error: 'externalId must be a string.' })
    .min(1, "externalId can't be empty.")
    .max(200, 'externalId can have at most 200 characters.')
    .refine(isStorable, "externalId contains a character that can't be stored.")
    .optional()
    .meta({ description: 'Your own id for the domain or its customer. Need not be unique.', example: 'cus_4711' }),
  metadata: z
    .record(z.string(), z.string({ error: 'Each value of metadata must be a string.' }), {
      error: 'metadata must be an object of strings.',
    })
    .refine((metadata) => isStorable(Object.entries(metadata).flat().join('')), {
      error: "metadata contains a character that can't be stored.",
    })
    .refine((metadata) => Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES, {
      error: 'metadata can have at most 4 KiB as JSON.',
    })
    .optional()
    .meta({ description: 'Texts of your own, at most 4 KiB as JSON.', example: { plan: 'pro' } }),
};

/** What a program keeps with a domain, as it gets it back. */
export const attributesSchema = z.strictObject({
  externalId: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});
