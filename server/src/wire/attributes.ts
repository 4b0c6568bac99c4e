import { z } from 'zod';
import { PUBLISH_REASONS } from '../core/publishing/retry.ts';
import { READ_TYPES } from '../core/publishing/rr-set.ts';
import { DKIM_MODES } from '../core/records/key-slots.ts';
import { time } from './times.ts';

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

/** How the DKIM keys of a domain are published. */
export const dkimMode = z.enum(DKIM_MODES, { error: 'dkimMode must be txt or cname.' }).meta({
  description:
    "How the domain publishes its DKIM keys: `txt`, in a record for each key, or `cname`, through two CNAMEs that never change and lead into the operator's keys zone. It can't be changed later.",
});

const recordSet = { name: z.string(), type: z.enum(READ_TYPES) };
const rdata = z.array(z.string());

/** How publishing a domain automatically stands. */
export const publishingSchema = z.strictObject({
  problem: z
    .strictObject({
      reason: z.enum(PUBLISH_REASONS),
      message: z.string(),
      zone: z.string().nullable(),
      conflicts: z.array(z.strictObject({ ...recordSet, reason: z.string() })),
    })
    .nullable()
    .meta({ description: "Why records aren't published. Null if all of them are, and before the first try." }),
  drift: z
    .array(
      z.strictObject({
        ...recordSet,
        before: rdata,
        after: rdata,
        isRight: z.boolean().meta({ description: 'Whether what is there now also works.' }),
      }),
    )
    .meta({
      description:
        'Published records that somebody has changed since. They are left alone until they are published again.',
    }),
  comparedAt: time.nullable().meta({ description: 'When the zone was last read.' }),
  nextTryAt: time.nullable().meta({ description: 'Null if nothing is tried until something changes.' }),
});

/** How publishing a domain automatically stands, as clients see it. */
export type PublishingObject = z.output<typeof publishingSchema>;

/** What a program keeps with a domain, as it gets it back, and what else the Domain object leaves out. */
export const attributesSchema = z.strictObject({
  externalId: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  dkimMode,
  autoPublish: z.boolean(),
  publishing: publishingSchema.nullable().meta({ description: 'Null unless records are published automatically.' }),
});

/** The attributes of a domain, as clients see them. */
export type AttributesObject = z.output<typeof attributesSchema>;
