import { z } from 'zod';

const ADDRESS = 'ip must be an IPv4 or IPv6 address.';

/** What a proof is asked for. */
export const proofBody = z.strictObject({
  ip: z.union([z.ipv4(), z.ipv6()], ADDRESS).optional().meta({
    description: "The IP address that sends the mail. Without it, SPF isn't evaluated.",
    example: '192.0.2.1',
  }),
});

const result = z.string().meta({ description: 'As in RFC 8601 §2.7: `pass`, `fail`, `temperror`, …' });
const check = { result, reason: z.string() };

/** What a receiver makes of a message of the domain. */
export const proofSchema = z
  .strictObject({
    dkim: z.array(z.strictObject({ ...check, selector: z.string(), algorithm: z.string() })).readonly(),
    spf: z
      .strictObject({ ...check, domain: z.string(), ip: z.string() })
      .nullable()
      .meta({ description: 'Null if no IP address was given.' }),
    dmarc: z.strictObject({
      ...check,
      policy: z.string().nullable(),
      aligned: z
        .array(z.enum(['dkim', 'spf']))
        .readonly()
        .meta({ description: 'Which of the passing checks align with the From domain (RFC 9989 §4.4).' }),
    }),
    authenticationResults: z
      .string()
      .meta({ description: 'The Authentication-Results header field that a receiver would add (RFC 8601).' }),
  })
  .meta({ id: 'Proof' });

/** What a receiver makes of a message, as clients see it. */
export type ProofObject = z.output<typeof proofSchema>;
