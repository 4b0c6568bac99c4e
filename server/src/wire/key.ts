import { z } from 'zod';
import { KEY_STAGES, RSA_SIZES } from '../core/records/dkim-key.ts';
import { time } from './times.ts';

/** A DKIM key of a domain. */
export const keySchema = z
  .strictObject({
    selector: z.string(),
    type: z.enum(['rsa', 'ed25519']),
    bits: z.int().nullable().meta({ description: 'The size of an RSA key. Null for Ed25519.' }),
    stage: z.enum(KEY_STAGES),
    origin: z.enum(['generated', 'imported']),
    record: z
      .strictObject({ name: z.string(), value: z.string(), type: z.enum(['TXT', 'CNAME']), purpose: z.string() })
      .meta({
        description: 'What the owner of the domain publishes for the key: the key, or a CNAME that leads to it.',
      }),
    isPublished: z.boolean().nullable().meta({
      description: 'Whether the record was published at the last check that got an answer. Null before that.',
    }),
    publishedAt: time
      .nullable()
      .meta({ description: 'When the record was first found on every authoritative name server.' }),
    activatedAt: time.nullable(),
    retiresAt: time.nullable().meta({ description: 'When a retiring key becomes retired.' }),
    retiredAt: time.nullable(),
    revokedAt: time.nullable(),
    createdAt: time,
    warning: z.string().nullable(),
  })
  .meta({ id: 'Key' });

/** A key as clients see it. */
export type KeyObject = z.output<typeof keySchema>;

/** What a further key is made by. */
export const createKeyBody = z.strictObject({
  type: z.enum(['rsa', 'ed25519'], 'type must be rsa or ed25519.').optional().meta({ description: 'Defaults to rsa.' }),
  bits: z
    .literal([...RSA_SIZES], 'bits must be 2048, 3072 or 4096.')
    .optional()
    .meta({ description: 'Only for rsa. Defaults to 2048.' }),
  selector: z
    .string('selector must be a string.')
    .max(200, 'selector must have at most 200 characters.')
    .optional()
    .meta({
      description:
        'The part of the record name before `._domainkey`. Defaults to an unused selector that contains the date.',
    }),
  privateKey: z
    .string('privateKey must be a string.')
    .max(16_384, 'privateKey is longer than any key that can be used.')
    .optional()
    .meta({
      description:
        'An existing private key to import, as PEM: RSA with 1024 to 4096 bits (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8).',
      writeOnly: true,
    }),
});
